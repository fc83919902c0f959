"""Size, hash, rows and fields of a table against what its resource states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from toolkit.findings import Finding, builtin_rule
from toolkit.package import Resource
from toolkit.tables.table import Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHUNK = 1 << 20
# The algorithms that the Data Resource standard names; MD5 is meant where none is named.
_ALGORITHMS = ("md5", "sha1", "sha256", "sha512")


def integrity_findings(resource: Resource) -> Iterator[Finding]:
    """Yield a finding if the file has another size or hash than the descriptor states.

    Several files are taken as one, in their order. Data in the descriptor have neither.
    """
    if resource.inline:
        return
    properties = stated_by(resource)
    stated = properties.get("bytes")
    size = sum(file.stat().st_size for file in resource.files)
    if isinstance(stated, int) and stated != size:
        message = f"the file has {size:,} bytes, the descriptor states {stated:,}"
        yield builtin_rule("D016").finding(resource.path, message, table=resource.name)
        return
    given = properties.get("hash")
    if not isinstance(given, str) or not given:
        # What it should be is said of the descriptor.
        return
    algorithm, _, digest = given.rpartition(":")
    algorithm = algorithm.lower() or "md5"
    if algorithm not in _ALGORITHMS:
        message = f"the hash is of the kind {algorithm!r}, not {', '.join(_ALGORITHMS)}"
        yield builtin_rule("D016").finding(resource.path, message, table=resource.name)
        return
    import hashlib

    total = hashlib.new(algorithm, usedforsecurity=False)
    for file in resource.files:
        with file.open("rb") as handle:
            while chunk := handle.read(_CHUNK):
                total.update(chunk)
    found = total.hexdigest()
    if found != digest.lower():
        message = f"the {algorithm} of the file is {found}, the descriptor states {digest}"
        yield builtin_rule("D016").finding(resource.path, message, table=resource.name)


def count_findings(con: DuckDBPyConnection, table: Table) -> Iterator[Finding]:
    """Yield a finding if the table has other numbers of rows or fields than its resource states."""
    given = stated_by(table.resource)
    for name in ("rows", "fields"):
        stated = given.get(name)
        if not isinstance(stated, int) or isinstance(stated, bool):
            continue
        # Of a faulty schema not every field could be read.
        found = _rows(con, table) if name == "rows" else len(table.schema.descriptor["fields"])
        if found != stated:
            message = f"the table has {found:,} {name}, the descriptor states {stated:,}"
            yield builtin_rule("D017").finding(table.resource.path, message, table=table.name)


def _rows(con: DuckDBPyConnection, table: Table) -> int:
    blank = table.blank_sql or "FALSE"
    sql = f"SELECT count(*) FROM {table.relation} WHERE NOT ({blank})"
    return int(con.execute(sql).fetchall()[0][0])


def stated_by(resource: Resource) -> dict[str, Any]:
    """Return the properties of a resource; those that older packages have in ``stats`` as well."""
    stats = resource.descriptor.get("stats")
    older = dict(stats) if isinstance(stats, dict) else {}
    for algorithm in ("md5", "sha256"):
        if isinstance(digest := older.get(algorithm), str):
            older["hash"] = f"{algorithm}:{digest}"
    return older | resource.descriptor
