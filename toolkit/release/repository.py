"""The git repository of a package: is its state one that can be released, and tagging it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from toolkit.findings import escape

# Git starts no pager, hook or monitor, asks nothing, and reaches no network.
_OPTIONS = ("--no-pager", "--literal-pathspecs", "--no-replace-objects")
_SETTINGS = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# Variables that point git to another repository than that of the folder.
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX")
# How many paths of a dirty tree are named.
_NAMED = 5


class NotReady(Exception):
    """The repository is in no state that can be released; the message says why."""


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository around a folder: its top folder, and the commit that is checked out."""

    root: Path
    commit: str

    @classmethod
    def around(cls, folder: Path) -> Repository:
        """Find the repository of a folder; NotReady if there is none, or none with a commit."""
        root = _git(folder, "rev-parse", "--show-toplevel")
        commit = _git(folder, "rev-parse", "--verify", "--end-of-options", "HEAD^{commit}")
        return cls(Path(root), commit)

    def check_clean(self) -> None:
        """Raise NotReady if a file is changed or not committed; ignored files do not count."""
        status = _git(self.root, "status", "--porcelain=v1", "-z", "--untracked-files=all")
        # Of a file that was moved the former path follows as an entry of its own.
        changed = [entry for entry in status.split("\0") if entry]
        if changed:
            paths = ", ".join(escape(entry[3:], 100) for entry in changed[:_NAMED])
            more = f" and {len(changed) - _NAMED:,} more" if len(changed) > _NAMED else ""
            raise NotReady(f"the working tree is not as committed: {paths}{more}; commit or stash")

    def check_free(self, tag: str) -> None:
        """Raise NotReady if a tag exists or cannot exist."""
        if _git(self.root, "tag", "--list", tag):
            raise NotReady(f"there is a tag {tag} already: raise the version")
        try:
            _git(self.root, "check-ref-format", f"refs/tags/{tag}")
        except NotReady:
            raise NotReady(f"{escape(tag)} cannot be the name of a tag") from None

    def export(self, folder: Path) -> None:
        """Write the files of the commit, which must be checked out and clean, into a folder."""
        _git(self.root, "checkout-index", "--all", f"--prefix={folder}/")

    def make_tag(self, tag: str, message: str) -> None:
        """Make an annotated tag of the commit; NotReady if git refuses."""
        _git(self.root, "tag", "--annotate", "--message", message, "--", tag, self.commit)


def _git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return what it prints; NotReady if it fails or is not there."""
    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *_OPTIONS, *_SETTINGS, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=kept | _ENVIRONMENT,
            check=False,
        )
    except FileNotFoundError:
        raise NotReady("git is not installed, and a release is made of a commit") from None
    if done.returncode:
        lines = os.fsdecode(done.stderr).strip().splitlines() or ["it failed"]
        raise NotReady(f"git {arguments[0]}: {escape(lines[0].removeprefix('fatal: '), 200)}")
    return os.fsdecode(done.stdout).removesuffix("\n")
