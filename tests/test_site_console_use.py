"""The SQL console of the site: its editor, its links, its locks, and how it starts again."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from tests.browsing import Site, Visit, until, visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ENDLESS = "select count(*) from range(100000000) a, range(100000000) b where a.range * b.range = 7"
SHOWN = 100


@contextmanager
def console(
    browser: Browser, site: Site, sql: str = "select 1", **settings: Any
) -> Iterator[Visit]:
    """Open the console with a query, and wait for its answer."""
    with visit(browser, site, **settings) as tab:
        tab.open(address(sql))
        answered(tab.page)
        yield tab


def address(sql: str, **values: str) -> str:
    return "#/sql?" + urlencode({"q": sql, **{f"${name}": v for name, v in values.items()}})


def status(page: Page) -> str:
    return page.locator(".working [role=status]").inner_text()


def answered(page: Page) -> None:
    """Wait until a query was run, and the engine waits for another."""
    answer = page.locator(".outcome, .fault")
    until(
        lambda: (
            answer.count() > 0
            and not page.locator(".desk button.main").is_disabled()
            and not re.match("Running|Starting|Loading", status(page))
        ),
        page,
    )


def run(page: Page, sql: str, **values: str) -> str:
    """Run a query by its address; return the fault, or an empty text."""
    past = page.locator(".past li").count()
    page.evaluate("hash => { location.hash = hash }", address(sql, **values))
    until(lambda: page.locator(".past li").count() > past, page)
    answered(page)
    fault = page.locator(".fault pre")
    return fault.inner_text() if fault.count() else ""


def cells(page: Page) -> list[list[str]]:
    """Return the rows of the table that is shown."""
    rows: list[list[str]] = page.locator("table.rows tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
    )
    return rows


# What it answers


def test_types_of_cells(browser: Browser, site: Site) -> None:
    sql = """select null as a, '' as b, [1, null] as c, ['x', ''] as d, 'a'::enum('a', 'b') as e,
        170141183460469231731687303715884105727::hugeint as f, 1.50::decimal(10, 2) as g,
        date '2024-12-01' as h, timestamptz '2024-12-01 01:02:03+00' as i, {'k': 1} as j"""
    with console(browser, site, sql) as tab:
        assert cells(tab.page) == [
            [
                "NULL", "", "[1, NULL]", "[x, '']", "a",
                "170141183460469231731687303715884105727", "1.50",
                "2024-12-01", "2024-12-01 01:02:03+00", "{'k': 1}",
            ]
        ]  # fmt: skip
        assert tab.page.locator("table.rows td.null").count() == 1
        assert tab.page.get_by_label("empty text").count() == 1


def test_a_long_result_comes_in_pages_and_is_cut_at_a_million(browser: Browser, site: Site) -> None:
    with console(browser, site, "from range(3_000_000)") as tab:
        page = tab.page
        assert status(page).startswith("1,000,000 rows")
        assert "cut after 1,000,000 rows" in page.locator(".outcome").inner_text()
        assert len(cells(page)) == SHOWN
        page.get_by_role("button", name="Next").click()
        assert cells(page)[0] == ["100"]


def test_a_chart_says_what_it_shows(browser: Browser, site: Site) -> None:
    sql = "select * from (values ('a', 3), ('b', 1), ('<b>', 7)) as t(letter, n)"
    with console(browser, site, sql) as tab:
        page = tab.page
        page.get_by_role("button", name="Chart", exact=True).click()
        chart = page.locator(".chart svg")
        assert chart.get_attribute("aria-label") == (
            "Bar chart of n by letter: 3 values, the least 1 at b, the most 7 at <b>."
        )
        assert chart.locator("rect").count() == 3
        page.locator(".choices select").first.select_option("line")
        assert chart.get_attribute("aria-label") is not None


# The editor


def test_the_editor_by_keyboard(browser: Browser, site: Site) -> None:
    with console(browser, site) as tab:
        page = tab.page
        page.locator(".cm-content").focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("select 42 as answer")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+Enter")
        until(lambda: cells(page) == [["42"]], page)
        assert "q=select+42+as+answer" in page.url
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "editor"
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Run"


def test_completion_knows_tables_columns_and_macros(browser: Browser, site: Site) -> None:
    with console(browser, site) as tab:
        page = tab.page
        page.locator(".cm-content").focus()
        offered = page.locator(".cm-tooltip-autocomplete li .cm-completionLabel")
        for typed, wanted in [
            ("select * from event", "events_wide"),
            ("select * from events e where e.start", "start_date"),
            ("select summ, * from events where event_ty", "event_type"),
            ("select * from control_", "control_at"),
        ]:
            page.keyboard.press("Control+a")
            page.keyboard.type(typed)
            until(lambda: wanted in offered.all_inner_texts(), page)  # noqa: B023
            page.keyboard.press("Escape")


def test_a_link_carries_query_and_parameters(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open(address("select $day as d, $n + 1 as n", day="2024-12-05", n="2"))
        answered(page)
        assert cells(page) == [["2024-12-05", "3"]]
        assert page.get_by_label("$day").input_value() == "2024-12-05"
        page.get_by_label("$n").fill("9")
        page.keyboard.press("Enter")
        until(lambda: cells(page) == [["2024-12-05", "10"]], page)
        assert f"{quote('$')}n=9" in page.url
        # The filters of other pages know nothing of it.
        page.get_by_role("link", name="Explore").click()
        assert page.url.endswith("#/map")


def test_the_engine_is_locked(browser: Browser, site: Site) -> None:
    sql = """select name, value from duckdb_settings() where name in (
        'enable_external_access', 'lock_configuration', 'autoinstall_known_extensions',
        'autoload_known_extensions', 'allow_community_extensions') order by all"""
    with console(browser, site, sql) as tab:
        assert cells(tab.page) == [
            ["allow_community_extensions", "false"],
            ["autoinstall_known_extensions", "false"],
            ["autoload_known_extensions", "false"],
            ["enable_external_access", "false"],
            ["lock_configuration", "true"],
        ]


def test_the_worker_reaches_no_other_origin(browser: Browser, site: Site) -> None:
    """The policy of the page holds in it, whatever DuckDB may do."""
    with console(browser, site) as tab:
        (worker,) = tab.page.workers
        fetched = worker.evaluate(
            "url => fetch(url).then(() => 'fetched', () => 'refused')", "https://evil.example/"
        )
        sent = worker.evaluate(
            """url => { const request = new XMLHttpRequest(); request.open('GET', url, false);
            try { request.send(); return 'sent' } catch { return 'refused' } }""",
            "https://evil.example/",
        )
        assert (fetched, sent) == ("refused", "refused")
        # Nothing was asked of the network; the browser told the policy's refusal at most.
        assert not [url for url in tab.requests if "evil" in url]
        tab.problems[:] = [one for one in tab.problems if "Content Security Policy" not in one]


def test_links_in_cells(browser: Browser, site: Site) -> None:
    sql = "select 'https://example.org/a' as u, 'javascript:alert(1)' as j, 'x' as event_id"
    with console(browser, site, sql) as tab:
        links = tab.page.locator("table.rows a")
        found = links.evaluate_all("all => all.map(a => [a.getAttribute('href'), a.rel])")
        assert found == [["https://example.org/a", "noreferrer noopener"], ["#/event/x", ""]]


# How it gets up again


def test_another_query_waits_for_the_one_that_runs(browser: Browser, site: Site) -> None:
    with console(browser, site) as tab:
        page = tab.page
        page.evaluate("hash => { location.hash = hash }", address(ENDLESS))
        until(lambda: status(page) == "Running…", page)
        page.evaluate("hash => { location.hash = hash }", address("select 8 as x"))
        page.get_by_role("button", name="Cancel").click()
        until(lambda: cells(page) == [["8"]], page)


def test_an_engine_that_fails_is_started_again(browser: Browser, site: Site) -> None:
    """Logging into a file that cannot be written makes every query after it fail."""
    with console(browser, site) as tab:
        run(tab.page, "from enable_logging(storage = 'file', storage_config = {'path': 'x'})")
        assert "started again" in run(tab.page, "select 7 as x")
        assert run(tab.page, "select 8 as x") == ""
        assert cells(tab.page) == [["8"]]
