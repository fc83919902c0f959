"""Whether the CHANGELOG of a package tells of its version."""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.package import load_package
from toolkit.package.paths import resolve


def missing_entry(path: Path) -> list[str]:
    """Return a sentence if CHANGELOG.md has no heading for the version of the package."""
    package, _ = load_package(path)
    file, _ = resolve(package.root, "CHANGELOG.md")
    if file is None or not file.is_file():
        return ["there is no CHANGELOG.md, which tells users what changed"]
    heading = re.compile(rf"##? +\[?v?{re.escape(package.version)}\]?(?![\w.+-])", re.ASCII)
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    if any(heading.match(line) for line in lines):
        return []
    return [f"CHANGELOG.md has no heading for {package.version}: add '## {package.version}'"]
