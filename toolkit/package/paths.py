"""Where the files of a package are, and which paths it may name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DESCRIPTOR_NAMES = ("datapackage.json", "datapackage.yaml", "datapackage.yml")


def find_descriptor(path: Path) -> Path:
    """Return the descriptor that ``path`` (a folder or the descriptor itself) means.

    A folder without one yields the path at which a descriptor was expected.
    """
    if not path.is_dir():
        return path
    candidates = [path / name for name in DESCRIPTOR_NAMES]
    return next((candidate for candidate in candidates if candidate.is_file()), candidates[0])


def is_text(name: str) -> bool:
    """Whether the name of a file or folder is UTF-8; other bytes are halves of surrogate pairs."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def resolve(root: Path, relative: str) -> tuple[Path | None, str]:
    """Return the file that ``relative`` names inside ``root``, or None and why it may not be read.

    The rules are those of the Data Package standard for url-or-path: POSIX, relative, no ``..``;
    web addresses and symbolic links that leave the package are refused as well.
    """
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", relative):
        return None, "is not a path inside the package; web addresses and drives are not followed"
    if "\0" in relative or "\\" in relative:
        return None, "holds a character that is not allowed in a path"
    parts = relative.split("/")
    if relative.startswith(("/", "~")) or ".." in parts:
        return None, "leaves the folder of the package"
    target = root.joinpath(*parts)
    try:
        inside = target.resolve().is_relative_to(root.resolve())
        target.is_file()
    except (OSError, RuntimeError, ValueError):
        return None, "cannot be resolved"
    if not inside:
        return None, "is a link that leaves the folder of the package"
    return target, ""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a file beside ``path`` to write to, which takes its place once it is whole.

    Where writing fails, ``path`` stays as it was.
    """
    path = path.resolve()
    beside = path.with_name(f"{path.name}.part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def metadata_files(root: Path, folder: str, suffix: str) -> Iterator[tuple[str, Path | None, str]]:
    """Yield the files of a metadata folder in order: name, file, and why it may not be read.

    Only regular files count: a pipe or device would block or never end.
    """
    path, reason = resolve(root, folder)
    if path is None:
        yield folder, None, reason
    elif path.is_dir():
        with os.scandir(path) as entries:
            found = {one.name: one for one in entries if one.name.endswith(suffix)}
        for name in sorted(found):
            # Only a link can lead elsewhere.
            if found[name].is_symlink():
                file, reason = resolve(root, f"{folder}/{name}")
            else:
                file, reason = path / name, ""
            if file is None or not file.is_file():
                file, reason = None, reason or "is no regular file"
            elif not is_text(name):
                file, reason = None, "has a name that is not UTF-8"
            yield f"{folder}/{name}", file, reason
