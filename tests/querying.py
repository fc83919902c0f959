"""The guides with queries: the list of views, and what commands and programs print."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from tests.conftest import REPOSITORY
from toolkit.cli import cli
from toolkit.findings.markup import inline
from toolkit.package import load_package

GUIDES = ("docs/querying.md", "docs/limitations.md", "docs/findings.md")
_VIEWS = re.compile(r"(?<=\| name \| a row is \|\n\| --- \| --- \|\n)(\|.*\n)*")
# A query, whose SQL may take several lines between quotation marks, and what it prints.
_CONSOLE = re.compile(
    r"(?<=```console\n)\$ (?P<command>toolkit query (?:\"[^\"`]*\"|.*))\n(?P<output>[^`]*)(?=```)"
)
# Lines for the shell, and what it prints.
_SHELL = re.compile(
    r"(?<=```console\n)\$ (?P<command>toolkit shell) <<'END'\n(?P<input>[^`]*)END\n"
    r"(?P<output>[^`]*)(?=```)"
)
# A program, and what it prints.
_PYTHON = re.compile(r"(?<=```python\n)(?P<code>[^`]*)```\n\n```text\n(?P<output>[^`]*)(?=```)")


def fresh_guide(guide: str, release: Path) -> str:
    """Return a guide as it should be now; its programs run beside the folder of a release."""
    text = (REPOSITORY / guide).read_text(encoding="utf-8")
    text = _VIEWS.sub(lambda _: _views(), text)
    text = _CONSOLE.sub(_afresh(_printed), text)
    text = _SHELL.sub(_afresh(_printed), text)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "dist").symlink_to(release.parent, target_is_directory=True)
        return _PYTHON.sub(_afresh(lambda found: run_python(found["code"], Path(folder))), text)


def _afresh(printed: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
    """Put what is printed now for the output of a match."""

    def replace(found: re.Match[str]) -> str:
        start = found.start("output") - found.start()
        return found[0][:start] + printed(found)

    return replace


def _views() -> str:
    package, _ = load_package(REPOSITORY)
    return "".join(
        f"| `{view.signature}` | {inline(view.row)} |\n"
        for view in sorted(package.views, key=lambda view: (view.parameters != (), view.name))
    )


def _printed(found: re.Match[str]) -> str:
    _, *arguments = shlex.split(found["command"])
    with contextlib.chdir(REPOSITORY):
        return CliRunner().invoke(cli, arguments, input=found.groupdict().get("input")).output


def run_python(code: str, folder: Path) -> str:
    """Return what a program prints in a folder; it must neither fail nor warn."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode()
