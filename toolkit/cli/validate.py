"""``toolkit validate``."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.options import FORMATS, Output, outputs, package_argument, write_whole
from toolkit.cli.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.findings import Report

# Formats read where the package lies in something larger: they name files from the folder in
# which the command runs. All others name them from the package.
_FROM_HERE = ("text", "github", "sarif", "junit")
# Findings of each kind in formats for people.
_LISTED = 10


@click.command()
@package_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How the report is printed.",
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
    help="Findings listed of each kind (rule, file and column); 0 for all. "
    "Left out: 10 in text, markdown and junit, 1,000 in other formats.",
)
@click.option(
    "--output",
    "files",
    multiple=True,
    metavar="[FORMAT:]FILE",
    callback=outputs,
    help="Write the report to a file as well; its format is FORMAT, or follows from how the file "
    "is called: report.json, .jsonl, .sarif, .xml (JUnit), .md, .csv, .txt. Repeatable.",
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
    limit: int | None,
    files: tuple[Output, ...],
) -> None:
    """Check PACKAGE, a folder or a descriptor; the current folder when left out."""
    from toolkit import checks

    forms = {form, *(output.form for output in files)}
    kept = 0 if "conformance" in forms else checks.LIMIT if limit is None else limit
    codes = tuple(code.upper() for code in codes)
    with Progress() as progress:
        found = checks.validate(package, limit=kept, progress=progress)
    report = _filtered(found, codes, tables, severity)
    filtered = _filters(codes, tables, severity)
    for output in files:
        write_whole(output.path, _render(output.form, report, package, limit, filtered))
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    click.echo(_render(form, report, package, limit, filtered, colour), nl=False)
    if "github" in forms:
        _summarise(report, _LISTED if limit is None else limit)
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


def _filters(codes: tuple[str, ...], tables: tuple[str, ...], severity: str) -> str:
    used = [f"--rule {code}" for code in codes] + [f"--table {table}" for table in tables]
    return " ".join(used + ([f"--severity {severity}"] if severity != "info" else []))


def _render(
    form: str,
    report: Report,
    package: Path,
    limit: int | None,
    filtered: str,
    colour: bool = False,
) -> str:
    from toolkit import render

    listed = _LISTED if limit is None else limit
    renderers: dict[str, Callable[[Report], str]] = {
        "text": partial(render.render_text, limit=listed, colour=colour, filtered=filtered),
        "json": render.render_json,
        "jsonl": render.render_jsonl,
        "github": render.render_github,
        "sarif": render.render_sarif,
        "junit": partial(render.render_junit, limit=listed),
        "markdown": partial(render.render_markdown, limit=listed),
        "csv": render.render_csv,
        "conformance": _conformance,
    }
    if form in _FROM_HERE:
        report = render.below(report, _folder(package))
    # Half a character, as JSON can name it, cannot be written; what JSON reads back as it can.
    return renderers[form](report).encode("utf-8", "backslashreplace").decode()


def _conformance(report: Report) -> str:
    from toolkit.render.conformance import render_conformance

    return render_conformance(report)


def _folder(package: Path) -> str:
    """Return where the package lies, seen from here; empty if it is here, or not below."""
    folder = (package if package.is_dir() else package.parent).resolve()
    here = Path.cwd().resolve()
    if folder == here or not folder.is_relative_to(here):
        return ""
    return folder.relative_to(here).as_posix()


def _summarise(report: Report, limit: int) -> None:
    """Append to the summary of the step, if this runs in GitHub Actions."""
    from toolkit.render import render_step_summary

    if name := os.environ.get("GITHUB_STEP_SUMMARY"):
        path = Path(name)
        taken = path.stat().st_size if path.exists() else 0
        with path.open("a", encoding="utf-8", newline="\n") as handle:
            handle.write(render_step_summary(report, limit=limit, taken=taken))
