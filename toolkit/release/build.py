"""Build a release: validate, write every file beside, check the sums in, rename."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path, PurePosixPath

from toolkit.checks import checked_database
from toolkit.findings import Collector, Report
from toolkit.package import Package
from toolkit.release.about import about
from toolkit.release.archive import CHECKSUMS, release_files, write_archive, write_checksums
from toolkit.release.descriptor import copy_parts, named_files, write_contract
from toolkit.release.documents import CODEBOOK, README, VALIDATION
from toolkit.release.facts import write_documents
from toolkit.release.formats import FORMATS, NotReleasable, Release
from toolkit.release.inventory import odd_name
from toolkit.release.metadata import CRATE, METADATA
from toolkit.release.workspace import open_workspace, publish
from toolkit.tables import open_database, silent

# Documents that go into a release where the package has them. The README of the package is about
# its folder, the one of a release about the release.
COPIED = ("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "LICENSE-DATA", "docs")
# Documents that are written of the package, each after those that it tells of.
DOCUMENTS = (CODEBOOK, VALIDATION, *METADATA, README, CRATE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NAME_OF_FILE = re.compile(r"(?!\.)[^\\\x00-\x1f\x7f]+")
# What a release can have of its own, whatever its formats.
_WRITTEN = (
    *("datapackage.json", "changes.md", "changes.html", "changes.json", CHECKSUMS),
    *(path for document in DOCUMENTS for path in document.paths),
)


def required_files(package: Package) -> list[str]:
    """Return the files that every release of a package has, whatever its formats."""
    stated = about(package)
    documents = [path for one in DOCUMENTS if one.due(stated) for path in one.paths]
    return sorted(["datapackage.json", CHECKSUMS, *documents])


def build_release(
    path: Path,
    output: Path,
    *,
    changes: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = silent,
) -> tuple[Report, Path | None]:
    """Write the release of the package at ``path`` into ``output``.

    Returns the validation report and the release folder ``<name>-<version>``, beside which stands
    its zip; None for a package with errors, of which nothing is written. An earlier release of the
    same version is replaced only when the new one is whole. ``changes`` holds texts that tell what
    changed since the release before, by the names of their files. ``progress`` is told each step as
    it begins. Raises NotReleasable or OSError.
    """
    with checked_database(path, progress=progress) as (database, report):
        package = database.package
    if report.fails():
        return report, None
    name = release_name(package)
    with open_workspace(output) as workspace:
        folder = write_release(package, report, workspace / name, changes, progress=progress)
        return report, publish(folder, folder.with_name(f"{name}.zip"), output)


def _need_modules() -> None:
    for form in FORMATS:
        for module in form.modules:
            try:
                import_module(module)
            except ImportError:
                raise NotReleasable(
                    f"{form.title} takes {module}, which is not installed; "
                    "install the toolkit with its extra: pip install '.[release]'"
                ) from None


def release_name(package: Package) -> str:
    """Return the name of a package's release; NotReleasable if it cannot have one."""
    _need_modules()
    if not package.version:
        raise NotReleasable("the descriptor states no version, which a release needs")
    name = f"{package.name}-{package.version}"
    if not _NAME.fullmatch(name):
        raise NotReleasable(f"name and version {name!r} cannot be the name of a folder")
    for resource in package.resources:
        if not all(map(_NAME_OF_FILE.fullmatch, resource.name.split("/"))):
            raise NotReleasable(f"the resource name {resource.name!r} cannot be that of a file")
    written = {*_WRITTEN, *(form.path.format(name=package.name) for form in FORMATS)}
    for path in named_files(package):
        if PurePosixPath(path).parts[0] in written:
            raise NotReleasable(f"the package has a file {path}, which a release writes itself")
    return name


def write_release(
    package: Package,
    report: Report,
    folder: Path,
    changes: Mapping[str, str] | None = None,
    *,
    progress: Callable[[str], None] = silent,
) -> Path:
    """Write the release of a checked package into a new ``folder``, and its zip beside it."""
    progress("copying the files")
    folder.mkdir(parents=True)
    copy_parts(package, COPIED, folder)
    write_contract(package, report.rows, folder)
    for name, text in (changes or {}).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    with open_database(package, Collector(), locked=False, progress=progress) as database:
        release = Release(folder, database, report)
        for form in FORMATS:
            progress(f"writing {form.title}")
            form.write(release)
        progress("writing the documents")
        write_documents(release, DOCUMENTS)
    for path in release_files(folder):
        if odd_name(path.relative_to(folder).as_posix()):
            raise NotReleasable(f"the name of {path.name!r} cannot stand in {CHECKSUMS}")
    write_checksums(folder)
    progress("packing the release")
    write_archive(folder, folder.with_name(f"{folder.name}.zip"))
    return folder
