"""What the documents show is what the tools print."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import REPOSITORY
from toolkit.cli import cli

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_readme_counts_the_rows() -> None:
    counts = dict(re.findall(r"^\| \[(\w+)\]\([^)]*\) \| (\d+) \|", README, re.MULTILINE))
    report = json.loads(
        CliRunner().invoke(cli, ["validate", str(REPOSITORY), "--format", "json"]).output
    )
    assert {name: int(count) for name, count in counts.items()} == report["rows"]
    rules = [rule["rule"][0] for rule in report["rules"]]
    assert f"{rules.count('R')} row rules and {rules.count('X')} consistency queries" in README


def test_readme_shows_what_the_check_prints(tmp_path: Path) -> None:
    shown = README.split("$ toolkit validate\n")[1].split("```")[0]
    root = tmp_path / "changed"
    root.mkdir()
    shutil.copyfile(REPOSITORY / "datapackage.json", root / "datapackage.json")
    shutil.copytree(REPOSITORY / "schemas", root / "schemas")
    shutil.copytree(REPOSITORY / "data", root / "data")
    path = root / "data" / "events.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        rows = list(reader)
    for row in rows:
        if row["event_id"] == "hama-captured":
            row["evidence"] = "weak"
        if row["event_id"] == "homs-reconnaissance-drones":
            row["location_id"] = "homss"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, reader.fieldnames or [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    result = CliRunner().invoke(cli, ["validate", str(root)])
    assert result.exit_code == 1
    assert result.output == shown


def test_readme_shows_what_the_build_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = README.split("$ .venv/bin/toolkit build\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["build", str(REPOSITORY)])
    assert result.exit_code == 0
    assert result.output == shown


def test_links_between_documents_lead_somewhere() -> None:
    for document in [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")]:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
