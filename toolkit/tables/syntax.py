"""What a SELECT reads, and how, told from its syntax alone: none of its tables need exist."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.tables.queries import NOT_ONE_SELECT, QueryError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Columns that the tables of a run have and released ones have not, and the schemas that both have.
_OWN_COLUMNS = ("_key", "_record")
_SCHEMAS = ("", "main", "codelists", "meta")


@dataclass(frozen=True, slots=True)
class Star:
    """A ``*``: its byte in the SQL, and the names, in lower case, of the tables that it shows."""

    tables: frozenset[str]
    position: int | None


@dataclass(slots=True)
class Syntax:
    """The names, in lower case, of what a SELECT reads, and what it does that is told apart.

    ``names`` are those of tables, views and table macros; ``columns`` those of the result, None if
    the syntax alone does not tell them all; ``faults`` are pairs of what is wrong, whatever the
    tables, and the byte at which it stands.
    """

    columns: list[str] | None
    names: set[str] = field(default_factory=set)
    stars: list[Star] = field(default_factory=list)
    faults: list[tuple[str, int | None]] = field(default_factory=list)


def syntax_of(con: DuckDBPyConnection, sql: str) -> Syntax:
    """Return what exactly one SELECT reads; raises QueryError for anything else."""
    options = "skip_empty := true, skip_null := true"
    row = con.execute(f"SELECT json_serialize_sql(?, {options})", [sql]).fetchall()[0]
    try:
        tree = json.loads(row[0])
    except RecursionError:
        raise QueryError("the SELECT is nested too deeply") from None
    if tree.get("error_type") == "parser":
        position = str(tree.get("position", ""))
        byte = int(position) if position.isdigit() else None
        raise QueryError.at(str(tree["error_message"]), sql, byte)
    if len(tree.get("statements", ())) != 1:
        raise QueryError(NOT_ONE_SELECT)
    whole = tree["statements"][0]["node"]
    found = Syntax(_columns(whole))
    for node, hidden in _nodes(whole):
        _take(found, node, hidden)
    return found


def _columns(node: dict[str, Any]) -> list[str] | None:
    while node.get("type") == "SET_OPERATION_NODE":
        node = node["children"][0]
    names = [
        item.get("alias") or (item["column_names"][-1] if "column_names" in item else "")
        for item in node.get("select_list", ())
    ]
    return names if all(names) else None


def _nodes(tree: dict[str, Any]) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Yield every node, with the names of the common table expressions that it sees."""
    waiting: list[tuple[Any, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        node, hidden = waiting.pop()
        if isinstance(node, list):
            waiting += [(one, hidden) for one in node]
        elif isinstance(node, dict):
            for entry in node.get("cte_map", {}).get("map", ()):
                hidden |= {entry["key"].lower()}
                waiting.append((entry["value"], hidden))
            if node.get("type") == "SUBQUERY" and node.get("subquery_type") == "EXISTS":
                # Whether there are rows is all that is asked; what they hold is not.
                node["subquery"]["node"].pop("select_list", None)
            yield node, hidden
            waiting += [(value, hidden) for key, value in node.items() if key != "cte_map"]


def _take(found: Syntax, node: dict[str, Any], hidden: frozenset[str]) -> None:
    kind = node.get("type")
    if kind == "SELECT_NODE":
        found.stars += _stars(node, hidden)
    elif kind == "BASE_TABLE":
        found.names |= _named(node, hidden)
        if (schema := node.get("schema_name", "").lower()) not in _SCHEMAS:
            found.faults.append((f"a released database has no schema {schema}", _position(node)))
    elif kind == "TABLE_FUNCTION":
        found.names.add(str(node["function"].get("function_name")).lower())
    elif kind == "JOIN" and node.get("ref_type") == "NATURAL":
        message = "a NATURAL JOIN joins by whatever columns there are; name them"
        found.faults.append((message, _position(node)))
    elif kind == "COLUMN_REF" and (name := node["column_names"][-1].lower()) in _OWN_COLUMNS:
        found.faults.append((f"released tables have no column {name}", _position(node)))


def _stars(select: dict[str, Any], hidden: frozenset[str]) -> Iterator[Star]:
    """Yield the stars of a select list; one that is written may stand inside of an expression."""
    leaves = list(_leaves(select.get("from_table", {})))
    waiting: list[Any] = [select.get("select_list", [])]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict) and node.get("type") == "STAR":
            of = node.get("relation_name", "").lower()
            shown = [
                _named(leaf, hidden)
                for leaf in leaves
                if of in ("", leaf.get("alias", "").lower(), leaf["table_name"].lower())
            ]
            yield Star(frozenset().union(*shown), _position(node))
        elif isinstance(node, dict) and node.get("type") != "SUBQUERY":
            waiting += node.values()


def _leaves(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the tables of a FROM clause, without those of the queries in it."""
    if node.get("type") == "BASE_TABLE":
        yield node
    elif node.get("type") == "JOIN":
        yield from _leaves(node.get("left", {}))
        yield from _leaves(node.get("right", {}))


def _named(node: dict[str, Any], hidden: frozenset[str]) -> frozenset[str]:
    """The name of a table of the package; empty for one of another schema or of the query."""
    name, schema = node["table_name"].lower(), node.get("schema_name", "").lower()
    outside = schema not in ("", "main") or (not schema and name in hidden)
    return frozenset() if outside else frozenset({name})


def _position(node: dict[str, Any]) -> int | None:
    """The byte at which a node begins; one that is not written has the greatest number."""
    position = node.get("query_location", -1)
    return position if 0 <= position < 1 << 63 else None
