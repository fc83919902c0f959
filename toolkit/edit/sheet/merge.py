"""Three states of a table held against each other: as exported, as in the sheet, as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.diff.model import Cell, Row, RowKind, TableDiff
from toolkit.diff.pair import title_field
from toolkit.edit.sheet.facts import Key, digest_of
from toolkit.edit.sheet.reading import SheetRow, SheetRows
from toolkit.edit.sheet.values import column_of, has_hard_space, spoilt
from toolkit.edit.tablefile import Inserted, TableFile
from toolkit.findings import escape

_AGAIN = "export anew and make the change there, if it is still needed"


@dataclass
class TableChanges:
    """What a sheet changes in the table as it is now.

    ``changed`` and ``removed`` name rows of the file by their index; ``added`` are new ones.
    """

    file: TableFile
    sheet: SheetRows
    changed: dict[int, SheetRow] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)
    added: list[SheetRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The resource's name."""
        return self.file.name

    def __bool__(self) -> bool:
        return bool(self.changed or self.removed or self.added)

    def revised(self) -> Inserted:
        """Return the file as it is to be."""
        header = self.file.header
        changed = {
            index: dict(zip(header, row.cells, strict=True)) for index, row in self.changed.items()
        }
        added = [dict(zip(header, row.cells, strict=True)) for row in self.added]
        return self.file.revised(changed, set(self.removed), added)

    def difference(self) -> TableDiff:
        """Return the changes as `toolkit diff` tells them."""
        rows = tuple(self._rows())
        counts = {kind: sum(row.kind == kind for row in rows) for kind in RowKind}
        cells: dict[str, int] = {}
        for row in rows:
            for cell in row.cells if row.kind == RowKind.CHANGED else ():
                cells[cell.field] = cells.get(cell.field, 0) + 1
        before = len(self.file.rows)
        after = before + len(self.added) - len(self.removed)
        return TableDiff(
            self.name, self.sheet.facts.key, before, after, counts, cells, rows, len(self.removed)
        )

    def _rows(self) -> Iterator[Row]:
        for index in self.removed:
            yield self._row(RowKind.REMOVED, self.file.rows[index], None)
        for row in self.added:
            yield self._row(RowKind.ADDED, None, row.cells)
        for index, row in self.changed.items():
            yield self._row(RowKind.CHANGED, self.file.rows[index], row.cells)

    def _row(self, kind: RowKind, old: tuple[str, ...] | None, new: tuple[str, ...] | None) -> Row:
        header = self.file.header
        cells = tuple(
            Cell(name, before or None, after or None)
            for name, before, after in zip(
                header, old or [""] * len(header), new or [""] * len(header), strict=True
            )
            if before != after
        )
        shown = dict(zip(header, new or old or (), strict=True))
        titled = title_field(self.file.schema.fields)
        key = "|".join(shown[name] for name in self.sheet.facts.key)
        return Row(kind, key, shown.get(titled or "", ""), cells)


def merge(file: TableFile, sheet: SheetRows) -> TableChanges:
    """Return what a sheet changes; rows that changed on both sides are faults of it.

    What a sheet with faults seems to change would only confuse: of it the texts are looked at.
    """
    changes, sound = TableChanges(file, sheet), not sheet.faults
    now = {key: index for index, key in enumerate(file.values(sheet.facts.key))}
    for key, row in sheet.rows.items():
        exported, index = sheet.facts.rows.get(key), now.get(key)
        if exported == digest_of(row.cells):
            # Nobody touched it in the sheet.
            continue
        if index is not None and file.rows[index] == row.cells:
            continue
        _look_at_texts(changes, row, None if index is None else file.rows[index])
        if not sound:
            continue
        if message := _conflict(file, exported, index):
            shown = escape("|".join(key), 100)
            sheet.fault(sheet.place(row.number), f"the row {shown} {message}", _AGAIN)
        elif index is None:
            changes.added.append(row)
        else:
            changes.changed[index] = row
    if sound:
        _remove(changes, now)
    return changes


def _remove(changes: TableChanges, now: dict[Key, int]) -> None:
    """Note the rows that were exported and are no longer in the sheet."""
    sheet, rows = changes.sheet, changes.file.rows
    for key, exported in sheet.facts.rows.items():
        if key in sheet.rows or key not in now:
            continue
        if digest_of(rows[now[key]]) != exported:
            message = f"the row {escape('|'.join(key), 100)} was deleted here and changed in the "
            sheet.fault(sheet.at("A1"), f"{message}package since the export", _AGAIN)
        else:
            changes.removed.append(now[key])


def _conflict(file: TableFile, exported: str | None, index: int | None) -> str:
    """Return why a row that changed in the sheet cannot be taken over; nothing if it can."""
    if exported is None:
        return "" if index is None else "is new here, but the package has one with this key"
    if index is None:
        return "was changed here and removed from the package since the export"
    if digest_of(file.rows[index]) != exported:
        return "was changed here and in the package since the export"
    return ""


def _look_at_texts(changes: TableChanges, row: SheetRow, former: tuple[str, ...] | None) -> None:
    """Note what is spoilt in the cells that differ from those before."""
    sheet, header = changes.sheet, changes.file.header
    for name, before, text in zip(header, former or [""] * len(header), row.cells, strict=True):
        if before == text:
            continue
        place = sheet.place(row.number, name)
        if found := spoilt(text, before, column_of(changes.file.schema, name)):
            sheet.fault(place, *found)
        elif has_hard_space(text) and not has_hard_space(before):
            changes.notes.append(f"{place}: the text has a space that does not break")
