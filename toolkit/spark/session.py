"""A Spark on this machine."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What makes Spark give what DuckDB gives, and keeps SQL within the tables of the package.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timeType.enabled": "true",
    # A parent of a parent of a place, and so on; Spark gives up after 100 or a million unless told.
    "spark.sql.cteRecursionLevelLimit": "10000",
    "spark.sql.cteRecursionRowLimit": "100000000",
    # ${env:HOME} in the text of a query would be the value of that variable.
    "spark.sql.variable.substitute": "false",
    # SELECT * FROM parquet.`/any/file`
    "spark.sql.runSQLOnFiles": "false",
}
_LOCAL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.catalogImplementation": "in-memory",
}


class NoSpark(Exception):
    """Spark cannot be started; the message says what is missing and how to install it."""

    MISSING = "{} is not installed; install the toolkit with its extra: pip install '.[spark]'"


@contextmanager
def local_spark(
    cores: int = 0, memory: str = "", settings: dict[str, str] | None = None
) -> Iterator[SparkSession]:
    """Start a Spark on this machine, and end it; ``memory`` is the heap of its Java, as ``4g``.

    It takes all cores if ``cores`` is 0. Raises NoSpark.
    """
    _require_java()
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise NoSpark(NoSpark.MISSING.format("pyspark")) from None
    # What is wrong with a query is said once, by the one who runs it.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    with TemporaryDirectory(prefix="toolkit-") as folder:
        builder = SparkSession.builder.master(f"local[{cores or '*'}]").appName("toolkit")
        heap = {"spark.driver.memory": memory} if memory else {}
        places = {"spark.local.dir": folder, "spark.sql.warehouse.dir": str(Path(folder, "tables"))}
        for name, value in {**_LOCAL, **SETTINGS, **heap, **places, **(settings or {})}.items():
            builder = builder.config(name, value)
        log = Path(folder, "log")
        try:
            with _errors_to(log):
                spark = builder.getOrCreate()
        except (PySparkException, Py4JError, OSError) as error:
            said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise NoSpark(f"Spark does not start: {said[-1] if said else error}") from None
        try:
            yield spark
        finally:
            spark.stop()


@contextmanager
def _errors_to(path: Path) -> Iterator[None]:
    """Give a process that is started the file for its standard error.

    Java warns there before it knows how much it may say.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with path.open("wb") as file:
            os.dup2(file.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if home and Path(home, "bin", "java").exists():
        return
    if home or not shutil.which("java"):
        where = f"JAVA_HOME ({home}) holds none" if home else "none is on the path"
        raise NoSpark(
            f"Spark needs Java 17 or later, and {where}; "
            "on Debian and Ubuntu: apt-get install default-jre-headless"
        )
