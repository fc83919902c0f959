"""Where the shell remembers what was typed."""

from __future__ import annotations

import os
from pathlib import Path


def history_file(root: Path) -> Path | None:
    """Return a file of the user's own, which nobody else can read; None if there can be none.

    It stands where a program keeps its state (XDG Base Directory Specification), and never within
    ``root``, the folder of the package.
    """
    named = os.environ.get("XDG_STATE_HOME", "")
    try:
        state = Path(named) if Path(named).is_absolute() else Path.home() / ".local" / "state"
        path = state / "toolkit" / "shell_history"
        if path.resolve().is_relative_to(root.resolve()):
            return None
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "a", opener=lambda name, flags: os.open(name, flags, 0o600)):
            path.chmod(0o600)
    except (OSError, RuntimeError):
        return None
    return path
