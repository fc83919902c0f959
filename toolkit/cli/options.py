"""Arguments that several commands share, and how reports are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import click

# The formats of a report, and how files end that are written in them.
FORMATS: dict[str, tuple[str, ...]] = {
    "text": (".txt",),
    "json": (".json",),
    "jsonl": (".jsonl",),
    "github": (),
    "sarif": (".sarif", ".sarif.json"),
    "junit": (".xml",),
    "markdown": (".md",),
    "csv": (".csv",),
    "conformance": (),
}


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


class Output(NamedTuple):
    """A file to write, and its format."""

    form: str
    path: Path


def outputs(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[Output, ...]:
    """Return the files that ``values`` name; whatever is wrong with them is said before the run."""
    found = tuple(_output(value) for value in values)
    if len({output.path for output in found}) < len(found):
        raise click.BadParameter("two reports cannot go to one file")
    for _, path in found:
        if path.is_dir():
            raise click.BadParameter(f"{path} is a folder")
        if not path.parent.is_dir():
            raise click.BadParameter(f"no folder {path.parent}")
    return found


def _output(value: str) -> Output:
    form, _, name = value.partition(":")
    if form in FORMATS and name:
        return Output(form, Path(name))
    ends = {end: form for form, ends in FORMATS.items() for end in ends}
    fitting = [end for end in ends if value.lower().endswith(end)]
    if not fitting:
        raise click.BadParameter(
            f"{value} does not tell its format; end it in {', '.join(ends)}, or put "
            f"FORMAT: in front, where FORMAT is {', '.join(FORMATS)}"
        )
    return Output(ends[max(fitting, key=len)], Path(value))
