"""SQL of DuckDB as SQL of Spark."""

from __future__ import annotations

from sqlglot import ErrorLevel
from sqlglot.errors import UnsupportedError

from toolkit.spark.dialect import SparkDialect
from toolkit.spark.recursion import unroll
from toolkit.spark.syntax import Names, NotTranslated, read_select


def translate(sql: str, names: Names) -> str:
    """Return one SELECT of DuckDB over ``names`` as a SELECT of Spark that gives the same rows.

    Raises NotTranslated.
    """
    tree = unroll(read_select(sql, names))
    try:
        return tree.sql(
            SparkDialect,
            # Names that Spark would take for words of its own, and comments with hints in them.
            identify=True,
            comments=False,
            unsupported_level=ErrorLevel.RAISE,
        )
    except UnsupportedError as error:
        raise NotTranslated(str(error)) from None
    except RecursionError:
        raise NotTranslated("the SELECT is nested too deeply") from None
