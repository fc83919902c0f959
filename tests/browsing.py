"""A site in a browser: built once, served on this machine, with every request looked at."""

from __future__ import annotations

import csv
import fcntl
import functools
import gzip
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import REPOSITORY
from tests.releasing import KEPT, build, release_of_repository
from toolkit.site import build_site

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        BrowserType,
        ConsoleMessage,
        Page,
        Route,
    )

PAGE = REPOSITORY / "explorer" / "dist"
AXE = REPOSITORY / "explorer" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1440, "height": 900}

# An event with several reports that disagree, a place of many events, and rows with Arabic words.
EVENT, PLACE, ACTOR = "hama-captured", "hama", "hts"
# The places of the map.
MARKS = ".sheet [data-place]"
# Addresses of the pages of the site; what is open on them follows from the data.
PAGES = {
    "map": "#/map",
    "day": "#/map?from=2024-12-05&to=2024-12-05",
    "event": f"#/event/{EVENT}",
    "actor": f"#/actor/{ACTOR}",
    "place": f"#/place/{PLACE}",
    "source": "#/source/{source}",
    "quote": "#/quote/{quote}",
    "actors": "#/actors",
    "places": "#/places",
    "sources": "#/sources",
    "quotes": "#/quotes",
    "about": "#/about",
    "missing": "#/event/there-is-none",
}

# What a cell would like to do to a page, to its reader, and to the spreadsheet of a reader.
HOSTILE = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "javascript:window.hacked=1",
    '=HYPERLINK("https://evil.example/"; "x")',
    "\u202egnp.evil\u2066",
    "</title></script><svg onload=window.hacked=1>",
    "{{constructor.constructor('window.hacked = 1')()}}",
    "@SUM(1+1)*cmd|' /C calc'!A0",
)
# What cannot be opened is skipped, unless this is set: then it is a failure.
_REQUIRED = "REQUIRE_BROWSER"


def need(there: object, reason: str) -> None:
    """Skip a test, or let it fail where all tests have to run, for want of something."""
    if not there:
        (pytest.fail if os.environ.get(_REQUIRED) else pytest.skip)(reason)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the machine's Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        need(False, "there is no Playwright: pip install -r requirements/browser.txt")
    with sync_playwright() as playwright, launch(playwright.chromium) as browser:
        yield browser


@contextmanager
def launch(kind: BrowserType, *flags: str) -> Iterator[Browser]:
    """Start a browser with flags; only one thing may start Playwright at a time."""
    chromium = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    need(chromium, "there is no Chromium (CHROMIUM can name one)")
    browser = kind.launch(executable_path=chromium, args=[*FLAGS, *flags])
    try:
        yield browser
    finally:
        browser.close()


@dataclass(frozen=True)
class Site:
    """A site that is served at ``address``."""

    folder: Path
    address: str


@contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """Serve a folder as `python -m http.server` does, with no header of our own."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    handler = functools.partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Site(folder, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of a run have in common."""
    base = factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


def built_site(folder: Path, hostile: bool = False) -> Path:
    """Return the site of the record, or of one with hostile cells, built once for all workers."""
    need((PAGE / "index.html").is_file(), "the page of the site is not built: make page")
    site = folder / "site"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not site.exists():
            with tempfile.TemporaryDirectory(dir=folder) as name:
                made_of = hostile_record if hostile else release_of_repository
                _, made = build_site(made_of(Path(name)), PAGE, site)
            assert made == site
    return site


def hostile_record(folder: Path) -> Path:
    """Build the record with hostile texts in the cells in which any text may stand."""
    root = folder / "source"
    for name in ("data", "schemas"):
        shutil.copytree(REPOSITORY / name, root / name)
    for name in KEPT:
        shutil.copyfile(REPOSITORY / name, root / name)
    descriptor = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        schema = json.loads((root / resource["schema"]).read_text(encoding="utf-8"))
        limits = {
            one["name"]: one.get("constraints", {}).get("maxLength") for one in schema["fields"]
        }
        if names := FREE.get(resource["name"]):
            _poison(root / resource["path"], {name: limits[name] for name in names})
    # Words for the killed have to be those of a report, and rows of other keys stand elsewhere.
    _empty(root / "data/events.csv", "killed_words")
    del descriptor["canonicalForm"]
    descriptor["title"] += f" {HOSTILE[0]}"
    descriptor["description"] += f" {HOSTILE[1]}"
    descriptor["homepage"] = "javascript:window.hacked=1"
    descriptor["sources"].append({"title": HOSTILE[5], "path": "javascript:window.hacked=1"})
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return build(root, folder / "dist")


# Fields whose cells may be any text, by table.
FREE = {
    "events": {"title", "summary", "note"},
    "actors": {"name", "description"},
    "locations": {"name", "description"},
    "sources": {"title", "publisher", "author", "note"},
    "reports": {"date_words", "note"},
    "quotes": {"text", "gist", "speaker_description", "note"},
    "quote_variants": {"text"},
    "report_counts": {"words"},
    "actor_aliases": {"alias"},
    "location_aliases": {"alias"},
    "actor_relations": {"note"},
}


def _empty(path: Path, name: str) -> None:
    """Take what the cells of a field say out of them."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, name: ""} for row in rows)


def _poison(path: Path, limits: dict[str, int | None]) -> None:
    """Put a hostile text before what each filled cell of these fields says, one after the other.

    ``limits`` gives the most characters that a cell of each field may have.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    places = {rows[0].index(name): limit for name, limit in limits.items()}
    for number, row in enumerate(rows[1:]):
        for place, limit in places.items():
            if row[place]:
                text = f"{HOSTILE[(number + place) % len(HOSTILE)]} {row[place]}"
                row[place] = text[:limit].rstrip()
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)


@dataclass
class Visit:
    """A tab, and what went wrong in it: console errors, exceptions, requests to other places."""

    site: Site
    context: BrowserContext
    page: Page
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, place: str = "#/map", wait: str = "main:not([aria-busy])") -> Page:
        """Go to an address of the site, and wait for something to be there."""
        self.page.goto(f"{self.site.address}/{place}")
        self.page.wait_for_selector(wait, state="attached")
        return self.page


def _listen(message: ConsoleMessage, problems: list[str]) -> None:
    # What the first page preloads is of no use to those who come by a link to another one.
    if message.type in ("error", "warning") and "was preloaded" not in message.text:
        problems.append(f"console: {message.text}")


@contextmanager
def visit(browser: Browser, site: Site, **settings: Any) -> Iterator[Visit]:
    """Open a tab; in the end nothing may have gone wrong in it, and no request left the site."""
    context = browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **settings})
    page = context.new_page()
    found = Visit(site, context, page)

    def route(one: Route) -> None:
        found.requests.append(one.request.url)
        if one.request.url.startswith(f"{site.address}/"):
            one.continue_()
        else:
            found.problems.append(f"a request to {one.request.url}")
            one.abort()

    context.route("**/*", route)
    page.on("pageerror", lambda error: found.problems.append(f"exception: {error}"))
    page.on("console", lambda message: _listen(message, found.problems))
    try:
        yield found
        assert page.evaluate("window.hacked") is None
    finally:
        context.close()
    assert found.problems == []


def bundle(site: Site, name: str) -> dict[str, dict[str, list[Any]]]:
    """Return the tables of a bundle by column."""
    content = gzip.decompress((site.folder / f"{name}.json.gz").read_bytes())
    tables: dict[str, dict[str, list[Any]]] = json.loads(content)["tables"]
    return tables


def pages(site: Site) -> dict[str, str]:
    """Return the address of each page, with a source and a quotation in Arabic."""
    quotes = bundle(site, "detail")["quotes"]
    row = quotes["language"].index("ar")
    known = {"quote": quotes["quote_id"][row], "source": quotes["source_id"][row]}
    return {name: address.format(**known) for name, address in PAGES.items()}


def settle(page: Page) -> None:
    """Wait until everything that a page loads later is there."""
    page.wait_for_selector("main:not([aria-busy])", state="attached")
    waiting = page.locator("main [role=status]", has_text="Loading")
    until(lambda: waiting.count() == 0, page)


def until(done: Callable[[], bool], page: Page) -> None:
    """Wait for something in a page, whose policy lets Playwright not wait in it."""
    for _ in range(600):
        if done():
            return
        page.wait_for_timeout(50)
    pytest.fail("it did not come to be within half a minute")


def axe(page: Page) -> list[str]:
    """Return what axe-core finds that is serious or critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['impact']} {one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
