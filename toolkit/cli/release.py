"""``toolkit release``."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.changes import changes_since
from toolkit.cli.options import folder_option, package_argument
from toolkit.cli.progress import Progress


@click.command()
@package_argument
@folder_option
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

    previous = _previous(package)
    plan = plan_release(package, output, tagging=tagging, previous=previous)
    click.echo(plan)
    if dry_run:
        return
    problems = _version_problems(package, previous)
    if not problems:
        changes = changes_since(previous, package, plan.folder) if previous else {}
        try:
            with Progress() as progress:
                report, folder = make_release(plan, changes, progress=progress)
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


def _previous(package: Path) -> str:
    """Return the tag of the last version; empty if there is none, and nothing to compare with."""
    from toolkit.diff import last_version
    from toolkit.package import find_descriptor
    from toolkit.package.opened import NotOpened

    try:
        return last_version(find_descriptor(package).resolve().parent)
    except NotOpened:
        return ""


def _version_problems(package: Path, previous: str) -> list[str]:
    """Return what is wrong with the version of a package, given what changed since the last one."""
    from toolkit.diff.bump import changelog_faults, faults
    from toolkit.diff.compare import compare_sides
    from toolkit.diff.version import Version
    from toolkit.package import find_descriptor
    from toolkit.package.opened import NotOpened, open_package

    descriptor = find_descriptor(package).resolve()
    folder = descriptor.parent
    try:
        with open_package(str(descriptor)) as new:
            version = Version.parse(new.package.version)
            if version is None:
                return [f"{descriptor.name}: the version should be three numbers, as 1.2.3"]
            if not previous:
                found = list(changelog_faults(folder, version))
            else:
                with open_package(previous, folder) as old:
                    found = list(faults(compare_sides(old, new), descriptor))
    except NotOpened as error:
        return [str(error)]
    return [f"{fault.file}: {fault.message}. {fault.hint}" for fault in found]
