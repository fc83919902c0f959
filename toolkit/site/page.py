"""The page of a site as it was built: its files, and the queries that fetch what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.findings import escape
from toolkit.package.text import Unreadable, read_text
from toolkit.release.inventory import take_inventory
from toolkit.site.errors import NoSite

INDEX = "index.html"
# The folders of queries, each of which becomes a bundle of tables.
BUNDLES = ("core", "detail")
_QUERIES = "queries/"
# What a page is made of; whatever else lies there was not meant for it.
_SUFFIXES = (
    *(".css", ".gz", ".html", ".ico", ".js", ".json", ".png", ".svg", ".txt", ".wasm"),
    *(".webmanifest", ".woff2"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """The files of a page by their paths in the site.

    ``queries`` holds the SQL of each bundle by the name of its table, ``sources`` the file of each.
    """

    files: dict[str, Path]
    queries: dict[str, dict[str, str]]
    sources: dict[tuple[str, str], Path]


def read_page(folder: Path) -> Page:
    """Read the built page in ``folder``: plain files alone, of the kinds that a page has.

    Raises NoSite.
    """
    if not (folder / INDEX).is_file():
        raise NoSite(
            f"there is no page in {escape(str(folder))}: build it with `npm ci && npm run build` "
            "in explorer/, or all of it with `make site`"
        )
    found = take_inventory(folder)
    for finding in found.odd:
        raise NoSite(f"{escape(str(folder / finding.file))} {finding.message}")
    page = Page({}, {bundle: {} for bundle in BUNDLES}, {})
    for name, file in found.files.items():
        if name.startswith(_QUERIES):
            _add_query(page, name, file)
        elif file.suffix not in _SUFFIXES:
            raise NoSite(f"{escape(str(file))} is no file that a page has; remove it")
        else:
            page.files[name] = file
    for bundle in BUNDLES:
        if not page.queries[bundle]:
            raise NoSite(f"{escape(str(folder))} has no {_QUERIES}{bundle}/*.sql; build it anew")
    return page


def _add_query(page: Page, name: str, file: Path) -> None:
    bundle, _, rest = name.removeprefix(_QUERIES).partition("/")
    if bundle not in BUNDLES or file.suffix != ".sql" or rest != file.name:
        known = " or ".join(f"{_QUERIES}{one}/" for one in BUNDLES)
        raise NoSite(f"{escape(str(file))} is no query: those are NAME.sql in {known}")
    try:
        page.queries[bundle][file.stem] = read_text(file)
    except Unreadable as error:
        raise NoSite(f"{escape(str(file))}: {error}") from None
    page.sources[bundle, file.stem] = file
