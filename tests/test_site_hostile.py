"""Data of strangers in a browser: cells are words, whatever they say, and stay in their place."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browsing import HOSTILE, PAGES, Site, pages, settle, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.parametrize("name", PAGES)
def test_cells_are_words_and_nothing_else(name: str, browser: Browser, hostile: Site) -> None:
    with visit(browser, hostile) as tab:
        page = tab.open(pages(hostile)[name])
        settle(page)
        more = page.get_by_role("button", name="Show all")
        while more.count():
            more.first.click()
        assert page.evaluate("document.querySelectorAll('main script, main img').length") == 0
        handlers = page.evaluate(
            """() => [...document.querySelectorAll('*')].flatMap(node => [...node.attributes])
                     .filter(one => one.name.startsWith('on')).length"""
        )
        assert handlers == 0
        links = page.evaluate("[...document.querySelectorAll('a')].map(a => a.href)")
        assert [link for link in links if not re.match(r"https?:|mailto:", link)] == []
        words = page.locator("body").text_content() or ""
        assert name == "missing" or any(one in words for one in HOSTILE)


def test_a_bidi_control_stays_in_its_cell(browser: Browser, hostile: Site) -> None:
    """Each text of the data that may hold one stands in an element that isolates it."""
    with visit(browser, hostile) as tab:
        for address in pages(hostile).values():
            page = tab.open(address)
            settle(page)
            loose = page.evaluate(
                """() => {
                  const found = [];
                  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                  while (walk.nextNode()) {
                    const node = walk.currentNode;
                    if (!/[\u202a-\u202e\u2066-\u2069]/.test(node.data)) continue;
                    const held = node.parentElement;
                    const style = getComputedStyle(held);
                    const block = !style.display.startsWith('inline');
                    const svg = held.closest('svg');
                    if (!held.closest('bdi, option') && !block && !svg
                        && !style.unicodeBidi.includes('isolate')) found.push(held.outerHTML);
                  }
                  return found;
                }"""
            )
            assert loose == [], address


@pytest.mark.parametrize("name", ["map", "sources", "quotes"])
def test_a_downloaded_table_is_inert(name: str, browser: Browser, hostile: Site) -> None:
    with visit(browser, hostile, accept_downloads=True) as tab:
        page = tab.open(pages(hostile)[name])
        settle(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download as CSV").click()
        assert re.fullmatch(r"[a-z0-9.-]+\.csv", download.value.suggested_filename)
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) > 100
    assert len({len(row) for row in rows}) == 1
    cells = [cell for row in rows for cell in row]
    assert any(HOSTILE[3] in cell for cell in cells), "hostile cells are there"
    assert [cell for cell in cells if re.match(r"[=+@\t\r]|-(?![\d.]+$)", cell)] == []


def test_the_policy_lets_nothing_in(browser: Browser, site: Site) -> None:
    """Even where markup got into the page, the policy would keep it from doing anything."""
    with visit(browser, site) as tab:
        page = tab.open()
        page.evaluate(
            """() => {
              const make = (name, set) => document.body.append(
                Object.assign(document.createElement(name), set));
              make('img', { src: 'https://evil.example/x.png' });
              make('script', { textContent: 'window.hacked = 1' });
              make('script', { src: 'https://evil.example/x.js' });
              make('iframe', { src: 'https://evil.example/' });
              const box = document.createElement('div');
              box.innerHTML = '<img src=x onerror="window.hacked = 1">';
              document.body.append(box);
            }"""
        )
        fetched = page.evaluate(
            "fetch('https://evil.example/').then(() => 'sent', () => 'refused')"
        )
        assert fetched == "refused"
        page.wait_for_timeout(500)
        assert not [url for url in tab.requests if "evil" in url]
        tab.problems.clear()
