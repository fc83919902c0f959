"""Arguments that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

package_argument = click.argument(
    "package",
    type=click.Path(exists=True, path_type=Path),
    default=Path(),
    metavar="[PACKAGE]",
)
