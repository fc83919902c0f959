"""Rows that may be one: what queries of the package tell, and names and addresses that are alike.

Names are looked at in the field that says what a row is called, addresses in fields of the format
``uri``; in both only of rows that are new, or where that cell changed. What several rows were
called before tells none of them apart, and is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.diff.model import Difference, RowKind, TableDiff
from toolkit.diff.pair import title_field
from toolkit.package import Show
from toolkit.review.model import Duplicate
from toolkit.review.sides import Answer, Side, Sides
from toolkit.tables import Table, stream

# Pairs that are compared letter by letter, in one table; beyond, only equal names are found.
_PAIRS = 5_000_000
# Others that are named of one row.
_OTHERS = 3
# A title is a sentence, which shares most of its words with others; a name is not.
_NAMES = ("name", "label")

_FOLDED = "trim(regexp_replace(strip_accents(lower({0})), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'))"
_SORTED = "array_to_string(list_sort(string_split({0}, ' ')), ' ')"
_ADDRESS = "regexp_replace(lower({0}), '^https?://(www\\.)?|/+$', '', 'g')"
# A letter in six may differ, and no more than three.
_NEAR = "damerau_levenshtein({0}, {1}) <= least(3, length({0}) // 6)"
_REASONS = (
    "the same name but for case, accents and marks",
    "the same words in another order",
    "names that differ in few letters",
)


def duplicates(sides: Sides, difference: Difference) -> tuple[Duplicate, ...]:
    """Return pairs that were none before, by table and key."""
    found: dict[tuple[str, frozenset[str]], Duplicate] = {}
    for one in [*_told(sides, _fresh(difference)), *_similar(sides.new, difference)]:
        found.setdefault((one.table, frozenset((one.key, one.other))), one)
    titles = _titles(sides.new, found.values())
    return tuple(
        Duplicate(
            table=one.table,
            key=one.key,
            words=titles.get((one.table, one.key), ""),
            other=one.other,
            other_words=titles.get((one.table, one.other), ""),
            why=one.why,
        )
        for one in sorted(found.values(), key=lambda one: (one.table, one.key, one.other))
    )


def _fresh(difference: Difference) -> set[tuple[str, str]]:
    """Return the tables and keys of rows that differ and are there now."""
    return {
        (table.name, row.new_key or row.key)
        for table in difference.touched
        for row in table.rows
        if row.kind != RowKind.REMOVED
    }


def _told(sides: Sides, fresh: set[tuple[str, str]]) -> Iterator[Duplicate]:
    """Yield the pairs that queries of the package tell now and did not tell before."""
    for query, before, after in sides.of(Show.DUPLICATES):
        known = {frozenset(row[:2]) for row in before.rows}
        for key, other, why in _rows(after):
            if frozenset((key, other)) not in known:
                if (query.table, key) not in fresh and (query.table, other) in fresh:
                    key, other = other, key
                yield Duplicate(query.table, key, "", other, "", why or query.title)


def _rows(answer: Answer) -> Iterator[tuple[str, str, str]]:
    return ((row[0] or "", row[1] or "", row[2] or "") for row in answer.rows)


def _similar(side: Side, difference: Difference) -> Iterator[Duplicate]:
    for one in difference.touched:
        table = side.database.tables.get(one.name)
        if table is None or not table.schema.primary_key:
            continue
        title = title_field(table.schema.fields)
        if title and (keys := _keys(one, title)):
            named = title.lower() in _NAMES and len(keys) * table.rows <= _PAIRS
            yield from _pairs(side, table, title, keys, _name_sql(letters=named))
        for field in table.schema.fields:
            if field.format == "uri" and (keys := _keys(one, field.name)):
                yield from _pairs(side, table, field.name, keys, _address_sql())


def _keys(table: TableDiff, field: str) -> list[str]:
    """Return the keys of rows that are new, or whose cell of a field changed."""
    return [
        row.new_key or row.key
        for row in table.rows
        if row.kind != RowKind.REMOVED and any(cell.field == field for cell in row.cells)
    ]


def _name_sql(*, letters: bool) -> tuple[str, str]:
    """Return SQL that folds a name, and SQL that tells in what two folded ones are alike."""
    whole, order, near = (f"'{reason}'" for reason in _REASONS)
    cases = f"WHEN a.text = b.text THEN {whole} WHEN a.words = b.words THEN {order}"
    if letters:
        cases += f" WHEN {_NEAR.format('a.text', 'b.text')} THEN {near}"
    return _FOLDED, f"CASE {cases} END"


def _address_sql() -> tuple[str, str]:
    return _ADDRESS, "CASE WHEN a.text = b.text THEN 'the same address' END"


def _pairs(
    side: Side, table: Table, field: str, keys: list[str], sql: tuple[str, str]
) -> Iterator[Duplicate]:
    folded, reason = sql
    text = folded.format(f"CAST({table.column(field)} AS VARCHAR)")
    query = f"""
        WITH texts AS MATERIALIZED (
          SELECT {table.key_sql()} AS key, {text} AS text, {_SORTED.format(text)} AS words
          FROM {table.relation}
        ),
        marked AS (SELECT key, text, words, key IN (SELECT unnest($1)) AS new FROM texts),
        fresh AS (
          SELECT *, count(*) FILTER (NOT new) OVER (PARTITION BY text) AS bearers FROM marked
        ),
        pairs AS (
          SELECT a.key, b.key AS other, {reason} AS why, row_number() OVER (
            PARTITION BY a.key ORDER BY a.text <> b.text, a.words <> b.words, b.key
          ) AS place
          FROM (FROM fresh WHERE new AND text <> '') a
          JOIN fresh b ON a.key <> b.key AND NOT (b.new AND b.key < a.key)
          WHERE b.bearers < 2 AND {reason} IS NOT NULL
        )
        SELECT key, other, why FROM pairs WHERE place <= {_OTHERS} ORDER BY key, other
    """
    for key, other, why in stream(side.database.con, query, [keys]):
        yield Duplicate(table.name, key, "", other, "", why)


def _titles(side: Side, pairs: Iterable[Duplicate]) -> dict[tuple[str, str], str]:
    """Return what the rows of the pairs are called."""
    wanted: dict[str, set[str]] = {}
    for one in pairs:
        wanted.setdefault(one.table, set()).update((one.key, one.other))
    found: dict[tuple[str, str], str] = {}
    for name, keys in wanted.items():
        table = side.database.tables.get(name)
        title = title_field(table.schema.fields) if table else None
        if table is None or title is None:
            continue
        sql = (
            f"SELECT {table.key_sql()}, CAST({table.column(title)} AS VARCHAR) "
            f"FROM {table.relation} WHERE {table.key_sql()} IN (SELECT unnest(?))"
        )
        found |= {
            (name, key): text or "" for key, text in stream(side.database.con, sql, [sorted(keys)])
        }
    return found
