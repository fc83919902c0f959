"""What a change asks of the version and of the changelog."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from toolkit.diff.bump import CHANGELOG, bump_of, changelog_faults, version_faults
from toolkit.diff.model import Difference
from toolkit.diff.version import Version, reasons
from toolkit.package.opened import NotOpened, Opened
from toolkit.package.paths import resolve
from toolkit.package.text import Unreadable, read_text
from toolkit.review.model import VersionNeed

# Reasons that are named.
_NAMED = 5
_UNPUBLISHED = (
    "No version has been published yet, as far as this repository has tags, so that none need be "
    "raised"
)


def version_need(
    old: Opened, new: Opened, difference: Difference, published: str | None
) -> VersionNeed:
    """Return what is needed.

    ``published`` is the version that was last published; empty if none was, None if it is that of
    the old side. What is not published yet may be changed under the same version.
    """
    if published is not None:
        difference = replace(difference, old=replace(difference.old, version=published or "0.0.0"))
    found = reasons(difference)
    need = VersionNeed(
        old=old.package.version,
        new=new.package.version,
        level=found[0].level.name.lower() if found else "none",
        since=difference.old.version if published != "" else "",
        lowest="",
        reasons=tuple(reason.text for reason in found[:_NAMED]),
        changelog=_text(old.package.root) != _text(new.package.root),
        faults=(),
    )
    if published == "":
        wrong = [] if need.changelog or not found else [_unchanged(new.package.version)]
        return replace(need, faults=tuple(wrong), note=_UNPUBLISHED)
    try:
        bump = bump_of(difference)
    except NotOpened as error:
        return replace(need, note=str(error))
    if not found:
        return replace(need, lowest=str(bump.lowest))
    wrong = [(one.message, one.hint) for one in version_faults(bump, new.package.descriptor_path)]
    entry = list(changelog_faults(new.package.root, bump.target))
    if entry and not need.changelog:
        wrong.append((entry[0].message, entry[0].hint))
    elif not need.changelog:
        wrong.append(_unchanged(str(bump.target)))
    return replace(need, lowest=str(bump.target), faults=tuple(wrong))


def _unchanged(version: str) -> tuple[str, str]:
    named = f" of {version}" if Version.parse(version) else ""
    return (
        f"{CHANGELOG} says nothing of this change",
        f"Add a line to the entry{named} that says what changed.",
    )


def _text(root: Path) -> str:
    """Return the changelog; empty if there is none that can be read."""
    path, _ = resolve(root, CHANGELOG)
    try:
        return read_text(path) if path and path.is_file() else ""
    except Unreadable:
        return ""
