"""Holding the version of a package against what changed since a release, and raising it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.diff.model import Difference, RowKind
from toolkit.diff.version import Level, Reason, Version, reasons
from toolkit.findings import escape
from toolkit.package.opened import NotOpened
from toolkit.package.paths import resolve
from toolkit.package.text import Unreadable, line_of, read_text

CHANGELOG = "CHANGELOG.md"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*?)[ \t]*\r?$", re.MULTILINE)
_UNRELEASED = ("unreleased", "[unreleased]", "next")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands in the way of a release; ``line`` is None where no line is at fault."""

    file: str
    line: int | None
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Bump:
    """A version, the lowest that tells of what changed, and what asks for it."""

    old: Version
    new: Version
    lowest: Version
    reasons: tuple[Reason, ...]

    @property
    def level(self) -> Level:
        """The level of the whole difference."""
        return max((reason.level for reason in self.reasons), default=Level.NONE)

    @property
    def low(self) -> bool:
        """Whether the version is lower than what changed asks for, or than the old one."""
        return self.new.core < self.lowest.core or self.new < self.old

    @property
    def target(self) -> Version:
        """The version itself if it is high enough, else the lowest that is."""
        return max(self.lowest, self.old) if self.low else self.new


def bump_of(difference: Difference) -> Bump:
    """Return what a difference asks for; NotOpened if a side states no version to compare."""
    versions = []
    for side in (difference.old, difference.new):
        version = Version.parse(side.version)
        if version is None:
            stated = f"{escape(side.version)!r}, which is no version" if side.version else "none"
            raise NotOpened(
                f"the version of {escape(side.label)} should be three numbers, as 1.2.3; "
                f"its descriptor states {stated}"
            )
        versions.append(version)
    found = tuple(reasons(difference))
    level = found[0].level if found else Level.NONE
    return Bump(versions[0], versions[1], versions[0].raised(level), found)


def faults(difference: Difference, descriptor: Path) -> Iterator[Fault]:
    """Yield what is wrong with the version, the changelog and the tombstones of the new side."""
    bump = bump_of(difference)
    yield from version_faults(bump, descriptor)
    yield from changelog_faults(descriptor.parent, bump.new)
    for table in difference.tables:
        if table.name in difference.tombstones and table.without_tombstone:
            keys = [
                escape(row.key, 80)
                for row in table.rows
                if row.kind == RowKind.REMOVED and not row.tombstone
            ]
            more = table.without_tombstone - len(keys[:_SHOWN])
            named = ", ".join(keys[:_SHOWN]) + (f" and {more:,} more" if more else "")
            yield Fault(
                descriptor.name,
                None,
                f"removed from {escape(table.name)} without a tombstone: {named}",
                "Add a tombstone for each, or put the row back.",
            )
    for one in difference.skipped:
        message = f"the table {escape(one.table)} could not be compared: {escape(one.reason)}"
        yield Fault(descriptor.name, None, message, "Mend the table, then check again.")


def version_faults(bump: Bump, descriptor: Path) -> Iterator[Fault]:
    """Yield that the version is too low, if it is."""
    if bump.low:
        yield Fault(
            descriptor.name,
            line_of(descriptor, ("version",)),
            f"version {bump.new} is too low: {_because(bump)}",
            f"Raise it to {bump.target}; `toolkit bump --write` does.",
        )


def _because(bump: Bump) -> str:
    if not bump.level:
        return f"the last one is {bump.old}"
    first = bump.reasons[0]
    others = sum(reason.level == first.level for reason in bump.reasons) - 1
    more = f" and {others:,} more" if others else ""
    lenient = ", which before 1.0.0 raises the second number" if _lenient(bump) else ""
    return (
        f"{escape(first.text, 200)}{more}, a {bump.level.name.lower()} change "
        f"since {bump.old}{lenient}"
    )


def _lenient(bump: Bump) -> bool:
    return bump.level == Level.MAJOR and bump.old.major == 0


def changelog_faults(root: Path, version: Version) -> Iterator[Fault]:
    """Yield what the changelog lacks: the file, the entry for a version, or words in it."""
    path, _ = resolve(root, CHANGELOG)
    hint = f"Add a heading `## {version}` and below it what changed."
    if path is None or not path.is_file():
        yield Fault(CHANGELOG, None, f"there is no {CHANGELOG}", hint)
        return
    text = _read(path)
    for match in _HEADING.finditer(text):
        if _is_entry(match[2], version):
            following = (one for one in _HEADING.finditer(text, match.end()))
            end = next((one.start() for one in following if len(one[1]) <= len(match[1])), None)
            if not _HEADING.sub("", text[match.end() : end]).strip():
                line = text.count("\n", 0, match.start()) + 1
                yield Fault(CHANGELOG, line, f"the entry for {version} is empty", hint)
            return
    yield Fault(CHANGELOG, None, f"there is no entry for {version}", hint)


def _is_entry(heading: str, version: Version) -> bool:
    words = heading.replace("[", " ").replace("]", " ").split()
    return any(word.removeprefix("v") == str(version) for word in words[:2])


def _read(path: Path) -> str:
    """Return a text with its byte order mark and line ends as they are."""
    try:
        read_text(path)
        return path.read_bytes().decode("utf-8")
    except Unreadable as error:
        raise NotOpened(f"{path.name}: {error}") from None


def edits(descriptor: Path, bump: Bump) -> dict[Path, str]:
    """Return the files that name the version, as they read with the lowest fitting one.

    These are the descriptor; CHANGELOG.md and CITATION.cff where the package has them; and
    pyproject.toml, with the modules that it packs, where its project has the package's name. A
    version that is high enough is kept. Files that read so already are left out. Raises NotOpened.
    """
    version, root = bump.target, descriptor.parent
    text = _read(descriptor)
    found = {descriptor: (text, _with_version(text, descriptor, str(version)))}
    changelog = _beside(root, CHANGELOG)
    if changelog:
        text = _read(changelog)
        found[changelog] = (text, _with_heading(text, version))
    if citation := _beside(root, "CITATION.cff"):
        text = _read(citation)
        pattern = r"^(version:[ \t]*)(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s#]+)"
        found[citation] = (text, re.sub(pattern, rf"\g<1>{version}", text, flags=re.MULTILINE))
    found |= _project_edits(descriptor, str(version))
    return {path: after for path, (before, after) in found.items() if before != after}


def _beside(root: Path, name: str) -> Path | None:
    path, _ = resolve(root, name)
    return path if path and path.is_file() else None


def _with_version(text: str, path: Path, version: str) -> str:
    """Set the version of a descriptor, and leave every other character as it is."""
    if path.suffix != ".json":
        return re.sub(r"^(version:[ \t]*)[^\r\n]*", rf"\g<1>{version}", text, flags=re.MULTILINE)
    depth, before = 0, ("", "")
    for token in _TOKEN.finditer(text):
        mark = token.group()
        if depth == 1 and before == ('"version"', ":"):
            return text[: token.start()] + json.dumps(version) + text[token.end() :]
        depth += (mark in "{[") - (mark in "}]")
        before = before[1], mark
    raise NotOpened(f"{path.name} states no version at its top")


def _with_heading(text: str, version: Version) -> str:
    headings = list(_HEADING.finditer(text))
    if any(_is_entry(match[2], version) for match in headings):
        return text
    end = "\r\n" if "\r\n" in text else "\n"
    first = next((match for match in headings if len(match[1]) == 2), None)
    if first is None:
        return f"{text.rstrip()}{end}{end}## {version}{end}"
    if first[2].lower() in _UNRELEASED:
        return text[: first.start(2)] + str(version) + text[first.end(2) :]
    return f"{text[: first.start()]}## {version}{end}{end}{text[first.start() :]}"


def _project_edits(descriptor: Path, version: str) -> dict[Path, tuple[str, str]]:
    """Return pyproject.toml and its modules with the version, before and after."""
    path = _beside(descriptor.parent, "pyproject.toml")
    if path is None:
        return {}
    text = _read(path)
    try:
        project: dict[str, Any] = tomllib.loads(text)
        stated = project["project"]["version"]
        named = json.loads(_read(descriptor))["name"] if descriptor.suffix == ".json" else None
        if project["project"]["name"] != named:
            return {}
    except (ValueError, KeyError, TypeError):
        return {}
    # The first version after the heading of the section and before that of another one.
    before = r"(^\[project\](?:(?!^\[).)*?^version[ \t]*=[ \t]*)"
    found = {path: (text, _replaced(before, text, version))}
    for folder in _packed(project):
        module = _beside(descriptor.parent, f"{folder}/__init__.py")
        if module:
            text = _read(module)
            found[module] = (text, _replaced(r"^(__version__ = )", text, version, str(stated)))
    return found


def _replaced(before: str, text: str, version: str, stated: str = "") -> str:
    """Put a version for the quoted text (``stated``, or any) that follows a pattern."""
    quoted = re.escape(stated) if stated else r"[^\"'\n]*"
    pattern = re.compile(rf"{before}([\"']){quoted}\2", re.MULTILINE | re.DOTALL)
    return pattern.sub(rf"\g<1>\g<2>{version}\g<2>", text, count=1)


def _packed(project: dict[str, Any]) -> list[str]:
    """Return the folders of modules that hatch packs, as pyproject.toml lists them."""
    value: Any = project
    for name in ("tool", "hatch", "build", "targets", "wheel", "packages"):
        value = value.get(name) if isinstance(value, dict) else None
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
