"""Print the cells of a workbook, and what is no plain cell, as openpyxl sees them."""

import json
import sys
from typing import Any

import openpyxl


def shown(cell: Any) -> Any:
    return cell.value.isoformat() if cell.is_date and cell.value else cell.value


book = openpyxl.load_workbook(sys.argv[1])
cells = [cell for sheet in book for row in sheet for cell in row]
found = {
    "sheets": {sheet.title: [[*map(shown, row)] for row in sheet.iter_rows()] for sheet in book},
    "kinds": sorted({cell.data_type for cell in cells}),
    "links": [cell.coordinate for cell in cells if cell.hyperlink],
    "frozen": {sheet.title: sheet.freeze_panes for sheet in book},
    "filters": {sheet.title: sheet.auto_filter.ref for sheet in book},
    "created": book.properties.created.isoformat(),
    "modified": book.properties.modified.isoformat(),
    "title": book.properties.title,
}
json.dump(found, sys.stdout)
