"""Reading a release with libraries that had no part in writing it.

They live in an environment of their own (requirements/readers.in), so that each is run as a script
of tests/readers, which prints JSON.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tests.conftest import REPOSITORY

_PYTHON = REPOSITORY / ".venv" / "readers" / "bin" / "python"


def read_with(script: str, *arguments: object) -> Any:
    """Return what ``tests/readers/<script>.py`` prints, taken as JSON; it must not fail."""
    assert _PYTHON.exists(), "the readers are not installed; `make test` installs them"
    command = [str(_PYTHON), str(REPOSITORY / "tests" / "readers" / f"{script}.py")]
    done = subprocess.run([*command, *map(str, arguments)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return json.loads(done.stdout)
