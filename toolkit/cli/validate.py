"""``toolkit validate``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.options import package_argument

if TYPE_CHECKING:
    from toolkit.findings import Report


@click.command()
@package_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the report is written.",
)
@click.option(
    "--rule",
    "codes",
    multiple=True,
    metavar="CODE",
    help="Only this rule, or all that begin so (X, X03). Repeatable.",
)
@click.option(
    "--table", "tables", multiple=True, metavar="NAME", help="Only this table. Repeatable."
)
@click.option(
    "--severity",
    type=click.Choice(["error", "warning", "info"]),
    default="info",
    help="Show this severity and worse.",
)
@click.option("--strict", is_flag=True, help="Warnings fail as well.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Findings shown of each kind; 0 for all.",
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to a file."
)
@click.pass_context
def validate(
    context: click.Context,
    package: Path,
    form: str,
    codes: tuple[str, ...],
    tables: tuple[str, ...],
    severity: str,
    strict: bool,
    limit: int,
    output: Path | None,
) -> None:
    """Check PACKAGE, a folder or a descriptor; the current folder when left out."""
    from toolkit import checks
    from toolkit.render import render_json, render_text

    if output and not output.parent.is_dir():
        raise click.BadParameter(
            f"the folder {output.parent} does not exist", param_hint="--output"
        )
    codes = tuple(code.upper() for code in codes)
    report = _filtered(checks.validate(package), codes, tables, severity)
    if form == "json":
        text = render_json(report)
    else:
        colour = output is None and sys.stdout.isatty() and not _no_colour()
        text = render_text(report, limit=limit, colour=colour)
    if output:
        _write(output, text)
    else:
        click.echo(text, nl=False)
    context.exit(1 if report.fails(strict=strict) else 0)


def _filtered(
    report: Report, codes: tuple[str, ...], tables: tuple[str, ...], severity: str
) -> Report:
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
    return report.only(codes, tables, severity)


def _no_colour() -> bool:
    return bool(os.environ.get("NO_COLOR"))


def _write(output: Path, text: str) -> None:
    """Write beside and rename, so that a file is whole or not there."""
    beside = output.with_name(output.name + ".part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(output)
