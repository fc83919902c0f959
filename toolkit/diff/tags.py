"""The versions that a repository tags."""

from __future__ import annotations

from pathlib import Path

from toolkit.diff.version import Version
from toolkit.package.git import GitFailed, run_git
from toolkit.package.opened import NotOpened


def last_version(here: Path = Path(), revision: str = "HEAD") -> str:
    """Return the tag of the highest version in the history of a revision of ``here``.

    Raises NotOpened if there is none.
    """
    try:
        listed = run_git(here, "tag", "--list", f"--merged={revision}")
    except GitFailed as error:
        raise NotOpened(str(error)) from None
    tags = listed.decode("utf-8", "replace").split("\n")
    versions = [(version, tag) for tag in tags if (version := Version.parse(tag.removeprefix("v")))]
    if not versions:
        raise NotOpened(
            "no tag of this repository is a version (1.2.3 or v1.2.3), so that there is nothing to "
            "compare with; name a release, a folder or a revision as OLD"
        )
    # The tag by name, as a branch may be called the same.
    return f"refs/tags/{max(versions)[1]}"
