"""pointblank: one plan of steps for each table, over frames that polars reads and types."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.contenders import Counts, foreign_keys, kind_of_type, read_schemas, run
from benchmarks.contenders.polars_frames import TEXT, constraints, is_text, is_typed, read_frame

if TYPE_CHECKING:
    import polars as pl


def check(package: Path) -> Counts:
    """Read, type and interrogate each table, and count the failures of each step."""
    import pointblank

    schemas = read_schemas(package)
    frames = {name: read_frame(package / f"{name}.csv", schemas[name]) for name in schemas}
    counts: Counter[str] = Counter()
    for table, schema in schemas.items():
        plan = pointblank.Validate(frames[table])
        steps: list[str] = []
        for field in schema["fields"]:
            plan = _add_field(plan, field, steps)
        plan = plan.rows_distinct(schema["primaryKey"])
        steps.append(f"{schema['primaryKey'][0]} primary-key")
        for column, other, target in foreign_keys(table, schema):
            plan = plan.col_vals_in_table(column, frames[other], target, na_pass=True)
            steps.append(f"{column} foreign-key")
        # Extracts, which hold the failing rows, are what its reports show; they are kept.
        failed = plan.interrogate().n_failed()
        for number, step in enumerate(steps, start=1):
            # Each repeated key stands twice, and both rows are counted.
            share = 2 if step.endswith("primary-key") else 1
            counts[f"{table}.{step}"] += failed[number] // share
    return +counts


def _add_field(plan: Any, field: dict[str, Any], steps: list[str]) -> Any:
    name = field["name"]
    typed = is_typed(field)
    if typed is not None:
        plan = plan.col_vals_expr(typed.fill_null(True))
        steps.append(f"{name} {kind_of_type(field)}")
    for constraint, value in constraints(field):
        text = name if is_text(field) else name + TEXT
        plan = _add_constraint(plan, name, text, constraint, value)
        steps.append(f"{name} {constraint}")
    return plan


def _add_constraint(plan: Any, name: str, text: str, constraint: str, value: Any) -> Any:
    if constraint == "required":
        return plan.col_vals_not_null(text)
    if constraint == "minimum":
        return plan.col_vals_ge(name, value, na_pass=True)
    if constraint == "maximum":
        return plan.col_vals_le(name, value, na_pass=True)
    if constraint == "pattern":
        return plan.col_vals_regex(name, f"^(?:{value})$", na_pass=True)
    if constraint == "minLength":
        return plan.col_vals_str_len(name, min_val=value, na_pass=True)
    if constraint == "maxLength":
        return plan.col_vals_str_len(name, max_val=value, na_pass=True)
    return plan.col_vals_expr(_is_in(name, value))


def _is_in(name: str, values: list[Any]) -> pl.Expr:
    import polars

    return polars.col(name).is_in(values).fill_null(True)


if __name__ == "__main__":
    run(["pointblank", "polars"], check, ["pointblank", "polars"])
