"""The tables of the synthetic package: their schemas, and the faults that are put into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TYPES = ("clash", "airstrike", "shelling", "withdrawal", "advance", "statement", "protest", "talks")
PRECISIONS = ("day", "part-of-day", "hour")
ROLES = ("initiator", "target", "witness", "mediator")
KINDS = ("person", "group", "state", "organisation")
LEVELS = ("country", "governorate", "city", "village")

SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
TITLE_MIN, TITLE_MAX, SUMMARY_MAX = 5, 120, 400

# Faults of structure make a row unreadable as a whole or in part.
STRUCTURE = ("missing-cell", "extra-cell", "stray-quote", "blank-row", "encoding")


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault and the column that it is put into.

    ``kind`` is the type or constraint that is broken, in the terms of Table Schema. The cell
    becomes one of ``values``, in turn; ``{n}`` stands for the index of the row.
    """

    kind: str
    column: str
    values: tuple[str, ...] = ()


def _field(name: str, kind: str, **constraints: Any) -> dict[str, Any]:
    kind, _, form = kind.partition(":")
    field: dict[str, Any] = {"name": name, "type": kind}
    if form:
        field["format"] = form
    if constraints:
        field["constraints"] = constraints
    return field


def _key(field: str, resource: str = "", target: str = "") -> dict[str, Any]:
    """Return a foreign key of one field; without ``resource`` it refers to its own table."""
    reference: dict[str, Any] = {"fields": [target or field]}
    if resource:
        reference["resource"] = resource
    return {"fields": [field], "reference": reference}


def _schema(fields: list[dict[str, Any]], key: list[str], *foreign: Any) -> dict[str, Any]:
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": fields,
        "primaryKey": key,
        **({"foreignKeys": list(foreign)} if foreign else {}),
    }


SCHEMAS: dict[str, dict[str, Any]] = {
    "locations": _schema(
        [
            _field("location_id", "string", required=True, pattern=SLUG, maxLength=80),
            _field("name", "string", required=True, minLength=2, maxLength=80),
            _field("level", "string", required=True, enum=list(LEVELS)),
            _field("latitude", "number", minimum=32, maximum=37.5),
            _field("longitude", "number", minimum=35.5, maximum=42.5),
            _field("parent_id", "string"),
        ],
        ["location_id"],
        _key("parent_id", "", "location_id"),
    ),
    "actors": _schema(
        [
            _field("actor_id", "string", required=True, pattern=SLUG, maxLength=80),
            _field("name", "string", required=True, maxLength=80),
            _field("kind", "string", required=True, enum=list(KINDS)),
            _field("named", "boolean", required=True),
            _field("founded", "year", minimum=1900, maximum=2024),
        ],
        ["actor_id"],
    ),
    "events": _schema(
        [
            _field("event_id", "string", required=True, pattern=SLUG, maxLength=80),
            _field("title", "string", required=True, minLength=TITLE_MIN, maxLength=TITLE_MAX),
            _field("summary", "string", maxLength=SUMMARY_MAX),
            _field("date", "date", required=True, minimum="2024-11-27", maximum="2024-12-08"),
            _field("reported_at", "datetime"),
            _field("year", "year", minimum=2020, maximum=2030),
            _field("type", "string", required=True, enum=list(TYPES)),
            _field("precision", "string", enum=list(PRECISIONS)),
            _field("latitude", "number", minimum=32, maximum=37.5),
            _field("longitude", "number", minimum=35.5, maximum=42.5),
            _field("location_id", "string", required=True),
            _field("deaths", "integer", minimum=0, maximum=10_000),
            _field("confirmed", "boolean", required=True),
            _field("source_url", "string:uri"),
            _field("source_code", "string", pattern="[A-Z]{2}[0-9]{6}"),
        ],
        ["event_id"],
        _key("location_id", "locations"),
    ),
    "event_actors": _schema(
        [
            _field("event_id", "string", required=True),
            _field("actor_id", "string", required=True),
            _field("role", "string", required=True, enum=list(ROLES)),
            _field("share", "number", minimum=0, maximum=1),
        ],
        ["event_id", "actor_id", "role"],
        _key("event_id", "events"),
        _key("actor_id", "actors"),
    ),
}

FAULTS: dict[str, tuple[Fault, ...]] = {
    "locations": (
        Fault("enum", "level", ("hamlet", "City")),
        Fault("maximum", "latitude", ("37.6", "91")),
        Fault("primary-key", "location_id"),
        Fault("foreign-key", "parent_id", ("zz9-{n}-qq",)),
    ),
    "actors": (
        Fault("required", "name", ("",)),
        Fault("boolean", "named", ("y", "FALSCH")),
        Fault("year", "founded", ("99", "20245")),
        Fault("primary-key", "actor_id"),
    ),
    "events": (
        Fault("primary-key", "event_id"),
        Fault("required", "title", ("",)),
        Fault("minLength", "title", ("x", "حما")),
        Fault("maxLength", "summary", ("too long " * 50, "ط" * (SUMMARY_MAX + 1))),
        Fault("date", "date", ("2024-12-32", "2024-13-01", "5 December")),
        Fault("minimum", "date", ("2024-11-26", "2004-12-05")),
        Fault("datetime", "reported_at", ("2024-12-05T25:00:00", "yesterday", "2024-12-05")),
        Fault("year", "year", ("24", "MMXXIV")),
        Fault("enum", "type", ("explosion", "Clash")),
        Fault("number", "latitude", ("36,2", "36.2N")),
        Fault("maximum", "longitude", ("42.51", "180")),
        Fault("foreign-key", "location_id", ("zz9-{n}-qq",)),
        Fault("integer", "deaths", ("1.5", "many", "0x1F")),
        Fault("minimum", "deaths", ("-1", "-30")),
        Fault("boolean", "confirmed", ("yes", "2")),
        Fault("uri", "source_url", ("example.org", "no address")),
        Fault("pattern", "source_code", ("AB12345", "ab123456", "AB123456 ")),
    ),
    "event_actors": (
        Fault("primary-key", "event_id"),
        Fault("foreign-key", "event_id", ("zz9-{n}-qq",)),
        Fault("foreign-key", "actor_id", ("zz9-{n}-qq",)),
        Fault("enum", "role", ("bystander", "Target")),
        Fault("maximum", "share", ("1.01", "50")),
    ),
}

STRUCTURE_FAULTS: dict[str, tuple[Fault, ...]] = {
    "events": (
        Fault("missing-cell", "source_code"),
        Fault("extra-cell", ""),
        Fault("stray-quote", "title"),
        Fault("blank-row", ""),
        Fault("encoding", "summary"),
    ),
    "event_actors": (Fault("missing-cell", "share"), Fault("extra-cell", "")),
}


def faults(table: str, structure: bool) -> tuple[Fault, ...]:
    """Return every fault that is put into ``table``."""
    return FAULTS[table] + (STRUCTURE_FAULTS.get(table, ()) if structure else ())
