"""`toolkit site`: what it writes, what it refuses, and that nothing is left half done."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.releasing import HOSTILE, build, hostile_release, release_of
from tests.test_cli import process, run
from toolkit.release.archive import write_checksums
from toolkit.site import NoSite, build_site
from toolkit.site.tables import cell

KINDS = {
    "title": "Things",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "size", "type": "number"},
        {"name": "day", "type": "date"},
        {"name": "sure", "type": "boolean"},
    ],
    "primaryKey": "id",
}
ROWS = [["id", "size", "day", "sure"], ["a", "1.5", "2024-12-08", "true"], ["b", "NaN", "", ""]]
TABLES = {"things": (KINDS, ROWS)}
SAYS: dict[str, Any] = {
    "name": "small",
    "title": "A small package",
    "created": "2024-12-31T00:00:00Z",
    "temporal": {"start": "2024-11-27", "end": "2024-12-11"},
    "homepage": "https://example.org/",
    "repository": "https://example.org/repository",
    "corrections": "mailto:record@example.org",
    "contributors": [{"title": "The Makers", "roles": ["creator"]}],
    "licenses": [{"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": "https://example.org/by"}],
    "sources": [{"title": "A paper", "path": "https://example.org/paper"}, {"title": "Talk"}],
}
CORE = "select id, size, day, sure from things order by id"
DETAIL = "select id, list(size order by size) as sizes from things group by id order by id"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page of few files, as a build leaves it."""
    return write_page(tmp_path / "page", CORE, DETAIL)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return release_of(tmp_path / "package", TABLES, **SAYS)


def write_page(folder: Path, core: str, detail: str) -> Path:
    for bundle, sql in (("core", core), ("detail", detail)):
        (folder / "queries" / bundle).mkdir(parents=True)
        (folder / "queries" / bundle / "things.sql").write_text(sql, encoding="utf-8")
    (folder / "index.html").write_text("<!doctype html><title>A page</title>", encoding="utf-8")
    (folder / "fonts").mkdir()
    (folder / "fonts" / "a.woff2").write_bytes(b"font")
    return folder


def bundle(site: Path, name: str) -> Any:
    return json.loads(gzip.decompress((site / f"{name}.json.gz").read_bytes()))


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def refused(*arguments: Any, **options: Any) -> str:
    """Return why there is no site; whatever was where it should go is as it was."""
    output = Path(arguments[2])
    before = files(output.parent)
    with pytest.raises(NoSite) as caught:
        build_site(*arguments, **options)
    assert files(output.parent) == before
    return str(caught.value)


# What is written


def test_what_a_site_holds(release: Path, page: Path, tmp_path: Path) -> None:
    report, site = build_site(release, page, tmp_path / "out" / "site")
    assert site == tmp_path / "out" / "site"
    assert not report.groups
    assert list(files(site)) == [
        "core.json.gz",
        "database.duckdb.gz",
        "detail.json.gz",
        "fonts/a.woff2",
        "index.html",
        "queries.json",
        "release/codebook.html",
        "release/small-1.0.0.zip",
        "release/things.csv",
        "release/validation.html",
    ]
    assert [path.name for path in site.parent.iterdir()] == ["site"]
    for name in ("codebook.html", "validation.html", "things.csv"):
        assert (site / "release" / name).read_bytes() == (release / name).read_bytes()
    zipped = release.with_name("small-1.0.0.zip").read_bytes()
    assert (site / "release" / "small-1.0.0.zip").read_bytes() == zipped
    database = gzip.decompress((site / "database.duckdb.gz").read_bytes())
    assert database == (release / "small.duckdb").read_bytes()


def test_tables_stand_by_column(release: Path, page: Path, tmp_path: Path) -> None:
    _, site = build_site(release, page, tmp_path / "site")
    assert site
    assert bundle(site, "core")["tables"] == {
        "things": {
            "id": ["a", "b"],
            "size": [1.5, None],
            "day": ["2024-12-08", None],
            "sure": [True, None],
        }
    }
    assert bundle(site, "detail")["tables"] == {
        "things": {"id": ["a", "b"], "sizes": [[1.5], [None]]}
    }


def test_what_the_package_says_of_itself(release: Path, page: Path, tmp_path: Path) -> None:
    _, site = build_site(release, page, tmp_path / "site")
    assert site
    said = bundle(site, "core")["package"]
    assert bundle(site, "detail")["package"] == said
    sizes = {name: len(content) for name, content in files(site).items()}
    assert said == {
        "name": "small",
        "title": "A small package",
        "description": "",
        "version": "1.0.0",
        "created": "2024-12-31",
        "start": "2024-11-27",
        "end": "2024-12-11",
        "citation": "The Makers (2024). A small package. Version 1.0.0 [data set]. "
        "https://example.org/",
        "doi": None,
        "homepage": "https://example.org/",
        "repository": "https://example.org/repository",
        "corrections": "mailto:record@example.org",
        "creators": ["The Makers"],
        "releases": [{"version": "1.0.0", "date": "2024-12-31"}],
        "licenses": [{"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": "https://example.org/by"}],
        "credits": [
            {"title": "A paper", "path": "https://example.org/paper"},
            {"title": "Talk", "path": None},
        ],
        "downloads": [
            {"path": path, "title": title, "bytes": sizes[path]}
            for path, title in (
                ("release/small-1.0.0.zip", "The whole release, in every format"),
                ("release/things.csv", "Things"),
                ("release/codebook.html", "Codebook"),
                ("release/validation.html", "Validation report"),
            )
        ],
        "database": {"path": "database.duckdb.gz", "bytes": sizes["database.duckdb.gz"]},
    }


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("https://example.org/new", "https://example.org/new"),
        ("mailto:a.b+c@example.org", "mailto:a.b+c@example.org"),
        ("mailto:a@example.org?bcc=b@example.org", None),
        ("javascript:alert(1)", None),
        ("mailto:a@example.org\n", None),
        (["https://example.org"], None),
    ],
)
def test_where_a_mistake_is_told(value: Any, said: str | None, page: Path, tmp_path: Path) -> None:
    release = release_of(tmp_path / "package", TABLES, **{**SAYS, "corrections": value})
    _, site = build_site(release, page, tmp_path / "site")
    assert site
    assert bundle(site, "core")["package"]["corrections"] == said


def test_named_queries_go_along(page: Path, tmp_path: Path) -> None:
    root = tmp_path / "package"
    (root / "schemas" / "queries").mkdir(parents=True)
    (root / "schemas" / "queries" / "how-many.sql").write_text(
        "-- title: How many?\n-- reading: One number\n--   for a day.\n"
        "-- parameters: day = 2024-12-08\n\n"
        "-- Counted.\nselect count(*) from things where day = $day\n",
        encoding="utf-8",
    )
    _, site = build_site(release_of(root, TABLES, **SAYS), page, tmp_path / "site")
    assert site
    assert json.loads((site / "queries.json").read_bytes()) == [
        {
            "name": "how-many",
            "group": "",
            "title": "How many?",
            "description": "One number for a day.",
            "sql": "-- Counted.\nselect count(*) from things where day = $day",
            "parameters": {"day": "2024-12-08"},
        }
    ]


def test_the_same_release_gives_the_same_bytes(release: Path, page: Path, tmp_path: Path) -> None:
    """Whether it is a folder or its zip, whenever it is written and whatever was there before."""
    _, one = build_site(release, page, tmp_path / "one")
    for path in page.rglob("*"):
        os.utime(path, (1, 1))
    moved = shutil.copytree(page, tmp_path / "another place")
    zipped = release.with_name(f"{release.name}.zip")
    _, other = build_site(zipped, moved, tmp_path / "other")
    assert one
    assert other
    assert files(one) == files(other)
    build_site(release, page, tmp_path / "other")
    assert files(one) == files(other)


def test_a_former_site_is_replaced_as_a_whole(release: Path, page: Path, tmp_path: Path) -> None:
    _, site = build_site(release, page, tmp_path / "site")
    assert site
    (site / "left.js").touch()
    build_site(release, page, site)
    assert not (site / "left.js").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("package", "package dist", "page", "site")
    ]


# History


def later(release: Path, tmp_path: Path, version: str, rows: list[list[str]]) -> Path:
    tables = {"things": (KINDS, rows)}
    return release_of(tmp_path / f"package {version}", tables, **{**SAYS, "version": version})


def test_what_became_of_each_row(release: Path, page: Path, tmp_path: Path) -> None:
    second = later(release, tmp_path, "1.1.0", [*ROWS, ["c", "2", "", ""]])
    third = later(
        release, tmp_path, "1.10.0", [ROWS[0], ["a", "2", "", "true"], ["c", "2", "", ""]]
    )
    zipped = str(second.with_name(f"{second.name}.zip"))
    _, site = build_site(third, page, tmp_path / "site", previous=[zipped, str(release)])
    assert site
    history = bundle(site, "history")
    assert history["tables"] == {
        "changes": {
            "version": ["1.1.0", "1.10.0", "1.10.0", "1.10.0"],
            "table": ["things"] * 4,
            "key": ["c", "a", "a", "b"],
            "kind": ["added", "changed", "changed", "removed"],
            "field": [None, "size", "day", None],
            "before": [None, "1.5", "2024-12-08", None],
            "after": [None, "2.0", None, None],
        }
    }
    versions = ["1.0.0", "1.1.0", "1.10.0"]
    assert history["package"]["releases"] == [
        {"version": version, "date": "2024-12-31"} for version in versions
    ]
    changes = (site / "release" / "changes.html").read_text(encoding="utf-8")
    assert "Changes from small 1.1.0 to small 1.10.0" in changes


@pytest.mark.parametrize(
    ("says", "message"),
    [
        ({"version": "1.0.0"}, "are both 1.0.0"),
        ({"version": "2.0.0"}, "2.0.0 is not before 1.0.0, which is shown"),
        ({"version": "0.9.0", "name": "large"}, "is a release of large, not of small"),
        ({"version": "new"}, "should be three numbers, as 1.2.3"),
    ],
)
def test_releases_that_are_no_history(
    says: dict[str, str], message: str, release: Path, page: Path, tmp_path: Path
) -> None:
    other = release_of(tmp_path / "other", TABLES, **{**SAYS, **says})
    assert message in refused(release, page, tmp_path / "site", previous=[str(other)])


def test_no_such_earlier_release(release: Path, page: Path, tmp_path: Path) -> None:
    assert "v0.0.0" in refused(release, page, tmp_path / "site", previous=["v0.0.0"])


# Pages that are none


def test_without_a_page_the_way_to_one_is_told(release: Path, tmp_path: Path) -> None:
    for folder in ("none", "package"):
        message = refused(release, tmp_path / folder, tmp_path / "site")
        assert "npm ci && npm run build" in message
        assert "make site" in message


@pytest.mark.parametrize("target", ["index.html", "queries/core/more.sql", "fonts/b.js"])
def test_a_link_in_the_page_is_refused(
    target: str, release: Path, page: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("private", encoding="utf-8")
    (page / target).unlink(missing_ok=True)
    (page / target).symlink_to(secret)
    assert "is a symbolic link" in refused(release, page, tmp_path / "site")


def test_a_folder_that_is_a_link_is_refused(release: Path, page: Path, tmp_path: Path) -> None:
    (page / "more").symlink_to(tmp_path, target_is_directory=True)
    assert "is a symbolic link" in refused(release, page, tmp_path / "site")


def test_a_pipe_in_the_page_is_refused(release: Path, page: Path, tmp_path: Path) -> None:
    os.mkfifo(page / "a.js")
    with pytest.raises(NoSite, match="is neither a file nor a folder"):
        build_site(release, page, tmp_path / "site")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (".env", "is no file that a page has"),
        ("app.ts", "is no file that a page has"),
        ("queries/more.sql", "is no query"),
        ("queries/core/deep/more.sql", "is no query"),
        ("queries/core/more.js", "is no query"),
        ("core.json.gz", "the page has a file core.json.gz, which a site writes itself"),
        ("release/a.html", "the page has a file release, which a site writes itself"),
    ],
)
def test_a_file_that_no_page_has_is_refused(
    name: str, message: str, release: Path, page: Path, tmp_path: Path
) -> None:
    (page / name).parent.mkdir(parents=True, exist_ok=True)
    (page / name).touch()
    assert message in refused(release, page, tmp_path / "site")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select sise from things", "did you mean size"),
        ("select 1; select 2", "there should be one statement, not 2"),
        ("", "there should be one statement"),
        ("select $day", "the parameter day has no value"),
        ("copy things to '{folder}/stolen'", "COPY is not allowed"),
        ("select * from read_text('{folder}/page/index.html')", "disabled"),
        ("attach '{folder}/x.duckdb' as x", "ATTACH is not allowed"),
        ("set enable_external_access = true", "SET is not allowed"),
        ("install httpfs", "LOAD is not allowed"),
        ("select {'a': 1} as pair", "the column pair is of type Struct"),
        ("select 'x'::blob as bytes", "the column bytes is of type Binary"),
    ],
)
def test_a_query_that_fails_is_named(
    sql: str, message: str, release: Path, page: Path, tmp_path: Path
) -> None:
    file = page / "queries" / "detail" / "wrong.sql"
    file.write_text(sql.replace("{folder}", str(tmp_path)), encoding="utf-8")
    told = refused(release, page, tmp_path / "site")
    assert told.startswith(str(file))
    assert message.lower() in told.lower()
    assert not (tmp_path / "stolen").exists()


def test_a_query_that_is_no_text(release: Path, page: Path, tmp_path: Path) -> None:
    (page / "queries/core/wrong.sql").write_bytes(b"select '\xff'")
    assert "wrong.sql: the text is not UTF-8" in refused(release, page, tmp_path / "site")


def test_a_page_without_queries(release: Path, page: Path, tmp_path: Path) -> None:
    shutil.rmtree(page / "queries" / "detail")
    assert "has no queries/detail/*.sql" in refused(release, page, tmp_path / "site")


def test_cells_as_json_holds_them() -> None:
    assert cell(2**53 - 1) == 2**53 - 1
    assert cell(2**53) == str(2**53)
    assert cell(float("inf")) is None


# Releases that are none


def test_a_package_is_no_release(page: Path, tmp_path: Path, release: Path) -> None:
    assert "is no release: it has no SHA256SUMS" in refused(
        tmp_path / "package", page, tmp_path / "site"
    )


@pytest.mark.parametrize("damage", ["changed", "added", "missing", "link"])
def test_a_release_that_is_not_whole(
    damage: str, release: Path, page: Path, tmp_path: Path
) -> None:
    target = release / "things.csv"
    if damage == "changed":
        target.write_bytes(target.read_bytes().replace(b"1.5", b"1.6"))
    elif damage == "added":
        (release / "more.csv").touch()
    else:
        moved = target.rename(tmp_path / "things.csv")
        if damage == "link":
            target.symlink_to(moved)
    told = refused(release, page, tmp_path / "site")
    assert told.startswith("the release is not whole: ")
    assert ("more.csv" if damage == "added" else "things.csv") in told


def test_a_release_without_its_database(release: Path, page: Path, tmp_path: Path) -> None:
    (release / "small.duckdb").unlink()
    sign(release)
    assert "no file small.duckdb" in refused(release, page, tmp_path / "site")


def test_a_release_with_errors_has_no_site(release: Path, page: Path, tmp_path: Path) -> None:
    (release / "things.csv").write_text("id,size,day,sure\na,much,,\n", encoding="utf-8")
    sign(release)
    done = run("site", release, "--page", page, "--output", tmp_path / "site")
    assert done.exit_code == 1
    assert "things.csv: error D016" in done.output
    assert "there is no site, because the release has errors" in done.output
    assert not (tmp_path / "site").exists()


def sign(release: Path) -> None:
    """State the checksums of a release anew, as someone would who changed it to do harm."""
    (release / "SHA256SUMS").unlink()
    write_checksums(release)


def test_html_of_a_release_is_not_served(release: Path, page: Path, tmp_path: Path) -> None:
    """It would run as part of the site; whoever made the release may have written it."""
    for name in ("codebook.html", "validation.html", "changes.html", "evil.html"):
        (release / name).write_text("<script>alert('evil')</script>", encoding="utf-8")
    sign(release)
    _, site = build_site(release, page, tmp_path / "site")
    assert site
    assert not (site / "release" / "changes.html").exists()
    for name, content in files(site).items():
        if name.endswith(".html"):
            assert b"evil" not in content, name


def test_a_table_that_is_called_a_page_is_not_served(page: Path, tmp_path: Path) -> None:
    root = tmp_path / "package"
    root.mkdir()
    (root / "things.html").write_text("id,size,day,sure\na,1,,\n", encoding="utf-8")
    table = {"name": "things", "path": "things.html", "format": "csv", "schema": KINDS}
    descriptor = {**SAYS, "version": "1.0.0", "resources": [table]}
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    _, site = build_site(build(root, tmp_path / "dist"), page, tmp_path / "site")
    assert site
    assert [path for path in files(site) if "things" in path] == []
    assert bundle(site, "core")["tables"]["things"]["id"] == ["a"]


def test_a_hostile_zip_is_refused(page: Path, tmp_path: Path) -> None:
    path = tmp_path / "release.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("../stolen", "x")
    assert "leads out of the zip" in refused(path, page, tmp_path / "site")
    assert not (tmp_path.parent / "stolen").exists()


def test_hostile_words_stay_words(page: Path, tmp_path: Path) -> None:
    release = hostile_release(tmp_path / "hostile")
    for name in ("core", "detail"):
        query = page / "queries" / name / "things.sql"
        query.write_text("select id, kind from t order by id", encoding="utf-8")
    _, site = build_site(release, page, tmp_path / "site")
    assert site
    core = bundle(site, "core")
    assert core["tables"]["things"]["kind"] == [HOSTILE, HOSTILE]
    said = core["package"]
    assert (said["homepage"], said["licenses"][0]["path"]) == (None, "")
    assert said["credits"] == [{"title": HOSTILE, "path": None}]
    told = json.dumps([said, json.loads((site / "queries.json").read_bytes())], ensure_ascii=False)
    assert "\x1b" not in told
    assert "\u202e" not in told
    for name in ("codebook.html", "validation.html"):
        assert "<script>alert" not in (site / "release" / name).read_text(encoding="utf-8")


# Where it goes


def test_a_folder_with_something_else_is_left_alone(
    release: Path, page: Path, tmp_path: Path
) -> None:
    for folder in (page, release, tmp_path):
        assert "something else than a site" in refused(release, page, folder)


def test_a_link_or_a_file_is_left_alone(release: Path, page: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("file", "link"):
        assert "is no folder" in refused(release, page, tmp_path / name)
    assert not (tmp_path / "elsewhere").exists()


def test_an_empty_folder_is_taken(release: Path, page: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    _, site = build_site(release, page, tmp_path / "site")
    assert site
    assert (site / "index.html").is_file()


@pytest.mark.parametrize("step", ["pack", "write_json", "write_archive", "publish"])
def test_nothing_is_left_when_writing_fails(
    step: str, release: Path, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, site = build_site(release, page, tmp_path / "site")
    assert site
    before = files(tmp_path)

    def fail(*_: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(f"toolkit.site.build.{step}", fail)
    with pytest.raises(OSError, match="no space left"):
        build_site(release, page, site)
    assert files(tmp_path) == before


# The command


def test_the_command(release: Path, page: Path, tmp_path: Path) -> None:
    done = process("site", release, "--page", page, "--out", tmp_path / "site")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{tmp_path / 'site'}\n", "")


Command = Callable[[Path, Path, Path], list[object]]


@pytest.mark.parametrize(
    "arguments",
    [
        lambda release, page, site: [release, "--page", site, "--output", site],
        lambda release, page, site: [release / "none", "--page", page, "--output", site],
        lambda release, page, site: [page / "index.html", "--page", page, "--output", site],
        lambda release, page, site: [release, "--page", page, "--output", page],
        lambda release, page, site: [release, "--page", page, "--output", site, "--previous", "x"],
    ],
    ids=["page", "release", "zip", "output", "previous"],
)
def test_what_is_wrong_is_told_in_a_line(
    arguments: Command, release: Path, page: Path, tmp_path: Path
) -> None:
    done = process("site", *arguments(release, page, tmp_path / "site"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert not (tmp_path / "site").exists()


def test_an_earlier_release_may_be_a_revision(page: Path, tmp_path: Path) -> None:
    root = tmp_path / "package"
    release = release_of(root, TABLES, **{**SAYS, "version": "1.0.0"})
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "v1.0.0"]):
        subprocess.run([*git, *command], cwd=root, check=True)
    shutil.rmtree(release.parent)
    new = later(release, tmp_path, "1.1.0", ROWS[:2])
    done = process(
        *("site", new, "--page", page, "--output", tmp_path / "site", "--previous", "v1.0.0"),
        cwd=root,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert bundle(tmp_path / "site", "history")["tables"]["changes"]["key"] == ["b"]
