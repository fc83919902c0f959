"""``toolkit fix``."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.options import package_argument
from toolkit.cli.progress import Progress

if TYPE_CHECKING:
    from toolkit.edit.fix import FileFix, Plan

# Lines of a difference that are printed at a time.
_AT_ONCE = 1_000


@click.command()
@package_argument
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@click.pass_context
def fix(context: click.Context, package: Path, check: bool, diff: bool) -> None:
    """Put the files of PACKAGE into canonical form, and mend what can only be meant one way.

    Nothing is written while a file has faults of structure, which leave doubt what its cells are.
    """
    from toolkit.edit import NotWritten
    from toolkit.edit.fix import plan_fixes, write

    try:
        with Progress() as progress:
            plan = plan_fixes(package, restore=not (check or diff), progress=progress)
    except NotWritten as error:
        raise click.UsageError(str(error), context) from None
    _tell_left(plan)
    if plan.refused:
        _tell_refused(plan)
        context.exit(1)
    if diff:
        _show(plan)
    elif not check:
        try:
            write(plan)
        except NotWritten as error:
            raise click.UsageError(str(error), context) from None
    for one in plan.fixes:
        click.echo(f"{_shown(one.name)}: {_what(one)}", err=diff)
    count = f"{len(plan.fixes)} {'file' if len(plan.fixes) == 1 else 'files'}"
    done = f"{count} to fix" if check or diff else f"{count} fixed"
    click.echo(done if plan.fixes else "nothing to fix", err=diff)
    context.exit(1 if check and plan.fixes else 0)


def _tell_left(plan: Plan) -> None:
    for name in plan.restored:
        click.echo(f"{_shown(name)} was put back: a write had been interrupted", err=True)
    for name, reason in plan.left:
        click.echo(f"{_shown(name)}: left alone, for {reason}", err=True)


def _tell_refused(plan: Plan) -> None:
    from toolkit.findings import escape

    for finding in sorted(plan.refused, key=lambda one: one.order):
        click.echo(f"{_shown(finding.place)}: {finding.rule}  {escape(finding.message)}", err=True)
        if finding.hint:
            click.echo(f"  hint: {escape(finding.hint)}", err=True)
    click.echo("toolkit: nothing was fixed; mend this first", err=True)


def _shown(text: str) -> str:
    from toolkit.findings import escape
    from toolkit.findings.markup import disarm

    return disarm(escape(text))


def _what(one: FileFix) -> str:
    """Return the rules that a fix follows, each with the number of cells that it changes."""
    from toolkit.findings import builtin_rule

    return ", ".join(
        f"{code} {builtin_rule(code).name}"
        + (f" ({count:,} {'cell' if count == 1 else 'cells'})" if count else "")
        for code, count in sorted(one.counts.items())
    )


def _show(plan: Plan) -> None:
    """Print what would change as a unified diff, with nothing in it that a terminal would obey."""
    from toolkit.edit.unified import unified
    from toolkit.findings import escape
    from toolkit.findings.markup import Paint, disarm

    paint = Paint(sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    colours = {"-": "31", "+": "32", "@": "36"}
    for one in plan.fixes:
        lines = unified(one.name, one.before, one.after)
        while some := list(itertools.islice(lines, _AT_ONCE)):
            shown = [(disarm(escape(line)), colours.get(line[0])) for line in some]
            click.echo("\n".join(paint(line, code) if code else line for line, code in shown))
