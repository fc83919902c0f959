"""Excel workbooks (Office Open XML, ECMA-376): writing values, and reading those of strangers."""

from toolkit.sheets.book import Book, Damaged, Entry, read_book
from toolkit.sheets.cells import (
    EPOCH,
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_DIGITS,
    MOST_ROWS,
    units,
    write_text,
    write_value,
)
from toolkit.sheets.grid import Cell, CellKind, Format, Grid, Line, place_of, plain_number

__all__ = [
    "EPOCH",
    "MOST_CHARACTERS",
    "MOST_COLUMNS",
    "MOST_DIGITS",
    "MOST_ROWS",
    "Book",
    "Cell",
    "CellKind",
    "Damaged",
    "Entry",
    "Format",
    "Grid",
    "Line",
    "place_of",
    "plain_number",
    "read_book",
    "units",
    "write_text",
    "write_value",
]
