"""Checksums and the zip of a release."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

CHECKSUMS = "SHA256SUMS"
# The earliest time a zip can hold: when a file was written is no part of a release.
_TIME = (1980, 1, 1, 0, 0, 0)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def release_files(folder: Path) -> list[Path]:
    """Return every file of a release folder in the order of their names."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(files, key=lambda path: path.relative_to(folder).as_posix())


def write_checksums(folder: Path) -> None:
    """Write SHA256SUMS over every other file, in the form that ``sha256sum --check`` reads."""
    lines = [
        f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in release_files(folder)
    ]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def write_archive(folder: Path, target: Path) -> Path:
    """Zip a release folder, the folder's name on top, with fixed times and permissions."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in release_files(folder):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return target
