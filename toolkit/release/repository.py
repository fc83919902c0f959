"""The git repository of a package: is its state one that can be released, and tagging it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from toolkit.findings import escape
from toolkit.package.git import GitFailed, run_git

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
    """Return what git prints in a folder; NotReady if it fails or is not there."""
    try:
        return os.fsdecode(run_git(folder, *arguments)).removesuffix("\n")
    except GitFailed as error:
        raise NotReady(str(error)) from None
