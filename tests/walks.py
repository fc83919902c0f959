"""Walking through a guide: its console blocks are run in a fresh clone, and show what they print.

A block marked `console` holds commands after ``$ ``, continued after ``> ``, and their output. Each
chapter (``##`` or ``###``) begins in a fresh clone of this repository with a remote of its own, on
the branch `main`. What is done outside of a terminal stands before a block, in a comment:

    <!-- workbook hama.xlsx: events!B2: What is typed into the cell -->
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.workbooks import set_cell, text

GUIDE = "CONTRIBUTING.md"
# What a clone needs; the toolkit itself is that of this folder.
_FILES = ("datapackage.json", "CHANGELOG.md", "data", "schemas", "tests", ".gitignore")
_HEADING = re.compile("#{2,3} ")
_BLOCK = re.compile(
    r"(?:<!-- workbook (?P<edit>.*?) -->\n)?```console\n(?P<text>.*?)```", re.DOTALL
)
_EDIT = re.compile(r"(?P<book>.*?): (?P<sheet>\w+)!(?P<cell>[A-Z]+\d+): (?P<text>.*)")
_MISSING = ("__pycache__", ".pytest_cache", ".hypothesis", "snapshots")

_IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A contributor"), ("EMAIL", "contributor@example.org"))
}
# `make` brings documents up to date by walking through the guide: it is not run within the walk.
_PROGRAMS = {
    "make": 'echo "make $*" >> "$WALK/asked"\n',
    "python": f'exec "{sys.executable}" "$@"\n',
    "toolkit": f'PYTHONPATH="{REPOSITORY}" exec "{sys.executable}" -P -m toolkit "$@"\n',
}


def fresh_walk(name: str = GUIDE) -> str:
    """Return the guide with what its commands print now."""
    guide = (REPOSITORY / name).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        template = _clone(Path(folder))
        return "".join(
            _walked(chapter, template, Path(folder) / f"chapter-{number}")
            for number, chapter in enumerate(chapters(guide))
        )


def chapters(guide: str) -> list[str]:
    """Return the parts of a guide, each from its heading on; blocks hold no headings."""
    parts = [""]
    fenced = False
    for line in guide.splitlines(keepends=True):
        fenced ^= line.startswith("```")
        if not fenced and _HEADING.match(line):
            parts.append("")
        parts[-1] += line
    return parts


def _walked(chapter: str, template: Path, folder: Path) -> str:
    if not _BLOCK.search(chapter):
        return chapter
    shutil.copytree(template.parent, folder, symlinks=True)
    return _BLOCK.sub(lambda block: _run(block, folder), chapter)


def _run(block: re.Match[str], folder: Path) -> str:
    clone = folder / "clone"
    head = f"<!-- workbook {block['edit']} -->\n" if block["edit"] else ""
    if block["edit"]:
        _edit_workbook(clone, block["edit"])
    shown = "".join(
        f"{typed}{_output(command, clone)}" for command, typed in _asked_and_told(block["text"])
    )
    return f"{head}```console\n{shown}```"


def _asked_and_told(block: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a block, and the lines on which it is typed."""
    for typed in re.findall(r"^\$ .*\n(?:> .*\n)*", block, re.MULTILINE):
        yield re.sub(r"^[$>] ", "", typed, flags=re.MULTILINE), typed


def _output(command: str, clone: Path) -> str:
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", command],
        cwd=clone,
        env=_environment(clone.parent),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )
    # A check may find something; whatever else fails is no walk.
    found = done.returncode == 1 and command.startswith("toolkit validate")
    assert done.returncode == 0 or found, f"{command}\n{done.stdout}"
    return done.stdout


def _environment(walk: Path) -> dict[str, str]:
    programs = walk / "programs"
    kept = {key: os.environ[key] for key in ("HOME", "TMPDIR") if key in os.environ}
    return {
        **kept,
        **_IDENTITY,
        "COLUMNS": "100",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "LANG": "C.UTF-8",
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "WALK": str(walk),
    }


def _clone(folder: Path) -> Path:
    """Make a repository, the remote that it was cloned from, and programs beside it."""
    walk = folder / "template"
    clone = walk / "clone"
    clone.mkdir(parents=True)
    for name in _FILES:
        source = REPOSITORY / name
        if source.is_dir():
            ignored = shutil.ignore_patterns(*_MISSING)
            shutil.copytree(source, clone / name, symlinks=True, ignore=ignored)
        else:
            shutil.copyfile(source, clone / name)
    for name, body in _PROGRAMS.items():
        program = walk / "programs" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{body}", encoding="utf-8")
        program.chmod(0o755)
    for command in (
        "git init --quiet --bare --initial-branch main ../remote",
        "git init --quiet --initial-branch main",
        "git remote add origin ../remote",
        "git config core.autocrlf false",
        "git add --all",
        "git commit --quiet --message 'Record what is known'",
        "git push --quiet --set-upstream origin main",
    ):
        assert not _output(command, clone), command
    return clone


def _edit_workbook(clone: Path, edit: str) -> None:
    """Type a text into a cell of a workbook, as somebody does with a spreadsheet."""
    found = _EDIT.fullmatch(edit)
    assert found, edit
    set_cell(clone / found["book"], found["sheet"], found["cell"], text(found["text"]))
