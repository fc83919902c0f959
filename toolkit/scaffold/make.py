"""The package itself: its files, written beside and then put in place."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from toolkit.checks import validate
from toolkit.findings import Collector, Finding, Report, builtin_rule
from toolkit.package import load_package
from toolkit.scaffold.columns import columns_of
from toolkit.scaffold.documents import left_to_do, proposed, write_documents
from toolkit.scaffold.metadata import Draft, write_descriptor, write_schemas
from toolkit.scaffold.propose import Proposal, propose
from toolkit.scaffold.sources import NotMade, copy_rows, open_sources, shown, slug
from toolkit.tables import open_database, silent, with_places
from toolkit.tables.profile import Faults, Profile

# How much of a value a line tells.
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: its ``files``, what was ``proposed`` of each table, what is ``left`` to do.

    ``notes`` are on how the sources were read; ``report`` is that of a validation of the package.
    """

    files: tuple[str, ...]
    proposed: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    left: tuple[str, ...]
    report: Report


def make_package(
    folder: Path,
    paths: Sequence[Path],
    *,
    created: date,
    encoding: str | None = None,
    delimiter: str | None = None,
    dry_run: bool = False,
    progress: Callable[[str], None] = silent,
) -> Made:
    """Make a package of delimited files, in a folder that is empty or not there.

    The folder is whole in the end, or as it was; a dry run leaves it as it was. ``encoding`` and
    ``delimiter`` are those of all files, where a look at each does not tell. Raises NotMade with a
    message for the user, and OSError.
    """
    _check_folder(folder)
    sources = open_sources(paths, encoding, delimiter)
    title = folder.resolve().name
    draft = Draft(slug(title, "data").replace("_", "-"), title, created, sources)
    with _workspace(folder, dry_run=dry_run) as root:
        notes = _copy(root, draft, progress)
        write_descriptor(root, draft)
        nearly = _propose(root, draft, progress)
        write_descriptor(root, draft)
        write_schemas(root, draft)
        left = left_to_do(root, draft, nearly)
        write_documents(root, draft, left)
        report = validate(root, progress=progress)
        files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))
        made = Made(tuple(files), tuple(proposed(draft)), tuple(notes), tuple(left), report)
        if not dry_run:
            _put_in_place(root, folder)
    return made


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise NotMade(f"{shown(folder)} is a file; name a folder that is empty or not there")
    if folder.is_dir() and any(folder.iterdir()):
        raise NotMade(f"the folder {shown(folder)} is not empty; name one that is, or is not there")
    if folder.resolve() == Path.cwd():
        # It would be replaced, and a shell be left in a folder that is gone.
        raise NotMade(f"{shown(folder)} is the current folder; go one up, and name it from there")
    if not folder.resolve().parent.is_dir():
        raise NotMade(f"there is no folder {shown(folder.resolve().parent)}; make it first")


@contextmanager
def _workspace(folder: Path, *, dry_run: bool) -> Iterator[Path]:
    """Yield a new folder, beside the one that is made unless nothing there may change."""
    beside = None if dry_run else folder.resolve().parent
    root = Path(tempfile.mkdtemp(dir=beside, prefix=".init-"))
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _put_in_place(root: Path, folder: Path) -> None:
    """Rename a folder to one that is not there, or is empty."""
    mask = os.umask(0)
    os.umask(mask)
    root.chmod(0o777 & ~mask)
    try:
        root.rename(folder.resolve())
    except OSError as error:
        message = f"the package cannot be put into {shown(folder)} ({error.strerror})"
        raise NotMade(message) from None


def _copy(root: Path, draft: Draft, progress: Callable[[str], None]) -> list[str]:
    """Copy the rows of every source, and return what is to be said of them."""
    notes = []
    (root / "data").mkdir()
    for source in draft.sources:
        progress(f"copying {source.path.name}")
        blank = copy_rows(source, root / "data" / f"{source.name}.csv")
        said = list(source.notes)
        if blank:
            said.append(f"{blank:,} {'row' if blank == 1 else 'rows'} without any text left out")
        notes += [f"{shown(source.path)}: {note}" for note in said]
    return notes


def _propose(root: Path, draft: Draft, progress: Callable[[str], None]) -> list[str]:
    """Look at the data, fill the draft, and return a line on each key that is nearly one."""
    package, _ = load_package(root, rules=False)
    with open_database(package, Collector(1), locked=False, progress=progress) as database:
        for source in draft.sources:
            progress(f"looking at {source.name}")
            if source.name not in database.tables:
                raise NotMade(f"{shown(source.path)} cannot be read as a table")
            profile = Profile(database.con, database.tables[source.name])
            columns = columns_of(profile, source.delimiter)
            draft.tables.append(Proposal(source.name, profile, columns))
        progress("looking for keys")
        draft.codelists = propose(draft.tables)
        faults = [fault for table in draft.tables for fault in _faults(table)]
        placed = with_places(faults, database.tables)
    return [f"{finding.place}: {finding.message}" for finding in placed]


def _faults(table: Proposal) -> Iterator[Finding]:
    """Yield the first row that keeps columns from being a key, and each nearly one a reference."""
    schema = f"schemas/{table.name}.json"
    if key := table.nearly_key:
        found = table.profile.repeated(key)
        message = (
            f"{found.value[:_SHOWN]!r} stands a second time in {', '.join(key)}"
            f"{_more(found.count)}; if that is a mistake, mend it, and the primary key of "
            f"{schema} can be {', '.join(key)}"
        )
        yield _finding("K001", table, key, found, message)
    for one in table.nearly_references:
        message = (
            f"{one.faults.value[:_SHOWN]!r} is not in {', '.join(one.key)} of {one.table}"
            f"{_more(one.faults.count)}; if that is a mistake, mend it, and "
            f"{', '.join(one.fields)} can be a foreign key of {schema}"
        )
        yield _finding("K005", table, one.fields, one.faults, message)


def _more(count: int) -> str:
    return f" (and {count - 1:,} more)" if count > 1 else ""


def _finding(
    rule: str, table: Proposal, names: tuple[str, ...], found: Faults, message: str
) -> Finding:
    return builtin_rule(rule).finding(
        f"data/{table.name}.csv",
        message,
        table=table.name,
        record=found.record,
        column=names[0],
        position=table.profile.table.header.positions[names[0]] + 1,
        value=found.value,
    )
