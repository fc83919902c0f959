"""``toolkit release``."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.options import package_argument
from toolkit.cli.progress import Progress


@click.command()
@package_argument
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="The folder for the release folder and its zip.",
)
@click.option("--dry-run", is_flag=True, help="Print the plan and stop.")
@click.option("--tag", "tagging", is_flag=True, help="Make the tag. It is never pushed.")
@click.pass_context
def release(
    context: click.Context, package: Path, output: Path, dry_run: bool, tagging: bool
) -> None:
    """Release PACKAGE: check it and its version, build it twice, verify it, tell how to tag it."""
    from toolkit.findings import escape
    from toolkit.release.sequence import NotReproduced, make_release, plan_release
    from toolkit.render import render_text

    plan = plan_release(package, output, tagging=tagging)
    click.echo(plan)
    if dry_run:
        return
    problems = _version_problems(package)
    if not problems:
        try:
            with Progress() as progress:
                report, folder = make_release(plan, progress=progress)
        except NotReproduced as error:
            problems = [str(error)]
    if problems:
        for problem in problems:
            click.echo(f"toolkit: {escape(problem)}", err=True)
        context.exit(1)
    click.echo()
    click.echo(render_text(report), nl=False)
    if folder is None:
        click.echo("toolkit: nothing was released, because of what was found", err=True)
        context.exit(1)
    click.echo(f"{folder}\n{folder}.zip\n\nTo publish it:\n{plan.commands}")


def _version_problems(package: Path) -> list[str]:
    """Return what is wrong with the version of a package, given what changed."""
    from toolkit.release.changelog import missing_entry

    return missing_entry(package)
