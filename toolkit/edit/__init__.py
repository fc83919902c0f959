"""Changing the files of a package: rows are added and checked, and form made canonical."""

from toolkit.edit.desk import Desk, open_desk
from toolkit.edit.draft import Draft, NotAdded
from toolkit.edit.given import draft_of_json, draft_of_settings
from toolkit.edit.interview import Back, Interview, Question
from toolkit.edit.preview import preview
from toolkit.edit.relations import compound_names, dependents
from toolkit.edit.tablefile import NotEditable, TableFile, read_table_file
from toolkit.edit.write import Change, NotWritten, put_back, write_all

__all__ = [
    "Back",
    "Change",
    "Desk",
    "Draft",
    "Interview",
    "NotAdded",
    "NotEditable",
    "NotWritten",
    "Question",
    "TableFile",
    "compound_names",
    "dependents",
    "draft_of_json",
    "draft_of_settings",
    "open_desk",
    "preview",
    "put_back",
    "read_table_file",
    "write_all",
]
