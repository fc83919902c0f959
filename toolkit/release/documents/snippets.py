"""How to load a release: for each format that it has, a few lines that run as they stand.

The lines run in the folder of the release. They load one table, the widest of those whose name and
fields need no quoting in any language; a package without such a table gets none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Template

from toolkit.release.facts import Facts, TableFacts
from toolkit.release.formats.shape import column_names

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A few lines of a language, for a release that has a file like ``path``.

    ``$table`` and ``$package`` stand for names, in ``path`` and in ``code``, and a star in ``path``
    for any name; ``$path`` stands for the file that was found.
    """

    title: str
    language: str
    path: str
    code: str


_CSV = "$csv"
SNIPPETS = (
    Snippet(
        "Python, with polars",
        "python",
        "parquet/$table.parquet",
        'import polars\n\nrows = polars.read_parquet("$path")\nprint(rows)',
    ),
    Snippet(
        "Python, with pandas",
        "python",
        _CSV,
        "import pandas\n\n# Without these options a text such as NA is read as an empty cell.\n"
        'rows = pandas.read_csv("$path", keep_default_na=False, na_values=[""])\nprint(rows)',
    ),
    Snippet(
        "Python, with DuckDB",
        "python",
        "$package.duckdb",
        'import duckdb\n\nwith duckdb.connect("$path", read_only=True) as con:\n'
        "    print(con.sql('SELECT * FROM \"$table\" LIMIT 5'))",
    ),
    Snippet(
        "R, with duckdb",
        "r",
        "$package.duckdb",
        'library(duckdb)\ncon <- dbConnect(duckdb(), "$path", read_only = TRUE)\n'
        "rows <- dbGetQuery(con, 'SELECT * FROM \"$table\"')\ndbDisconnect(con)",
    ),
    Snippet("R, from a file of R", "r", "r/$table.rds", 'rows <- readRDS("$path")'),
    Snippet(
        "R, from CSV",
        "r",
        _CSV,
        'rows <- read.csv("$path", na.strings = "", fileEncoding = "UTF-8-BOM")',
    ),
    Snippet("Stata", "stata", "stata/$table.dta", 'use "$path", clear'),
    Snippet(
        "Stata, from CSV",
        "stata",
        _CSV,
        'import delimited using "$path", varnames(1) bindquote(strict) maxquotedrows(unlimited) '
        'encoding("UTF-8") clear',
    ),
    Snippet(
        "SQL, in DuckDB",
        "sql",
        "$package.duckdb",
        "-- duckdb -readonly $path\n$query",
    ),
    Snippet("SQL, in SQLite", "sql", "$package.sqlite", "-- sqlite3 -readonly $path\n$query"),
    Snippet(
        "QGIS, from a GeoPackage",
        "text",
        "$package.gpkg",
        "Layer > Add Layer > Add Vector Layer > $path",
    ),
    Snippet(
        "QGIS, from GeoJSON",
        "text",
        "geojson/*.geojson",
        "Layer > Add Layer > Add Vector Layer > $path",
    ),
    Snippet("Excel and LibreOffice", "text", "$package.xlsx", "Open $path"),
)


def snippets(facts: Facts) -> Iterator[Snippet]:
    """Yield the snippets for the files that the release has, their names filled in."""
    named = [table for table in facts.tables if _is_plain(table)]
    table = max(named, key=lambda one: len(one.fields), default=None)
    if table is None:
        return
    query = _query(table, named)
    csv = table.paths[0] if _reads_as_csv(table) else ""
    names = {"table": table.name, "package": facts.about.name, "csv": csv, "query": query}
    for snippet in SNIPPETS:
        if path := _found(facts, Template(snippet.path).substitute(names)):
            code = Template(snippet.code).substitute(names, path=path)
            yield Snippet(snippet.title, snippet.language, path, code)


def _is_plain(table: TableFacts) -> bool:
    names = (table.name, *column_names(table.table).values())
    return bool(all(map(_PLAIN.fullmatch, names)))


def _reads_as_csv(table: TableFacts) -> bool:
    return table.is_plain_csv and all(one.field.missing_values == ("",) for one in table.fields)


def _found(facts: Facts, pattern: str) -> str:
    """Return the first file like ``pattern`` whose path needs no quoting; empty without one."""
    if not pattern:
        return ""
    folder = facts.release.folder
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.glob(pattern))
    return next(filter(_PLAIN_PATH.fullmatch, paths), "")


def _query(table: TableFacts, named: list[TableFacts]) -> str:
    """Return a SELECT that joins the table to one it refers to, if there is one."""
    others = {other.name: other for other in named if other.name != table.name}
    for key in table.keys:
        if other := others.get(key.resource):
            own, its = column_names(table.table), column_names(other.table)
            if not set(key.reference) <= set(its):
                continue
            pairs = zip(key.fields, key.reference, strict=True)
            on = " AND ".join(f'a."{own[here]}" = b."{its[there]}"' for here, there in pairs)
            return f'SELECT *\nFROM "{table.name}" a LEFT JOIN "{other.name}" b ON {on}\nLIMIT 5;'
    return f'SELECT *\nFROM "{table.name}"\nLIMIT 5;'
