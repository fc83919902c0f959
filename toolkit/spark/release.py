"""The tables, code lists and views of a release on Spark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.package import Package, Resource, Schema, load_package
from toolkit.package.opened import NotOpened
from toolkit.package.paths import resolve
from toolkit.spark.session import SETTINGS
from toolkit.spark.syntax import Macro, Names, NotTranslated, read_select, tables_read
from toolkit.spark.translate import translate
from toolkit.tables import connect, describe_package, polars_type
from toolkit.tables.types import cast

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

ROW_LIMIT = 1_000_000
# The types of columns, as Spark calls those of DuckDB.
_TYPES = {
    "VARCHAR": "STRING",
    "BIGINT": "BIGINT",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP": "TIMESTAMP_NTZ",
}


class QueryFailed(Exception):
    """Spark cannot run a query; the message is the first line of what it says."""


@dataclass(slots=True)
class OpenRelease:
    """A release on Spark: each of its tables and views is a temporary view of the session.

    ``faults`` says of each view of the package that could not be created why.
    """

    spark: SparkSession
    package: Package
    names: Names = field(default_factory=Names)
    faults: dict[str, str] = field(default_factory=dict)

    def reads(self, sql: str) -> set[str]:
        """Return the names of the tables that one SELECT reads, itself or through views.

        Raises NotTranslated.
        """
        views = {view.name: view.sql for view in self.package.views}
        tables = {resource.name.lower(): resource.name for resource in self.package.resources}
        found: set[str] = set()
        waiting = tables_read(read_select(sql, self.names))
        while waiting:
            name = waiting.pop()
            if name in tables:
                found.add(tables[name])
            elif name in views:
                waiting |= tables_read(read_select(views[name], self.names))
        return found

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.spark.table(_quoted(table)).count())

    def frame(self, sql: str) -> DataFrame:
        """Return the rows of one SELECT of DuckDB; raises NotTranslated or QueryFailed."""
        from pyspark.errors import PySparkException

        try:
            return self.spark.sql(translate(sql, self.names))
        except PySparkException as error:
            raise QueryFailed(_explained(error)) from None

    def select(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of the columns of one SELECT, and its rows.

        Raises NotTranslated or QueryFailed, which too many rows are as well.
        """
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        frame = self.frame(sql)
        try:
            rows = frame.limit(ROW_LIMIT + 1).collect()
        except (PySparkException, Py4JError) as error:
            raise QueryFailed(_explained(error)) from None
        if len(rows) > ROW_LIMIT:
            raise QueryFailed(f"the query returns more than {ROW_LIMIT:,} rows")
        return frame.columns, [tuple(row) for row in rows]


def open_release(spark: SparkSession, folder: Path) -> OpenRelease:
    """Register the tables, code lists and views of the release in ``folder``.

    On a cluster the folder must be one that every node sees. The settings that queries rest on are
    set for the whole session. Raises NotOpened.
    """
    package, _ = load_package(folder)
    if not package.resources:
        raise NotOpened(f"{folder} holds no package with tables")
    return register(spark, package)


def register(spark: SparkSession, package: Package) -> OpenRelease:
    """Register the tables, code lists and views of a package; otherwise as `open_release`."""
    for name, value in SETTINGS.items():
        spark.conf.set(name, value)
    opened = OpenRelease(spark, package)
    for resource in package.resources:
        _create(opened, resource.name, _table(spark, package, resource))
    for name, frame in _descriptions(spark, package):
        _create(opened, name, frame)
    _create_views(opened)
    return opened


def _create(opened: OpenRelease, name: str, frame: DataFrame) -> None:
    if name.lower() in opened.names.tables:
        raise NotOpened(f"two tables are called {name}, if upper and lower case are the same")
    frame.createOrReplaceTempView(_quoted(name))
    opened.names.tables.add(name.lower())


def _table(spark: SparkSession, package: Package, resource: Resource) -> DataFrame:
    """Return the fields of a table, with the columns ``_key`` and ``_record`` that rules use."""
    from pyspark.sql import functions

    schema = resource.schema or Schema("", (), {})
    columns, path = _columns(package, resource, schema)
    types = (
        f"{_quoted(column)} {_TYPES[cast(one).type]}"
        for one, column in zip(schema.fields, columns, strict=True)
    )
    # Were Spark to look for the schema itself, the file could name a class of Java for a type.
    frame = spark.read.schema(", ".join(types)).parquet(f"file://{_without_patterns(path)}")
    shown: dict[str, Column] = {}
    of_field: dict[str, Column] = {}
    for one, column in zip(schema.fields, columns, strict=True):
        of_field[one.name] = functions.col(_quoted(column))
        # As in DuckDB, of names that differ only in case the first one is shown.
        if one.name.lower() not in (*map(str.lower, shown), "_key", "_record"):
            shown[one.name] = of_field[one.name].alias(one.name)
    key = [of_field[name].cast("string") for name in schema.primary_key]
    text = functions.concat_ws("|", *key) if key else functions.lit(None).cast("string")
    # The header is record 1.
    record = functions.col("_metadata.row_index") + 2
    return frame.select(*shown.values(), text.alias("_key"), record.alias("_record"))


def _columns(package: Package, resource: Resource, schema: Schema) -> tuple[list[str], Path]:
    """Return the columns of the Parquet file of a table, one for each field, and the file."""
    import polars

    path = f"parquet/{resource.name}.parquet"
    file, reason = resolve(package.root, path)
    if file is None or not file.is_file():
        raise NotOpened(f"{path} {reason or 'is missing'}")
    try:
        with file.open("rb") as opened:
            found = polars.read_parquet_schema(opened)
    except (OSError, polars.exceptions.PolarsError, polars.exceptions.PanicException):
        raise NotOpened(f"{path} is no Parquet file") from None
    if list(found.values()) != [polars_type(one) for one in schema.fields]:
        raise NotOpened(f"{path} has not the columns of its schema")
    return list(found), file.resolve()


def _descriptions(spark: SparkSession, package: Package) -> Iterable[tuple[str, DataFrame]]:
    """Yield the code lists and ``meta.package`` with the rows that they have in DuckDB."""
    with connect() as con:
        describe_package(con, package)
        for name in (*(f"codelists.{one}" for one in package.codelists), "meta.package"):
            schema, _, table = name.partition(".")
            result = con.execute(f'SELECT * FROM {schema}."{table}"')
            columns = [f"{_quoted(one[0])} {_TYPES[str(one[1])]}" for one in result.description]
            yield name, spark.createDataFrame(result.fetchall(), ", ".join(columns))


def _create_views(opened: OpenRelease) -> None:
    """Create each view once those that it reads are there, whatever their order."""
    views = opened.package.views
    for view in views:
        if view.parameters:
            opened.names.macros[view.name] = Macro(view.parameters, view.sql)
    waiting = {view.name: view.sql for view in views if not view.parameters}
    before = -1
    while len(waiting) != before:
        before = len(waiting)
        for name, sql in list(waiting.items()):
            try:
                _create(opened, name, opened.frame(sql))
            except (NotTranslated, QueryFailed) as error:
                opened.faults[name] = str(error)
            else:
                opened.faults.pop(name, None)
                del waiting[name]


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def _without_patterns(path: Path) -> str:
    """Return a path in which no character stands for others."""
    return "".join(f"\\{char}" if char in "\\*?[]{}" else char for char in str(path))


def _explained(error: Exception) -> str:
    # What py4j says itself is only that something went wrong.
    text = str(getattr(error, "java_exception", error)).strip()
    return text.splitlines()[0] if text else type(error).__name__
