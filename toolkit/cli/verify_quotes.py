"""``toolkit verify-quotes``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolkit.cli.options import package_argument, write_whole
from toolkit.cli.progress import Progress
from toolkit.cli.reports import Reports, report_options


@click.command("verify-quotes")
@package_argument
@click.option(
    "--texts",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of copies: the text of each source as <source>.txt, in UTF-8.",
)
@click.option(
    "--hashes",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the SHA-256 of each copy, normalised, to this CSV file.",
)
@report_options
@click.pass_context
def verify_quotes(
    context: click.Context,
    /,
    package: Path,
    texts: Path,
    hashes: Path | None,
    **options: Any,
) -> None:
    """Hold every quotation of PACKAGE against copies of the texts that it quotes.

    Typographic quotation marks and white space may differ, nothing else.
    """
    from toolkit.quotations import NoQuotations, verify_quotations
    from toolkit.render.csv import csv_text

    reports = Reports(**options)
    if hashes and not hashes.parent.is_dir():
        raise click.BadParameter(f"no folder {hashes.parent}", param_hint="--hashes")
    try:
        with Progress() as progress:
            report, found = verify_quotations(package, texts, limit=reports.kept, progress=progress)
    except NoQuotations as error:
        raise click.BadParameter(str(error), param_hint="PACKAGE") from None
    if hashes:
        write_whole(hashes, csv_text(("source_id", "text_sha256"), found.items()))
    context.exit(reports(report, package if package.is_dir() else package.parent))
