"""Where Spark SQL takes another expression than DuckDB, beyond what SQLGlot knows."""

from __future__ import annotations

import re
from string import Formatter
from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.spark import Spark
from sqlglot.generators.spark import SparkGenerator

# A format that `format` and Java's printf have in common, such as :.1f
_NUMBER_FORMAT = re.compile(r"\.[0-9]{1,2}f")


class SparkDialect(Spark):
    """Spark SQL, written so that it gives what DuckDB gives."""

    class Generator(SparkGenerator):
        """Writes the expressions of `toolkit.spark.syntax`; each method says what would differ."""

        TRANSFORMS: ClassVar = {
            **SparkGenerator.TRANSFORMS,
            exp.ArgMax: lambda self, node: self.picked("MAX_BY", node),
            exp.ArgMin: lambda self, node: self.picked("MIN_BY", node),
            exp.ArrayAgg: lambda self, node: self.listed(node),
            exp.ArrayDistinct: lambda self, node: self.func(
                # Spark keeps NULL.
                "ARRAY_COMPACT",
                self.func("ARRAY_DISTINCT", node.this),
            ),
            exp.Cast: lambda self, node: self.converted(node),
            exp.Filter: lambda self, node: self.filtered(node),
            # One list that is NULL would make the whole NULL.
            exp.Flatten: lambda self, node: self.func(
                "FLATTEN", self.func("ARRAY_COMPACT", node.this)
            ),
            exp.Format: lambda self, node: self.formatted(node),
            exp.GroupConcat: lambda self, node: self.joined(node),
            exp.GenerateSeries: lambda self, node: self.series(node),
            exp.Like: lambda self, node: self.like(node),
            exp.RegexpFullMatch: lambda self, node: self.matched(node),
            exp.RegexpLike: lambda self, node: self.matched(node),
            exp.RegexpReplace: lambda self, node: self.replaced(node),
            exp.Tuple: lambda self, node: self.row(node),
        }

        def filtered(self, node: exp.Filter) -> str:
            """An aggregate that is written otherwise takes its filter inside."""
            inner, where = node.this, self.sql(node.expression.this)
            if isinstance(inner, exp.ArrayAgg):
                return self.listed(inner, where)
            if isinstance(inner, exp.GroupConcat):
                return self.joined(inner, where)
            if isinstance(inner, exp.ArgMin | exp.ArgMax):
                name = "MIN_BY" if isinstance(inner, exp.ArgMin) else "MAX_BY"
                return self.picked(name, inner, where)
            return self.filter_sql(node)

        def picked(self, name: str, node: exp.Expr, where: str = "TRUE") -> str:
            """DuckDB passes over rows whose value is NULL."""
            if node.args.get("count"):
                self.unsupported(f"{name} of several rows is not translated")
            value, by = self.sql(node, "this"), self.sql(node, "expression")
            return f"{name}({value}, {by}) FILTER(WHERE {value} IS NOT NULL AND ({where}))"

        def joined(self, node: exp.GroupConcat, where: str = "TRUE") -> str:
            """LISTAGG with DISTINCT fails beside another DISTINCT (Spark 4.3)."""
            _, value, _ = _aggregated(node)
            texts = self.listed(node, f"{self.sql(value)} IS NOT NULL AND ({where})")
            return self.func("ARRAY_JOIN", texts, node.args.get("separator") or "','")

        def listed(self, node: exp.ArrayAgg | exp.GroupConcat, where: str = "TRUE") -> str:
            """COLLECT_LIST drops NULL, knows no order, and is empty where DuckDB has NULL."""
            distinct, value, order = _aggregated(node)
            if any(one.args.get("desc") or one.args.get("nulls_first") for one in order):
                self.unsupported("a list in descending order is not translated")
            rank = self.row(exp.Tuple(expressions=[one.this for one in order])) if order else "0"
            item = f"NAMED_STRUCT('rank', {rank}, 'value', {self.sql(value)})"
            items = f"COLLECT_LIST({'DISTINCT ' if distinct else ''}{item}) FILTER(WHERE {where})"
            if order:
                items = f"SORT_ARRAY({items})"
            return f"NULLIF(TRANSFORM({items}, `item` -> `item`.`value`), ARRAY())"

        def row(self, node: exp.Tuple) -> str:
            """DuckDB compares rows with NULL as the greatest value, Spark as the smallest.

            Names of fields must be the same for two rows to be compared.
            """
            if isinstance(node.parent, exp.Values | exp.In):
                return self.tuple_sql(node)
            fields: list[str] = []
            for index, one in enumerate(node.expressions):
                value = self.sql(one)
                fields += [f"'null{index}', {value} IS NULL", f"'value{index}', {value}"]
            return f"NAMED_STRUCT({', '.join(fields)})"

        def formatted(self, node: exp.Format) -> str:
            """FORMAT_STRING writes NULL as a word; what CONCAT makes of it is NULL."""
            if not node.this.is_string:
                self.unsupported("a format that is no literal is not translated")
                return ""
            values, parts = iter(node.expressions), []
            for text, name, form, conversion in Formatter().parse(node.this.name):
                parts.append(self.sql(exp.Literal.string(text)))
                if name is None:
                    continue
                value = next(values, None)
                if name or conversion or value is None:
                    self.unsupported("a format with names, numbers or too few values")
                elif not form:
                    parts.append(self.sql(exp.cast(value.copy(), "text")))
                elif _NUMBER_FORMAT.fullmatch(form):
                    number = self.sql(exp.cast(value.copy(), "double"))
                    parts.append(f"IF({number} IS NULL, NULL, FORMAT_STRING('%{form}', {number}))")
                else:
                    self.unsupported(f"the format {form} is not translated")
            return f"CONCAT({', '.join(parts)})"

        def converted(self, node: exp.Cast) -> str:
            """A generator of rows can stand within nothing: its list is cast instead."""
            if type(node) is exp.Cast and isinstance(node.this, exp.Explode):
                of = exp.DataType(this=exp.DType.ARRAY, expressions=[node.to.copy()], nested=True)
                return self.func("EXPLODE", exp.cast(node.this.this.copy(), of))
            return self.cast_sql(node)

        def series(self, node: exp.GenerateSeries) -> str:
            """SEQUENCE counts down where the end comes before the start."""
            start, end, step = (self.sql(node, key) for key in ("start", "end", "step"))
            if isinstance(node.args.get("step"), exp.Neg):
                self.unsupported("a series that counts down is not translated")
            items = ", ".join(filter(None, (start, end, step)))
            return f"IF({start} <= {end}, SEQUENCE({items}), NULL)"

        def like(self, node: exp.Like) -> str:
            r"""To Spark, \ is an escape, to DuckDB it is not."""
            if not node.expression.is_string or "\\" in node.expression.name:
                self.unsupported("LIKE takes a literal without a backslash")
            return self.binary(node, "LIKE")

        def matched(self, node: exp.RegexpLike | exp.RegexpFullMatch) -> str:
            """RLIKE searches; $ would let a line end pass."""
            pattern = node.expression
            if not pattern.is_string or node.args.get("options") or node.args.get("flag"):
                self.unsupported("a regular expression that is no literal, or that has options")
            if isinstance(node, exp.RegexpFullMatch):
                pattern = exp.Literal.string(rf"\A(?:{pattern.name})\z")
            return f"({self.sql(node, 'this')} RLIKE {self.sql(pattern)})"

        def replaced(self, node: exp.RegexpReplace) -> str:
            r"""Spark replaces every match, and takes $1 where DuckDB takes \1."""
            by = node.args.get("replacement")
            every = node.args.get("modifiers")
            if every is None or every.name != "g" or by is None or not by.is_string:
                self.unsupported("regexp_replace takes a literal and the option 'g'")
            elif "\\" in by.name or "$" in by.name:
                self.unsupported("regexp_replace takes no group")
            return self.func("REGEXP_REPLACE", node.this, node.expression, by)


def _aggregated(node: exp.Expr) -> tuple[bool, exp.Expr, list[exp.Expr]]:
    """Return whether an aggregate is of distinct values, of what, and in which order."""
    value, order = node.this, []
    if isinstance(value, exp.Order):
        value, order = value.this, value.expressions
    if isinstance(value, exp.Distinct):
        return True, value.expressions[0], order
    return False, value, order
