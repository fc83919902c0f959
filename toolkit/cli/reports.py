"""Printing and writing the report of a run, for every command that makes one."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from toolkit.cli.options import FORMATS, Output, outputs, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.findings import Report

# Formats read where the package lies in something larger: they name files from the folder in
# which the command runs. All others name them from the package.
_FROM_HERE = ("text", "github", "sarif", "junit")
# Findings of each kind in formats for people.
_LISTED = 10

Command = TypeVar("Command", bound="Callable[..., None]")


def report_options(command: Command) -> Command:
    """Give a command the options of `Reports`, under the names of its fields."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--format",
        "form",
        type=click.Choice(list(FORMATS)),
        default="text",
        show_default=True,
        help="How the report is printed.",
    ),
    click.option(
        "--severity",
        type=click.Choice(["error", "warning", "info"]),
        default="info",
        help="Show this severity and worse.",
    ),
    click.option("--strict", is_flag=True, help="Warnings fail as well."),
    click.option(
        "--limit",
        type=click.IntRange(min=0),
        help="Findings listed of each kind (rule, file and column); 0 for all. "
        "Left out: 10 in text, markdown and junit, 1,000 in other formats.",
    ),
    click.option(
        "--output",
        "files",
        multiple=True,
        metavar="[FORMAT:]FILE",
        callback=outputs,
        help="Write the report to a file as well; its format is FORMAT, or follows from how the "
        "file is called: report.json, .jsonl, .sarif, .xml (JUnit), .md, .csv, .txt. Repeatable.",
    ),
)


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports that a command was asked for: ``form`` is printed, ``files`` are written."""

    form: str
    severity: str
    strict: bool
    limit: int | None
    files: tuple[Output, ...]

    @property
    def kept(self) -> int:
        """How many findings of each kind the run must keep; all if 0."""
        from toolkit.checks import LIMIT

        forms = {self.form, *(output.form for output in self.files)}
        return 0 if "conformance" in forms else LIMIT if self.limit is None else self.limit

    def __call__(self, report: Report, folder: Path | None, filtered: str = "") -> int:
        """Print and write a report; return the exit code.

        ``folder`` is where the files lie that it names; None if they are in none. ``filtered``
        names the filters in use, but for that of severity.
        """
        report = report.only((), (), self.severity)
        severity = f"--severity {self.severity}" if self.severity != "info" else ""
        filtered = " ".join(filter(None, (filtered, severity)))
        for output in self.files:
            write_whole(output.path, self._render(output.form, report, folder, filtered))
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        click.echo(self._render(self.form, report, folder, filtered, colour), nl=False)
        if "github" in {self.form, *(output.form for output in self.files)}:
            _summarise(report, self._listed)
        return 1 if report.fails(strict=self.strict) else 0

    @property
    def _listed(self) -> int:
        return _LISTED if self.limit is None else self.limit

    def _render(
        self, form: str, report: Report, folder: Path | None, filtered: str, colour: bool = False
    ) -> str:
        from toolkit import render

        listed = self._listed
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
        if form in _FROM_HERE and folder:
            report = render.below(report, _seen_from_here(folder))
        # Half a character, as JSON can name it, cannot be written; what JSON reads back as it can.
        return renderers[form](report).encode("utf-8", "backslashreplace").decode()


def _conformance(report: Report) -> str:
    from toolkit.render.conformance import render_conformance

    return render_conformance(report)


def _seen_from_here(folder: Path) -> str:
    """Return where a folder lies, seen from here; empty if it is here, or not below."""
    folder = folder.resolve()
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
