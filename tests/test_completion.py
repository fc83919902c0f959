"""What a shell offers when Tab is pressed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import ShellComplete

from tests.conftest import REPOSITORY
from toolkit.cli import cli

SCHEMA = {
    "fields": [{"name": "id", "type": "integer"}],
    "rules": [{"code": "R001"}, {"code": "R\n002"}, {"code": 3}],
}


def offered(*words: str) -> list[str]:
    """Return what is offered for the last of the words that follow ``toolkit``."""
    completing = ShellComplete(cli, {}, "toolkit", "_TOOLKIT_COMPLETE")
    return [item.value for item in completing.get_completions(list(words[:-1]), words[-1])]


@pytest.fixture
def package(make_package: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    root: Path = make_package(
        events=(SCHEMA, [["id"]]), event_actors=(SCHEMA, [["id"]]), reports=(SCHEMA, [["id"]])
    )
    for name in ("rules/X001-first.sql", "rules/X120-$(id).sql", "queries/who-spoke.sql"):
        path = root / "schemas" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (root / "schemas" / "queries" / "two words.sql").touch()
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (("va",), ["validate"]),
        (("verify",), ["verify", "verify-quotes"]),
        (("validate", "--table", "e"), ["event_actors", "events"]),
        (("diff", "--table", "r"), ["reports"]),
        (("sheet", "ex"), ["export"]),
        (("sheet", "export", "--table", "r"), ["reports"]),
        (("add", "eve"), ["event_actors", "events"]),
        (("validate", "--rule", "x"), ["X001", "X120"]),
        (("validate", "--rule", "R"), ["R001"]),
        (("explain", "s001"), ["S001"]),
        (("query", "--name", ""), ["who-spoke"]),
        (("validate", "--format", "s"), ["sarif"]),
    ],
)
def test_what_is_offered(words: tuple[str, ...], values: list[str], package: Path) -> None:
    assert offered(*words) == values


def test_the_package_that_is_named_is_the_one_that_is_read(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert offered("query", "--name", "") == []
    assert offered("query", "--in", "package", "--name", "") == ["who-spoke"]
    assert offered("explain", "--package", "package", "x") == ["X001", "X120"]
    assert offered("add", "--in", "package/datapackage.json", "rep") == ["reports"]


def _descriptor(**properties: object) -> bytes:
    return json.dumps(properties).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        _descriptor(resources={"name": "a"}),
        _descriptor(resources=["a", None, {"name": 1}, {"name": "two words"}, {"name": "a;b"}]),
        _descriptor(resources=[{"name": "\x1b[2J"}]),
    ],
)
def test_what_cannot_be_read_is_not_offered(content: bytes, package: Path) -> None:
    (package / "datapackage.json").write_bytes(content)
    assert offered("validate", "--table", "") == []


@pytest.mark.parametrize("schema", ["../secret.json", "link.json", "pipe.json", "https://x/s"])
def test_nothing_outside_the_package_is_read(schema: str, package: Path) -> None:
    secret = package.parent / "secret.json"
    secret.write_text(json.dumps({"rules": [{"code": "SECRET"}]}), encoding="utf-8")
    (package / "link.json").symlink_to(secret)
    os.mkfifo(package / "pipe.json")
    descriptor = {"resources": [{"name": "t", "schema": schema}]}
    (package / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    assert offered("explain", "SECR") == []


def completing(instruction: str, variables: Iterable[tuple[str, str]] = ()) -> str:
    return subprocess.run(
        [sys.executable, "-m", "toolkit"],
        env=os.environ | {"_TOOLKIT_COMPLETE": instruction} | dict(variables),
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
    ).stdout


@pytest.mark.parametrize(
    ("shell", "calls"),
    [
        ("bash", "complete -o nosort -F _toolkit_completion toolkit"),
        ("zsh", "compdef _toolkit_completion toolkit"),
        ("fish", "complete --no-files --command toolkit"),
    ],
)
def test_every_shell_gets_its_script(shell: str, calls: str) -> None:
    assert calls in completing(f"{shell}_source")


def test_bash_completes_with_the_script(tmp_path: Path) -> None:
    script = tmp_path / "toolkit.bash"
    script.write_text(completing("bash_source"), encoding="utf-8")
    program = tmp_path / "toolkit"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m toolkit "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    typed = (
        f'. "{script}"; COMP_WORDS=(toolkit validate --table event_); COMP_CWORD=3; '
        f'_toolkit_completion "{program}"; echo "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(
        ["bash", "-c", typed], capture_output=True, text=True, check=False, cwd=REPOSITORY
    )
    assert (done.stdout, done.stderr) == ("event_actors\n", "")


def test_completing_imports_nothing_that_checks() -> None:
    code = (
        "import sys\nfrom tests.test_completion import offered\n"
        "assert offered('validate', '--rule', 'X11')\n"
        "heavy = {'duckdb', 'polars', 'pandera', 'frictionless', 'yaml', 'jsonschema'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert done.stdout.strip() == "[]"


def test_the_line_for_bash_in_the_guide_works(tmp_path: Path) -> None:
    guide = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^eval .*bash_source.*$", guide, flags=re.MULTILINE)
    for shell in ("zsh", "fish"):
        assert f"_TOOLKIT_COMPLETE={shell}_source toolkit" in guide
    program = tmp_path / "toolkit"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m toolkit "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", f"{line}\ncomplete -p toolkit"],
        env=os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    assert (done.stdout, done.stderr) == ("complete -o nosort -F _toolkit_completion toolkit\n", "")
