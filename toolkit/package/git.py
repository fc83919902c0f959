"""Running git in the repository of a package, which may be a stranger's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from toolkit.findings import escape

# Git starts no pager, hook or monitor, asks nothing, and reaches no network.
_OPTIONS = ("--no-pager", "--literal-pathspecs", "--no-replace-objects")
_SETTINGS = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# Variables that point git to another repository than that of the folder.
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX")


class GitFailed(Exception):
    """Git is not installed or refused; the message says what it said."""


def run_git(
    folder: Path, *arguments: str, given: bytes = b"", output: int = subprocess.PIPE
) -> bytes:
    """Run git in a folder and return what it prints, if that does not go to a file of its own.

    ``given`` is its standard input, ``output`` the descriptor of a file. Raises GitFailed.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder.resolve()), *_OPTIONS, *_SETTINGS, *arguments],
            input=given,
            stdout=output,
            stderr=subprocess.PIPE,
            env=kept | _ENVIRONMENT,
            check=False,
        )
    except FileNotFoundError:
        raise GitFailed("git is not installed") from None
    if done.returncode:
        lines = os.fsdecode(done.stderr).strip().splitlines() or ["it failed"]
        raise GitFailed(f"git: {escape(lines[0].removeprefix('fatal: '), 200)}")
    return done.stdout or b""
