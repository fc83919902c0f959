"""The notebook of docs/notebooks, run against a release."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY
from tests.reading import read_with

NOTEBOOK = "docs/notebooks/offensive.ipynb"
# Pictures that differ by less look alike: fonts are not drawn alike on every machine.
_ALIKE = 0.01


def fresh_notebook(release: Path) -> str:
    """Return the notebook with the outputs that it has now, as it stands if these look alike."""
    text = (REPOSITORY / NOTEBOOK).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "docs" / "notebooks"
        folder.mkdir(parents=True)
        (Path(name) / "dist").symlink_to(release.parent, target_is_directory=True)
        found = read_with("run_notebook", REPOSITORY / NOTEBOOK, folder)
    alike = all(one < _ALIKE for one in found["differences"])
    if alike and _without_pictures(text) == _without_pictures(found["notebook"]):
        return text
    return str(found["notebook"])


def _without_pictures(text: str) -> Any:
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("image/png", None)
    return notebook
