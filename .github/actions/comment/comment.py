"""Write the review of a pull request into one comment, from an artifact of a run of its code.

Whoever opens a pull request decides what the artifact holds. So nothing in it says where to write:
the pull request is found from the event, which GitHub made. The artifact is never unpacked; a
bounded part of one file is read as text, names of people are made not to call them, and a line
above it says whose word it is. Python's own library is all that this needs.
"""

import io
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from pathlib import Path

FILE = "review.md"
# Bytes of the artifact, which GitHub has compressed, and of the text in it.
LARGEST_ARTIFACT = 1 << 20
LARGEST_TEXT = 60_000
# Bytes of any other answer.
LARGEST_ANSWER = 16 << 20
SECONDS = 60

# What reading a damaged, foreign or encrypted archive raises.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)
MARKER = re.compile(r"<!-- toolkit review: [A-Za-z0-9._-]{1,100} -->")
DEFAULT_MARKER = "<!-- toolkit review: package -->"
# Whatever moves the cursor, hides text or turns its direction; line ends and tabs are meant.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


class NoComment(Exception):
    """There is nothing to comment on, or nothing to say; the message tells why."""


class GitHub:
    """The API of GitHub for one repository."""

    def __init__(self, address: str, repository: str, token: str) -> None:
        self.address = address.rstrip("/")
        self.repository = repository
        self._token = token

    def get(self, path: str, **query: object) -> object:
        """Return what the API answers."""
        asked = f"{path}?{urllib.parse.urlencode(query)}" if query else path
        return json.loads(self._answer("GET", asked, None, LARGEST_ANSWER))

    def pages(self, path: str, **query: object) -> list[dict]:
        """Return all entries of a list, a hundred at a time."""
        found: list[dict] = []
        for page in range(1, 101):
            entries = self.get(path, **query, per_page=100, page=page)
            assert isinstance(entries, list)
            found += entries
            if len(entries) < 100:
                break
        return found

    def send(self, method: str, path: str, content: dict) -> None:
        """Send an object."""
        self._answer(method, path, json.dumps(content).encode(), LARGEST_ANSWER)

    def download(self, path: str, largest: int) -> bytes:
        """Return a file of at most ``largest`` bytes."""
        return self._answer("GET", path, None, largest)

    def _answer(self, method: str, path: str, body: bytes | None, largest: int) -> bytes:
        address = f"{self.address}/repos/{self.repository}/{path}"
        request = urllib.request.Request(address, data=body, method=method)
        request.add_header("Accept", "application/vnd.github+json")
        request.add_header("X-GitHub-Api-Version", "2022-11-28")
        # Files are kept elsewhere: the token does not go along.
        request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            content: bytes = answer.read(largest + 1)
        if len(content) > largest:
            raise NoComment(f"{path} is larger than {largest:,} bytes")
        return content


def pull_request(github: GitHub, run: dict) -> int:
    """Return the number of the pull request that a run was for, as it stands now."""
    head = run["head_repository"]
    if not head:
        raise NoComment("the fork is gone")
    branch = f"{head['owner']['login']}:{run['head_branch']}"
    numbers = [
        one["number"]
        for one in github.pages("pulls", state="open", head=branch)
        if one["head"]["sha"] == run["head_sha"]
        and one["head"]["repo"]
        and one["head"]["repo"]["id"] == head["id"]
    ]
    if len(numbers) != 1:
        raise NoComment(f"{len(numbers)} open pull requests have {run['head_sha']} as their head")
    return int(numbers[0])


def review(github: GitHub, run: dict, artifact: str) -> str:
    """Return the text of the review that a run left, cut to what a comment holds."""
    listed = github.get(f"actions/runs/{run['id']}/artifacts", name=artifact)
    assert isinstance(listed, dict)
    found = [one for one in listed["artifacts"] if one["name"] == artifact and not one["expired"]]
    if not found:
        raise NoComment(f"the run left no artifact {artifact}")
    newest = max(found, key=lambda one: one["id"])
    if newest["size_in_bytes"] > LARGEST_ARTIFACT:
        raise NoComment(f"the artifact is larger than {LARGEST_ARTIFACT:,} bytes")
    content = github.download(f"actions/artifacts/{newest['id']}/zip", LARGEST_ARTIFACT)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(FILE) as file:
            text = file.read(LARGEST_TEXT + 1)
    except UNREADABLE as error:
        raise NoComment(f"the artifact holds no readable {FILE} ({type(error).__name__})") from None
    return text.decode("utf-8", "replace")


def comment(text: str, run: dict) -> tuple[str, str]:
    """Return the marker of the comment, which begins it, and the comment."""
    marker, _, rest = text.partition("\n")
    if not MARKER.fullmatch(marker):
        marker, rest = DEFAULT_MARKER, text
    rest = UNSEEN.sub("", rest.replace("\r\n", "\n")).replace("@", "@\u200b")
    cut = rest.encode()[:LARGEST_TEXT].decode("utf-8", "ignore").strip()
    if not cut:
        raise NoComment("the review is empty")
    whose = (
        f"> What [this run]({run['html_url']}) of the code of the pull request says of "
        f"{run['head_sha'][:12]}. It is the word of that code: the checks count."
    )
    return marker, f"{marker}\n{whose}\n\n{cut}\n"


def write(github: GitHub, number: int, author: str, marker: str, body: str) -> str:
    """Update the comment that bears the marker, or write one; return which of the two."""
    for one in github.pages(f"issues/{number}/comments"):
        if one["user"] and one["user"]["login"] == author and one["body"].startswith(marker):
            if one["body"].strip() == body.strip():
                return "left as it is"
            github.send("PATCH", f"issues/comments/{one['id']}", {"body": body})
            return "updated"
    github.send("POST", f"issues/{number}/comments", {"body": body})
    return "written"


def main() -> None:
    """Comment on the pull request of the run that started this one."""
    run = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_bytes())["workflow_run"]
    github = GitHub(
        os.environ["GITHUB_API_URL"], os.environ["GITHUB_REPOSITORY"], os.environ["GITHUB_TOKEN"]
    )
    try:
        if run["event"] != "pull_request":
            raise NoComment(f"the run was started by {run['event']}")
        number = pull_request(github, run)
        marker, body = comment(review(github, run, os.environ["ARTIFACT"]), run)
        done = write(github, number, os.environ["AUTHOR"], marker, body)
        print(f"The comment on pull request {number} was {done}.")
    except NoComment as reason:
        print(f"No comment: {reason}.")
    except urllib.error.URLError as error:
        sys.exit(f"GitHub cannot be asked: {error}")


if __name__ == "__main__":
    main()
