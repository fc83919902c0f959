"""The contributor's path: the guide is walked, and so is what GitHub does with a change."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests import walks
from tests.conftest import REPOSITORY
from tests.test_comment import Hub, hub, packed, run
from tests.test_github import check
from tests.test_release import commit, git
from tests.walks import GUIDE, chapters, fresh_walk

TEXT = (REPOSITORY / GUIDE).read_text(encoding="utf-8")
__all__ = ["hub"]


def test_every_path_is_walked() -> None:
    """That the walks are fresh, test_docs holds together with all that is generated."""
    parts = [part for part in chapters(TEXT) if "```console" in part]
    walked = {part.partition("\n")[0].lstrip("# ") for part in parts}
    assert walked == {
        "Add a rule",
        "Add a source",
        "Add an event",
        "Correct a cell",
        "With a spreadsheet",
    }


@pytest.fixture
def guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A guide of one's own, in a small repository."""
    root = tmp_path / "repository"
    root.mkdir()
    (root / "file").write_text("one\n", encoding="utf-8")
    monkeypatch.setattr(walks, "REPOSITORY", root)
    monkeypatch.setattr(walks, "_FILES", ("file",))
    return root / GUIDE


def test_a_walk_shows_what_its_commands_print(guide: Path) -> None:
    guide.write_text(
        "# A\n\n## B\n\n```console\n$ cat file\nstale\n$ cat <<END >> file\n> two\n> END\n"
        "$ git status --short\n```\n\n### C\n\n```console\n$ cat file\n```\n\n```sh\n$ no\n```\n",
        encoding="utf-8",
    )
    assert fresh_walk() == (
        "# A\n\n## B\n\n```console\n$ cat file\none\n$ cat <<END >> file\n> two\n> END\n"
        "$ git status --short\n M file\n```\n\n### C\n\n```console\n$ cat file\none\n```\n\n"
        "```sh\n$ no\n```\n"
    )


@pytest.mark.parametrize("command", ["false", "toolkit no-such-command", "no-such-program"])
def test_a_walk_that_fails_is_no_walk(command: str, guide: Path) -> None:
    guide.write_text(f"## A\n\n```console\n$ {command}\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=command.split()[0]):
        fresh_walk()


def test_targets_that_are_named_exist() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|\$ |^)make ([a-z]+)", TEXT, flags=re.MULTILINE))
    assert {"readme", "setup"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_links_within_the_guide_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.*)$", TEXT, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    for anchor in re.findall(r"\]\(#([^)]*)\)", TEXT):
        assert anchor in anchors, anchor


def test_from_a_wrong_row_to_a_green_check(hub: Hub, tmp_path: Path) -> None:
    """What somebody does in the browser, without any command, and what GitHub makes of it."""
    root = tmp_path / "repository"
    root.mkdir()
    for name in ("data", "schemas"):
        shutil.copytree(REPOSITORY / name, root / name)
    for name in ("datapackage.json", "CHANGELOG.md"):
        shutil.copyfile(REPOSITORY / name, root / name)
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root)

    def propose(old: str, new: str, *, entry: bool) -> None:
        """Commit a change on a branch and check it out as GitHub does: merged into main."""
        file = root / "data" / "events.csv"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        (number,) = (n for n, line in enumerate(lines) if line.startswith("homs-reconnaissance-"))
        assert old in lines[number]
        lines[number] = lines[number].replace(old, new)
        file.write_text("".join(lines), encoding="utf-8")
        if entry:
            changelog = root / "CHANGELOG.md"
            text = changelog.read_text(encoding="utf-8")
            line = "### Data\n\n- `homs-reconnaissance-drones`: the drones flew over Hama.\n"
            changelog.write_text(text.replace("### Data\n", line, 1), encoding="utf-8")
        commit(root)
        git(root, "switch", "--quiet", "--detach", "main")
        git(root, "merge", "--quiet", "--no-ff", "--message", "Merge", "change")

    git(root, "switch", "--quiet", "--create", "change")
    propose(",homs,", ",hamma,", entry=False)
    wrong = check(root)
    assert wrong.failed
    assert "::error file=data/events.csv,line=" in wrong.output
    assert "Did you mean 'hama'?" in wrong.output

    git(root, "switch", "--quiet", "change")
    propose(",hamma,", ",hama,", entry=True)
    shutil.rmtree(wrong.temp)
    right = check(root)
    assert not right.failed, right.output

    review = (right.temp / "toolkit" / "review" / "review.md").read_bytes()
    hub.archive = packed(review_md=review)
    run(hub, tmp_path)
    ((_, _, body),) = hub.sent
    assert body.startswith("<!-- toolkit review: syria-offensive-2024 -->\n")
    assert "**Passes: no new findings**" in body
    assert "Location: Homs (homs) → Hama (hama)" in body
    assert "Needed: CHANGELOG.md" not in body
