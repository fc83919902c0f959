"""Run a notebook in a folder; print it with its outputs, and how far its pictures have changed.

The difference of two pictures is the root mean square of that of their pixels, of 0 to 1; it is 1
if there was no such picture, or one of another size.
"""

import base64
import io
import json
import sys
from typing import Any

# Here, so that no note on fonts being listed gets into the notebook.
import matplotlib.font_manager  # noqa: F401
import nbformat
import numpy
from matplotlib.image import imread
from nbclient import NotebookClient


def pictures(notebook: Any) -> list[str]:
    outputs = [one for cell in notebook.cells for one in cell.get("outputs", [])]
    return [one.data["image/png"] for one in outputs if "image/png" in one.get("data", {})]


def pixels(picture: str) -> Any:
    return imread(io.BytesIO(base64.b64decode(picture)))


def difference(one: str, other: str) -> float:
    before, after = pixels(one), pixels(other)
    if before.shape != after.shape:
        return 1.0
    return float(numpy.sqrt(numpy.mean((before - after) ** 2)))


notebook = nbformat.read(sys.argv[1], as_version=4)
before = pictures(notebook)
client = NotebookClient(
    notebook,
    timeout=60,
    record_timing=False,
    # What is printed arrives in as many parts as the machine is busy.
    coalesce_streams=True,
    resources={"metadata": {"path": sys.argv[2]}},
)
client.execute()
notebook.metadata.language_info = {"name": "python"}
nbformat.validate(notebook)
after = pictures(notebook)
missing = [1.0] * abs(len(after) - len(before))
found = {
    "notebook": nbformat.writes(notebook) + "\n",
    "differences": [*map(difference, before, after), *missing],
}
print(json.dumps(found))
