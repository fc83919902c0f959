"""``toolkit verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolkit.cli.progress import Progress
from toolkit.cli.reports import Reports, report_options


@click.command()
@click.argument("release", type=click.Path(exists=True, path_type=Path))
@report_options
@click.pass_context
def verify(context: click.Context, /, release: Path, **options: Any) -> None:
    """Verify RELEASE, the folder of a release or its zip: whole, unchanged, valid, consistent.

    A zip of the same name beside the folder must hold the same files.
    """
    from toolkit.release.verify import verify_release

    reports = Reports(**options)
    with Progress() as progress:
        report = verify_release(release, limit=reports.kept, progress=progress)
    context.exit(reports(report, release if release.is_dir() else None))
