"""What there is to be named in SQL: tables, views, macros, columns, functions, keywords, codes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from toolkit.package import Package, as_text
from toolkit.query.session import Column, Session, Source
from toolkit.tables import QueryError, identifier

CODELISTS = "codelists"
# A file of a stranger may call anything a code list.
_MOST_CODES = 100_000
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, view, table macro or code list; only a macro has ``parameters``.

    ``texts`` are the descriptions of columns, as far as they have any.
    """

    schema: str
    name: str
    kind: str
    title: str = ""
    parameters: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """The name with its schema, where SQL needs it."""
        return self.name if self.schema == "main" else f"{self.schema}.{self.name}"

    @property
    def signature(self) -> str:
        """The full name, with the parameters of a macro."""
        given = f"({', '.join(self.parameters)})" if self.kind == "macro" else ""
        return self.full_name + given


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The names, as SQL has them.

    ``relations`` holds relations by full name in lower case, ``functions`` the kinds of the
    functions of DuckDB by name, ``keywords`` says of each keyword whether it can be a name,
    ``codes`` holds codes and titles by code list, ``lists`` the code list of a column by table and
    column, all in lower case.
    """

    relations: dict[str, Relation] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    keywords: dict[str, bool] = field(default_factory=dict)
    codes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    lists: dict[tuple[str, str], str] = field(default_factory=dict)

    def written(self, name: str) -> str:
        """Return a name as it is written in SQL."""
        plain = _PLAIN.fullmatch(name) and self.keywords.get(name.lower(), True)
        return name if plain else identifier(name)

    def list_of(self, table: str, column: str) -> str:
        """Return the code list of a column, or its values where it lists them itself."""
        name = self.lists.get((table.lower(), column.lower()), "")
        named = f"{CODELISTS}.{name}".lower() in self.relations
        return name if named or not name else ", ".join(code for code, _ in self.codes[name])

    def codes_of(self, column: str, tables: list[str]) -> list[tuple[str, str]]:
        """Return the codes of a column, with their titles, as the tables in question have it.

        Views and macros hold columns of tables: where none of the ``tables`` says, all do.
        """
        column = column.lower()
        near = [self.lists[table, column] for table in tables if (table, column) in self.lists]
        every = [name for (_, one), name in self.lists.items() if one == column]
        if not every and column in self.codes:
            every = [column]
        return [code for name in dict.fromkeys(near or every) for code in self.codes[name]]


def read_catalogue(session: Session, source: Source) -> Catalogue:
    """Ask the database, and the package where there is one, for all names. Raises QueryError."""
    catalogue = Catalogue(
        keywords={word: free == "true" for word, free in _rows(session, _KEYWORDS)}
    )
    relations = _rows(session, _RELATIONS)
    for schema, name, kind, comment, parameters in _rows(session, _FUNCTIONS):
        if kind == "macro":
            relations.append([schema, name, kind, comment, parameters])
        else:
            catalogue.functions[name] = kind
    columns: dict[tuple[str, str], list[Column]] = {}
    comments: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, name, type_, comment in _rows(session, _COLUMNS):
        columns.setdefault((schema, table), []).append(Column(name, type_))
        comments.setdefault((schema, table), {})[name] = comment
    described = _described(source.package) if source.package else {}
    tables = {resource.name for resource in source.package.resources} if source.package else set()
    for schema, name, kind, comment, parameters in relations:
        given = tuple(filter(None, parameters.split(",")))
        texts = {"": comment.partition("\n")[0], **comments.get((schema, name), {})}
        if schema == "main":
            texts |= described.get(name, {})
        found = columns.get((schema, name), [])
        if kind == "macro":
            found = _macro_columns(session, name, len(given))
        if schema == "main" and name in tables:
            # A view stands before the typed cells of a table.
            kind = "table"
        relation = Relation(schema, name, kind, texts.pop(""), given, tuple(found), texts)
        catalogue.relations[relation.full_name.lower()] = relation
    _read_codes(session, source, catalogue)
    return catalogue


def _read_codes(session: Session, source: Source, catalogue: Catalogue) -> None:
    """Add the codes of code lists, and of the fields that list theirs themselves."""
    lists = [one for one in catalogue.relations.values() if one.kind == "code list"]
    selects = [
        f"SELECT {number} AS list, rowid AS place, code, title FROM {CODELISTS}.{name}"
        for number, one in enumerate(lists)
        if {"code", "title"} <= {column.name for column in one.columns}
        for name in [identifier(one.name)]
    ]
    if selects:
        every = " UNION ALL ".join(selects)
        sql = f"FROM ({every}) ORDER BY list, place LIMIT {_MOST_CODES}"
        for number, _, code, title in _rows(session, sql):
            catalogue.codes.setdefault(lists[int(number)].name, []).append((code, title))
    for resource in source.package.resources if source.package else ():
        for one in resource.schema.fields if resource.schema else ():
            place = resource.name.lower(), one.name.lower()
            if one.codelist in catalogue.codes:
                catalogue.lists[place] = str(one.codelist)
            elif one.enum:
                name = f"{resource.name}.{one.name}"
                catalogue.codes[name] = [(as_text(code), "") for code in one.enum]
                catalogue.lists[place] = name


def _described(package: Package) -> dict[str, dict[str, str]]:
    """Return the titles of tables and views under the empty name, the texts of fields under theirs.

    A database in memory holds no comments.
    """
    texts = {view.name: {"": view.title} for view in package.views}
    for resource in package.resources:
        about = resource.descriptor
        texts[resource.name] = {"": str(about.get("title") or about.get("description") or "")}
        for one in resource.schema.fields if resource.schema else ():
            about = one.descriptor
            text = about.get("description") or about.get("title") or ""
            texts[resource.name][one.name] = str(text)
    return texts


def _macro_columns(session: Session, name: str, parameters: int) -> list[Column]:
    """Return the columns that a macro gives; none where it fails."""
    call = f"{identifier(name)}({', '.join(['NULL'] * parameters)})"
    try:
        with session.run(f"SELECT * FROM {call} LIMIT 0") as result:
            return [Column(column.name, column.type) for column in result.columns]
    except QueryError:
        return []


def _rows(session: Session, sql: str) -> list[list[str]]:
    with session.run(sql) as result:
        return [[cell or "" for cell in row] for batch in result.batches for row in batch]


_RELATIONS = f"""
FROM (
    SELECT
        schema_name, table_name AS name, if(schema_name = '{CODELISTS}', 'code list', 'table'),
        comment, NULL
    FROM duckdb_tables() WHERE NOT internal AND schema_name != 'cells'
    UNION ALL
    SELECT schema_name, view_name, 'view', comment, NULL FROM duckdb_views() WHERE NOT internal
)
ORDER BY ALL
"""
_COLUMNS = """
SELECT schema_name, table_name, column_name, data_type, comment
FROM duckdb_columns() WHERE NOT internal AND schema_name != 'cells'
ORDER BY schema_name, table_name, column_index
"""
_FUNCTIONS = """
SELECT
    schema_name, function_name,
    CASE
        WHEN NOT bool_or(function_type LIKE 'table%') THEN 'scalar'
        WHEN bool_and(internal) THEN 'table' ELSE 'macro'
    END AS kind,
    any_value(comment), any_value(array_to_string(parameters, ','))
FROM duckdb_functions()
WHERE function_type != 'pragma' AND (NOT internal OR function_name SIMILAR TO '[a-z][a-z_0-9]*')
GROUP BY schema_name, function_name ORDER BY schema_name, function_name
"""
_KEYWORDS = """
SELECT keyword_name, bool_or(keyword_category IN ('unreserved', 'column_name')) AS free
FROM duckdb_keywords() GROUP BY keyword_name ORDER BY keyword_name
"""
