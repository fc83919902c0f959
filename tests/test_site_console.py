"""The SQL console of the site: DuckDB in the browser, which reads the release and nothing else."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.attacks import REFUSED
from tests.browsing import HOSTILE, PHONE, Site, axe, bundle, until, visit
from toolkit.query import open_source, value_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browsing import Visit

ANSWER = ".outcome"
# What `toolkit query` refuses and a browser answers: there are no secrets to list in it, nothing of
# its extensions but their names, and what is logged goes to memory, for there are no files.
HARMLESS = re.compile(r"FROM (duckdb_extensions|duckdb_secrets|which_secret|enable_logging)\(.*")


def console(tab: Visit, sql: str = "select 42 as answer") -> Page:
    """Open the console on a query, and wait for its answer."""
    page = tab.open(f"#/sql?q={quote(sql)}", ".cm-content")
    settled(page)
    return page


def runs(page: Page) -> int:
    """Return how many queries were run and answered, of which the console lists the last 50."""
    return page.locator("ol.past > li").count()


def settled(page: Page, before: int = 0) -> None:
    """Wait until one more query was answered than ``before``, and the engine is ready again."""
    run = page.get_by_role("button", name="Run", exact=True).first
    until(lambda: runs(page) > before and run.is_enabled(), page)


def ask(page: Page, sql: str) -> str:
    """Type a query and run it; return what went wrong, empty if there is an answer."""
    before = runs(page)
    start(page, sql)
    settled(page, before)
    fault = page.locator(".fault")
    return fault.inner_text() if fault.count() else ""


def start(page: Page, sql: str) -> None:
    """Type a query and run it."""
    page.locator(".cm-content").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(sql)
    page.keyboard.press("ControlOrMeta+Enter")


def cells(page: Page) -> list[list[str]]:
    """Return the rows that the answer shows."""
    rows: list[list[str]] = page.locator(f"{ANSWER} table.rows tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
    )
    return rows


def test_what_is_typed_is_answered(browser: Browser, site: Site) -> None:
    events = bundle(site, "core")["events"]["event_id"]
    with visit(browser, site) as tab:
        page = console(tab)
        assert cells(page) == [["42"]]
        assert ask(page, "select count(*) as n, max(start_date) as d from events;") == ""
        assert cells(page)[0][0] == str(len(events))
        assert ask(page, "select null as n, '' as t, true as b, 1.50::decimal(4, 2) as d") == ""
        assert cells(page) == [["NULL", "", "true", "1.50"]]
        assert "select%20null" in page.url or "select+null" in page.url


def test_a_fault_is_shown_where_it_is(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = console(tab)
        told = ask(page, "select title\nfrom events\nwhere titel = 'x'")
        assert "titel" in told
        assert "Go to line 3" in told
        assert ask(page, "select 1") == ""


def test_the_questions_have_the_answers_of_the_toolkit(browser: Browser, site: Site) -> None:
    """Of each named query the browser gives as many rows, and the same ones, as `toolkit query`."""
    questions = json.loads((site.folder / "queries.json").read_bytes())
    assert questions
    wrong: dict[str, Any] = {}
    database = site.folder.parent / "release.duckdb"
    database.write_bytes(gzip.decompress((site.folder / "database.duckdb.gz").read_bytes()))
    with (
        visit(browser, site) as tab,
        open_source(str(database)) as source,
        source.session() as session,
    ):
        page = console(tab)
        for question in questions:
            given = {name: value_of(text) for name, text in question["parameters"].items()}
            with session.run(question["sql"], given) as result:
                rows = [row for batch in result.batches for row in batch]
            first = ["NULL" if row[0] is None else row[0] for row in rows[:100]]
            before = runs(page)
            page.get_by_role("button", name=question["title"], exact=True).click()
            settled(page, before)
            fault = page.locator(".fault")
            if fault.count():
                wrong[question["name"]] = fault.inner_text()
            elif (found := sorted(row[0] for row in cells(page))) != sorted(first):
                wrong[question["name"]] = (found[:3], first[:3])
    assert wrong == {}


@pytest.mark.parametrize("group", REFUSED)
def test_sql_that_does_more_than_read_is_refused(group: str, browser: Browser, site: Site) -> None:
    """Whatever it is, it reads no file, reaches no network, and the next query is answered."""
    names = {"secret": "/etc/passwd", "json": "/etc/x.json", "folder": "/etc", "target": "/tmp/x"}
    answered = []
    with visit(browser, site) as tab:
        page = console(tab)
        for text in REFUSED[group]:
            sql = re.sub(r"\{(\w+)\}", lambda match: names.get(match[1], match[0]), text)
            if not ask(page, sql) and not HARMLESS.fullmatch(sql):
                answered.append((sql, cells(page)[:3]))
        assert ask(page, "select count(*) > 0 as there from events") == ""
        assert cells(page) == [["true"]]
    assert answered == []


def test_a_link_with_sql_can_do_no_harm(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = console(tab, "copy events to 'stolen.csv'")
        assert page.locator(".fault").count() == 1
        page = console(tab, "select content from read_text('http://evil.example/')")
        assert page.locator(".fault").count() == 1
        assert tab.problems == []


def test_the_engine_starts_again_when_a_query_is_cancelled(browser: Browser, site: Site) -> None:
    endless = "select count(*) from range(100000000) a, range(100000000) b where a.range < b.range"
    with visit(browser, site) as tab:
        page = console(tab)
        start(page, endless)
        cancel = page.get_by_role("button", name="Cancel")
        until(cancel.is_enabled, page)
        before = runs(page)
        cancel.click()
        settled(page, before)
        assert "cancelled" in page.locator(".fault").inner_text()
        assert ask(page, "select 43 as answer") == ""
        assert cells(page) == [["43"]]
        assert ask(page, "copy events to 'x'") != ""


def test_the_engine_outlives_a_query_that_takes_too_much(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = console(tab)
        assert ask(page, "select list(repeat('x', 100000) || i) from range(100000) t(i)") != ""
        assert ask(page, "select 44 as answer") == ""
        assert cells(page) == [["44"]]


def test_rows_lead_to_their_pages(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = console(tab, "select event_id from events where event_id = 'hama-captured'")
        page.locator(f"{ANSWER} a").click()
        page.locator("h1", has_text="Hama").wait_for()
        page.go_back()
        page.locator(".cm-content").wait_for()
        assert "hama-captured" in page.locator(".cm-content").inner_text()


def test_hostile_cells_of_an_answer_are_words(browser: Browser, hostile: Site) -> None:
    with visit(browser, hostile, accept_downloads=True) as tab:
        page = console(
            tab, 'select title, summary as "<img src=x onerror=window.hacked=1>" from events'
        )
        assert any(HOSTILE[0] in cell for row in cells(page) for cell in row)
        assert page.locator("main script, main img").count() == 0
        with page.expect_download() as download:
            page.get_by_role("button", name="Download as CSV").click()
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
        page.get_by_role("button", name="Chart").click()
        assert page.locator("main script, main img").count() == 0
    rows = list(csv.reader(io.StringIO(text, newline="")))
    texts = [cell for row in rows for cell in row]
    assert any(HOSTILE[3] in cell for cell in texts)
    assert [cell for cell in texts if re.match(r"[=+@\t\r]|-(?![\d.]+$)", cell)] == []


def test_an_answer_is_drawn(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = console(
            tab, "select start_date, count(*) as n from events group by all order by all"
        )
        page.get_by_role("button", name="Chart").click()
        assert page.locator(f"{ANSWER} svg").count() == 1
        assert axe(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_is_found_by_axe(scheme: str, browser: Browser, site: Site) -> None:
    with visit(browser, site, color_scheme=scheme) as tab:
        page = console(tab, "select event_id, title from events limit 5")
        assert axe(page) == []
        ask(page, "select nothing")
        assert axe(page) == []


@pytest.mark.parametrize("width", [320, PHONE["width"]])
def test_nothing_is_cut_off_on_a_phone(width: int, browser: Browser, site: Site) -> None:
    size = {"width": width, "height": 844}
    with visit(browser, site, viewport=size, has_touch=True, is_mobile=True) as tab:
        page = console(tab, "select * from events limit 5")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_engine_that_cannot_be_fetched_is_told(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        tab.context.route("**/*.wasm.gz", lambda route: route.abort())
        page = tab.open("#/sql?q=select+1", ".cm-content")
        page.get_by_role("button", name="Try again").wait_for()
        tab.context.unroute("**/*.wasm.gz")
        page.get_by_role("button", name="Try again").click()
        page.get_by_text("Ready").wait_for()
        assert ask(page, "select 45 as answer") == ""
        tab.problems.clear()
