"""The synthetic packages of the benchmarks, and what the toolkit finds in them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.contenders.toolkit import check, kind
from benchmarks.generate import Place, generate, read_truth
from benchmarks.tables import FAULTS, SCHEMAS, STRUCTURE_FAULTS
from toolkit.checks import validate

EVENTS = 2000


@pytest.fixture(scope="module", params=[False, True], ids=["values", "structure"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    generate(folder, EVENTS, fault_rate=0.005, structure_faults=request.param)
    return folder


def _counts(places: list[Place]) -> Counter[str]:
    return Counter(f"{place.table}.{place.column} {place.kind}" for place in places)


@pytest.mark.parametrize("structure", [False, True])
def test_same_arguments_give_the_same_bytes(tmp_path: Path, structure: bool) -> None:
    for name in ("a", "b"):
        generate(tmp_path / name, EVENTS, 0.005, structure)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == sorted(
        [*(f"{table}.csv" for table in SCHEMAS), "datapackage.json", "truth.csv"]
    )
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_another_seed_gives_other_rows(tmp_path: Path) -> None:
    generate(tmp_path / "a", EVENTS, seed=1)
    generate(tmp_path / "b", EVENTS, seed=2)
    assert (tmp_path / "a" / "events.csv").read_bytes() != (
        tmp_path / "b" / "events.csv"
    ).read_bytes()


def test_each_kind_of_fault_has_its_share_of_the_rows(tmp_path: Path) -> None:
    truth = generate(tmp_path, EVENTS, 0.005, structure_faults=True)
    assert read_truth(tmp_path) == truth
    counts = _counts(truth)
    for fault in FAULTS["events"] + STRUCTURE_FAULTS["events"]:
        assert counts[f"events.{fault.column} {fault.kind}"] == 10
    places = {(place.table, place.record) for place in truth}
    assert len(places) == len(truth)


def test_no_faults_are_put_in_at_rate_zero(tmp_path: Path) -> None:
    assert generate(tmp_path, EVENTS, fault_rate=0) == []
    report = validate(tmp_path)
    assert not report.findings
    assert report.rows["events"] == report.rows["event_actors"] == EVENTS


def test_more_faults_than_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too many faults for the 2000 rows of events"):
        generate(tmp_path, EVENTS, fault_rate=0.1)


def test_the_toolkit_finds_the_faults_where_they_are_and_nothing_else(package: Path) -> None:
    found = {
        (finding.table, finding.record, finding.column or "")
        for finding in validate(package, limit=0).findings
    }
    assert found == {(place.table, place.record, place.column) for place in read_truth(package)}


def test_the_toolkit_counts_each_kind_exactly(package: Path) -> None:
    assert check(package) == _counts(read_truth(package))


def test_rules_have_the_names_of_the_faults() -> None:
    assert kind("T001", {"type": "string", "format": "uri"}) == "uri"
    assert kind("T002", {"type": "integer"}) == "integer"
    assert kind("C004", {"type": "integer"}) == "minimum"
    assert kind("K002", None) == "K002"
