"""Which files a release folder holds, and whether they are those of its SHA256SUMS."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.findings import Finding, builtin_rule
from toolkit.release.archive import CHECKSUMS, sha256

# As `sha256sum` writes it; a name with a backslash or a line break is not in a release.
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_ODD_NAME = re.compile(r"[\\\x00-\x1f\x7f\ud800-\udfff]")
# A list of checksums beyond this many bytes is not read.
_LONGEST = 64 * 2**20


def odd_name(name: str) -> bool:
    """Whether a name cannot be written in a line of SHA256SUMS."""
    return bool(_ODD_NAME.search(name))


@dataclass(slots=True)
class Inventory:
    """The plain files of a folder by their paths from it, and what else there is."""

    folder: Path
    files: dict[str, Path] = field(default_factory=dict)
    odd: list[Finding] = field(default_factory=list)


def take_inventory(folder: Path) -> Inventory:
    """List a folder and the folders in it; no link is followed, nothing is opened.

    What is neither a plain file nor a folder, or has a name that a release cannot have, becomes a
    finding (V006) in ``odd``. OSError is raised if the folder cannot be listed.
    """
    found = Inventory(folder)
    waiting = [folder]
    while waiting:
        for entry in sorted(os.scandir(waiting.pop()), key=lambda one: one.name):
            name = Path(entry.path).relative_to(folder).as_posix()
            if reason := _odd(entry):
                found.odd.append(builtin_rule("V006").finding(name, reason))
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
            else:
                found.files[name] = Path(entry.path)
    found.files = dict(sorted(found.files.items()))
    return found


def _odd(entry: os.DirEntry[str]) -> str:
    if odd_name(entry.name):
        return "the name holds a control character or a backslash"
    if entry.is_symlink():
        return "is a symbolic link"
    if not entry.is_dir(follow_symlinks=False) and not entry.is_file(follow_symlinks=False):
        return "is neither a file nor a folder"
    return ""


def differences(one: Inventory, other: Inventory) -> Iterator[tuple[str, str]]:
    """Yield each path at which two folders differ, and how: ``was added to``, the other one."""
    for name in sorted(one.files.keys() | other.files):
        if name not in other.files:
            yield name, "is missing from"
        elif name not in one.files:
            yield name, "was added to"
        elif sha256(one.files[name]) != sha256(other.files[name]):
            yield name, "is not the same in"


def checksum_findings(inventory: Inventory) -> Iterator[Finding]:
    """Hold SHA256SUMS against the files: V002 to V005."""
    stated: dict[str, str] = {}
    faults = _read(inventory, stated)
    yield from faults
    files = {name: path for name, path in inventory.files.items() if name != CHECKSUMS}
    for name in sorted(stated.keys() - files):
        message = f"{CHECKSUMS} lists this file, and it is not there"
        yield builtin_rule("V003").finding(name, message)
    if not stated and faults:
        # What cannot be read lists nothing; that once is enough.
        return
    for name, path in files.items():
        if name not in stated:
            message = f"{CHECKSUMS} does not list this file"
            yield builtin_rule("V004").finding(name, message)
        elif (found := sha256(path)) != stated[name]:
            message = f"SHA-256 is {found}, in {CHECKSUMS} {stated[name]}"
            yield builtin_rule("V005").finding(name, message)


def _read(inventory: Inventory, stated: dict[str, str]) -> list[Finding]:
    """Put the checksum of each listed path into ``stated``; return what is wrong with the list."""
    rule = builtin_rule("V002")
    path = inventory.files.get(CHECKSUMS)
    if path is None:
        return [rule.finding(CHECKSUMS, "the file is missing")]
    if path.stat().st_size > _LONGEST:
        return [rule.finding(CHECKSUMS, f"is longer than {_LONGEST:,} bytes")]
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        return [rule.finding(CHECKSUMS, "is no UTF-8 text")]
    faults = []
    if lines[-1]:
        faults.append(rule.finding(CHECKSUMS, "the last line has no end", line=len(lines)))
    for number, line in enumerate(lines, 1):
        if line and (fault := _take(line, stated)):
            faults.append(rule.finding(CHECKSUMS, fault, line=number, value=line))
    return faults


def _take(line: str, stated: dict[str, str]) -> str:
    """Add the checksum of a line to ``stated``; return what is wrong with the line."""
    matched = _LINE.fullmatch(line)
    if not matched:
        return "is not a SHA-256, two spaces and a path"
    digest, name = matched.groups()
    if odd_name(name) or {"", ".", ".."} & set(name.split("/")):
        return f"the path {name!r} is not one inside the release"
    if name == CHECKSUMS:
        return "the list cannot hold its own checksum"
    if name in stated:
        return f"{name} is listed twice"
    stated[name] = digest
    return ""
