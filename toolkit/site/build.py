"""Build a site: a page, the tables that it shows of a release, and files to download.

What a site serves as HTML is the page, and what the toolkit writes: HTML out of a release would run
in the reader's browser as part of the site, whoever wrote it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from toolkit.checks import checked_database
from toolkit.findings import Report, escape
from toolkit.package import Resource
from toolkit.query import Source
from toolkit.release.about import clean
from toolkit.release.archive import write_archive
from toolkit.release.documents.pages import codebook_page, validation_page
from toolkit.release.facts import gather
from toolkit.release.formats import Release
from toolkit.release.workspace import open_workspace, publish
from toolkit.site.errors import NoSite
from toolkit.site.facts import package_facts, query_facts
from toolkit.site.files import Written, pack, write_json
from toolkit.site.history import History, read_history
from toolkit.site.page import INDEX, read_page
from toolkit.site.release import OpenRelease, open_release
from toolkit.site.tables import Columns, read_tables
from toolkit.tables import silent

# Where in a site the files of the release are.
RELEASE = "release"
_CORE, _DETAIL, _HISTORY = "core.json.gz", "detail.json.gz", "history.json.gz"
_QUERIES, _DATABASE = "queries.json", "database.duckdb.gz"
_WRITTEN = (_CORE, _DETAIL, _HISTORY, _QUERIES, _DATABASE, RELEASE)
# Of the tables only files that a browser keeps or shows as text are served one by one.
_SERVED = (".csv", ".tsv", ".csv.gz", ".tsv.gz")


def build_site(
    release: Path,
    page: Path,
    output: Path,
    *,
    previous: Sequence[str] = (),
    progress: Callable[[str], None] = silent,
) -> tuple[Report, Path | None]:
    """Write the site of a release, its folder or zip, into the folder ``output``.

    ``page`` is the folder of the built page; ``previous`` names earlier releases (folders, zips or
    git revisions). Returns the validation report and ``output``; None for a release with errors, of
    which nothing is written. A former site is replaced only when the new one is whole. Raises
    NoSite or OSError.
    """
    built = read_page(page)
    if taken := sorted({name.partition("/")[0] for name in built.files} & set(_WRITTEN)):
        raise NoSite(f"the page has a file {taken[0]}, which a site writes itself")
    output = _place(output)
    with open_release(release) as opened:
        progress("checking the release")
        with checked_database(opened.folder, progress=progress) as (database, report):
            if report.fails():
                return report, None
            opened.file(opened.database)
            facts = gather(Release(opened.folder, database, report))
            pages = {
                "codebook.html": codebook_page(facts),
                "validation.html": validation_page(facts),
            }
        history = read_history(previous, opened.folder, progress)
        if history.page:
            pages["changes.html"] = history.page
        source = Source(opened.folder, opened.package)
        tables = read_tables(source, built, progress)
        with open_workspace(output.parent) as workspace:
            folder = workspace / output.name
            folder.mkdir()
            progress("writing the site")
            for name, file in built.files.items():
                _copy(file, folder / name)
            downloads = list(_write_release(opened, pages, folder))
            _write_data(source, tables, history, downloads, opened, folder)
            return report, publish(folder, None, output.parent)


def _place(output: Path) -> Path:
    """Return where the site goes: a new folder, an empty one, or one that holds a site."""
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise NoSite(f"{escape(str(output))} is no folder; move it away, the site goes there")
    if output.is_dir() and any(output.iterdir()):
        for name in (INDEX, _CORE):
            if not (output / name).is_file():
                raise NoSite(
                    f"{escape(str(output))} holds something else than a site, which would be lost; "
                    "name another folder"
                )
    return output.resolve()


def _write_release(opened: OpenRelease, pages: dict[str, str], folder: Path) -> Iterator[Written]:
    """Write what can be downloaded beside the page, and yield each file."""
    root = folder / RELEASE
    root.mkdir()
    archive = root / f"{opened.name}.zip"
    if opened.archive:
        _copy(opened.archive, archive)
    else:
        write_archive(opened.folder, archive)
    yield _written(folder, archive, "The whole release, in every format")
    for resource in opened.package.resources:
        for path in resource.paths:
            if path in opened.files and path.lower().endswith(_SERVED):
                _copy(opened.files[path], root / path)
                yield _written(folder, root / path, _title(resource))
    titles = {
        "codebook.html": "Codebook",
        "validation.html": "Validation report",
        "changes.html": "Changes since the release before",
    }
    for name, text in pages.items():
        (root / name).write_text(text, encoding="utf-8", newline="\n")
        yield _written(folder, root / name, titles[name])


def _write_data(
    source: Source,
    tables: dict[str, dict[str, Columns]],
    history: History,
    downloads: list[Written],
    opened: OpenRelease,
    folder: Path,
) -> None:
    """Write what the page fetches: bundles of tables, the named queries and the database."""
    pack(opened.file(opened.database), folder / _DATABASE)
    database = _written(folder, folder / _DATABASE, "")
    package = package_facts(opened.package, history, downloads, database)
    for name, columns in ((_CORE, tables["core"]), (_DETAIL, tables["detail"])):
        write_json(folder / name, {"package": package, "tables": columns})
    if len(history.releases) > 1:
        changes = {"changes": history.columns}
        write_json(folder / _HISTORY, {"package": package, "tables": changes})
    write_json(folder / _QUERIES, query_facts(source))


def _title(resource: Resource) -> str:
    says = [resource.descriptor, resource.schema.descriptor if resource.schema else {}]
    titles = (clean(one.get("title")) for one in says)
    return next(filter(None, titles), clean(resource.name))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _written(folder: Path, file: Path, title: str) -> Written:
    return Written(file.relative_to(folder).as_posix(), title, file.stat().st_size)
