"""Tables as a workbook to edit: every cell text, so that no program takes it for something else.

Dates too are text in ISO 8601. As a day of Excel's own it would be a number that each program shows
in its own way, that has no precision and no days before March 1900; and where a cell is text, Excel
and LibreOffice keep what is typed into it as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.edit.sheet.facts import FACTS, LISTS, README, Facts, TableFacts, digest_of, written
from toolkit.edit.sheet.help import HELP, about
from toolkit.edit.sheet.lists import Choices
from toolkit.edit.sheet.selection import Chosen, NotExported, Selection
from toolkit.edit.tablefile import NotEditable, TableFile, read_table_file
from toolkit.findings import escape
from toolkit.package import Package
from toolkit.package.paths import replacing
from toolkit.release.formats.excel import MOST_NAME, sheet_name
from toolkit.release.formats.shape import unique_names
from toolkit.sheets import (
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    place_of,
    units,
    write_text,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Excel keeps the last name for itself.
_TAKEN = (README, LISTS, FACTS, "history")
_NARROWEST, _WIDEST = 8, 60
# What a message of Excel takes, in characters.
_TITLE, _MESSAGE = 32, 255
_TEXT = {"num_format": "@"}
_HEADER = {"bold": True, "num_format": "@", "bg_color": "#DDE3EA", "bottom": 1}
_REQUIRED = {**_HEADER, "bg_color": "#1F3A5F", "font_color": "#FFFFFF"}
_KEY = {**_REQUIRED, "italic": True}


def write_sheets(package: Package, selection: Selection, path: Path) -> None:
    """Write the workbook to ``path``, whole or not at all. Raises NotExported and OSError."""
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise NotExported(
            "a workbook takes xlsxwriter, which is not installed; "
            "install the toolkit with its extra: pip install '.[sheet]'"
        ) from None
    for chosen in selection.tables:
        _must_fit(chosen)
    names = unique_names(
        (one.file.name for one in selection.tables), sheet_name, limit=MOST_NAME, taken=_TAKEN
    )
    with replacing(path) as beside, Workbook(beside, {"strings_to_urls": False}) as book:
        _Writer(book, package, selection, names).write()


def _must_fit(chosen: Chosen) -> None:
    """Raise NotExported if a sheet cannot hold a table."""
    file = chosen.file
    if len(chosen.rows) >= MOST_ROWS or len(file.header) > MOST_COLUMNS:
        raise NotExported(
            f"{escape(file.name)} is larger than a sheet; choose rows with --where or --id"
        )
    for index in chosen.rows:
        for name, text in zip(file.header, file.rows[index], strict=True):
            if units(text) > MOST_CHARACTERS:
                raise NotExported(
                    f"{escape(file.resource.path)}: {escape(name)} of row {index + 1:,} has more "
                    f"than the {MOST_CHARACTERS:,} characters that a cell takes; leave the row out"
                )


class _Writer:
    def __init__(
        self, book: Workbook, package: Package, selection: Selection, names: dict[str, str]
    ) -> None:
        self.book, self.package, self.selection, self.names = book, package, selection, names
        self.files = {one.file.name: one.file for one in selection.tables}
        self.choices = Choices(self._file)
        self.text = book.add_format(_TEXT)
        self.styles = [book.add_format(one) for one in (_HEADER, _REQUIRED, _KEY)]

    def _file(self, name: str) -> TableFile | None:
        """Return the file of any table of the package, for the keys in it."""
        if name not in self.files:
            found = next((one for one in self.package.resources if one.name == name), None)
            try:
                if found is None:
                    return None
                self.files[name] = read_table_file(found)
            except (NotEditable, OSError):
                return None
        return self.files[name]

    def write(self) -> None:
        # The time of writing would make each file another one.
        self.book.set_properties({"created": datetime(2000, 1, 1)})
        first = self.book.add_worksheet(README)
        wanted = {
            (chosen.file.name, name): self.choices.of(chosen.file, name)
            for chosen in self.selection.tables
            for name in chosen.file.header
        }
        defined = self.choices.names()
        for chosen in self.selection.tables:
            sheet = self.book.add_worksheet(self.names[chosen.file.name])
            self._table(sheet, chosen)
            for column, name in enumerate(chosen.file.header):
                if found := wanted[chosen.file.name, name]:
                    _offer(sheet, column, defined[found[0]], found[0], only=found[1])
        self._lists(self.book.add_worksheet(LISTS), defined)
        self._facts(self.book.add_worksheet(FACTS))
        self._readme(first)

    def _table(self, sheet: Worksheet, chosen: Chosen) -> None:
        file = chosen.file
        widths = [len(name) + 3 for name in file.header]
        for number, index in enumerate(chosen.rows, 1):
            for column, text in enumerate(file.rows[index]):
                if text:
                    write_text(sheet, number, column, text, self.text)
                    widths[column] = max(widths[column], len(text) + 1)
        for column, name in enumerate(file.header):
            # New rows are text as well.
            width = max(_NARROWEST, min(widths[column], _WIDEST))
            sheet.set_column(column, column, width, self.text)
            write_text(sheet, 0, column, name, self._style(chosen, name))
            if name in file.schema.positions:
                shape = {"x_scale": 2.5, "y_scale": 3, "author": ""}
                sheet.write_comment(0, column, about(self.package, file.schema, name), shape)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(chosen.rows)), len(file.header) - 1)
        sheet.ignore_errors(
            {"number_stored_as_text": f"A1:{place_of(MOST_ROWS, MOST_COLUMNS - 1)}"}
        )

    def _style(self, chosen: Chosen, name: str) -> Format:
        schema = chosen.file.schema
        required = name in schema.positions and schema.field(name).required
        return self.styles[2 if name in chosen.key else 1 if required else 0]

    def _lists(self, sheet: Worksheet, defined: dict[str, str]) -> None:
        for column, (called, values) in enumerate(self.choices.lists.items()):
            for number, text in enumerate([called, *values]):
                write_text(sheet, number, column, text, self.text)
            letters = place_of(1, column)[:-1]
            area = f"'{LISTS}'!${letters}$2:${letters}${len(values) + 1}"
            self.book.define_name(defined[called], f"={area}")
        sheet.hide()

    def _facts(self, sheet: Worksheet) -> None:
        tables = tuple(self._facts_of(one) for one in self.selection.tables)
        facts = Facts(self.package.name, self.package.version, tables)
        for number, row in enumerate(written(facts)):
            for column, text in enumerate(row):
                if units(text) > MOST_CHARACTERS:
                    raise NotExported("a key is longer than a cell; leave its row out")
                write_text(sheet, number, column, text, self.text)
        sheet.hide()

    def _facts_of(self, chosen: Chosen) -> TableFacts:
        file = chosen.file
        keys = list(file.values(chosen.key))
        return TableFacts(
            file.name,
            self.names[file.name],
            file.header,
            chosen.key,
            sha256(file.content).hexdigest(),
            {keys[index]: digest_of(file.rows[index]) for index in chosen.rows},
        )

    def _readme(self, sheet: Worksheet) -> None:
        bold = self.book.add_format({"bold": True})
        wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        sheet.set_column(0, 0, 30, wrapped)
        sheet.set_column(1, 1, 14, wrapped)
        sheet.set_column(2, 2, 90, wrapped)
        for number, row in enumerate(self._explained()):
            heading = bool(row) and row[0] in ("sheet", "package")
            for column, text in enumerate(row):
                style = bold if heading or column == 0 else wrapped
                write_text(sheet, number, column, text[: MOST_CHARACTERS // 2], style)
        sheet.activate()

    def _explained(self) -> Iterator[Sequence[str]]:
        yield "package", self.package.version, self.package.name
        yield ()
        yield "sheet", "rows", "what it holds"
        for chosen in self.selection.tables:
            file = chosen.file
            rows, all_rows = len(chosen.rows), len(file.rows)
            count = f"{rows:,}" if rows == all_rows else f"{rows:,} of {all_rows:,}"
            described = (file.schema.descriptor, file.resource.descriptor)
            texts = (str(one.get("description") or "") for one in described)
            yield self.names[file.name], count, next(filter(None, texts), "")
        yield ()
        yield from HELP


def _offer(sheet: Worksheet, column: int, defined: str, called: str, *, only: bool) -> None:
    """Let a column be chosen from a list; what is not in it is refused, or asked about."""
    kind, _, name = called.partition(" ")
    more = "" if only else " A key of a row that you add to another sheet may stand here."
    sheet.data_validation(
        *(1, column, MOST_ROWS - 1, column),
        {
            "validate": "list",
            "source": f"={defined}",
            "error_type": "stop" if only else "warning",
            "error_title": f"Not one of the {kind}"[:_TITLE],
            "error_message": f"It is not in the list of {kind} {name[:100]}.{more}"[:_MESSAGE],
        },
    )
