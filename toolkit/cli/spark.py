"""``toolkit spark``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.progress import Progress
from toolkit.cli.reports import Reports, report_options

if TYPE_CHECKING:
    from toolkit.spark.release import OpenRelease


class Failed(click.ClickException):
    """Neither clean nor with findings: the exit code is 2."""

    exit_code = 2


@click.command()
@click.argument("release", type=click.Path(exists=True, path_type=Path))
@click.option("--sql", help="Print the rows of this SELECT, in SQL of DuckDB, and check nothing.")
@click.option("--view", help="Print the rows of this table or view, and check nothing.")
@click.option(
    "--memory",
    default="",
    metavar="SIZE",
    help="The memory of Spark's Java, such as 8g. Left out: what Spark takes, 1g.",
)
@report_options
@click.pass_context
def spark(
    context: click.Context,
    /,
    release: Path,
    sql: str | None,
    view: str | None,
    memory: str,
    **options: Any,
) -> None:
    """Run the consistency queries of RELEASE, or SQL over it, on a Spark on this machine.

    RELEASE is the folder of a release or its zip; its Parquet files are read.
    """
    from toolkit.findings import escape
    from toolkit.package.opened import NotOpened, open_package
    from toolkit.spark.session import NoSpark, local_spark

    try:
        from toolkit.spark.release import QueryFailed, register
        from toolkit.spark.syntax import NotTranslated
    except ImportError:
        raise Failed(NoSpark.MISSING.format("sqlglot")) from None

    if sql is not None and view is not None:
        raise click.UsageError("Give --sql or --view, not both.", context)
    reports = Reports(**options)
    try:
        with Progress() as progress:
            progress("starting Spark")
            with open_package(str(release)) as named, local_spark(memory=memory) as session:
                progress("opening the release")
                opened = register(session, named.package)
                if sql is None and view is None:
                    context.exit(_check(opened, release, reports, progress))
                progress("running the query")
                _print(*opened.select(_named(opened, view) if view is not None else str(sql)))
    except (NoSpark, NotOpened, NotTranslated, QueryFailed) as error:
        line = getattr(error, "line", None)
        place = f" (line {line} of the SQL)" if line else ""
        raise Failed(escape(f"{error}{place}")) from None


def _named(opened: OpenRelease, name: str) -> str:
    """Return the SELECT of all that a table or view holds."""
    from toolkit.findings import escape
    from toolkit.tables import identifier

    if reason := opened.faults.get(name.lower()):
        raise Failed(escape(f"the view {name} cannot be created: {reason}"))
    if macro := opened.names.macros.get(name.lower()):
        call = f"FROM {name}({', '.join(macro.parameters)})"
        raise click.UsageError(escape(f"{name} takes parameters; write --sql '{call}'"))
    if name.lower() not in opened.names.tables:
        known = ", ".join(sorted(opened.names.tables))
        raise click.BadParameter(
            escape(f"no table or view {name}; there are {known}"), param_hint="--view"
        )
    schema, _, table = name.rpartition(".")
    return f"FROM {schema + '.' if schema else ''}{identifier(table)}"


def _check(opened: OpenRelease, folder: Path, reports: Reports, progress: Progress) -> int:
    from toolkit.findings import escape
    from toolkit.spark.rules import check_release

    report = check_release(opened, limit=reports.kept, progress=progress)
    code = reports(report, folder)
    skipped = [result for result in report.results if result.skipped]
    for result in skipped:
        click.echo(escape(f"{result.rule.code} was not run: {result.skipped}"), err=True)
    return 2 if skipped else code


def _print(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    """Print rows as the command query does."""
    from toolkit.query.session import Column
    from toolkit.query.text import render_table

    columns = [Column(name, "VARCHAR") for name in names]
    text = render_table(columns, [tuple(map(_text, row)) for row in rows], None, False)
    click.echo(text, nl=False)


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return f"[{', '.join(_text(one) or 'NULL' for one in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
