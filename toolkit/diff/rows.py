"""The rows that differ between two tables, found by DuckDB.

Values are compared, not spellings: ``1.0`` and ``1.00`` are one number, two spellings of an instant
one time. A cell that is not of its field's type, and every cell of a field whose type changed, is
compared as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.diff.model import Cell, Row, RowKind, TableDiff
from toolkit.diff.pair import Pair, TablePair, title_field
from toolkit.diff.tombstones import Tombstones
from toolkit.tables import Table, literal, stream
from toolkit.tables.types import cast

_KIND = (
    f"CASE WHEN n IS NULL THEN '{RowKind.REMOVED}' WHEN o IS NULL THEN '{RowKind.ADDED}' "
    f"WHEN renamed THEN '{RowKind.RENAMED}' ELSE '{RowKind.CHANGED}' END"
)
_TITLES = " · "


def compare_rows(pair: Pair, tables: TablePair, tombstones: Tombstones, limit: int) -> TableDiff:
    """Return how the rows of a table differ; of each kind the first ``limit`` are kept, 0 for all.

    Rows are matched by the primary key, else compared as a whole. A field that one side lacks
    plays no part.
    """
    comparison = _Comparison(pair, tables, tombstones.of(tables.name))
    comparison.match()
    comparison.rename()
    return comparison.result(limit)


@dataclass(slots=True)
class _Values:
    """SQL for the values of one side's table."""

    table: Table
    alias: str
    spoilt: bool = False

    def text(self, name: str) -> str:
        """Return SQL for a cell as text."""
        column = f"CAST({self.alias}.{self.table.column(name)} AS VARCHAR)"
        if self.spoilt:
            position = self.table.schema.positions[name] + 1
            column = f"coalesce({column}, {self.alias}.bad[{position}])"
        return column

    def value(self, name: str) -> str:
        """Return SQL for a cell as it is typed."""
        return f"{self.alias}.{self.table.column(name)}"

    @property
    def rows(self) -> str:
        """SQL for the table's rows, each with its number as ``r``."""
        blank = f" WHERE NOT ({self.table.blank_sql})" if self.table.blank_sql else ""
        return f"(SELECT rowid AS r, * FROM {self.table.relation}{blank})"


class _Comparison:
    def __init__(self, pair: Pair, tables: TablePair, successors: dict[str, str]) -> None:
        self.pair, self.tables, self.successors = pair, tables, successors
        self.con = pair.database.con
        self.old, self.new = _Values(tables.old, "o"), _Values(tables.new, "n")
        for side in (self.old, self.new):
            count = self._count(f"SELECT count(*) FROM {side.table.relation} WHERE bad IS NOT NULL")
            side.spoilt = count > 0
        before, after = tables.old.schema, tables.new.schema
        self.shared = [name for name in after.names if name in before.positions]
        keys = (after.primary_key, before.primary_key)
        whole = (key for key in keys if key and set(key) <= set(self.shared))
        self.key: tuple[str, ...] = next(whole, ())
        self.others = [name for name in self.shared if name not in self.key] if self.key else []

    def _count(self, sql: str) -> int:
        return int(self.con.execute(sql).fetchall()[0][0])

    def _values(self, name: str) -> tuple[str, str]:
        """Return SQL for what is compared of a field on either side."""
        types = {cast(side.table.schema.field(name)).type for side in (self.old, self.new)}
        if len(types) > 1 or self.old.spoilt or self.new.spoilt:
            return self.old.text(name), self.new.text(name)
        return self.old.value(name), self.new.value(name)

    def _differ(self, name: str) -> str:
        before, after = self._values(name)
        return f"{before} IS DISTINCT FROM {after}"

    def match(self) -> None:
        """Make the table ``pairs`` of the rows that differ: their numbers ``o`` and ``n``."""
        key = self.key or tuple(self.shared)
        sides = []
        for index, side in enumerate((self.old, self.new)):
            parts = [f"{self._values(name)[index]} AS k{n}" for n, name in enumerate(key)]
            # A key that stands twice is matched in the order of the file.
            names = ", ".join(f"k{n}" for n in range(len(key)))
            again = f"row_number() OVER (PARTITION BY {names} ORDER BY r)" if key else "r"
            keyed = f"SELECT {', '.join(['*', *parts])} FROM {side.rows} {side.alias}"
            repeated = not self.key or self._repeats(side, key, index)
            sides.append(f"(SELECT *, {again if repeated else '1'} AS again FROM ({keyed}))")
        on = " AND ".join(
            [*(f"o.k{n} IS NOT DISTINCT FROM n.k{n}" for n in range(len(key))), "o.again = n.again"]
        )
        differ = " OR ".join(["o.r IS NULL", "n.r IS NULL", *map(self._differ, self.others)])
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE pairs AS SELECT o.r AS o, n.r AS n, FALSE AS renamed "
            f"FROM {sides[0]} o FULL JOIN {sides[1]} n ON {on} WHERE {differ}"
        )

    def _repeats(self, side: _Values, key: tuple[str, ...], index: int) -> bool:
        parts = ", ".join(self._values(name)[index] for name in key)
        rows = f"{side.rows} {side.alias}"
        distinct = f"SELECT count(*) FROM (SELECT DISTINCT {parts} FROM {rows})"
        return self._count(f"SELECT count(*) - ({distinct}) FROM {rows}") > 0

    def rename(self) -> None:
        """Pair removed rows with the added ones that their tombstones name."""
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE tombstones (gone VARCHAR, successor VARCHAR)"
        )
        if not (self.successors and self.key):
            return
        columns = [list(self.successors), list(self.successors.values())]
        self.con.execute("INSERT INTO tombstones SELECT unnest(?), unnest(?)", columns)
        old, new = self.old, self.new
        self.con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE moved AS
            SELECT min(p.o) AS o, q.n AS n
            FROM pairs p
            JOIN {old.rows} o ON o.r = p.o AND p.n IS NULL
            JOIN tombstones t ON t.gone = {self._key_text(old)}
            JOIN {new.rows} n ON t.successor = {self._key_text(new)}
            JOIN pairs q ON q.n = n.r AND q.o IS NULL
            GROUP BY q.n
            """
        )
        self.con.execute("DELETE FROM pairs WHERE n IS NULL AND o IN (SELECT o FROM moved)")
        self.con.execute("DELETE FROM pairs WHERE o IS NULL AND n IN (SELECT n FROM moved)")
        self.con.execute("INSERT INTO pairs SELECT o, n, TRUE FROM moved")

    def _key_text(self, side: _Values) -> str:
        parts = [side.text(name) for name in self.key]
        return f"concat_ws('|', {', '.join(parts)})" if parts else "''"

    def result(self, limit: int) -> TableDiff:
        """Count what differs, and keep the first rows."""
        counts = dict.fromkeys(RowKind, 0)
        found = self.con.execute(f"SELECT {_KIND}, count(*) FROM pairs GROUP BY ALL").fetchall()
        counts |= {RowKind(kind): int(count) for kind, count in found}
        totals = [
            self._count(f"SELECT count(*) FROM {side.rows}") + self.tables.common
            for side in (self.old, self.new)
        ]
        return TableDiff(
            name=self.tables.name,
            key=self.key,
            old_rows=totals[0],
            new_rows=totals[1],
            counts=counts,
            cells=self._cells(),
            rows=tuple(self._rows(limit)),
            without_tombstone=self._without_tombstone(),
        )

    def _joined(self, pairs: str = "pairs") -> str:
        """Return SQL for the pairs with the rows of both sides."""
        return (
            f"{pairs} p LEFT JOIN {self.old.rows} o ON o.r = p.o "
            f"LEFT JOIN {self.new.rows} n ON n.r = p.n"
        )

    def _cells(self) -> dict[str, int]:
        if not self.others:
            return {}
        counted = ", ".join(f"count(*) FILTER ({self._differ(name)})" for name in self.others)
        both = "p.o IS NOT NULL AND p.n IS NOT NULL"
        found = self.con.execute(f"SELECT {counted} FROM {self._joined()} WHERE {both}").fetchall()
        return {
            name: int(count) for name, count in zip(self.others, found[0], strict=True) if count
        }

    def _without_tombstone(self) -> int:
        return self._count(
            f"SELECT count(*) FROM pairs p JOIN {self.old.rows} o ON o.r = p.o AND p.n IS NULL "
            f"WHERE {self._key_text(self.old)} NOT IN (SELECT gone FROM tombstones)"
        )

    def _rows(self, limit: int) -> Iterator[Row]:
        before, after = self.old.table.schema.names, self.new.table.schema.names
        first = (
            f"(SELECT *, {_KIND} AS kind, row_number() OVER "
            f"(PARTITION BY {_KIND} ORDER BY coalesce(o, n), n) AS place FROM pairs)"
        )
        texts = [self.old.text(name) for name in before] + [self.new.text(name) for name in after]
        differ = [self._differ(name) for name in self.others]
        shown = [
            "p.kind",
            self._key_text(self.old) if self.key else "''",
            self._key_text(self.new) if self.key else "''",
            self._title("new", self.new),
            self._title("old", self.old),
            *(f"CAST({text} AS VARCHAR)" for text in texts),
            *differ,
        ]
        sql = f"SELECT {', '.join(shown)} FROM {self._joined(first)}"
        sql += f" WHERE p.place <= {limit}" if limit else ""
        order = " ".join(f"WHEN '{kind}' THEN {index}" for index, kind in enumerate(RowKind))
        sql += f" ORDER BY CASE p.kind {order} END, p.place"
        for kind, old_key, new_key, new_title, old_title, *cells in stream(self.con, sql):
            texts = cells[: len(before) + len(after)]
            olds = dict(zip(before, texts, strict=False))
            news = dict(zip(after, texts[len(before) :], strict=True))
            changed = dict(zip(self.others, cells[len(texts) :], strict=True))
            yield self._row(
                RowKind(kind), (old_key, new_key), (old_title, new_title), olds, news, changed
            )

    def _row(
        self,
        kind: RowKind,
        keys: tuple[str, str],
        titles: tuple[str | None, str | None],
        old: Mapping[str, str | None],
        new: Mapping[str, str | None],
        changed: Mapping[str, bool],
    ) -> Row:
        if kind == RowKind.ADDED:
            filled = (Cell(name, None, value) for name, value in new.items() if value is not None)
            return Row(kind, keys[1], titles[1] or "", tuple(filled))
        if kind == RowKind.REMOVED:
            filled = (Cell(name, value, None) for name, value in old.items() if value is not None)
            known = keys[0] in self.successors
            successor = self.successors.get(keys[0], "")
            return Row(kind, keys[0], titles[0] or "", tuple(filled), "", successor, known)
        cells = tuple(
            Cell(name, old[name], new[name]) for name, differs in changed.items() if differs
        )
        title = titles[1] or titles[0] or ""
        if kind == RowKind.RENAMED:
            return Row(kind, keys[0], title, cells, keys[1], keys[1], True)
        return Row(kind, keys[1], title, cells)

    def _title(self, side: str, values: _Values) -> str:
        """Return SQL for what a row is called: by itself, or by the rows that its key names."""
        schema = values.table.schema
        if own := title_field(schema.fields):
            return values.text(own)
        parts = []
        for key in schema.foreign_keys:
            target = self.pair.table(side, key.resource)
            if target is None or not set(key.fields) <= set(schema.primary_key):
                continue
            name = title_field(target.schema.fields)
            if name is None or not set(key.reference) <= set(target.schema.names):
                continue
            on = " AND ".join(
                f"CAST(x.{target.column(there)} AS VARCHAR) = {values.text(here)}"
                for here, there in zip(key.fields, key.reference, strict=True)
            )
            # A key that stands twice gives one title, always the same.
            parts.append(
                f"(SELECT min(CAST(x.{target.column(name)} AS VARCHAR)) "
                f"FROM {target.relation} x WHERE {on})"
            )
        return f"concat_ws({literal(_TITLES)}, {', '.join(parts)})" if parts else "''"
