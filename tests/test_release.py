"""`toolkit release`: the plan, what it refuses, what it leaves, and that it starts nothing else."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY, write_package
from toolkit.findings import builtin_rules
from toolkit.release.verify import verify_release

NAME = "generated-1.0.0"
SCHEMA: dict[str, Any] = {"fields": [{"name": "a", "type": "string"}], "primaryKey": "a"}
WORDS = dict.fromkeys(("name", "message", "hint", "why", "bad", "good"), "x")
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Tester"), ("EMAIL", "tester@example.org"))
}
ENVIRONMENT = {
    **os.environ,
    **IDENTITY,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "PYTHONPATH": str(REPOSITORY),
}
PLAN = """\
Release generated-1.0.0 of commit {commit}
1. check that the working tree is as committed and that there is no tag v1.0.0
2. check that the version fits what changed, and that CHANGELOG.md has its entry
3. check the package: no errors, no warnings
4. build the working tree, then the files of the commit alone: the same bytes
5. verify the folder and the zip
6. put generated-1.0.0 and generated-1.0.0.zip into {output}
7. {last}; nothing is pushed
"""


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def commit(root: Path) -> str:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Change something")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository, the package in a folder of it with a space in its name."""
    root = tmp_path / "repository"
    package = root / "the package"
    package.mkdir(parents=True)
    write_package(package, {"t": (SCHEMA, [["a"], ["x"]])}, version="1.0.0")
    (package / "CHANGELOG.md").write_text("# Changelog\n\n## 1.0.0\n\nFirst.\n", encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root)
    return root


def release(repository: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "toolkit", "release", "the package", *options]
    return subprocess.run(
        [*command, "--output", str(repository.parent / "dist")],
        cwd=repository,
        env=ENVIRONMENT,
        check=False,
        capture_output=True,
        text=True,
    )


def plan(repository: Path, *, tagging: bool = False) -> str:
    return PLAN.format(
        commit=git(repository, "rev-parse", "HEAD")[:12],
        output=repository.parent / "dist",
        last="make the tag v1.0.0" if tagging else "tell how to make the tag v1.0.0",
    )


def test_the_plan_alone(repository: Path) -> None:
    done = release(repository, "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == plan(repository)
    assert not (repository.parent / "dist").exists()


def test_a_release_is_made_and_its_commands_publish_it(repository: Path, tmp_path: Path) -> None:
    done = release(repository)
    assert (done.returncode, done.stderr) == (0, "")
    folder = tmp_path / "dist" / NAME
    made, commands = done.stdout.removeprefix(plan(repository)).split("To publish it:\n")
    # Canonical form is not asked for; quotations are held against their sources by a command of
    # its own.
    rules = [code for code in builtin_rules() if code[0] not in "FQ"]
    summary = f"1 rows in 1 tables held against {len(rules)} rules: no findings"
    assert made.splitlines()[1:4] == [summary, str(folder), f"{folder}.zip"]
    assert verify_release(folder).findings == ()
    assert git(repository, "tag", "--list") == ""
    remote = tmp_path / "remote"
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    git(repository, "remote", "add", "origin", str(remote))
    for command in commands.splitlines():
        subprocess.run(shlex.split(command), env=ENVIRONMENT, check=True, capture_output=True)
    head = git(repository, "rev-parse", "HEAD")
    assert git(remote, "rev-parse", "refs/tags/v1.0.0^{commit}") == head


def test_the_next_release_tells_what_changed(repository: Path, tmp_path: Path) -> None:
    """The second build of the commit is told of the former version as well: the bytes are equal."""
    git(repository, "tag", "v1.0.0")
    package = repository / "the package"
    write_package(package, {"t": (SCHEMA, [["a"], ["x"], ["y"]])}, version="1.1.0")
    text = "# Changelog\n\n## 1.1.0\n\nMore.\n\n## 1.0.0\n\nFirst.\n"
    (package / "CHANGELOG.md").write_text(text, encoding="utf-8")
    commit(repository)
    done = release(repository)
    assert (done.returncode, done.stderr) == (0, "")
    assert "4. tell what changed since refs/tags/v1.0.0\n" in done.stdout
    folder = tmp_path / "dist" / "generated-1.1.0"
    changes = json.loads((folder / "changes.json").read_text(encoding="utf-8"))
    assert (changes["old"]["version"], changes["new"]["version"]) == ("1.0.0", "1.1.0")
    assert [(table["name"], table["counts"]["added"]) for table in changes["tables"]] == [("t", 1)]
    page = (folder / "changes.md").read_text(encoding="utf-8")
    assert page.startswith("# Changes from generated 1.0.0 to generated 1.1.0\n")
    assert "changes.html" in (folder / "README.md").read_text(encoding="utf-8")
    assert verify_release(folder).findings == ()


def test_a_tag_is_made_when_asked_for(repository: Path) -> None:
    done = release(repository, "--tag")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(plan(repository, tagging=True))
    push = shlex.join(["git", "-C", str(repository), "push", "origin", "refs/tags/v1.0.0"])
    assert done.stdout.endswith(f"To publish it:\n{push}\n")
    assert git(repository, "cat-file", "-t", "v1.0.0") == "tag"
    assert git(repository, "rev-parse", "v1.0.0^{commit}") == git(repository, "rev-parse", "HEAD")


def describe(repository: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = repository / "the package" / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    change(descriptor)
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    commit(repository)


def write(repository: Path, name: str, text: str = "x") -> None:
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def warn(repository: Path) -> None:
    rule = {**WORDS, "code": "R001", "severity": "warning", "columns": ["a"]}
    rule["expression"] = "a = 'y'"
    describe(repository, lambda one: one["resources"][0]["schema"].update(rules=[rule]))


def ignore(repository: Path, name: str, text: str) -> None:
    write(repository, ".gitignore", f"/the package/{name}\n")
    write(repository, f"the package/{name}", text)
    git(repository, "rm", "--quiet", "--cached", "--ignore-unmatch", f"the package/{name}")
    commit(repository)


def convert(repository: Path) -> None:
    write(repository, ".gitattributes", "*.csv text eol=crlf\n")
    commit(repository)


NOT_COMMITTED = "toolkit: the working tree is not as committed: "
DEBUG = " (TOOLKIT_DEBUG=1 shows where)"
REFUSED: list[tuple[Callable[[Path], object], int, str]] = [
    (
        lambda at: write(at, "the package/n.csv"),
        2,
        f"{NOT_COMMITTED}the package/n.csv; commit or stash{DEBUG}",
    ),
    (
        lambda at: write(at, "the package/t.csv", "a\ny\n"),
        2,
        f"{NOT_COMMITTED}the package/t.csv; commit or stash{DEBUG}",
    ),
    (
        lambda at: [write(at, f"{number}\x1b[31m") for number in range(7)],
        2,
        f"{NOT_COMMITTED}"
        + ", ".join(rf"{number}\x1b[31m" for number in range(5))
        + f" and 2 more; commit or stash{DEBUG}",
    ),
    (
        lambda at: git(at, "tag", "v1.0.0"),
        2,
        f"toolkit: there is a tag v1.0.0 already: raise the version{DEBUG}",
    ),
    (
        lambda at: (
            describe(at, lambda one: one.update(version="1.0.0-a.lock")),
            write(at, "the package/CHANGELOG.md", "## 1.0.0-a.lock\n\nx\n"),
            commit(at),
        ),
        2,
        f"toolkit: v1.0.0-a.lock cannot be the name of a tag{DEBUG}",
    ),
    (
        lambda at: describe(at, lambda one: one.pop("version")),
        2,
        f"toolkit: the descriptor states no version, which a release needs{DEBUG}",
    ),
    (
        lambda at: describe(at, lambda one: one.update(version="1.0.1")),
        1,
        "toolkit: CHANGELOG.md: there is no entry for 1.0.1. "
        "Add a heading `## 1.0.1` and below it what changed.",
    ),
    (
        lambda at: ((at / "the package/CHANGELOG.md").unlink(), commit(at)),
        1,
        "toolkit: CHANGELOG.md: there is no CHANGELOG.md. "
        "Add a heading `## 1.0.0` and below it what changed.",
    ),
    (
        lambda at: describe(at, lambda one: one.update(version="first")),
        1,
        "toolkit: datapackage.json: the version should be three numbers, as 1.2.3",
    ),
    (
        lambda at: (
            git(at, "tag", "v1.0.0"),
            write(at, "the package/t.csv", "a\ny\n"),
            write(at, "the package/CHANGELOG.md", "## 1.1.0\n\nx\n"),
            describe(at, lambda one: one.update(version="1.1.0")),
        ),
        1,
        "toolkit: datapackage.json: version 1.1.0 is too low: 1 row removed in t, "
        "a major change since 1.0.0. Raise it to 2.0.0; `toolkit bump --write` does.",
    ),
    (
        lambda at: (write(at, "the package/t.csv", "a\nx\nx\n"), commit(at)),
        1,
        "toolkit: nothing was released, because of what was found",
    ),
    (warn, 1, "toolkit: nothing was released, because of what was found"),
    (
        lambda at: ignore(at, "schemas/rules/notes.txt", "not committed"),
        1,
        "toolkit: a build of the commit alone differs in README.md, SHA256SUMS, "
        "ro-crate-metadata.json, schemas/rules/notes.txt: "
        "look for files that git ignores, or that it stores otherwise (.gitattributes)",
    ),
    (
        lambda at: ignore(at, "t.csv", "a\nx\n"),
        1,
        "toolkit: the commit alone cannot be built: "
        "toolkit: nothing was built, because the package has errors",
    ),
]


@pytest.mark.parametrize(("spoil", "code", "message"), REFUSED)
def test_what_is_refused(
    spoil: Callable[[Path], object], code: int, message: str, repository: Path
) -> None:
    spoil(repository)
    tags = git(repository, "tag", "--list")
    done = release(repository, "--tag")
    assert (done.returncode, done.stderr) == (code, f"{message}\n")
    assert git(repository, "tag", "--list") == tags
    output = repository.parent / "dist"
    assert not output.exists() or list(output.iterdir()) == []


def test_a_file_that_git_stores_otherwise(repository: Path) -> None:
    convert(repository)
    done = release(repository)
    assert done.returncode == 1
    assert "differs in SHA256SUMS, " in done.stderr
    assert ", t.csv: look for" in done.stderr


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda at: None, "not a git repository"),
        (lambda at: git(at, "init", "--quiet"), "Needed a single revision"),
    ],
)
def test_a_package_that_is_in_no_commit(
    prepare: Callable[[Path], object], message: str, tmp_path: Path
) -> None:
    (tmp_path / "the package").mkdir()
    write_package(tmp_path / "the package", {"t": (SCHEMA, [["a"]])}, version="1.0.0")
    prepare(tmp_path)
    done = release(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("toolkit: git: ")
    assert message in done.stderr


def test_nothing_of_the_repository_is_run(repository: Path, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch '{tmp_path}/was-run'\n", encoding="utf-8")
    script.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout", "post-index-change"):
        (hooks / name).symlink_to(script)
    settings = {"core.hooksPath": hooks, "core.fsmonitor": script, "core.pager": script}
    for key, value in settings.items():
        git(repository, "config", key, str(value))
    (tmp_path / "was-run").unlink(missing_ok=True)
    done = release(repository, "--tag")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "was-run").exists()
    # They would have been.
    git(repository, "tag", "--annotate", "--message", "x", "other")
    assert (tmp_path / "was-run").exists()
