"""Tables as a workbook that people edit, and what they changed taken back."""

from toolkit.edit.sheet.export import write_sheets
from toolkit.edit.sheet.importing import SheetImport, open_sheets
from toolkit.edit.sheet.opened import NotASheet
from toolkit.edit.sheet.reading import Fault
from toolkit.edit.sheet.selection import NotExported, Selection, choose

__all__ = [
    "Fault",
    "NotASheet",
    "NotExported",
    "Selection",
    "SheetImport",
    "choose",
    "open_sheets",
    "write_sheets",
]
