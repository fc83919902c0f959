"""Open a workbook with openpyxl, set cells of a sheet, delete a row, and save it: as programs do.

Arguments: workbook, new workbook, sheet, JSON of cells by place, number of a row or 0.
"""

import json
import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
sheet = book[sys.argv[3]]
for place, value in json.loads(sys.argv[4]).items():
    sheet[place] = value
if int(sys.argv[5]):
    sheet.delete_rows(int(sys.argv[5]))
cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
found = {
    "states": {one.title: one.sheet_state for one in book},
    "names": {name: one.attr_text for name, one in book.defined_names.items()},
    "notes": {cell.value: cell.comment.text for cell in sheet[1] if cell.comment},
    "fills": {cell.value: cell.fill.fgColor.rgb for cell in sheet[1]},
    "frozen": sheet.freeze_panes,
    "formats": sorted({cell.number_format for cell in cells}),
    "lists": {
        str(one.sqref): [one.formula1, one.errorStyle]
        for one in sheet.data_validations.dataValidation
    },
    "kinds": sorted({cell.data_type for cell in cells}),
}
book.save(sys.argv[2])
json.dump(found, sys.stdout)
