"""The comment on a pull request: where it goes, what of the artifact is in it, and how often."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.workflows import GITHUB

PROGRAM = GITHUB / "actions" / "comment" / "comment.py"
BOT = "github-actions[bot]"
MARKER = "<!-- toolkit review: generated -->"
REVIEW = f"{MARKER}\n## One event changed\n\nAll is well.\n"
SHA = "0123456789abcdef0123456789abcdef01234567"


def packed(**files: bytes) -> bytes:
    """Return a zip of files, whose names are given with _ for the dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


def comment(number: int, body: str, login: str | None = BOT) -> dict[str, Any]:
    return {"id": number, "body": body, "user": {"login": login} if login else None}


class Hub:
    """As much of GitHub as is asked; the attributes say what it holds, ``sent`` what came."""

    def __init__(self) -> None:
        self.pulls = [self.pull(7)]
        self.archive = packed(review_md=REVIEW.encode())
        self.artifacts: list[dict[str, Any]] = [self.artifact(3)]
        self.comments: list[dict[str, Any]] = []
        self.sent: list[tuple[str, str, str]] = []
        self.asked: list[str] = []
        self.storage_authorised: list[str | None] = []
        self.event: dict[str, Any] = {
            "id": 42,
            "event": "pull_request",
            "head_sha": SHA,
            "head_branch": "a&b=c#d",
            "head_repository": {"id": 5, "owner": {"login": "stranger"}},
            "html_url": "https://github.com/owner/repository/actions/runs/42",
        }

    @staticmethod
    def pull(number: int, sha: str = SHA, repository: int | None = 5) -> dict[str, Any]:
        head = {"sha": sha, "repo": {"id": repository} if repository else None}
        return {"number": number, "head": head}

    @staticmethod
    def artifact(number: int, **more: Any) -> dict[str, Any]:
        return {"id": number, "name": "review", "expired": False, "size_in_bytes": 900, **more}

    def answer(self, path: str, query: dict[str, list[str]]) -> Any:
        first = query.get("page", ["1"]) == ["1"]
        answers: dict[str, Any] = {
            "pulls": self.pulls if query.get("head") == ["stranger:a&b=c#d"] and first else [],
            "actions/runs/42/artifacts": {"artifacts": self.artifacts},
            "issues/7/comments": self.page(int(query.get("page", ["1"])[0])),
        }
        return answers[path]

    def page(self, number: int) -> list[dict[str, Any]]:
        return self.comments[(number - 1) * 100 : number * 100]


@pytest.fixture
def hub() -> Iterator[Hub]:
    state = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if url.path == "/storage":
                state.storage_authorised.append(self.headers.get("Authorization"))
                self.reply(state.archive)
                return
            assert self.headers.get("Authorization") == "Bearer secret"
            path = url.path.removeprefix("/repos/owner/repository/")
            state.asked.append(path)
            if path.endswith("/zip"):
                self.send_response(302)
                self.send_header("Location", "/storage")
                self.end_headers()
            else:
                self.reply(json.dumps(state.answer(path, parse_qs(url.query))).encode())

        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            path = self.path.removeprefix("/repos/owner/repository/")
            assert list(content) == ["body"]
            state.sent.append((self.command, path, content["body"]))
            self.reply(b"{}")

        def do_PATCH(self) -> None:
            self.do_POST()

        def reply(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def run(hub: Hub, folder: Path, **more: str) -> str:
    """Run the program as the action does; return what it says."""
    event = folder / "event.json"
    event.write_text(json.dumps({"workflow_run": hub.event}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM],
        env={
            "GITHUB_API_URL": hub.address,  # type: ignore[attr-defined]
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": "owner/repository",
            "GITHUB_TOKEN": "secret",
            "ARTIFACT": "review",
            "AUTHOR": BOT,
            **more,
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "secret" not in done.stdout
    return done.stdout.strip()


def test_the_first_review_is_written(hub: Hub, tmp_path: Path) -> None:
    assert run(hub, tmp_path) == "The comment on pull request 7 was written."
    ((method, path, body),) = hub.sent
    assert (method, path) == ("POST", "issues/7/comments")
    assert body == (
        f"{MARKER}\n> What [this run](https://github.com/owner/repository/actions/runs/42) of the "
        "code of the pull request says of 0123456789ab. It is the word of that code: the checks "
        "count.\n\n## One event changed\n\nAll is well.\n"
    )


def test_the_token_stays_with_github(hub: Hub, tmp_path: Path) -> None:
    run(hub, tmp_path)
    assert hub.storage_authorised == [None]


def test_a_later_review_takes_the_place_of_the_first(hub: Hub, tmp_path: Path) -> None:
    others = [comment(number, "Thanks!", "someone") for number in range(100, 250)]
    hub.comments = [*others, comment(11, f"{MARKER}\nBefore"), comment(12, f"{MARKER}\nLater")]
    assert run(hub, tmp_path) == "The comment on pull request 7 was updated."
    assert [(method, path) for method, path, _ in hub.sent] == [("PATCH", "issues/comments/11")]


def test_the_same_review_is_not_sent_again(hub: Hub, tmp_path: Path) -> None:
    run(hub, tmp_path)
    hub.comments = [comment(11, hub.sent.pop()[2].strip())]
    assert run(hub, tmp_path) == "The comment on pull request 7 was left as it is."
    assert hub.sent == []


@pytest.mark.parametrize(
    "there",
    [
        comment(11, f"{MARKER}\nx", "stranger"),
        comment(11, f"{MARKER}\nx", None),
        comment(11, f"See {MARKER}"),
        comment(11, "<!-- toolkit review: another -->\nx"),
    ],
)
def test_comments_of_others_are_left_alone(there: dict[str, Any], hub: Hub, tmp_path: Path) -> None:
    hub.comments = [there]
    run(hub, tmp_path)
    assert [(method, path) for method, path, _ in hub.sent] == [("POST", "issues/7/comments")]


def test_the_artifact_does_not_say_where_the_comment_goes(hub: Hub, tmp_path: Path) -> None:
    hub.archive = packed(review_md=REVIEW.encode(), number_txt=b"8", pr=b"8", event_json=b"{}")
    run(hub, tmp_path)
    assert [path for _, path, _ in hub.sent] == ["issues/7/comments"]
    assert list(tmp_path.iterdir()) == [tmp_path / "event.json"]


@pytest.mark.parametrize(
    ("pulls", "said"),
    [
        ([], "0 open pull requests"),
        ([Hub.pull(7, sha="f" * 40)], "0 open pull requests"),
        ([Hub.pull(7, repository=6)], "0 open pull requests"),
        ([Hub.pull(7, repository=None)], "0 open pull requests"),
        ([Hub.pull(7), Hub.pull(8)], "2 open pull requests"),
    ],
    ids=["none", "newer-head", "another-fork", "fork-gone", "two"],
)
def test_without_its_pull_request_nothing_is_written(
    pulls: list[dict[str, Any]], said: str, hub: Hub, tmp_path: Path
) -> None:
    hub.pulls = pulls
    assert run(hub, tmp_path).startswith(f"No comment: {said}")
    assert hub.sent == []


def test_a_run_for_something_else_is_passed_over(hub: Hub, tmp_path: Path) -> None:
    hub.event["event"] = "push"
    assert run(hub, tmp_path) == "No comment: the run was started by push."
    assert (hub.asked, hub.sent) == ([], [])


def test_a_run_of_a_fork_that_is_gone_is_passed_over(hub: Hub, tmp_path: Path) -> None:
    hub.event["head_repository"] = None
    assert run(hub, tmp_path) == "No comment: the fork is gone."


@pytest.mark.parametrize(
    "artifacts",
    [[], [Hub.artifact(3, expired=True)], [Hub.artifact(3, name="other")]],
)
def test_without_a_review_nothing_is_written(
    artifacts: list[dict[str, Any]], hub: Hub, tmp_path: Path
) -> None:
    hub.artifacts = artifacts
    assert run(hub, tmp_path) == "No comment: the run left no artifact review."
    assert hub.sent == []


def test_the_newest_attempt_counts(hub: Hub, tmp_path: Path) -> None:
    hub.artifacts = [Hub.artifact(3), Hub.artifact(9), Hub.artifact(4)]
    run(hub, tmp_path)
    assert "actions/artifacts/9/zip" in hub.asked


def test_a_large_artifact_is_not_fetched(hub: Hub, tmp_path: Path) -> None:
    hub.artifacts = [Hub.artifact(3, size_in_bytes=(1 << 20) + 1)]
    assert run(hub, tmp_path) == "No comment: the artifact is larger than 1,048,576 bytes."
    assert "actions/artifacts/3/zip" not in hub.asked


def test_an_artifact_that_is_larger_than_it_says_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.archive = b"x" * ((1 << 20) + 1)
    assert "is larger than 1,048,576 bytes" in run(hub, tmp_path)
    assert hub.sent == []


def test_of_a_text_that_unpacks_to_much_only_a_comment_is_read(hub: Hub, tmp_path: Path) -> None:
    hub.archive = packed(review_md=f"{MARKER}\n".encode() + "ä".encode() * 50_000_000)
    assert len(hub.archive) < 1 << 20
    run(hub, tmp_path)
    ((_, _, body),) = hub.sent
    assert 50_000 < len(body.encode()) < 65_536
    assert body.rstrip().endswith("ä")


@pytest.mark.parametrize(
    "archive",
    [b"", b"PK", packed(other_md=b"x"), packed(review_md=b"x")[:-30], b"\0" * 100],
    ids=["empty", "cut-short", "without-review", "torn", "zeros"],
)
def test_what_is_no_archive_of_a_review_is_refused(
    archive: bytes, hub: Hub, tmp_path: Path
) -> None:
    hub.archive = archive
    assert run(hub, tmp_path).startswith("No comment: the artifact holds no readable review.md")
    assert hub.sent == []


def test_an_encrypted_or_damaged_member_is_refused(hub: Hub, tmp_path: Path) -> None:
    whole = bytearray(packed(review_md=b"some text that is long enough to be packed " * 9))
    middle = whole.index(b"review.md") + 20
    whole[middle : middle + 8] = b"\xff" * 8
    hub.archive = bytes(whole)
    assert run(hub, tmp_path).startswith("No comment: the artifact holds no readable review.md")


def test_an_empty_review_is_not_written(hub: Hub, tmp_path: Path) -> None:
    hub.archive = packed(review_md=f"{MARKER}\n\x1b\u202e \n".encode())
    assert run(hub, tmp_path) == "No comment: the review is empty."


def test_nobody_is_called_and_nothing_is_hidden(hub: Hub, tmp_path: Path) -> None:
    text = f"{MARKER}\r\nAsk @owner and @org/team.\x1b[2J\u202etxet\u2066\ufeff\0\r\n\xff"
    hub.archive = packed(review_md=text.encode("latin-1", "ignore") + "\u202e\u2066é".encode())
    run(hub, tmp_path)
    ((_, _, body),) = hub.sent
    assert "Ask @\u200bowner and @\u200borg/team.[2J" in body
    assert not set("\x1b\u202e\u2066\ufeff\0\r") & set(body)
    assert body.rstrip().endswith("é")


@pytest.mark.parametrize(
    "first",
    [
        "<!-- toolkit review: a --><b>",
        "<!-- toolkit review: a\u200b -->",
        f"<!-- toolkit review: {'a' * 101} -->",
        "## No marker",
        "<!-- hidden",
    ],
)
def test_a_marker_that_is_none_is_text(first: str, hub: Hub, tmp_path: Path) -> None:
    hub.archive = packed(review_md=f"{first}\nText\n".encode())
    run(hub, tmp_path)
    ((_, _, body),) = hub.sent
    assert body.startswith("<!-- toolkit review: package -->\n> What [this run](")
    assert f"\n{first}\nText\n" in body


def test_github_that_does_not_answer_is_a_failure(tmp_path: Path, hub: Hub) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"workflow_run": hub.event}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM],
        env={
            "GITHUB_API_URL": "http://127.0.0.1:9",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": "owner/repository",
            "GITHUB_TOKEN": "secret",
            "ARTIFACT": "review",
            "AUTHOR": BOT,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("GitHub cannot be asked: ")
    assert "Traceback" not in done.stderr
