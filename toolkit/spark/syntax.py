"""What SQL of a package may say on Spark: one SELECT over its own tables, of known expressions.

Spark SQL reads files (``FROM parquet.`/etc/x```), the environment and, with ``reflect``, calls any
method of Java. Nothing of a package is passed on to it but what stands in the lists below.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

# What SQLGlot cannot parse it would log, with the SQL as it is.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

# Schemas of the database of a run that have a single-part name on Spark.
_SCHEMAS = ("codelists", "meta")

_CLAUSES = (
    *(exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Order),
    *(exp.Ordered, exp.Limit, exp.Offset, exp.Distinct, exp.Union, exp.Intersect, exp.Except),
    *(exp.With, exp.CTE, exp.Subquery, exp.Values, exp.Table, exp.TableAlias, exp.Window),
    *(exp.WindowSpec, exp.Filter),
)
_OPERATORS = (
    *(exp.Alias, exp.Column, exp.Identifier, exp.Star, exp.Literal, exp.Boolean, exp.Null),
    *(exp.Paren, exp.Tuple, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT),
    *(exp.GTE, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.In, exp.Exists, exp.Like),
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.DPipe, exp.Case, exp.If, exp.Cast),
    *(exp.TryCast, exp.DataType, exp.Interval, exp.Var),
)
FUNCTIONS = (
    # aggregates and windows
    *(exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.ArgMin, exp.ArgMax, exp.LogicalAnd),
    *(exp.LogicalOr, exp.GroupConcat, exp.ArrayAgg, exp.FirstValue, exp.Lag, exp.RowNumber),
    # texts
    *(exp.Format, exp.Length, exp.Lower, exp.Upper, exp.Replace, exp.Contains, exp.StartsWith),
    *(exp.Split, exp.SplitPart, exp.RegexpExtract, exp.RegexpFullMatch, exp.RegexpLike),
    exp.RegexpReplace,
    # lists
    *(exp.Array, exp.ArrayContains, exp.ArrayDistinct, exp.ArraySort, exp.ArrayToString),
    *(exp.Flatten, exp.Explode, exp.GenerateSeries),
    # numbers and days
    *(exp.Abs, exp.Asin, exp.Cos, exp.Greatest, exp.Least, exp.Pow, exp.Radians, exp.Round),
    *(exp.Sin, exp.Sqrt, exp.DateDiff),
    # absent values
    *(exp.Coalesce, exp.Nullif),
)
# What may stand in SQL without quotation marks.
_WORDS = re.compile(r"[A-Za-z_][A-Za-z0-9_ ]*")
KNOWN = frozenset((*_CLAUSES, *_OPERATORS, *FUNCTIONS))


class NotTranslated(Exception):
    """SQL that Spark is not given; ``line`` is the line at fault, if it is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Macro:
    """A table macro: the SELECT that is its body, and the names that stand in it for arguments."""

    parameters: tuple[str, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class Names:
    """What SQL may read, in lower case: tables and views, ``schema.table``, and table macros."""

    tables: set[str] = field(default_factory=set)
    macros: dict[str, Macro] = field(default_factory=dict)


def read_select(sql: str, names: Names) -> exp.Query:
    """Return the syntax of one SELECT of DuckDB, table macros replaced by their bodies.

    Raises NotTranslated for anything else, and for what is not known to mean the same on Spark.
    """
    return _checked(sql, names, ())


def tables_read(tree: exp.Query) -> set[str]:
    """Return the names of the tables and views, in lower case, that a checked SELECT reads."""
    return {
        table.name.lower()
        for table in tree.find_all(exp.Table)
        if table.name.lower() not in _visible(table)
    }


def _checked(sql: str, names: Names, within: tuple[str, ...]) -> exp.Query:
    try:
        statements = [one for one in parse(sql, read="duckdb") if one is not None]
    except SqlglotError as error:
        places: list[dict[str, int]] = getattr(error, "errors", [])
        line = places[0].get("line") if places else None
        raise NotTranslated("the SQL cannot be parsed", line) from None
    except RecursionError:
        raise NotTranslated("the SELECT is nested too deeply") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise NotTranslated("the SQL must be exactly one SELECT")
    tree = statements[0]
    for node in list(tree.walk()):
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Func):
            node.replace(_inlined(node, names, within))
    for node in tree.walk():
        _check(node, names)
    return tree


def _check(node: exp.Expr, names: Names) -> None:
    if type(node) not in KNOWN:
        what = f"{node.name}()" if isinstance(node, exp.Anonymous) else node.key.upper()
        raise NotTranslated(f"{what} is not among what is translated", _line(node))
    if not isinstance(node, exp.Literal | exp.Identifier):
        # Units, types and the like are written as they are.
        for text in node.args.values():
            if isinstance(text, str) and not _WORDS.fullmatch(text):
                raise NotTranslated(f"{text!r} is no word of SQL", _line(node))
    if isinstance(node, exp.Join) and node.args.get("method"):
        raise NotTranslated(f"{node.method} JOIN is not among what is translated", _line(node))
    if isinstance(node, exp.Table):
        _check_table(node, names)
    if isinstance(node, exp.Column) and node.args.get("db"):
        # Tables have single-part names on Spark.
        node.set("db", None)


def _check_table(node: exp.Table, names: Names) -> None:
    schema, name = node.db.lower(), node.name.lower()
    if node.catalog or not isinstance(node.this, exp.Identifier):
        raise NotTranslated(f"{node.name} is no table of the package", _line(node))
    if not schema and name in _visible(node):
        return
    full = name if schema in ("", "main") else f"{schema}.{name}"
    if full not in names.tables:
        raise NotTranslated(f"{full} is no table of the package", _line(node))
    if not node.alias:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(node.name)))
    node.set("db", None)
    node.set("this", exp.to_identifier(full, quoted=True))


def _visible(node: exp.Expr) -> set[str]:
    """Return the common table expressions that a table can mean, in lower case."""
    found: set[str] = set()
    below, above = node, node.parent
    while above is not None:
        if isinstance(above, exp.With):
            # One sees those before it and, in a recursive clause, itself.
            for one in above.expressions:
                if one is not below or above.recursive:
                    found.add(one.alias.lower())
                if one is below:
                    break
        elif (ours := above.args.get("with_")) and ours is not below:
            found |= {one.alias.lower() for one in ours.expressions}
        below, above = above, above.parent
    return found


def _inlined(call: exp.Table, names: Names, within: tuple[str, ...]) -> exp.Expr:
    """Return the body of a table macro with its arguments in the place of its parameters."""
    name = call.this.name.lower()
    macro = names.macros.get(name)
    if macro is None or not isinstance(call.this, exp.Anonymous):
        raise NotTranslated(f"{name or call.this.key}() is no table of the package", _line(call))
    if name in within:
        raise NotTranslated(f"{name} reads itself", _line(call))
    values = _arguments(call.this, macro)
    body = _checked(macro.sql, names, (*within, name))
    if hidden := sorted(_visible(call) & {one.name.lower() for one in body.find_all(exp.Table)}):
        message = f"{name} reads {hidden[0]}, which is the name of a part of the query as well"
        raise NotTranslated(message, _line(call))
    for column in list(body.find_all(exp.Column)):
        # As in DuckDB, a parameter comes before a column that is named without its table.
        if not column.table and column.name.lower() in values:
            column.replace(exp.paren(values[column.name.lower()].copy()))
    alias = call.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name))
    return exp.Subquery(this=body, alias=alias)


def _arguments(call: exp.Anonymous, macro: Macro) -> Mapping[str, exp.Expr]:
    values: dict[str, exp.Expr] = {}
    for index, given in enumerate(call.expressions):
        name, value = next(iter(macro.parameters[index : index + 1]), ""), given
        if isinstance(given, exp.PropertyEQ):
            name, value = given.name.lower(), given.expression
        if name not in macro.parameters or name in values or value.find(exp.Column, exp.Query):
            break
        values[name] = value
    if len(values) != len(macro.parameters) or len(values) != len(call.expressions):
        wanted = ", ".join(macro.parameters)
        raise NotTranslated(f"{call.name} takes a constant for each of {wanted}", _line(call))
    return values


def _line(node: exp.Expr) -> int | None:
    """Return the line on which a node, or the first part of it that knows, stands."""
    return next(_lines(node), None)


def _lines(node: exp.Expr) -> Iterator[int]:
    for one in node.walk(bfs=False):
        if line := one.meta.get("line"):
            yield int(line)
