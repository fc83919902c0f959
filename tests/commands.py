"""The reference of the command line, as Markdown: what click knows of every command."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from toolkit.cli import GROUPS, cli
from toolkit.findings.markup import code, inline

_HEAD = """\
# Commands

Every command of the toolkit with its arguments and options, by who uses what. `toolkit COMMAND -h`
says the same in the terminal. Exit codes are 0 for clean, 1 for findings, 2 for wrong usage or
failure. This page is written by `make readme` from the commands themselves.
"""


def reference() -> str:
    """Return the page of all commands."""
    blocks = [_HEAD]
    for title, names in GROUPS.items():
        blocks.append(f"- **{inline(title)}:** " + ", ".join(f"[{n}](#toolkit-{n})" for n in names))
    context = click.Context(cli, info_name="toolkit")
    for title, names in GROUPS.items():
        blocks.append(f"\n## {inline(title)}")
        for name in names:
            command = cli.commands[name].make_context(
                name, [], parent=context, resilient_parsing=True
            )
            blocks += _described(command, 3)
    return "\n".join(blocks) + "\n"


def _described(context: click.Context, level: int) -> Iterator[str]:
    command = context.command
    yield f"\n{'#' * level} {context.command_path}\n"
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"```text\n{usage}\n```\n"
    yield _prose(command.help or "")
    options = [one for one in command.params if isinstance(one, click.Option)]
    if options:
        yield "\n| option | |\n| --- | --- |"
    for option in options:
        if record := option.get_help_record(context):
            shown, told = code(record[0]).replace("|", r"\|"), " ".join(record[1].split())
            yield f"| {shown} | {inline(told)} |"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _described(click.Context(below, info_name=name, parent=context), level + 1)


def _prose(text: str) -> str:
    """Return the help of a command; what click is told not to wrap becomes a block of commands."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(
        f"```sh\n{one.removeprefix(chr(8)).strip()}\n```" if one.startswith("\b") else one
        for one in paragraphs
    )
