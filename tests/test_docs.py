"""What the documents show is what the tools print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.readme import README, REPOSITORY, fresh_documents
from toolkit.cli import cli


def test_what_is_generated_is_fresh() -> None:
    for path, text in fresh_documents().items():
        assert (REPOSITORY / path).read_text(encoding="utf-8") == text, f"{path}: run `make readme`"


def test_readme_shows_what_the_build_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = README.read_text(encoding="utf-8").split("$ .venv/bin/toolkit build\n")[1]
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["build", str(REPOSITORY)])
    assert result.exit_code == 0
    assert result.output == shown.split("```")[0]


def test_links_between_documents_lead_somewhere() -> None:
    for document in [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")]:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"(?<!\\)\]\((?!https?:|#)([^)#]+)", text):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
