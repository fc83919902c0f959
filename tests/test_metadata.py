"""The metadata of a release, each form held against a reader or a schema that is not ours."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.reading import read_with
from tests.releasing import VERSION, build, hostile_release, release_of, release_of_repository
from toolkit.package import load_package
from toolkit.release.about import Origin, about, address, clean
from toolkit.release.metadata.citation import citation

TITLE = (
    "The offensive that ended the Assad government: an open, sourced record, "
    "27 November to 8 December 2024"
)
CONTRIBUTORS = "The Syria Offensive 2024 contributors"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

TEXT = {"name": "a", "type": "string"}
TABLE = {"t": ({"fields": [TEXT]}, [["a"], ["x"]])}
# A package that says everything, with people, a DOI and two licences.
FULL: dict[str, Any] = {
    "title": "Full",
    "description": "All that can be said, 1 < 2 & 3.",
    "created": "2024-02-29T12:00:00Z",
    "id": "https://doi.org/10.1234/abc.5",
    "homepage": "https://example.org/full",
    "keywords": ["one", "two", "one"],
    "licenses": [
        {"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": LICENCE},
        {"name": "ODbL-1.0", "path": "https://opendatacommons.org/licenses/odbl/1-0/"},
    ],
    "contributors": [
        {
            "title": "Ada Lovelace",
            "givenName": "Ada",
            "familyName": "Lovelace",
            "organization": "Engine Works",
            "path": "https://orcid.org/0000-0002-1825-0097",
            "roles": ["creator", "curator"],
        },
        {"title": "The Press", "path": "https://press.example.org", "roles": ["publisher"]},
        {"title": "Old Author", "role": "author"},
    ],
    "sources": [{"title": "Registers", "path": "https://example.org/registers"}],
    "temporal": {"start": "1843", "end": "1852-11-27"},
    "spatial": {"description": "London", "bbox": [-0.5, 51.3, 0.3, 51.7], "crs": "EPSG:4326"},
}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_of_repository(tmp_path_factory.mktemp("metadata"))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_of(tmp_path_factory.mktemp("full") / "package", TABLE, **FULL)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_of(tmp_path_factory.mktemp("bare") / "package", TABLE)


def loaded(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_citation_is_valid_and_cites(release: Path, full: Path) -> None:
    found = read_with("citation", release / "CITATION.cff")
    assert found == {
        "version": "1.2.0",
        "apa": f"{CONTRIBUTORS} (2026). {TITLE} (version {VERSION}).\n",
    }
    assert read_with("citation", full / "CITATION.cff")["apa"] == (
        "Lovelace A., Old Author (2024). Full (version 1.0.0). "
        "DOI: 10.1234/abc.5 URL: https://example.org/full\n"
    )


@pytest.mark.parametrize("name", ["release", "full", "bare"])
def test_datacite_finds_nothing_wrong(name: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(name) / "datacite.json"
    # A package without a day cannot be registered.
    assert path.exists() == (name != "bare")
    if path.exists():
        assert read_with("datacite_schema", path) == []


def test_datacite_has_what_the_descriptor_says(full: Path) -> None:
    found = loaded(full / "datacite.json")
    assert found["doi"] == "10.1234/abc.5"
    assert found["publisher"] == {"name": "The Press"}
    assert found["publicationYear"] == "2024"
    assert [one["name"] for one in found["creators"]] == ["Lovelace, Ada", "Old Author"]
    assert found["creators"][0]["nameIdentifiers"][0]["nameIdentifier"] == (
        "https://orcid.org/0000-0002-1825-0097"
    )
    assert [one["contributorType"] for one in found["contributors"]] == ["DataCurator"]
    assert [one["rightsIdentifier"] for one in found["rightsList"]] == ["CC-BY-4.0", "ODbL-1.0"]
    assert found["subjects"] == [{"subject": "one"}, {"subject": "two"}]
    assert found["geoLocations"][0]["geoLocationBox"]["westBoundLongitude"] == -0.5


# https://developers.zenodo.org, "Deposit metadata": what a data set must have, and vocabularies.
ZENODO_REQUIRED = {"upload_type", "title", "creators", "description"}
ZENODO_KNOWN = {
    *ZENODO_REQUIRED,
    *("version", "publication_date", "doi", "access_right", "license", "keywords"),
    "related_identifiers",
}


@pytest.mark.parametrize("name", ["release", "full"])
def test_zenodo_has_what_it_asks_for(name: str, request: pytest.FixtureRequest) -> None:
    found = loaded(request.getfixturevalue(name) / ".zenodo.json")
    assert set(found) >= ZENODO_REQUIRED
    assert set(found) <= ZENODO_KNOWN
    assert found["upload_type"] == "dataset"
    assert all(set(one) <= {"name", "affiliation", "orcid"} for one in found["creators"])
    assert {one["relation"] for one in found["related_identifiers"]} == {"isDerivedFrom"}
    # Zenodo takes one licence, and wants one for open access.
    assert found.get("license") == ("cc-by-4.0" if name == "release" else None)
    assert ("access_right" in found) == ("license" in found)


def test_zenodo_takes_html_and_orcid(full: Path) -> None:
    found = loaded(full / ".zenodo.json")
    assert found["description"] == "<p>All that can be said, 1 &lt; 2 &amp; 3.</p>"
    assert found["creators"][0] == {
        "name": "Lovelace, Ada",
        "affiliation": "Engine Works",
        "orcid": "0000-0002-1825-0097",
    }


def test_schema_org_is_linked_data(release: Path) -> None:
    found = read_with("linked_data", release / "schema-org.jsonld")
    paths = sorted(path.relative_to(release).as_posix() for path in release.glob("data/*.csv"))
    assert len(paths) == 14
    descriptor = loaded(release / "datapackage.json")
    fields = [
        field
        for resource in descriptor["resources"]
        for field in loaded(release / resource["schema"])["fields"]
    ]
    assert found == {
        "name": TITLE,
        "version": VERSION,
        "creators": [CONTRIBUTORS],
        "downloads": paths,
        "variables": len(fields),
    }


def test_schema_org_places_boxes_latitude_first(full: Path) -> None:
    found = loaded(full / "schema-org.jsonld")
    assert found["spatialCoverage"]["geo"]["box"] == "51.3 -0.5 51.7 0.3"
    assert found["temporalCoverage"] == "1843/1852-11-27"
    assert found["identifier"] == "https://doi.org/10.1234/abc.5"
    assert [one["name"] for one in found["contributor"]] == ["The Press"]


def plain(text: str) -> str:
    """A cell as mlcroissant gives it back: times of days at midnight, numbers as pandas reads."""
    bare = text.removesuffix("T00:00:00").lower()
    return bare.rstrip("0").removesuffix(".") if re.fullmatch(r"-?\d+\.\d+", bare) else bare


def test_croissant_reads_the_rows_of_every_table(release: Path) -> None:
    found = read_with("croissant", release / "croissant.json")
    assert found["errors"] == []
    assert found["warnings"] == []
    tables = [entry["name"] for entry in loaded(release / "datapackage.json")["resources"]]
    codelists = [path.stem for path in sorted(release.glob("schemas/codelists/*.csv"))]
    assert found["record_sets"] == tables + [f"codelist!{name}" for name in codelists]
    for name in tables:
        with (release / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            expected = list(csv.DictReader(handle))
        records = found["records"][name]
        assert [{key: plain(cell) for key, cell in row.items()} for row in expected] == [
            {key: plain(str(cell)) for key, cell in row.items()} for row in records
        ]
    for name in codelists:
        path = release / "schemas" / "codelists" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as handle:
            codes = [row["code"] for row in csv.DictReader(handle)]
        assert [str(row["code"]) for row in found["records"][f"codelist!{name}"]] == codes


def test_croissant_knows_files_and_keys(release: Path) -> None:
    found = loaded(release / "croissant.json")
    for entry in found["distribution"]:
        content = (release / entry["contentUrl"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["contentSize"] == f"{len(content)} B"
    sets = {entry["@id"]: entry for entry in found["recordSet"]}
    assert sets["event_actors"]["key"] == [
        {"@id": f"event_actors/{name}"} for name in ("event_id", "actor_id", "role")
    ]
    fields = {field["name"]: field for field in sets["events"]["field"]}
    assert fields["location_id"]["references"] == {
        "fileObject": {"@id": "file!data/locations.csv"},
        "extract": {"column": "location_id"},
    }
    assert fields["evidence"]["references"]["fileObject"] == {
        "@id": "file!schemas/codelists/evidence.csv"
    }
    assert fields["start_date"]["dataType"] == "sc:Date"
    assert "references" not in fields["title"]


def test_croissant_takes_parquet_for_what_is_no_plain_csv(tmp_path: Path) -> None:
    root = tmp_path / "package"
    root.mkdir()
    says = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "mixed",
        "version": "1.0.0",
        "resources": [
            {
                "name": "a b:c",
                "path": "semi.txt",
                "format": "csv",
                "dialect": {"delimiter": ";"},
                "schema": {"fields": [TEXT, {"name": "b/c", "type": "integer"}]},
            }
        ],
    }
    (root / "semi.txt").write_text("a;b/c\nx;1\n", encoding="utf-8")
    (root / "datapackage.json").write_text(json.dumps(says), encoding="utf-8")
    folder = build(root, tmp_path / "dist")
    (table,) = loaded(folder / "croissant.json")["recordSet"]
    assert table["@id"] == "a%20b%3Ac"
    assert [field["@id"] for field in table["field"]] == ["a%20b%3Ac/a", "a%20b%3Ac/b%2Fc"]
    assert table["field"][0]["source"]["fileObject"] == {"@id": "file!parquet/a%20b%3Ac.parquet"}
    crate = read_with("crate", folder)
    assert "parquet/a b:c.parquet" in crate["files"]
    assert crate["missing"] == []


@pytest.mark.parametrize("name", ["release", "full", "bare"])
def test_a_crate_has_every_file(name: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(name)
    found = read_with("crate", folder)
    files = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    # The file that describes the others is no part of what it describes.
    files.remove("ro-crate-metadata.json")
    assert found["files"] == found["parts"] == files
    assert found["missing"] == []
    says = {
        "release": (TITLE, found["date"], [CONTRIBUTORS], [LICENCE]),
        "full": (
            "Full",
            "2024-02-29",
            ["Ada Lovelace", "Old Author"],
            [LICENCE, "https://opendatacommons.org/licenses/odbl/1-0/"],
        ),
        "bare": ("generated", found["date"], [], []),
    }
    # rocrate puts today for a day that is not given.
    root = loaded(folder / "ro-crate-metadata.json")["@graph"][1]
    if name == "release":
        assert found["date"] == loaded(folder / "datapackage.json")["created"][:10]
    assert root.get("datePublished") == (None if name == "bare" else found["date"])
    licences = [identifier for identifier, _ in found["licences"]]
    assert (found["name"], found["date"], found["creators"], licences) == says[name]


def test_what_is_not_said_is_left_out(bare: Path) -> None:
    names = {path.name for path in bare.iterdir()}
    assert {"CITATION.cff", ".zenodo.json", "datacite.json"} & names == set()
    found = loaded(bare / "schema-org.jsonld")
    assert set(found) == {
        *("@context", "@type", "name", "version", "creditText", "distribution"),
        "variableMeasured",
    }
    assert found["creditText"] == "generated. Version 1.0.0 [data set]."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http://", ""),
        ("https://example.org/ b", ""),
        ('https://example.org/"onmouseover="x', ""),
        ("https://example.org/\n", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_only_web_addresses_pass(value: object, expected: str) -> None:
    assert address(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" a\n b\t", "a b"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u202eevil", r"\u202eevil"),
        (["a"], ""),
        (None, ""),
    ],
)
def test_texts_are_of_one_line_and_safe(value: object, expected: str) -> None:
    assert clean(value) == expected


@pytest.mark.parametrize(
    ("says", "attribute", "expected"),
    [
        ({"created": "soon"}, "created", ""),
        ({"created": 20240229}, "created", ""),
        ({"created": "2024-02-30T00:00:00Z"}, "created", ""),
        ({"id": "doi:10.1234/x"}, "doi", "10.1234/x"),
        ({"id": "b1a4e9b0"}, "doi", ""),
        ({"id": ["10.1234/x"]}, "doi", ""),
        ({"keywords": "one"}, "keywords", ()),
        ({"keywords": ["one", 2, " one", ""]}, "keywords", ("one",)),
        ({"temporal": {"start": "2024", "end": 2025}}, "temporal", ("2024", "")),
        ({"temporal": "2024"}, "temporal", ("", "")),
        ({"spatial": {"bbox": [0, 0, 1]}}, "bbox", ()),
        ({"spatial": {"bbox": [0, 0, 1, 91]}}, "bbox", ()),
        ({"spatial": {"bbox": [0, 0, 1, True], "crs": "EPSG:3857"}}, "bbox", ()),
        ({"spatial": {"bbox": [0, 0, float("inf"), 1]}}, "bbox", ()),
        ({"spatial": {"bbox": [0, 0, 1, 1]}}, "bbox", (0, 0, 1, 1)),
        ({"contributors": [{"roles": ["creator"]}, "x", {"title": 7}]}, "contributors", ()),
        ({"sources": [{}, {"title": "a"}, 1]}, "origins", (Origin("a", ""),)),
    ],
)
def test_a_descriptor_that_says_nonsense_says_nothing(
    says: dict[str, Any], attribute: str, expected: object, tmp_path: Path
) -> None:
    descriptor = {"name": "generated", "resources": [], **says}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    package, _ = load_package(tmp_path)
    assert getattr(about(package), attribute) == expected


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_release(tmp_path_factory.mktemp("hostile") / "package")


def test_hostile_texts_leave_every_form_valid(hostile: Path) -> None:
    assert read_with("citation", hostile / "CITATION.cff")["version"] == "1.2.0"
    assert read_with("datacite_schema", hostile / "datacite.json") == []
    assert read_with("crate", hostile)["missing"] == []
    assert read_with("linked_data", hostile / "schema-org.jsonld")["downloads"] == ["t.csv"]
    found = read_with("croissant", hostile / "croissant.json")
    assert found["errors"] == []
    assert found["record_sets"] == ["t", "codelist!kind"]
    assert [row["id"] for row in found["records"]["t"]] == [1, 2]
    for name in ("CITATION.cff", "datacite.json", ".zenodo.json", "ro-crate-metadata.json"):
        text = (hostile / name).read_text(encoding="utf-8")
        assert "javascript:alert(1)\n" not in text
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert "<script>" not in loaded(hostile / ".zenodo.json")["description"]


@pytest.mark.parametrize(
    ("doi", "expected"),
    [
        ("10.1234/abc.5", {"doi": "10.1234/abc.5", "url": "https://example.org"}),
        ("10.1234/a<b>;2-c", {"doi": None, "url": "https://doi.org/10.1234/a<b>;2-c"}),
        ("", {"doi": None, "url": "https://example.org"}),
    ],
)
def test_a_doi_stands_where_the_format_takes_it(
    doi: str, expected: dict[str, str | None], tmp_path: Path
) -> None:
    says = {
        "name": "x",
        "version": "1",
        "id": doi,
        "homepage": "https://example.org",
        "contributors": [{"title": "A", "roles": ["creator"]}],
    }
    (tmp_path / "datapackage.json").write_text(json.dumps(says | {"resources": []}))
    package, _ = load_package(tmp_path)
    text = citation(about(package))
    assert text is not None
    found = yaml.safe_load(text)
    assert {name: found.get(name) for name in expected} == expected
