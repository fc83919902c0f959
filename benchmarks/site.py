"""Measure what the site costs its reader: bytes, and time until something is seen.

    make site && .venv/bin/python -m benchmarks.site --runs 7

Every run is a new browser profile with nothing in its cache, on this machine, over a server that
compresses nothing. Times are the page's own clock, from its navigation or from the click on.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.processes import REPOSITORY, machine

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

# Notes when an element that fits the selector is in the page, and painted.
WATCH = """
window.seen = {};
new MutationObserver(() => {
  for (const [name, selector] of Object.entries(SELECTORS))
    if (!(name in window.seen) && document.querySelector(selector)) {
      window.seen[name] = null;
      requestAnimationFrame(() => setTimeout(() => { window.seen[name] = performance.now(); }));
    }
}).observe(document, { childList: true, subtree: true });
"""
SELECTORS = {"map": ".sheet [data-place]", "answer": ".outcome table.rows tbody tr"}
# Clicks, and waits until the frame that follows is painted.
CLICK = """selector => new Promise(done => {
  const start = performance.now();
  document.querySelector(selector).click();
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""
# What is clicked, by what it does. Each is clicked several times in a run.
STEPS = {
    "a filter by evidence": "fieldset input[type=checkbox]",
    "a step of one day": "button[aria-label='One day on']",
}


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder and give its address."""
    handler = functools.partial(_Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def count_bytes(session: CDPSession) -> list[float]:
    """Return a list to which the bytes of each response are added as they come over the wire."""
    sizes: list[float] = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return sizes


def seen(page: Page, name: str) -> float:
    """Wait for something to be seen, and return when it was, in milliseconds."""
    while (at := page.evaluate(f"window.seen.{name} ?? null")) is None:
        page.wait_for_timeout(20)
    return float(at)


def measure(browser: Browser, address: str) -> dict[str, float]:
    """Open the site as somebody does who never was there, and return what was measured."""
    found: dict[str, float] = {}
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(f"const SELECTORS = {SELECTORS!r};{WATCH}")
    sizes = count_bytes(context.new_cdp_session(page))
    page.goto(f"{address}/")
    found["first map, ms"] = seen(page, "map")
    page.wait_for_load_state("networkidle")
    found["bytes before the console"] = sum(sizes)
    for name, selector in STEPS.items():
        times = [float(page.evaluate(CLICK, selector)) for _ in range(6)]
        found[f"{name}, ms"] = statistics.median(times)
        found[f"{name}, slowest, ms"] = max(times)
    before = float(page.evaluate("performance.now()"))
    page.evaluate("location.hash = '#/sql?q=' + encodeURIComponent('select count(*) from events')")
    found["console to first answer, ms"] = seen(page, "answer") - before
    found["bytes with the console"] = sum(sizes)
    context.close()
    return found


def main() -> None:
    """Read the command line, measure, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, default=REPOSITORY / "dist" / "site")
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    if not (given.site / "index.html").is_file():
        raise SystemExit(f"{given.site} holds no site: make site")
    from playwright.sync_api import sync_playwright

    chromium = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    runs = []
    with sync_playwright() as playwright, serve(given.site) as address:
        for _ in range(given.runs + 1):
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            runs.append(measure(browser, address))
            version = browser.version
            browser.close()
    print(f"{machine()}, Chromium {version}; {given.runs} runs after one that is not counted.\n")
    print("| what | median | least | most |")
    print("| --- | ---: | ---: | ---: |")
    for name in runs[0]:
        values = [run[name] for run in runs[1:]]
        figures = (statistics.median(values), min(values), max(values))
        print(f"| {name} | {' | '.join(f'{value:,.0f}' for value in figures)} |")


if __name__ == "__main__":
    main()
