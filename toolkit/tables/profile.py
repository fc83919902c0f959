"""What the rows of a table tell of its columns: counts, types, keys and references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.package import Field
from toolkit.package.schema import parse_schema
from toolkit.tables.table import Table
from toolkit.tables.types import cast, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Rows that show at little cost that columns are no key.
_FIRST = 20_000
# So many that agree are no mistake.
_MANY = 0.05


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column of text: cells with text, different ones, and the length of the longest.

    ``textual`` tells that numbers would lose something: leading zeros, a plus, or the last of more
    digits than they keep.
    """

    filled: int
    distinct: int
    longest: int
    textual: bool


@dataclass(frozen=True, slots=True)
class Faults:
    """What stands in the way of a key: how many rows or values, and the first of them."""

    count: int
    record: int
    value: str


class Profile:
    """Asks the tables of an open database, read without a schema, about their columns.

    Columns are given by their names. ``missing`` are texts that stand for an empty cell.
    """

    def __init__(self, con: DuckDBPyConnection, table: Table) -> None:
        self._con, self.table = con, table
        self.rows = self._one(f"SELECT count(*) FROM {table.relation}")[0]

    def _one(self, sql: str) -> Any:
        return self._con.execute(sql).fetchall()[0]

    def _text(self, name: str, missing: tuple[str, ...] = ()) -> str:
        column = self.table.column(name)
        if not missing:
            return column
        return f"CASE WHEN {column} NOT IN ({', '.join(map(literal, missing))}) THEN {column} END"

    def facts(self, name: str, missing: tuple[str, ...] = ()) -> ColumnFacts:
        """Return the counts of a column."""
        filled, distinct, longest, textual = self._one(
            "SELECT count(t), count(DISTINCT t), coalesce(max(length(t)), 0), "
            r"coalesce(bool_or(regexp_matches(t, '^\+|^-?0[0-9]|^-?[0-9]{19}')), false) "
            f"FROM (SELECT {self._text(name, missing)} AS t FROM {self.table.relation})"
        )
        return ColumnFacts(filled, distinct, longest, textual)

    def values(self, name: str, limit: int) -> list[str]:
        """Return different texts of a column, in the order in which they stand first."""
        column, place = self.table.column(name), self.table.record_sql
        rows = self._con.execute(
            f"SELECT {column} FROM {self.table.relation} WHERE {column} IS NOT NULL "
            f"GROUP BY {column} ORDER BY min({place}) LIMIT {limit}"
        ).fetchall()
        return [text for (text,) in rows]

    def among(self, name: str, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of some texts that stand in a column, in the order given."""
        column = self.table.column(name)
        rows = self._con.execute(
            f"SELECT DISTINCT {column} FROM {self.table.relation} "
            f"WHERE {column} IN ({', '.join(map(literal, texts))})"
        ).fetchall()
        return tuple(text for text in texts if (text,) in rows)

    def fits(self, name: str, field: dict[str, Any], missing: tuple[str, ...] = ()) -> bool:
        """Whether every text of a column is of the type that a field descriptor tells."""
        schema, _ = parse_schema({"fields": [{"name": name, **field}]}, "", "", {})
        value = cast(_only(schema.fields)).sql("t")
        texts = f"SELECT DISTINCT {self._text(name, missing)} AS t FROM {self.table.relation}"
        return bool(
            self._one(
                f"SELECT coalesce(bool_and(({value}) IS NOT NULL), true) FROM ({texts}) "
                "WHERE t IS NOT NULL"
            )[0]
        )

    def repeats(self, names: tuple[str, ...]) -> int:
        """Return how many rows agree in all of some columns with one before; not all if many."""
        columns = ", ".join(self.table.column(name) for name in names)
        count = 0
        for rows in sorted({min(_FIRST, self.rows), self.rows}):
            source = f"(SELECT * FROM {self.table.relation} LIMIT {rows})"
            (distinct,) = self._one(
                f"SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {source})"
            )
            count = rows - distinct
            if count > rows * _MANY:
                break
        return count

    def repeated(self, names: tuple[str, ...]) -> Faults:
        """Return which rows agree in all of some columns with one before."""
        columns = ", ".join(self.table.column(name) for name in names)
        count, first = self._one(
            "SELECT count(*), min((record, value)) FROM "
            f"(SELECT {self.table.record_sql} AS record, concat_ws(', ', {columns}) AS value "
            f"FROM {self.table.relation} "
            f"QUALIFY row_number() OVER (PARTITION BY {columns} ORDER BY record) > 1)"
        )
        return Faults(count, *(first or (0, "")))

    def lacking(
        self,
        names: tuple[str, ...],
        other: Profile,
        key: tuple[str, ...],
        missing: tuple[tuple[str, ...], ...],
    ) -> Faults:
        """Return which texts of some columns are not among those of the key of a table.

        Rows with an empty cell do not count. ``missing`` goes with ``names``.
        """
        texts = [self._text(name, gone) for name, gone in zip(names, missing, strict=True)]
        own = ", ".join(f"{text} AS c{n}" for n, text in enumerate(texts))
        pairs = " AND ".join(
            f"own.c{n} = other.{other.table.column(name)}" for n, name in enumerate(key)
        )
        filled = " AND ".join(f"own.c{n} IS NOT NULL" for n in range(len(names)))
        shown = ", ".join(f"c{n}" for n in range(len(names)))
        count, first = self._one(
            f"SELECT count(*), min((record, value)) FROM ("
            f"SELECT min(record) AS record, concat_ws(', ', {shown}) AS value FROM "
            f"(SELECT {own}, {self.table.record_sql} AS record FROM {self.table.relation}) own "
            f"ANTI JOIN {other.table.relation} other ON {pairs} "
            f"WHERE {filled} GROUP BY {shown})"
        )
        return Faults(count, *(first or (0, "")))


def _only(fields: tuple[Field, ...]) -> Field:
    (field,) = fields
    return field
