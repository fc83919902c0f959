"""``toolkit bump``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.options import write_whole
from toolkit.cli.progress import Progress

if TYPE_CHECKING:
    from toolkit.diff.bump import Bump
    from toolkit.diff.model import Difference


@click.command()
@click.argument("old", required=False)
@click.option(
    "--check/--write",
    default=True,
    show_default=True,
    help="Check the version, the changelog and the tombstones; or set the lowest version that "
    "fits, wherever the package states it.",
)
@click.pass_context
def bump(context: click.Context, old: str | None, check: bool) -> None:
    """Hold the version of the package in the current folder against what changed since OLD.

    OLD is a release, a folder or a git revision; the last tag that is a version when left out.
    """
    from toolkit.diff import compare, last_version
    from toolkit.diff.bump import bump_of
    from toolkit.package import find_descriptor
    from toolkit.package.opened import NotOpened

    descriptor = find_descriptor(Path())
    try:
        with Progress() as progress:
            base = last_version(Path()) if old is None else old
            difference = compare(base, ".", progress=progress)
        if check:
            context.exit(_check(difference, descriptor, bump_of(difference)))
        _write(descriptor, bump_of(difference))
    except NotOpened as error:
        raise click.UsageError(str(error), context) from None


def _check(difference: Difference, descriptor: Path, found: Bump) -> int:
    """Print what is wrong, and return the exit code."""
    from toolkit.diff.bump import faults

    wrong = list(faults(difference, descriptor))
    for fault in wrong:
        line = f":{fault.line}" if fault.line else ""
        click.echo(f"{fault.file}{line}: {fault.message}\n  hint: {fault.hint}\n")
    level = f"a {found.level.name.lower()}" if found.level else "no"
    verdict = f"{len(wrong)} {'fault' if len(wrong) == 1 else 'faults'}" if wrong else "no faults"
    click.echo(f"version {found.new}, {level} difference since {found.old}: {verdict}")
    return 1 if wrong else 0


def _write(descriptor: Path, found: Bump) -> None:
    """Write the version, and print the files that changed."""
    from toolkit.diff.bump import edits

    changed = edits(descriptor, found)
    for path, text in changed.items():
        write_whole(path, text)
        click.echo(path.as_posix())
    done = f"{len(changed)} {'file' if len(changed) == 1 else 'files'} written"
    click.echo(f"version {found.target}: {done}")
