"""Recursive queries with UNION, which Spark does not have, as such with UNION ALL."""

from __future__ import annotations

from sqlglot import exp

from toolkit.spark.syntax import NotTranslated

# Names with a blank, so that no table or column of a package is called so by chance.
_STEPS, _SEEN = "{} steps", "rows seen"


def unroll(tree: exp.Query) -> exp.Query:
    """Return the query with every recursive UNION replaced.

    UNION ends when it finds no row that is new; UNION ALL would follow a circle for ever. So every
    row carries those on its way, and no way leads back to one of them. Since a row comes of one
    other, whatever can be reached is reached by such a way; DISTINCT does the rest. Raises
    NotTranslated for a recursion of another form.
    """
    for clause in list(tree.find_all(exp.With)):
        if clause.recursive:
            clause.set("expressions", [made for one in clause.expressions for made in _split(one)])
    return tree


def _split(one: exp.CTE) -> list[exp.CTE]:
    """Return the steps of a recursive table and what they come to; any other table as it is."""
    name, union = one.alias, one.this
    calls = [table for table in union.find_all(exp.Table) if table.name.lower() == name.lower()]
    if not calls:
        return [one]
    columns = one.alias_column_names or (union.named_selects)
    step = union.expression if isinstance(union, exp.Union) else None
    if (
        not isinstance(step, exp.Select)
        or not union.args.get("distinct")
        or len(calls) > 1
        or calls[0].find_ancestor(exp.Select) is not step
        or any(step.args.get(key) for key in ("group", "having", "distinct", "limit", "qualify"))
        or any(one.find(exp.AggFunc, exp.Window) for one in step.expressions)
    ):
        raise NotTranslated(f"{name}: a recursion is translated if it is A UNION one SELECT")
    steps = _STEPS.format(name)
    before = exp.column(_SEEN, table=calls[0].alias_or_name, quoted=True)
    calls[0].replace(exp.alias_(exp.table_(steps, quoted=True), calls[0].alias_or_name, table=True))
    step.select(exp.alias_(before, _SEEN, quoted=True), copy=False)
    row = exp.Struct(expressions=[exp.column(column, quoted=True) for column in columns])
    seen = exp.column(_SEEN, quoted=True)
    first = (
        exp.select(*_columns(columns), exp.alias_(exp.array(row.copy()), _SEEN, quoted=True))
        .from_(_derived(union.this, columns))
    )  # fmt: skip
    longer = exp.func("concat", seen.copy(), exp.array(row.copy()))
    follow = (
        exp.select(*_columns(columns), exp.alias_(longer, _SEEN, quoted=True))
        .from_(_derived(step, [*columns, _SEEN]))
        .where(exp.func("array_contains", seen.copy(), row.copy()).not_())
    )
    reached = exp.select(*_columns(columns)).distinct().from_(exp.table_(steps, quoted=True))
    return [
        exp.CTE(
            this=exp.union(first, follow, distinct=False, copy=False),
            alias=_named(steps, [*columns, _SEEN]),
        ),
        exp.CTE(this=reached, alias=_named(name, columns)),
    ]


def _columns(names: list[str]) -> list[exp.Column]:
    return [exp.column(name, quoted=True) for name in names]


def _derived(query: exp.Query, columns: list[str]) -> exp.Subquery:
    return exp.Subquery(this=query.copy(), alias=_named("step", columns))


def _named(name: str, columns: list[str]) -> exp.TableAlias:
    identifiers = [exp.to_identifier(one, quoted=True) for one in (name, *columns)]
    return exp.TableAlias(this=identifiers[0], columns=identifiers[1:])
