"""``toolkit validate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli import completion
from toolkit.cli.options import package_argument, table_option
from toolkit.cli.progress import Progress
from toolkit.cli.reports import Reports, report_options

if TYPE_CHECKING:
    from toolkit.findings import Report


@click.command()
@package_argument
@click.option(
    "--rule",
    "codes",
    multiple=True,
    metavar="CODE",
    shell_complete=completion.rules,
    help="Only this rule, or all that begin so (X, X03). Repeatable.",
)
@table_option
@report_options
@click.pass_context
def validate(
    context: click.Context,
    /,
    package: Path,
    codes: tuple[str, ...],
    tables: tuple[str, ...],
    **options: Any,
) -> None:
    """Check PACKAGE, a folder or a descriptor; the current folder when left out."""
    from toolkit import checks

    reports = Reports(**options)
    codes = tuple(code.upper() for code in codes)
    with Progress() as progress:
        found = checks.validate(package, limit=reports.kept, progress=progress)
    report = _filtered(found, codes, tables)
    folder = package if package.is_dir() else package.parent
    context.exit(reports(report, folder, _filters(codes, tables)))


def _filtered(report: Report, codes: tuple[str, ...], tables: tuple[str, ...]) -> Report:
    from toolkit.findings import escape

    known = {result.rule.code for result in report.results}
    for code in codes:
        if not any(other.startswith(code) for other in known):
            raise click.BadParameter(
                f"no rule {code}; `toolkit rules` lists them", param_hint="--rule"
            )
    for table in tables:
        if table not in report.tables:
            names = escape(", ".join(report.tables) or "none", 400)
            raise click.BadParameter(f"no table {table}; there are {names}", param_hint="--table")
    return report.only(codes, tables, "info")


def _filters(codes: tuple[str, ...], tables: tuple[str, ...]) -> str:
    return " ".join([f"--rule {code}" for code in codes] + [f"--table {table}" for table in tables])
