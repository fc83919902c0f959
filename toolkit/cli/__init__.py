"""The command line. Importing it, and ``toolkit --help``, loads click and nothing heavier."""

from __future__ import annotations

import os
import sys

import click

from toolkit import __version__
from toolkit.cli.build import build
from toolkit.cli.bump import bump
from toolkit.cli.diff import diff
from toolkit.cli.explain import explain, rules
from toolkit.cli.release import release
from toolkit.cli.validate import validate
from toolkit.cli.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="toolkit")
def cli() -> None:
    """Check, explain, build, verify and release Data Packages.

    Exit codes: 0 clean, 1 findings, 2 wrong usage or failure.
    """


for command in (validate, build, verify, diff, bump, release, explain, rules):
    cli.add_command(command)


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
    except BrokenPipeError:
        # The reader of our output has left, as `| head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except BaseException as error:
        # Libraries written in Rust raise panics that are no Exception.
        if isinstance(error, SystemExit | GeneratorExit) or os.environ.get("TOOLKIT_DEBUG"):
            raise
        from toolkit.findings import escape

        text = " ".join(str(error).split()) or type(error).__name__
        click.echo(f"toolkit: {escape(text)} (TOOLKIT_DEBUG=1 shows where)", err=True)
        sys.exit(2)
