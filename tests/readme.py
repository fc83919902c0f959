"""Bring every document that is generated, as a whole or in parts, up to date.

The README has row counts and the output of commands; CODEBOOK.md and CITATION.cff are those of a
release; the cookbook, the guides with queries and the notebook show what is asked of the record.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
from pathlib import Path

from click.testing import CliRunner

from tests.attacks import listed
from tests.commands import reference
from tests.cookbook import cookbook
from tests.notebook import NOTEBOOK, fresh_notebook
from tests.querying import GUIDES, fresh_guide
from tests.walks import fresh_walk
from toolkit.cli import cli
from toolkit.release import build_release

REPOSITORY = Path(__file__).parent.parent
README = REPOSITORY / "README.md"
# The two slips whose findings the README shows: (event, column, value).
SLIPS = (
    ("hama-captured", "evidence", "weak"),
    ("homs-reconnaissance-drones", "location_id", "homss"),
)


def fresh_readme() -> str:
    """Return the README as it should be now."""
    text = README.read_text(encoding="utf-8")
    report = json.loads(_output("validate", str(REPOSITORY), "--format", "json"))
    for name, count in report["rows"].items():
        row = rf"^(\| \[{name}\]\(schemas/{name}\.json\) \| )\d+"
        text = re.sub(row, rf"\g<1>{count}", text, flags=re.MULTILINE)
    codes = [rule["rule"][0] for rule in report["rules"]]
    counts = f"{codes.count('R')} row rules and {codes.count('X')} consistency queries"
    text = re.sub(r"\d+ row rules and \d+ consistency queries", counts, text)
    with tempfile.TemporaryDirectory() as folder:
        slipped = _output("validate", str(_with_slips(Path(folder))))
    text = re.sub(r"(?<=\$ toolkit validate\n).*?(?=```)", lambda _: slipped, text, flags=re.DOTALL)
    clean = _output("validate", str(REPOSITORY))
    return re.sub(
        r"(?<=\$ \.venv/bin/toolkit build\n).*?(?=dist/)", lambda _: clean, text, flags=re.DOTALL
    )


def fresh_documents() -> dict[str, str]:
    """Return each document that is generated as it should be now, by its path."""
    with tempfile.TemporaryDirectory() as folder:
        _, release = build_release(REPOSITORY, Path(folder) / "dist")
        assert release is not None, "the package has errors; `toolkit validate` tells them"
        texts = {
            path: (release / name).read_text(encoding="utf-8")
            for path, name in {"CODEBOOK.md": "codebook.md", "CITATION.cff": "CITATION.cff"}.items()
        }
        texts |= {
            "docs/commands.md": reference(),
            "docs/cookbook.md": cookbook(REPOSITORY),
            **{guide: fresh_guide(guide, release) for guide in GUIDES},
            NOTEBOOK: fresh_notebook(release),
        }
    texts |= {"CONTRIBUTING.md": fresh_walk(), "docs/safety.md": fresh_safety()}
    return {"README.md": fresh_readme(), **texts}


def fresh_safety() -> str:
    """Return the page on safety with the attacks that the tests try."""
    text = (REPOSITORY / "docs" / "safety.md").read_text(encoding="utf-8")
    marks = r"(?<=<!-- attacks: begin -->\n).*?(?=<!-- attacks: end -->)"
    return re.sub(marks, lambda _: f"\n{listed()}\n", text, flags=re.DOTALL)


def _output(*arguments: str) -> str:
    return CliRunner().invoke(cli, arguments).output


def _with_slips(folder: Path) -> Path:
    shutil.copyfile(REPOSITORY / "datapackage.json", folder / "datapackage.json")
    shutil.copytree(REPOSITORY / "schemas", folder / "schemas")
    shutil.copytree(REPOSITORY / "data", folder / "data")
    path = folder / "data" / "events.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        rows = list(reader)
    for event, column, value in SLIPS:
        next(row for row in rows if row["event_id"] == event)[column] = value
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, reader.fieldnames or [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder


if __name__ == "__main__":
    for path, text in fresh_documents().items():
        (REPOSITORY / path).write_text(text, encoding="utf-8")
