"""dataframely: a schema class for each table, a collection for each with its foreign keys.

polars reads and types the files, so that types are rules over the text beside the typed column.
Lengths are checks of their own because dataframely counts bytes, Table Schema characters.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from benchmarks.contenders import Counts, foreign_keys, kind_of_type, read_schemas, run
from benchmarks.contenders.polars_frames import TEXT, constraints, is_text, is_typed, read_frame

if TYPE_CHECKING:
    import polars as pl

# What dataframely calls the constraints that it has itself.
OWN = {"min": "minimum", "max": "maximum", "regex": "pattern"}


def check(package: Path) -> Counts:
    """Read, type and filter each table, and count what was filtered out by rule."""
    schemas = read_schemas(package)
    frames = {name: read_frame(package / f"{name}.csv", schemas[name]) for name in schemas}
    counts: Counter[str] = Counter()
    for table, schema in schemas.items():
        keys = list(foreign_keys(table, schema))
        data = {"rows": frames[table]}
        data |= {f"to_{column}": frames[other].select(target) for column, other, target in keys}
        failure = _collection(schema, keys).filter(data).failure["rows"]
        for rule, count in failure.counts().items():
            if rule == "primary_key":
                # Each repeated key stands twice, and both rows are counted.
                counts[f"{table}.{schema['primaryKey'][0]} primary-key"] += count // 2
            else:
                column, _, name = rule.partition("|")
                name = name.removeprefix("check__")
                counts[f"{table}.{column} {OWN.get(name, name)}"] += count
    return counts


def _collection(schema: dict[str, Any], keys: list[tuple[str, str, str]]) -> Any:
    """Return the collection of a table and the columns to which its foreign keys refer."""
    import dataframely as dy

    own = type("Rows", (dy.Schema,), _members(schema))
    types: dict[str, Any] = {"rows": dy.LazyFrame[own]}  # type: ignore[valid-type]
    filters = {}
    for column, _, target in keys:
        other = type("Target", (dy.Schema,), {target: dy.String(primary_key=False, nullable=True)})
        types[f"to_{column}"] = Annotated[
            dy.LazyFrame[other],  # type: ignore[valid-type]
            dy.CollectionMember(ignored_in_filters=True),
        ]
        filters[f"{column}|foreign-key"] = dy.filter()(
            _refers(column, target, schema["primaryKey"])
        )
    return type("Related", (dy.Collection,), {"__annotations__": types, **filters})


def _refers(column: str, target: str, key: list[str]) -> Any:
    """Return a filter that yields the keys of the rows whose reference is found or empty."""
    import polars

    def found(related: Any) -> pl.LazyFrame:
        rows = related.rows.select({*key, column})
        targets = getattr(related, f"to_{column}")
        held = rows.join(targets, left_on=column, right_on=target, how="semi")
        empty = rows.filter(polars.col(column).is_null())
        return polars.concat([held, empty]).select(key).unique()

    return found


def _members(schema: dict[str, Any]) -> dict[str, Any]:
    import dataframely as dy
    import polars

    members: dict[str, Any] = {}
    for field in schema["fields"]:
        name = field["name"]
        options: dict[str, Any] = {"nullable": True, "check": {}}
        for constraint, value in constraints(field):
            if constraint == "required":
                text = polars.col(name if is_text(field) else name + TEXT)
                members[f"{name}|required"] = _rule(text.is_not_null())
            elif constraint == "pattern":
                options["regex"] = f"^(?:{value})$"
            elif constraint in ("minimum", "maximum"):
                options[constraint[:3]] = value
            else:
                options["check"][constraint] = _check(constraint, value)
        if name in schema["primaryKey"]:
            options |= {"nullable": False, "primary_key": True}
        types = {"integer": dy.Int64, "year": dy.Int64, "number": dy.Float64, "boolean": dy.Bool}
        types |= {"date": dy.Date, "datetime": dy.Datetime}
        members[name] = types.get(field["type"], dy.String)(**options)
        if not is_text(field):
            members[name + TEXT] = dy.String(nullable=True)
        typed = is_typed(field)
        if typed is not None:
            members[f"{name}|{kind_of_type(field)}"] = _rule(typed)
    return members


def _rule(expression: pl.Expr) -> Any:
    import dataframely as dy

    return dy.rule()(lambda _: expression)


def _check(constraint: str, value: Any) -> Any:
    if constraint == "enum":
        return lambda column: column.is_in(value)
    if constraint == "minLength":
        return lambda column: column.str.len_chars() >= value
    return lambda column: column.str.len_chars() <= value


if __name__ == "__main__":
    run(["dataframely", "polars"], check, ["dataframely", "polars"])
