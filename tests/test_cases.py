"""One fault, one finding: every rule has packages that break it and packages that just do not.

A case of a built-in rule is a whole package. A case of a rule of this dataset (R and X) holds only
the files that differ from the package in data/good/base; the schemas are the repository's own.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tests.conftest import DATA, REPOSITORY
from toolkit.checks import validate
from toolkit.findings import builtin_rules
from toolkit.package import load_package

BAD = sorted(path for path in (DATA / "bad").iterdir() if path.is_dir())
GOOD = sorted(path for path in (DATA / "good").iterdir() if path.is_dir())
COLUMNS = ["rule", "file", "record", "line", "column"]


def compose(case: Path, target: Path) -> Path:
    """Lay a case over the package that it is a variant of, and return the whole package."""
    if not (case / "datapackage.json").exists() and case.name[0] in "RX":
        shutil.copytree(DATA / "good" / "base", target)
        shutil.copytree(REPOSITORY / "schemas", target / "schemas", dirs_exist_ok=True)
        (target / "schemas" / "waivers.csv").unlink(missing_ok=True)
    elif case.name == "base":
        shutil.copytree(REPOSITORY / "schemas", target / "schemas")
        (target / "schemas" / "waivers.csv").unlink(missing_ok=True)
    shutil.copytree(case, target, symlinks=True, dirs_exist_ok=True)
    (target / "expected.csv").unlink(missing_ok=True)
    return target


def expected(case: Path) -> list[dict[str, str]]:
    with (case / "expected.csv").open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        rows = list(reader)
    assert reader.fieldnames == COLUMNS
    return rows


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_bad(case: Path, tmp_path: Path) -> None:
    rows = expected(case)
    assert len(rows) == 1
    assert rows[0]["rule"] == case.name[:4]
    report = validate(compose(case, tmp_path / "case"))
    found = [
        {
            "rule": finding.rule,
            "file": finding.file,
            "record": str(finding.record or ""),
            "line": str(finding.line or ""),
            "column": finding.column or "",
        }
        for finding in report.findings
    ]
    assert found == rows, [finding.message for finding in report.findings]
    assert report.findings[0].message
    assert report.findings[0].hint


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_good(case: Path, tmp_path: Path) -> None:
    report = validate(compose(case, tmp_path / "case"))
    assert [(finding.rule, finding.message) for finding in report.findings] == []
    assert not [result.skipped for result in report.results if result.skipped]


def test_every_rule_has_a_bad_and_a_good_case() -> None:
    package, _ = load_package(REPOSITORY)
    own = [row.rule.code for row in package.row_rules]
    own += [query.rule.code for query in package.query_rules]
    # Those for releases (V) are in test_verify.py, those for quotations (Q) in test_quotations.py.
    codes = {*own, *(code for code in builtin_rules() if code[0] not in "VQ")}
    assert {case.name[:4] for case in BAD} == codes
    assert {case.name[:4] for case in GOOD} - {"base"} == codes
