"""Workflows, actions, hooks and forms: linted, and every command in them run on a small clone."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import REPOSITORY, write_package
from tests.test_release import ENVIRONMENT, commit, git
from tests.workflows import ACTIONS, GITHUB, WORKFLOWS, Job, jobs, load

FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")
HOOKS = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
PROGRAMS = Path(sys.executable).parent
# What the jobs may write; every other permission is to read, or none.
WRITES = {
    ("data", "alerts"): {"security-events"},
    ("pages", "deploy"): {"id-token", "pages"},
    ("release", "release"): {"contents"},
    ("review-comment", "comment"): {"pull-requests"},
}
SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "word", "type": "string", "constraints": {"enum": ["weak", "fair"]}},
    ],
    "primaryKey": "id",
}


def lint(program: str, *arguments: str | Path, cwd: Path = REPOSITORY) -> tuple[int, str]:
    done = subprocess.run(
        [PROGRAMS / program, *arguments],
        cwd=cwd,
        env=ENVIRONMENT | {"NO_COLOR": "1", "PATH": f"{PROGRAMS}:{ENVIRONMENT['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def zizmor(root: Path) -> tuple[int, str]:
    """Audit the workflows and actions below a folder, at the strictest and without the network."""
    return lint("zizmor", "--offline", "--pedantic", "--no-progress", "--quiet", root / ".github")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files under .github in a folder of their own."""
    root = tmp_path / "copy"
    shutil.copytree(GITHUB, root / ".github")
    git(root, "init", "--quiet")
    return root


def test_zizmor_finds_nothing() -> None:
    code, output = zizmor(REPOSITORY)
    assert code == 0, output


def test_actionlint_finds_nothing() -> None:
    assert lint("actionlint", *WORKFLOWS) == (0, "")


@pytest.mark.parametrize(
    ("file", "before", "after", "finding"),
    [
        ("ci", r"@[0-9a-f]{40}", "@v4", "unpinned-uses"),
        ("ci", "persist-credentials: false", "fetch-depth: 1", "artipacked"),
        ("data", "\n  pull_request:", "\n  pull_request_target:", "dangerous-triggers"),
        ("data", "contents: read", "contents: write", "excessive-permissions"),
        ("data", r'"\$TOOLKIT" bump', "${{ github.head_ref }} bump", "template-injection"),
    ],
)
def test_zizmor_would_find(file: str, before: str, after: str, finding: str, copy: Path) -> None:
    path = copy / ".github" / "workflows" / f"{file}.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(before, after, text), encoding="utf-8")
    code, output = zizmor(copy)
    assert code != 0
    assert f"[{finding}]" in output


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ("runs-on: ubuntu-latest", "runs-on: ubuntu-newest", "[runner-label]"),
        ("needs: check", "needs: chekc", "[job-needs]"),
        ("steps.data.outputs.toolkit", "steps.dat.outputs.toolkit", "[expression]"),
        ("if git tag", "if [ $x ] && git tag", "SC2086"),
    ],
)
def test_actionlint_would_find(before: str, after: str, finding: str, copy: Path) -> None:
    path = copy / ".github" / "workflows" / "data.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    code, output = lint("actionlint", path, cwd=copy)
    assert code == 1
    assert finding in output


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.parent.name)
def test_the_commands_of_actions_are_clean_shell(path: Path, tmp_path: Path) -> None:
    for number, step in enumerate(load(path)["runs"]["steps"]):
        if "run" in step:
            assert step["shell"] == "bash"
            script = tmp_path / f"{number}.sh"
            # GitHub runs them so.
            script.write_text(f"set -eo pipefail\n{step['run']}", encoding="utf-8")
            assert lint("shellcheck", "--shell", "bash", script) == (0, "")


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", WORKFLOWS),
        ("github-actions", ACTIONS),
        ("github-issue-forms", FORMS),
        ("github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
    ],
)
def test_files_follow_their_schemas(schema: str, files: list[Path]) -> None:
    code, output = lint("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)
    assert code == 0, output


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_may_do_no_more_than_they_have_to(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    assert "pull_request_target" not in workflow["on"]
    for name, job in workflow["jobs"].items():
        permissions = job.get("permissions", {})
        writes = {key for key, value in permissions.items() if value == "write"}
        assert writes == WRITES.get((path.stem, name), set())
        assert set(permissions.values()) <= {"read", "write"}
        if writes and "pull_request" in workflow["on"]:
            # Nothing of the pull request is run where its token may write.
            assert not [step for step in job["steps"] if "run" in step]
            assert not [step for step in job["steps"] if "checkout" in step["uses"]]


@pytest.mark.parametrize(
    "path", [*WORKFLOWS, *ACTIONS], ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_actions_are_pinned_and_nothing_is_written_into_a_command(path: Path) -> None:
    content = load(path)
    bodies = content["jobs"].values() if "jobs" in content else [content["runs"]]
    for step in (step for body in bodies for step in body["steps"]):
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}|\$/\.github/actions/\w+", step["uses"])
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_an_action_is_pinned_to_one_commit_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for path in [*WORKFLOWS, *ACTIONS]:
        for name, pin in re.findall(r"uses: ([\w./-]+)@(.*)", path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[0-9a-f]{40}  # v\d+\.\d+\.\d+", pin)
            pins.setdefault(name, set()).add(pin)
    assert {name: len(found) for name, found in pins.items()} == dict.fromkeys(pins, 1)


# --- running them -------------------------------------------------------------------------------

GOOD = [["id", "word"], ["a", "weak"], ["b", "fair"]]


def write_version(root: Path, version: str, rows: list[list[str]]) -> None:
    write_package(root, {"t": (SCHEMA, rows)}, version=version)
    entries = "".join(f"## {one}\n\nRows.\n\n" for one in dict.fromkeys([version, "1.0.0"]))
    (root / "CHANGELOG.md").write_text(f"# Changelog\n\n{entries}", encoding="utf-8")


def make_clone(root: Path, version: str = "1.1.0", rows: list[list[str]] = GOOD) -> Path:
    """Make a clone as a pull request is checked out: merged, its first parent the main branch."""
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch", "main")
    write_version(root, "1.0.0", GOOD[:2])
    shutil.copytree(REPOSITORY / ".ci", root / ".ci")
    (root / ".gitignore").write_text("/.venv\n/dist/\n", encoding="utf-8")
    commit(root)
    git(root, "tag", "v1.0.0")
    git(root, "switch", "--quiet", "--create", "change")
    write_version(root, version, rows)
    commit(root)
    git(root, "switch", "--quiet", "--detach", "main")
    git(root, "merge", "--quiet", "--no-ff", "--message", "Merge the change", "change")
    for name, call in {"python": "", "toolkit": "-P -m toolkit"}.items():
        program = root / ".venv" / "bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        path = f"PYTHONPATH={shlex.quote(str(REPOSITORY))}"
        program.write_text(
            f'#!/bin/sh\n{path} exec {shlex.quote(sys.executable)} {call} "$@"\n', encoding="utf-8"
        )
        program.chmod(0o755)
    return root


def context(trigger: str, **more: Any) -> dict[str, Any]:
    """Return what ``github`` and its like are in the run of a workflow."""
    return {
        "github.event_name": trigger,
        "github.ref": "refs/heads/main",
        "github.ref_name": "v1.1.0",
        "github.ref_type": "tag",
        "github.repository": "owner/repository",
        "github.token": "a-token",
        "github.event.pull_request.head.repo.full_name": "owner/repository",
        "github.event.workflow_run.event": "pull_request",
        "github.event.workflow_run.conclusion": "success",
        **more,
    }


def run_job(path: Path, name: str, root: Path, trigger: str, **more: Any) -> Job:
    job = Job(root, root.parent / f"{root.name}-{trigger}", context(trigger, **more))
    if trigger == "workflow_run":
        job.temp.mkdir()
        event = json.dumps({"workflow_run": {"event": "push"}})
        (job.temp / "event.json").write_text(event, encoding="utf-8")
    job.run(load(path)["jobs"][name])
    return job


def commands(steps: list[dict[str, Any]]) -> set[str]:
    """Return the commands of steps, and those of the actions of this repository that they use."""
    found = {step["run"] for step in steps if "run" in step}
    for step in steps:
        if step.get("uses", "").startswith("$/"):
            action = load(REPOSITORY / step["uses"].removeprefix("$/") / "action.yml")
            found |= commands(action["runs"]["steps"])
    return found


@pytest.mark.parametrize(("path", "name"), jobs(), ids=lambda one: getattr(one, "stem", one))
def test_every_command_runs(path: Path, name: str, tmp_path: Path) -> None:
    workflow = load(path)
    executed: set[str] = set()
    for number, trigger in enumerate(workflow["on"]):
        done = run_job(path, name, make_clone(tmp_path / str(number)), trigger)
        assert not done.failed, done.output
        executed |= set(done.executed)
    assert executed == commands(workflow["jobs"][name]["steps"])


def test_every_action_of_the_repository_is_used() -> None:
    used = {
        step["uses"]
        for path, name in jobs()
        for step in load(path)["jobs"][name]["steps"]
        if "uses" in step
    }
    assert {f"$/.github/actions/{path.parent.name}" for path in ACTIONS} <= used


DATA = GITHUB / "workflows" / "data.yml"


def check(root: Path, trigger: str = "pull_request", **more: Any) -> Job:
    return run_job(DATA, "check", root, trigger, **more)


def test_a_good_change_is_checked_and_reviewed(tmp_path: Path) -> None:
    done = check(make_clone(tmp_path / "clone"))
    assert not done.failed, done.output
    folder = done.temp / "toolkit"
    review = (folder / "review" / "review.md").read_text(encoding="utf-8")
    assert review.startswith("<!-- toolkit review: generated -->\n")
    assert "no new findings" in review
    assert sorted(path.name for path in (folder / "reports").iterdir()) == [
        "validation.json",
        "validation.sarif",
    ]
    assert done.summary().startswith("# Validation of generated")
    assert review in done.summary()
    (installed,) = [line for line in done.asked() if " pip " in f" {line} "]
    assert "--require-hashes" in installed
    assert installed.endswith(str(REPOSITORY / "requirements" / "core.txt"))


def test_a_wrong_cell_fails_with_an_annotation_and_is_still_reviewed(tmp_path: Path) -> None:
    done = check(make_clone(tmp_path / "clone", rows=[*GOOD, ["c", "week"]]))
    assert done.failed
    assert "::error file=t.csv,line=4," in done.output
    folder = done.temp / "toolkit"
    sarif = json.loads((folder / "reports" / "validation.sarif").read_text(encoding="utf-8"))
    assert [one["ruleId"] for one in sarif["runs"][0]["results"]] == ["C009"]
    review = (folder / "review" / "review.md").read_text(encoding="utf-8")
    assert "C009" in review
    uploads = [use for use in done.used if use.startswith("actions/upload-artifact@")]
    assert len(uploads) == 2


def test_a_version_that_is_too_low_fails(tmp_path: Path) -> None:
    root = make_clone(tmp_path / "clone", version="1.0.1")
    assert check(root).failed


def test_without_a_version_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    root = make_clone(tmp_path / "clone", version="1.0.0")
    git(root, "tag", "--delete", "v1.0.0")
    done = check(root)
    assert not done.failed, done.output
    assert "There is no version yet to compare with." in done.output


def test_a_push_is_checked_and_not_reviewed(tmp_path: Path) -> None:
    done = check(make_clone(tmp_path / "clone"), "push")
    assert not done.failed
    assert not (done.temp / "toolkit" / "review" / "review.md").exists()
    assert len([use for use in done.used if use.startswith("actions/upload-artifact@")]) == 1


@pytest.mark.parametrize(
    ("trigger", "head", "uploads"),
    [
        ("pull_request", "owner/repository", True),
        ("pull_request", "stranger/repository", False),
        ("push", "", True),
    ],
)
def test_alerts_are_not_tried_with_the_token_of_a_fork(
    trigger: str, head: str, uploads: bool, tmp_path: Path
) -> None:
    root = tmp_path / "clone"
    root.mkdir()
    name = "github.event.pull_request.head.repo.full_name"
    done = run_job(DATA, "alerts", root, trigger, **{name: head})
    assert any("upload-sarif" in use for use in done.used) == uploads


def test_a_package_in_a_folder_is_checked_by_strangers_too(tmp_path: Path) -> None:
    """The action as another repository uses it, on a package with a fault that was there before."""
    root = tmp_path / "clone"
    package = root / "a package"
    package.mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch", "main")
    bad = [["id", "word"], ["a", "week"]]
    write_version(package, "1.0.0", bad)
    (package / "toolkit.py").write_text("raise SystemExit('planted')", encoding="utf-8")
    shutil.copy(package / "toolkit.py", root / "toolkit.py")
    commit(root)
    write_version(package, "1.0.0", [*bad, ["b", "fair"]])
    commit(root)

    def use(number: int, **given: str) -> Job:
        job = Job(root, tmp_path / str(number), context("pull_request"))
        job.run({"steps": [{"uses": "$/.github/actions/check", "with": given}]})
        return job

    here = {"package": "a package", "base": "HEAD^1"}
    assert use(1, **here).failed
    done = use(2, **here, **{"only-new": "true"})
    assert not done.failed, done.output
    assert "file=a package/t.csv,line=2," in done.output
    assert "no new findings" in done.summary()
    by_descriptor = use(3, package="a package/datapackage.json", base="HEAD^1")
    assert "no new findings" in by_descriptor.summary()


def test_warnings_fail_where_that_is_asked_for(tmp_path: Path) -> None:
    root = tmp_path / "clone"
    shutil.copytree(REPOSITORY / "tests" / "data" / "bad" / "D014-waiver-unused", root)
    for number, (strict, failed) in enumerate([("false", False), ("true", True)]):
        job = Job(root, tmp_path / str(number), context("push"))
        job.run({"steps": [{"uses": "$/.github/actions/check", "with": {"strict": strict}}]})
        assert job.failed == failed, job.output


def test_a_release_is_built_verified_and_attached(tmp_path: Path) -> None:
    path = GITHUB / "workflows" / "release.yml"
    done = run_job(path, "release", make_clone(tmp_path / "clone"), "push")
    assert not done.failed, done.output
    (asked,) = [line for line in done.asked() if line.startswith("gh ")]
    assert asked.startswith("gh release create v1.1.0 --verify-tag --title v1.1.0 --notes-file ")
    assert " dist/generated-1.1.0.zip " in asked
    assert (done.temp / "notes.md").read_text(encoding="utf-8").strip() == "Rows."
    assert not [line for line in done.asked() if line.startswith("apt-get")]


def test_a_release_of_another_tag_is_refused(tmp_path: Path) -> None:
    path, root = GITHUB / "workflows" / "release.yml", make_clone(tmp_path / "clone")
    done = run_job(path, "release", root, "push", **{"github.ref_name": "v1.2.0"})
    assert done.failed
    assert "The tag v1.2.0 is not that of version 1.1.0." in done.output
    assert not [line for line in done.asked() if line.startswith("gh ")]


# --- hooks and forms ----------------------------------------------------------------------------


def run_hook(hook: dict[str, Any], root: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(hook["entry"])
    assert program == "toolkit"
    return subprocess.run(
        [sys.executable, "-P", "-m", "toolkit", *arguments, *hook.get("args", [])],
        cwd=root,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_hooks_say_what_pre_commit_needs() -> None:
    for hook in HOOKS:
        assert set(hook) == {
            "id",
            "name",
            "description",
            "entry",
            "language",
            "files",
            "pass_filenames",
        }
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)
        for name in ("data/t.csv", "datapackage.json"):
            assert re.search(hook["files"], name), name
        assert not re.search(hook["files"], "README.md")
    assert [hook["id"] for hook in HOOKS] == ["toolkit-validate", "toolkit-fix"]


def test_the_hook_that_validates(tmp_path: Path) -> None:
    root = make_clone(tmp_path / "clone")
    done = run_hook(HOOKS[0], root)
    assert done.returncode == 0, done.stdout
    write_version(root, "1.1.0", [*GOOD, ["c", "week"]])
    done = run_hook(HOOKS[0], root)
    assert done.returncode == 1
    assert "t.csv:4:3: error C009" in done.stdout


def test_the_hook_that_fixes_changes_what_has_to_change_and_nothing_else(tmp_path: Path) -> None:
    root = make_clone(tmp_path / "clone")
    assert run_hook(HOOKS[1], root).returncode == 0
    assert git(root, "status", "--porcelain") == ""
    file = root / "t.csv"
    canonical = file.read_bytes()
    file.write_bytes(canonical.replace(b"\n", b"\r\n"))
    assert run_hook(HOOKS[1], root).returncode == 0
    assert file.read_bytes() == canonical


def options_of(form: Path, field: str) -> list[str]:
    (found,) = [one for one in load(form)["body"] if one.get("id") == field]
    return list(found["attributes"]["options"])


@pytest.mark.parametrize(
    ("form", "field", "codes"),
    [("missing-event", "type", "event_type"), ("new-source", "kind", "source_kind")],
)
def test_forms_offer_what_the_code_lists_have(form: str, field: str, codes: str) -> None:
    path = REPOSITORY / "schemas" / "codelists" / f"{codes}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        titles = [row["title"] for row in csv.DictReader(handle)]
    assert options_of(GITHUB / "ISSUE_TEMPLATE" / f"{form}.yml", field) == titles


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_forms_ask_for_a_text_and_for_care(path: Path) -> None:
    body = {one["id"]: one for one in load(path)["body"] if "id" in one}
    assert all(option["required"] for option in body["care"]["attributes"]["options"])
    required = [one for one, told in body.items() if told.get("validations", {}).get("required")]
    assert {"source", "sources", "address"} & set(required)


def test_files_that_are_named_to_contributors_exist() -> None:
    for path in [*FORMS, GITHUB / "pull_request_template.md"]:
        for name in re.findall(r"`([\w/.-]+\.(?:csv|md))`", path.read_text(encoding="utf-8")):
            assert (REPOSITORY / name).is_file(), name
