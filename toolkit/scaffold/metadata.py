"""Descriptor, schemas and code lists of a new package."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.findings import escape
from toolkit.package.codelists import FOLDER, LEADING_COLUMNS
from toolkit.scaffold.columns import Column
from toolkit.scaffold.names import title_of
from toolkit.scaffold.propose import Proposal
from toolkit.scaffold.sources import Source, csv_line

# How the Open Definition calls it if nobody has said under which terms data may be used.
NO_LICENCE = "notspecified"
_PROFILES = "https://datapackage.org/profiles/2.0"


@dataclass(slots=True)
class Draft:
    """A package in the making. Its tables and code lists are known once the data were looked at."""

    name: str
    title: str
    created: date
    sources: list[Source]
    tables: list[Proposal] = field(default_factory=list)
    codelists: dict[str, list[str]] = field(default_factory=dict)


def write_descriptor(root: Path, draft: Draft) -> None:
    """Write the descriptor; it names schemas once there are proposals."""
    resources = [
        {
            "name": source.name,
            "title": title_of(source.name),
            "type": "table",
            "path": f"data/{source.name}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            **({"schema": f"schemas/{source.name}.json"} if draft.tables else {}),
        }
        for source in draft.sources
    ]
    descriptor = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": draft.name,
        "title": escape(draft.title),
        "version": "0.1.0",
        "created": f"{draft.created.isoformat()}T00:00:00Z",
        "licenses": [
            {"name": NO_LICENCE, "title": "No licence yet: choose one before this is published"}
        ],
        "sources": [{"title": escape(source.path.name)} for source in draft.sources],
        "resources": resources,
    }
    _write_json(root / "datapackage.json", descriptor)


def write_schemas(root: Path, draft: Draft) -> None:
    """Write a schema for every table, and the code lists."""
    (root / "schemas").mkdir()
    for table in draft.tables:
        _write_json(root / f"schemas/{table.name}.json", _schema(table))
    if draft.codelists:
        (root / FOLDER).mkdir()
    for name, codes in draft.codelists.items():
        rows = [list(LEADING_COLUMNS), *([code, code.strip(), ""] for code in codes)]
        text = "".join(map(csv_line, rows))
        (root / FOLDER / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")


def _schema(table: Proposal) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "name": table.name,
        "title": title_of(table.name),
        "fields": [_field(table, column) for column in table.columns],
        "missingValues": [""],
    }
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    if table.references:
        schema["foreignKeys"] = [
            {
                "fields": list(reference.fields),
                "reference": {"resource": reference.table, "fields": list(reference.key)},
            }
            for reference in table.references
        ]
    return schema


def _field(table: Proposal, column: Column) -> dict[str, Any]:
    constraints = {}
    if column.complete and table.profile.rows:
        constraints["required"] = True
    if table.is_unique(column):
        constraints["unique"] = True
    return {
        "name": column.name,
        "title": title_of(column.name),
        **column.type,
        **({"codelist": column.codelist} if column.codelist else {}),
        **({"missingValues": ["", *column.missing]} if column.missing else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def _write_json(path: Path, value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")
