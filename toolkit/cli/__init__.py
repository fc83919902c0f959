"""The command line. Importing it, and ``toolkit --help``, loads click and nothing heavier."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from toolkit import __version__

# Where each command stands, and what the list of commands says of it.
_COMMANDS = {
    "add": (
        "toolkit.cli.add",
        "Add a row to TABLE, or an event with all that belongs to it, once it is checked.",
    ),
    "build": (
        "toolkit.cli.build",
        "Validate PACKAGE, then write its release: a folder and a zip, the same bytes every time.",
    ),
    "bump": (
        "toolkit.cli.bump",
        "Hold the version of the package in the current folder against what changed since OLD.",
    ),
    "diff": (
        "toolkit.cli.diff",
        "Tell in what NEW differs from OLD.",
    ),
    "explain": (
        "toolkit.cli.explain",
        "Print the page of a rule: what it checks, why, examples, how to mend it.",
    ),
    "fix": (
        "toolkit.cli.fix",
        "Put the files of PACKAGE into canonical form, and mend what can only be meant one way.",
    ),
    "init": (
        "toolkit.cli.init",
        "Make a new package in DIR out of CSV files: schemas, keys, code lists, a rule, tests.",
    ),
    "query": (
        "toolkit.cli.query",
        "Run SQL, which can only read, over the tables and views of a package.",
    ),
    "release": (
        "toolkit.cli.release",
        "Release PACKAGE: check it and its version, build it twice, verify it, tell how to tag it.",
    ),
    "review": (
        "toolkit.cli.review",
        "Tell what the change from BASE to HEAD does and what of it deserves a look.",
    ),
    "rules": (
        "toolkit.cli.explain",
        "List every rule, the toolkit's own and those of PACKAGE.",
    ),
    "sheet": (
        "toolkit.cli.sheet",
        "Edit tables in a spreadsheet: write a workbook of them, and take its changes back.",
    ),
    "shell": (
        "toolkit.cli.shell",
        "Type SQL, which can only read, over the tables and views of a package.",
    ),
    "site": (
        "toolkit.cli.site",
        "Write the site of RELEASE, its folder or zip: plain files for any static host.",
    ),
    "spark": (
        "toolkit.cli.spark",
        "Run the consistency queries of RELEASE, or SQL over it, on a Spark on this machine.",
    ),
    "validate": (
        "toolkit.cli.validate",
        "Check PACKAGE, a folder or a descriptor; the current folder when left out.",
    ),
    "verify": (
        "toolkit.cli.verify",
        "Verify RELEASE, the folder of a release or its zip: whole, unchanged, valid, consistent.",
    ),
    "verify-quotes": (
        "toolkit.cli.verify_quotes",
        "Hold every quotation of PACKAGE against copies of the texts that it quotes.",
    ),
}

# Who uses what, in the order of the help.
GROUPS = {
    "Researchers, who read what was published": ("diff", "verify"),
    "Contributors, who correct and add": (
        "validate",
        "explain",
        "rules",
        "fix",
        "add",
        "sheet",
        "verify-quotes",
    ),
    "Analysts, who ask": ("query", "shell", "site", "spark"),
    "Maintainers, who review and publish": ("review", "bump", "build", "release", "init"),
}


class Deferred(click.Command):
    """A command that is imported when it is run; until then only its short help is known."""

    def __init__(self, name: str, module: str, text: str) -> None:
        super().__init__(name, short_help=text)
        self._module = module

    def load(self) -> click.Command:
        """Return the command itself."""
        command: click.Command = getattr(
            import_module(self._module), str(self.name).replace("-", "_")
        )
        return command

    def make_context(self, *arguments: Any, **settings: Any) -> click.Context:
        """Return a context of the command itself, so that it is the one that runs."""
        return self.load().make_context(*arguments, **settings)


class _Toolkit(click.Group):
    """All commands, listed by who uses them.

    A reader that leaves their output, as ``| head`` does, is no failure.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands in the order of the help."""
        return [name for names in GROUPS.values() for name in names]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a list of commands for each group of people."""
        width = max(map(len, self.commands))
        for title, names in GROUPS.items():
            with formatter.section(title):
                limit = formatter.width - 6 - width
                formatter.write_dl(
                    [
                        (name.ljust(width), self.commands[name].get_short_help_str(limit))
                        for name in names
                    ]
                )

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for, and hand over all that it prints."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            # What is still held back has nowhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(cls=_Toolkit, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="toolkit")
def cli() -> None:
    """Check, explain, build, verify and release Data Packages.

    Exit codes: 0 clean, 1 findings, 2 wrong usage or failure.
    """


for name, (module, text) in _COMMANDS.items():
    cli.add_command(Deferred(name, module, text))


def main() -> None:
    """Run the command line; whatever goes wrong ends in one line and exit code 2."""
    try:
        sys.exit(cli.main(prog_name="toolkit", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("toolkit: interrupted", err=True)
        sys.exit(2)
    except BaseException as error:
        # Libraries written in Rust raise panics that are no Exception.
        if isinstance(error, SystemExit | GeneratorExit) or os.environ.get("TOOLKIT_DEBUG"):
            raise
        click.echo(f"toolkit: {in_one_line(error)}", err=True)
        sys.exit(2)


def in_one_line(error: BaseException) -> str:
    """Return what is told of an error that nobody expected."""
    from toolkit.findings import escape

    text = " ".join(str(error).split()) or type(error).__name__
    return f"{escape(text)} (TOOLKIT_DEBUG=1 shows where)"
