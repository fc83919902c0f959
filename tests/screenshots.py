"""Take the pictures of the site that the documents show: `make screenshots`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from tests.browsing import (
    EVENT,
    MARKS,
    PHONE,
    built_site,
    open_browser,
    serve,
    settle,
    visit,
)
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from playwright.sync_api import Page

IMAGES = REPOSITORY / "docs" / "images"
SIZE = {"width": 1280, "height": 800}
# The most bytes of a picture: a repository keeps every one that there ever was.
MOST = 300_000


def _console(page: Page) -> None:
    page.locator(".outcome").wait_for()
    page.get_by_role("button", name="Chart").click()


SQL = """\
select start_date, event_type, count(*) as events
from events
where unit = 'event' and start_date = end_date
  and start_date between date '2024-11-27' and date '2024-12-11'
group by all
order by all"""


class Picture(NamedTuple):
    """A picture: what it shows, how large, in which colours, and what is to be done before."""

    name: str
    address: str
    wait: str
    size: dict[str, int] = SIZE
    scheme: str = "light"
    before: Callable[[Page], None] = settle


PICTURES = (
    Picture("map", "#/map?from=2024-11-29&to=2024-12-02", MARKS),
    Picture("event", f"#/event/{EVENT}", "h1"),
    Picture(
        "sql",
        f"#/sql?{urlencode({'q': SQL})}",
        ".cm-content",
        before=_console,
    ),
    Picture("phone", "#/map?from=2024-12-05&to=2024-12-05", MARKS, PHONE),
    Picture("dark", "#/map?from=2024-12-08&to=2024-12-08", MARKS, scheme="dark"),
)


def take(folder: Path) -> None:
    """Write every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        open_browser() as browser,
        serve(built_site(Path(name))) as site,
    ):
        for one in PICTURES:
            with visit(browser, site, viewport=one.size, color_scheme=one.scheme) as tab:
                page = tab.open(one.address, one.wait)
                one.before(page)
                page.wait_for_timeout(500)
                content = page.screenshot()
            if len(content) > MOST:
                raise SystemExit(f"{one.name} takes {len(content):,} bytes, more than {MOST:,}")
            (folder / f"explorer-{one.name}.png").write_bytes(content)


if __name__ == "__main__":
    take(IMAGES)
