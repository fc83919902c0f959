"""The parts of a workbook: which sheets there are, their shared texts, and the formats of numbers.

The workbook is a folder into which it was unpacked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from toolkit.sheets.grid import Format, Grid, index, text_of
from toolkit.sheets.xml import Damaged, check, child, children, elements, name_of, root_of

__all__ = ["Book", "Damaged", "Entry", "read_book"]

# Parts that are read end so, and all that end so are checked.
_CHECKED = (".xml", ".rels")
# Formats of days and times that have no pattern of their own (ECMA-376 part 1, 18.8.30).
_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENT = {9, 10}
# Text in a pattern that is not shown by what it says: quoted, escaped, in brackets.
_SILENT = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A sheet as the workbook lists it. ``path`` is None if it is no sheet of cells, as a chart."""

    name: str
    hidden: bool
    path: Path | None


@dataclass(frozen=True)
class Book:
    """A workbook. ``kind`` is the content type of its main part, ``parts`` the paths of all."""

    folder: Path
    kind: str
    parts: tuple[str, ...]
    entries: tuple[Entry, ...]
    related: dict[str, Path]

    @cached_property
    def texts(self) -> list[str]:
        """The shared texts."""
        path = self.related.get("sharedStrings")
        if path is None:
            return []
        found: list[str] = []
        with path.open("rb") as file:
            for element in elements(file):
                if name_of(element) == "si":
                    found.append(text_of(element))
                    element.clear()
        return found

    @cached_property
    def formats(self) -> list[Format]:
        """What the format of a cell, by the number of its style, makes of a number."""
        path = self.related.get("styles")
        return [] if path is None else list(_formats(root_of(path)))

    def grid(self, entry: Entry) -> Grid:
        """Return the cells of a sheet. Raises Damaged if it has none."""
        if entry.path is None:
            raise Damaged("a sheet of it is no sheet of cells")
        return Grid(entry.path, self.texts, self.formats)


def read_book(folder: Path) -> Book:
    """Return the workbook that was unpacked into ``folder``. Raises Damaged."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in paths:
        # Of ".rels" the suffix is empty.
        if path.name.endswith(_CHECKED):
            check(path)
    main = _main_part(folder)
    links = dict(_relations(folder, main))
    parts = tuple(path.relative_to(folder).as_posix() for path in paths)
    related = {kind: path for kind, path in links.values() if path is not None}
    kind = _kind(folder, main)
    if not kind.endswith("+xml"):
        return Book(folder, kind, parts, (), related)
    return Book(folder, kind, parts, tuple(_entries(main, links)), related)


def _main_part(folder: Path) -> Path:
    for kind, path in dict(_relations(folder, None)).values():
        if kind == "officeDocument" and path is not None:
            return path
    raise Damaged("it has no part that lists its sheets")


def _relations(folder: Path, part: Path | None) -> Iterator[tuple[str, tuple[str, Path | None]]]:
    """Yield what a part refers to: identifier, kind, and the file, None if it is outside."""
    beside = folder if part is None else part.parent
    path = beside / "_rels" / f"{'' if part is None else part.name}.rels"
    if not path.is_file():
        return
    for one in root_of(path):
        kind = one.get("Type", "").rpartition("/")[2]
        file = None if one.get("TargetMode") == "External" else _file(folder, beside, one)
        yield one.get("Id", ""), (kind, file)


def _file(folder: Path, beside: Path, relation: ElementTree.Element) -> Path | None:
    target = relation.get("Target", "")
    base = (
        PurePosixPath("/")
        if target.startswith("/")
        else PurePosixPath("/", beside.relative_to(folder))
    )
    parts: list[str] = []
    for part in (base / target).parts[1:]:
        if part == ".." and parts:
            parts.pop()
        elif part != "..":
            parts.append(part)
    path = folder.joinpath(*parts)
    # Nothing in the folder is a link, no part leads out of it, and no other part was checked.
    return path if path.is_file() and path.name.endswith(_CHECKED) else None


def _kind(folder: Path, main: Path) -> str:
    """Return the content type of the main part."""
    path = folder / "[Content_Types].xml"
    if not path.is_file():
        raise Damaged("it does not say of which types its parts are")
    name = f"/{main.relative_to(folder).as_posix()}"
    types = root_of(path)
    for one in children(types, "Override"):
        if one.get("PartName", "").casefold() == name.casefold():
            return one.get("ContentType", "")
    for one in children(types, "Default"):
        if one.get("Extension", "").casefold() == main.suffix[1:].casefold():
            return one.get("ContentType", "")
    return ""


def _entries(main: Path, links: dict[str, tuple[str, Path | None]]) -> Iterator[Entry]:
    sheets = child(root_of(main), "sheets")
    seen: set[Path] = set()
    for one in () if sheets is None else children(sheets, "sheet"):
        number = next((value for name, value in one.items() if name.endswith("}id")), "")
        kind, path = links.get(number, ("", None))
        if kind == "worksheet" and path is not None:
            if path in seen:
                raise Damaged("two sheets of it are one part")
            seen.add(path)
        else:
            path = None
        yield Entry(one.get("name", ""), one.get("state", "visible") != "visible", path)


def _formats(styles: ElementTree.Element) -> Iterator[Format]:
    patterns: dict[str, str] = {}
    own = child(styles, "numFmts")
    for one in () if own is None else children(own, "numFmt"):
        patterns[one.get("numFmtId", "")] = one.get("formatCode", "")
    used = child(styles, "cellXfs")
    for one in () if used is None else children(used, "xf"):
        number = one.get("numFmtId", "0")
        if number in patterns:
            yield _format(patterns[number])
        else:
            known = index(number)
            yield (
                Format.DAY
                if known in _DAYS
                else Format.PERCENT
                if known in _PERCENT
                else Format.PLAIN
            )


def _format(pattern: str) -> Format:
    shown = _SILENT.sub("", pattern.partition(";")[0])
    if shown.casefold() != "general" and re.search("[ymdhs]", shown, re.IGNORECASE):
        return Format.DAY
    return Format.PERCENT if "%" in shown else Format.PLAIN
