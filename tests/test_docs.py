"""What the documents show is what the tools print."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.querying import run_python
from tests.readme import README, REPOSITORY, fresh_documents
from toolkit.cli import cli
from toolkit.query import open_source
from toolkit.release import build_release


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


def test_the_readme_cites_as_the_release_and_its_programs_run(tmp_path: Path) -> None:
    _, release = build_release(REPOSITORY, tmp_path / "dist")
    assert release is not None
    text = README.read_text(encoding="utf-8")
    web = json.loads((release / "schema-org.jsonld").read_text(encoding="utf-8"))
    assert f"*{web['creditText']}*" in text
    (program,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    run_python(program, tmp_path)
    (statements,) = re.findall(r"```sql\n(.*?)```", text, flags=re.DOTALL)
    with open_source(str(next(release.glob("*.duckdb")))) as source, source.session() as session:
        for statement in re.sub(r"--.*", "", statements).split(";")[:-1]:
            with session.run(statement) as result:
                assert [row for batch in result.batches for row in batch], statement


def _dead_links(folder: Path) -> list[str]:
    return [
        f"{document.name}: {target}"
        for document in [*folder.glob("*.md"), *(folder / "docs").glob("*.md")]
        for target in re.findall(
            r"(?<!\\)\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")
        )
        if not (document.parent / target).exists()
    ]


def test_links_between_documents_lead_somewhere() -> None:
    assert _dead_links(REPOSITORY) == []


def test_links_between_documents_of_a_release_lead_somewhere(tmp_path: Path) -> None:
    _, release = build_release(REPOSITORY, tmp_path / "dist")
    assert release is not None
    # The codebook quotes patterns that look like links; benchmarks and workflows stay behind.
    (release / "codebook.md").unlink()
    stays = re.compile(r"(\.\./)?(benchmarks|\.github)/")
    assert [one for one in _dead_links(release) if not stays.match(one.split(": ")[1])] == []
