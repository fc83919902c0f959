"""What a command that runs SQL of a stranger may take: memory, and time that cannot be withheld."""

from __future__ import annotations

import os
import re
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) *([kmgt]i?b)", re.IGNORECASE)
_UNITS = ("", "k", "m", "g", "t")
# DuckDB cannot open with less.
_LEAST = 64 << 20
# What the libraries need for themselves, most of it never touched: stacks of threads, arenas.
_BESIDE = 2 << 30


def memory_size(context: click.Context, parameter: click.Parameter, text: str) -> str:
    """Check a size such as 2GiB or 500 MB: a callback of click."""
    if not _SIZE.fullmatch(text) or _bytes(text) < _LEAST:
        raise click.BadParameter(f"{text!r} is no size of 64MiB or more, such as 500MB or 2GiB")
    return text


def _bytes(size: str) -> int:
    number, unit = _SIZE.fullmatch(size).groups()  # type: ignore[union-attr]
    base = 1024 if "i" in unit.lower() else 1000
    return int(float(number) * base ** _UNITS.index(unit[0].lower()))


@contextmanager
def held(memory: str, message: str) -> Iterator[Callable[[], None]]:
    """Bound the memory of the process, and yield what ends it with a message and exit code 2.

    DuckDB counts the memory of tables, joins and sorts; a text or a list of gigabytes that one
    function makes escapes its count. Of twice ``memory``, and what the libraries need, the system
    gives no more (on Linux), which DuckDB tells as it tells its own limit.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = 2 * _bytes(memory) + _BESIDE
    bounds = [bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY]
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="toolkit-") as folder:

        def end() -> NoReturn:
            click.echo(message, err=True)
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(2)

        try:
            # Every temporary file in one folder, so that none is left when the process ends so.
            tempfile.tempdir = folder
            resource.setrlimit(resource.RLIMIT_DATA, (min([most, *bounds]), hard))
            yield end
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
            tempfile.tempdir = before
