"""What a release tells of the one before it."""

from __future__ import annotations

from pathlib import Path

import click

# Rows of each kind that are listed of each table in the pages, and for programs.
_LISTED, _KEPT = 200, 10_000


def changes_since(old: str, package: Path, here: Path = Path()) -> dict[str, str]:
    """Return the files that tell how a package differs from an earlier state, by their names.

    ``old`` is the folder or zip of a release, a package, or a git revision of the repository around
    ``here``. States are called by name and version, wherever they were found.
    """
    import dataclasses

    from toolkit.diff import reports
    from toolkit.diff.compare import compare_sides
    from toolkit.package.opened import NotOpened, open_package

    try:
        with open_package(old, here) as before, open_package(str(package)) as now:
            sides = (dataclasses.replace(one, label="") for one in (before, now))
            found = compare_sides(*sides, limit=_KEPT)
    except NotOpened as error:
        raise click.UsageError(str(error)) from None
    return {
        "changes.md": reports.render_markdown(found, limit=_LISTED),
        "changes.html": reports.render_html(found, limit=_LISTED),
        "changes.json": reports.render_json(found),
    }
