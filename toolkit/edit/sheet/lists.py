"""What may stand in a cell, as lists of a workbook from which to choose."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from toolkit.edit.tablefile import TableFile
from toolkit.package import Field, as_text
from toolkit.package.schema import DEFAULT_FALSE, DEFAULT_TRUE
from toolkit.release.formats.shape import unique_names
from toolkit.sheets import MOST_CHARACTERS, MOST_ROWS, units

_LONGEST_NAME = 60


@dataclass(slots=True)
class Choices:
    """Lists by what they are called, as in ``codes event_type`` or ``keys actors.actor_id``.

    ``file`` returns the file of a table; None if it has none that can be read.
    """

    file: Callable[[str], TableFile | None]
    lists: dict[str, list[str]] = field(default_factory=dict)

    def of(self, table: TableFile, name: str) -> tuple[str, bool] | None:
        """Return the list of what may stand in a field, and whether nothing else may.

        Other keys may: their rows can be added to another sheet of the workbook.
        """
        if name not in table.schema.positions:
            return None
        one = table.schema.field(name)
        if one.enum is not None:
            called = f"codes {one.codelist}" if one.codelist else f"codes {table.name}.{name}"
            return self._put(called, [as_text(value) for value in one.enum], only=True)
        if one.type == "boolean":
            return self._put(f"codes {table.name}.{name}", _truths(one), only=True)
        for key in table.schema.foreign_keys:
            if key.fields == (name,):
                return self._keys(key.resource, key.reference[0])
        return None

    def _keys(self, table: str, name: str) -> tuple[str, bool] | None:
        called = f"keys {table}.{name}"
        if called in self.lists:
            return called, False
        file = self.file(table)
        if file is None or name not in file.header:
            return None
        return self._put(called, [text for (text,) in file.values((name,)) if text], only=False)

    def _put(self, called: str, values: list[str], *, only: bool) -> tuple[str, bool] | None:
        """Keep a list if a sheet can hold it, and return what it is called."""
        values = list(dict.fromkeys(values))
        if not 0 < len(values) < MOST_ROWS or any(units(one) > MOST_CHARACTERS for one in values):
            return None
        self.lists[called] = values
        return called, only

    def names(self) -> dict[str, str]:
        """Return the defined name of each list."""
        return unique_names(self.lists, _name, limit=_LONGEST_NAME)


def _truths(one: Field) -> list[str]:
    """Return how true and false are usually written."""
    values = (one.texts("trueValues", DEFAULT_TRUE), one.texts("falseValues", DEFAULT_FALSE))
    return [texts[0] for texts in values if texts]


def _name(called: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", called)
