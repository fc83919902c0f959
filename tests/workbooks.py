"""Workbooks as other programs leave them: changes to the parts of a workbook, made by hand."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ElementTree.register_namespace("", MAIN)
Parts = dict[str, bytes]


def parts_of(path: Path) -> Parts:
    """Return the parts of a workbook by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path: Path, parts: Parts) -> None:
    """Write a workbook of parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def sheet_part(parts: Parts, sheet: str) -> str:
    """Return the name of the part that holds a sheet, of a workbook as it was exported."""
    names = re.findall(r'<sheet name="([^"]*)"', parts["xl/workbook.xml"].decode())
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


def edit(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Change the text of a part; it must become another one."""
    parts = parts_of(path)
    before = parts[part].decode()
    after = change(before)
    assert after != before
    write_parts(path, parts | {part: after.encode()})


def edit_sheet(path: Path, sheet: str, change: Callable[[str], str]) -> None:
    """Change the text of the part that holds a sheet."""
    edit(path, sheet_part(parts_of(path), sheet), change)


def text(value: str) -> str:
    """Return the XML within a cell that holds a text."""
    return f't="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is>'


def set_cell(path: Path, sheet: str, place: str, content: str | None) -> None:
    """Put a cell in place of another one; None takes it away.

    ``content`` is the XML from the attributes on: ``t="n"><v>1</v>``.
    """
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    parts = parts_of(path)
    name = sheet_part(parts, sheet)
    root = ElementTree.fromstring(parts[name])
    data = root.find(f"{{{MAIN}}}sheetData")
    assert data is not None
    line = next((one for one in data if one.get("r") == row), None)
    if line is None:
        line = ElementTree.SubElement(data, f"{{{MAIN}}}row", {"r": row})
    for cell in [one for one in line if one.get("r") == place]:
        line.remove(cell)
    if content is not None:
        new = ElementTree.fromstring(f'<c xmlns="{MAIN}" r="{place}" {content}</c>')
        before = [one for one in line if _order(one.get("r", "")) < _order(place)]
        line.insert(len(before), new)
    write_parts(path, parts | {name: ElementTree.tostring(root)})


def _order(place: str) -> tuple[int, str]:
    letters = place.rstrip("0123456789")
    return len(letters), letters


def delete_row(path: Path, sheet: str, row: int) -> None:
    """Take a row away as spreadsheets do not: the rows below it stay where they are."""
    edit_sheet(path, sheet, lambda xml: re.sub(rf'<row r="{row}".*?</row>', "", xml))
