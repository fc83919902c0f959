"""Arguments that several commands share."""

from __future__ import annotations

from pathlib import Path

import click


def _package(context: click.Context, parameter: click.Parameter, path: Path) -> Path:
    if path.is_file() and path.suffix not in (".json", ".yaml", ".yml"):
        raise click.BadParameter(
            f"{path.name} is no package; name the folder that holds datapackage.json",
            context,
            parameter,
        )
    return path


package_argument = click.argument(
    "package",
    type=click.Path(exists=True, path_type=Path),
    default=Path(),
    metavar="[PACKAGE]",
    callback=_package,
)
