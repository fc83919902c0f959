"""Arguments that several commands share, and how reports are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import click

from toolkit.cli import completion
from toolkit.cli.limits import memory_size

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


package_option = click.option(
    "--in",
    "package",
    type=click.Path(exists=True, path_type=Path),
    default=Path(),
    metavar="PACKAGE",
    show_default="the current folder",
    callback=_package,
    help="The package: a folder or a descriptor.",
)

table_option = click.option(
    "--table",
    "tables",
    multiple=True,
    metavar="NAME",
    shell_complete=completion.tables,
    help="Only this table. Repeatable.",
)

folder_option = click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="The folder for the release folder and its zip.",
)


source_option = click.option(
    "--in",
    "source",
    default=".",
    metavar="PACKAGE",
    show_default="the current folder",
    help="What is queried: a folder, the folder or zip of a release, a .duckdb file, a git tag.",
)

rows_option = click.option(
    "--rows",
    type=click.IntRange(min=0),
    default=1_000,
    show_default=True,
    help="The most rows that a table or Markdown shows; 0 for all.",
)

pager_option = click.option(
    "--pager/--no-pager", default=True, help="Page long results on a terminal."
)

memory_option = click.option(
    "--memory",
    default="2GiB",
    show_default=True,
    metavar="SIZE",
    callback=memory_size,
    help="The memory that a query may take; more goes to a temporary folder.",
)


class Output(NamedTuple):
    """A file to write, and its format."""

    form: str
    path: Path


def outputs(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[Output, ...]:
    """Return the files that ``values`` name; whatever is wrong with them is said before the run."""
    return outputs_in(FORMATS, values)


def outputs_in(formats: dict[str, tuple[str, ...]], values: tuple[str, ...]) -> tuple[Output, ...]:
    """Return the files that ``values`` name, each in one of the formats."""
    found = tuple(_output(formats, value) for value in values)
    if len({output.path for output in found}) < len(found):
        raise click.BadParameter("two reports cannot go to one file")
    for _, path in found:
        if path.is_dir():
            raise click.BadParameter(f"{path} is a folder")
        if not path.parent.is_dir():
            raise click.BadParameter(f"no folder {path.parent}")
    return found


def _output(formats: dict[str, tuple[str, ...]], value: str) -> Output:
    form, _, name = value.partition(":")
    if form in formats and name:
        return Output(form, Path(name))
    ends = {end: form for form, ends in formats.items() for end in ends}
    fitting = [end for end in ends if value.lower().endswith(end)]
    if not fitting:
        raise click.BadParameter(
            f"{value} does not tell its format; end it in {', '.join(ends)}, or put "
            f"FORMAT: in front, where FORMAT is {', '.join(formats)}"
        )
    return Output(ends[max(fitting, key=len)], Path(value))


def write_whole(path: Path, text: str) -> None:
    """Write beside and rename, so that a file is whole or not there."""
    if path.exists() and not path.is_file():
        # A pipe or a device is written to, not replaced.
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    from toolkit.package.paths import replacing

    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")
