"""The site in a browser: what it shows, that it can be used by all, and what data cannot do to it.

No test tells how long anything may take: `python -m benchmarks.site` measures that.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browsing import (
    EVENT,
    MARKS,
    PAGES,
    PHONE,
    PLACE,
    Site,
    axe,
    bundle,
    launch,
    pages,
    settle,
    until,
    visit,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page


def shown(page: Page) -> int:
    """Return how many events the page says are shown."""
    text = page.locator(".results .count").inner_text()
    return int(text.split(" of ")[0].replace(",", ""))


def events(site: Site, **wanted: Any) -> int:
    """Count the events of the bundle whose fields are these."""
    table = bundle(site, "core")["events"]
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    return sum(all(row[name] == value for name, value in wanted.items()) for row in rows)


# What it shows


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens(name: str, browser: Browser, site: Site) -> None:
    """Without an error in the console and without a request to anywhere else; see `visit`."""
    with visit(browser, site) as tab:
        page = tab.open(pages(site)[name])
        settle(page)
        assert page.locator("h1").count() == 1
        assert page.locator("h1").inner_text()


def test_the_first_map(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open("", MARKS)
        assert page.title()
        assert page.locator(f"{MARKS} circle").count() > 50
        outlines = page.locator(".base path")
        until(lambda: outlines.count() > 1, page)
        assert all((one.get_attribute("d") or "").startswith("M") for one in outlines.all())
        assert shown(page) == events(site)
        # The console's engine and what single rows need are fetched when they are asked for.
        fetched = {url.removeprefix(f"{site.address}/").partition("?")[0] for url in tab.requests}
        later = ("detail", "history", "queries", "release/")
        assert not [name for name in fetched if "duckdb" in name or name.startswith(later)]


def test_filters_and_counts_follow_each_other(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open()
        box = page.get_by_role("checkbox", name=re.compile("^Confirmed"))
        said = int(re.sub(r"\D", "", box.locator("xpath=..").locator(".n").inner_text()))
        box.check()
        assert shown(page) == said == events(site, evidence="confirmed")
        assert "evidence=confirmed" in page.url
        table = page.locator("table.events tbody tr")
        assert table.count() == min(50, said)
        page.get_by_role("searchbox", name=re.compile("^Search in titles")).fill("Hama")
        assert 0 < shown(page) < said
        assert "q=Hama" in page.url


@pytest.mark.parametrize("words", ["حماة", "حماه", "hama", "HAMA  captur"])
def test_search_in_both_scripts(words: str, browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open()
        page.get_by_role("searchbox", name=re.compile("^Search in titles")).fill(words)
        assert shown(page) > 0
        titles = page.locator("table.events tbody th").all_inner_texts()
        assert any("Hama" in title for title in titles)


def test_other_names_are_found(browser: Browser, site: Site) -> None:
    detail, core = bundle(site, "detail"), bundle(site, "core")
    taking = set(core["roles"]["actor_id"])
    names = dict(zip(core["actors"]["actor_id"], core["actors"]["name"], strict=True))
    alias, actor = next(
        (alias, actor)
        for alias, actor in zip(
            detail["actor_aliases"]["alias"], detail["actor_aliases"]["actor_id"], strict=True
        )
        if actor in taking and alias.isalpha() and alias.lower() not in names[actor].lower()
    )
    with visit(browser, site) as tab:
        page = tab.open()
        page.get_by_role("searchbox", name=re.compile("^Search in titles")).fill(alias)
        assert shown(page) >= len(set(events_of(core, actor)))
        page.locator("summary", has_text="Actor").last.click()
        page.get_by_role("searchbox", name="Find an actor").fill(alias)
        page.locator("button.choice", has_text=names[actor]).wait_for()


def events_of(core: dict[str, dict[str, list[Any]]], actor: str) -> list[str]:
    """Return the events in which an actor has a role."""
    roles = core["roles"]
    pairs = zip(roles["event_id"], roles["actor_id"], strict=True)
    return [event for event, who in pairs if who == actor]


def test_nothing_left_has_a_way_out(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open("#/map?q=hama-captured&from=2024-11-27&to=2024-11-27")
        assert shown(page) == 0
        page.get_by_role("button", name="on other days").click()
        assert shown(page) > 0
        page.get_by_role("searchbox", name=re.compile("^Search in titles")).fill("no such words")
        assert shown(page) == 0
        page.locator(".none").get_by_role("button", name="Clear the filters").click()
        assert shown(page) == events(site)


def test_brackets_and_grades_are_explained(browser: Browser, site: Site) -> None:
    places = bundle(site, "core")["places"]
    named = dict(zip(places["name"], places["location_id"], strict=True))
    described = next(place for name, place in named.items() if name.startswith("["))
    with visit(browser, site) as tab:
        page = tab.open(f"#/place/{described}")
        assert "in the words of this record" in page.locator("header .kicker").last.inner_text()
        tab.open(f"#/place/{PLACE}")
        assert "in the words of" not in page.locator("main").inner_text()
        tab.open().get_by_role("link", name="How to read this").click()
        page.get_by_role("heading", name="How to read it").wait_for()
        terms = page.locator(".terms").inner_text()
        codes = bundle(site, "core")["codes"]
        for list_, meaning in zip(codes["list"], codes["description"], strict=True):
            assert list_ != "evidence" or meaning in terms


def test_a_day_is_stepped_to_and_played(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open()
        span = page.locator(".timeline output")
        page.get_by_role("button", name="One day on").click()
        assert span.inner_text() == "27 November 2024"
        first = shown(page)
        assert 0 < first < events(site)
        page.get_by_role("button", name="One day on").click()
        assert span.inner_text() == "28 November 2024"
        assert "from=2024-11-28&to=2024-11-28" in page.url
        page.get_by_role("button", name="One day back").click()
        assert shown(page) == first
        page.get_by_role("button", name="Play").click()
        until(lambda: span.inner_text() == "29 November 2024", page)
        page.get_by_role("button", name="Pause").click()
        held = span.inner_text()
        page.wait_for_timeout(1_500)
        assert span.inner_text() == held
        page.get_by_role("button", name="All days").click()
        assert shown(page) == events(site)
        assert "from=" not in page.url


def test_the_chosen_days_are_played(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open("#/map?from=2024-11-29&to=2024-11-30")
        span = page.locator(".timeline output")
        page.get_by_role("button", name="Play").click()
        assert span.inner_text() == "29 November 2024"
        page.get_by_role("button", name="Play").wait_for()
        assert span.inner_text() == "30 November 2024"


def test_a_list_is_come_back_to_where_it_was_left(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open("#/map", MARKS)
        page.locator("table.events tbody th a").nth(40).click()
        settle(page)
        page.go_back()
        page.locator("table.events tbody th a").nth(40).wait_for()
        assert on_top(page.locator("table.events tbody th a").nth(40))


def test_days_are_brushed(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open("#/map", MARKS)
        before = page.locator(MARKS).count()
        bars = page.locator(".timeline .bars")
        bars.scroll_into_view_if_needed()
        box = bars.bounding_box()
        assert box
        day, middle = box["width"] / 15, box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 2.5 * day, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + 5.5 * day, middle, steps=5)
        page.mouse.up()
        assert "from=2024-11-29&to=2024-12-02" in page.url
        span = page.locator(".timeline output").inner_text()
        assert span == "29 November 2024 to 2 December 2024"
        assert 0 < shown(page) < events(site)
        assert 0 < page.locator(MARKS).count() < before


def test_days_are_chosen_by_keyboard(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open()
        page.get_by_role("slider", name="First day").focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        page.get_by_role("slider", name="Last day").press("Home")
        assert page.locator(".timeline output").inner_text() == "30 November 2024"


def test_an_event_is_opened_from_the_table_and_from_the_map(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open("#/map?q=hama-captured", MARKS)
        title = page.locator("table.events tbody th a").first.inner_text()
        page.locator("table.events tbody th a").first.click()
        settle(page)
        assert page.locator("h1").inner_text() == title
        assert f"#/event/{EVENT}" in page.url
        page.go_back()
        mark = page.locator(f'{MARKS}[data-place="{PLACE}"]')
        mark.focus()
        page.keyboard.press("Enter")
        page.locator("aside.here").get_by_role("link", name=title).click()
        settle(page)
        assert page.locator("h1").inner_text() == title


def test_an_event_tells_all_that_is_known(browser: Browser, site: Site) -> None:
    detail = bundle(site, "detail")
    reports = detail["reports"]["event_id"].count(EVENT)
    with visit(browser, site) as tab:
        page = tab.open(f"#/event/{EVENT}")
        settle(page)
        text = page.locator("main").inner_text()
        for heading in ("Who took part", "Reports", "History", "Cite", "Correct"):
            assert page.get_by_role("heading", name=re.compile(f"^{heading}")).count()
        assert str(reports) in page.get_by_role("heading", name=re.compile("^Reports")).inner_text()
        assert EVENT in text
        for link in page.locator("main a[href^='http']").all():
            assert {"noreferrer", "noopener"} <= set((link.get_attribute("rel") or "").split())


def test_an_address_can_be_shared(browser: Browser, site: Site) -> None:
    """Filters, days, order and page are in the address, and mean the same to someone else."""
    with visit(browser, site) as tab:
        page = tab.open()
        page.get_by_role("checkbox", name=re.compile("^Confirmed")).check()
        page.get_by_role("button", name="One day on").click()
        page.get_by_role("searchbox", name=re.compile("^Search in titles")).fill("حلب")
        page.get_by_role("columnheader", name="Evidence").get_by_role("button").click()
        # The address follows what is shown.
        until(lambda: "sort=" in page.url, page)
        address = page.url.removeprefix(f"{site.address}/")
        told = [shown(page), page.locator("table.events tbody").inner_text()]
        assert told[0] > 0
    with visit(browser, site) as tab:
        page = tab.open(address)
        assert [shown(page), page.locator("table.events tbody").inner_text()] == told
        assert page.get_by_role("checkbox", name=re.compile("^Confirmed")).is_checked()
        box = page.get_by_role("searchbox", name=re.compile("^Search in titles"))
        assert box.input_value() == "حلب"


@pytest.mark.parametrize(
    "address",
    [
        "#/map?from=2024-13-01&to=x&type=none&page=-1&sort=nothing&at=nowhere",
        "#/map?from=2024-12-08&to=2024-12-01",
        "#/nothing/%E0%A4%A",
        "#/event/%E0%A4%A",
        "#/event/__proto__",
        "#/actors?kind=constructor&side=__proto__&page=1e9",
    ],
)
def test_an_address_that_means_nothing(address: str, browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open(address)
        settle(page)
        assert page.locator("h1").count() == 1


# Arabic


def test_arabic_labels_on_the_map(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open("#/map", MARKS)
        page.locator("label", has_text=re.compile("^Names")).locator("select").select_option("ar")
        label = page.locator(".sheet .labels tspan[lang=ar]").first
        assert re.fullmatch(r"[\u0600-\u06ff\s\d()،-]+", label.text_content() or "")
        # The first letter stands to the right of the last one.
        first, last = label.evaluate(
            """node => [0, node.getNumberOfChars() - 1]
                       .map(index => node.getStartPositionOfChar(index).x)"""
        )
        assert first > last
        # A word of joined letters is narrower than its letters are one by one.
        widths = page.evaluate(
            """() => {
              const canvas = document.createElement('canvas').getContext('2d');
              canvas.font = '16px sans-serif';
              const word = 'حلب';
              return [canvas.measureText(word).width,
                      [...word].reduce((sum, one) => sum + canvas.measureText(one).width, 0)];
            }"""
        )
        assert widths[0] != pytest.approx(widths[1])


def test_neighbours_and_governorates_have_names(browser: Browser, site: Site) -> None:
    core = bundle(site, "core")
    rows = zip(*(core["places"][name] for name in ("location_id", "kind", "lat")), strict=True)
    busy = set(core["events"]["location_id"])
    place = next(one for one, kind, lat in rows if kind == "governorate" and lat and one in busy)
    name = core["places"]["name"][core["places"]["location_id"].index(place)]
    with visit(browser, site) as tab:
        page = tab.open(f"#/map?names=ar&at={place}", MARKS)
        neighbours = page.locator(".sheet .labels .country")
        page.locator(".sheet .labels .area").first.wait_for()
        page.locator("label", has_text=re.compile("^Names")).locator("select").select_option("en")
        assert name in page.locator(".sheet .labels .area").all_text_contents()
        tab.open("#/about")
        page = tab.open("#/map?names=ar", MARKS)
        assert neighbours.locator("tspan[lang=ar]").count() == neighbours.count() > 0


def test_the_scale_fits_the_map(browser: Browser, site: Site) -> None:
    """Against the distance of two places, as the crow flies."""
    places = bundle(site, "core")["places"]
    spots = {}
    with visit(browser, site) as tab:
        page = tab.open("#/map", MARKS)
        said = page.locator(".scale text").text_content() or ""
        drawn = re.search(r"H([\d.]+)", page.locator(".scale path").get_attribute("d") or "")
        for name in ("homs", "palmyra"):
            mark = page.locator(f'{MARKS}[data-place="{name}"]')
            row = places["location_id"].index(name)
            x, y = re.findall(r"-?[\d.]+", mark.get_attribute("transform") or "")
            spots[name] = (places["lat"][row], places["lon"][row], float(x), float(y))
    assert drawn
    (lat, lon, x, y), (north, east, right, up) = spots.values()
    km = 111.2 * math.hypot(lat - north, (lon - east) * math.cos(math.radians(lat)))
    shown_km = math.hypot(x - right, y - up) / float(drawn[1]) * int(said.removesuffix(" km"))
    assert shown_km == pytest.approx(km, rel=0.03)


def test_arabic_words_say_their_language(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open(pages(site)["quote"])
        settle(page)
        words = page.locator("main bdi[lang=ar], main [lang=ar][dir=rtl]").first
        assert words.evaluate("node => getComputedStyle(node).direction") == "rtl"
        for page_name in ("actor", "place"):
            tab.open(pages(site)[page_name])
            settle(page)
            arabic = page.locator("main [lang=ar]").first
            assert re.search("[\u0600-\u06ff]", arabic.inner_text())
        bare = page.evaluate(
            """() => [...document.querySelectorAll('main *')].filter(node =>
                 [...node.childNodes].some(child => child.nodeType === 3
                   && /^[^A-Za-z]*[\u0600-\u06ff][^A-Za-z]*$/.test(child.data))
                 && !node.closest('[lang], [dir], bdi')).map(node => node.outerHTML)"""
        )
        assert bare == []


# Use by all


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_serious_is_found_by_axe(
    name: str, scheme: str, browser: Browser, site: Site
) -> None:
    with visit(browser, site, color_scheme=scheme) as tab:
        page = tab.open(pages(site)[name])
        settle(page)
        assert axe(page) == []


def test_nothing_serious_is_found_by_axe_on_a_phone(browser: Browser, site: Site) -> None:
    with visit(browser, site, viewport=PHONE, has_touch=True, is_mobile=True) as tab:
        page = tab.open("#/map", MARKS)
        assert axe(page) == []


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_off_on_a_phone(name: str, width: int, browser: Browser, site: Site) -> None:
    size = {"width": width, "height": 844}
    with visit(browser, site, viewport=size, has_touch=True, is_mobile=True) as tab:
        page = tab.open(pages(site)[name])
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [720, 1024])
def test_map_and_table_lie_below_each_other(width: int, browser: Browser, site: Site) -> None:
    """Where there is no room for them side by side; a page at 200 % is half as wide."""
    with visit(browser, site, viewport={"width": width, "height": 600}) as tab:
        page = tab.open("#/map", MARKS)
        for name in ("Explore", "About"):
            assert on_top(page.get_by_role("link", name=name, exact=True))
        for row in (0, 20):
            link = page.locator("table.events tbody th a").nth(row)
            link.evaluate("node => node.scrollIntoView({ block: 'center' })")
            assert on_top(link)


def on_top(node: Locator) -> bool:
    """Tell whether a click in the middle of an element would reach it."""
    reached: bool = node.evaluate(
        """node => {
          const { x, y, width, height } = node.getBoundingClientRect();
          return node.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }"""
    )
    return reached


def test_the_page_is_used_by_keyboard_alone(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open("#/map", MARKS)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        mark = page.locator(f"{MARKS}[tabindex='0']")
        assert mark.count() == 1
        mark.focus()
        first = page.evaluate("document.activeElement.dataset.place")
        reached = {first}
        for key in ("ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight"):
            page.keyboard.press(key)
            reached.add(page.evaluate("document.activeElement.dataset.place"))
        assert len(reached) > 2
        focused, other = page.locator(f"{MARKS}:focus circle"), page.locator(f"{MARKS} circle")
        assert _look(focused) != _look(other.last)


def _look(mark: Locator) -> list[str]:
    """Return how a mark is outlined."""
    look: list[str] = mark.evaluate(
        "node => ['stroke', 'strokeWidth', 'outline', 'filter'].map(n => getComputedStyle(node)[n])"
    )
    return look


def test_it_can_be_printed(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        for address in ("#/map", f"#/event/{EVENT}"):
            page = tab.open(address)
            settle(page)
            page.emulate_media(media="print")
            assert page.locator("h1").count() == 1
            assert not page.locator("nav").is_visible()
            assert page.pdf()[:5] == b"%PDF-"
            page.emulate_media(media="screen")


def test_a_printed_map_is_whole_and_has_its_key(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        page = tab.open("#/map", MARKS)
        page.emulate_media(media="print")
        assert page.locator(".legend ul").first.is_visible()
        assert re.match("1 – 50 of ", page.locator(".pager [role=status]").inner_text())
        # What was drawn for the screen would be scaled to the paper.
        drawn, wide = page.locator(".sheet").evaluate(
            "node => [node.viewBox.baseVal.width, node.clientWidth]"
        )
        assert drawn == pytest.approx(wide, abs=1)


def test_a_machine_without_webgl_has_the_map(browser: Browser, site: Site) -> None:
    flags = ("--disable-webgl", "--disable-gpu", "--disable-3d-apis")
    with launch(browser.browser_type, *flags) as without, visit(without, site) as tab:
        page = tab.open("#/map", MARKS)
        assert page.evaluate("document.createElement('canvas').getContext('webgl2')") is None
        assert page.locator(f"{MARKS} circle").count() > 50


def test_without_scripts_it_says_what_is_missing(browser: Browser, site: Site) -> None:
    with visit(browser, site, java_script_enabled=False) as tab:
        tab.page.goto(f"{site.address}/")
        assert "needs JavaScript" in tab.page.locator("body").inner_text()


def test_data_that_cannot_be_loaded_is_told(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        tab.context.route("**/core.json.gz", lambda route: route.abort())
        tab.page.goto(f"{site.address}/")
        tab.page.get_by_role("alert").get_by_text("could not be loaded").wait_for()
        tab.problems.clear()
        tab.context.unroute("**/core.json.gz")
        tab.page.get_by_role("button", name="Load the page again").click()
        tab.page.wait_for_selector(MARKS)
        assert tab.page.get_by_role("alert").count() == 0


@pytest.mark.parametrize(
    ("file", "place", "told"),
    [
        ("basemap.json.gz", "#/map", "The map could not be loaded"),
        ("detail.json.gz", f"#/event/{EVENT}", "This part of the data could not be loaded"),
        ("queries.json", "#/sql", "The questions could not be loaded"),
    ],
)
def test_each_part_that_cannot_be_loaded_is_told(
    file: str, place: str, told: str, browser: Browser, site: Site
) -> None:
    with visit(browser, site) as tab:
        tab.context.route(f"**/{file}", lambda route: route.abort())
        tab.page.goto(f"{site.address}/{place}")
        tab.page.get_by_role("alert").get_by_text(told).first.wait_for()
        assert tab.page.locator("h1").count() == 1
        tab.problems.clear()


def test_a_page_whose_script_does_not_come_is_not_blank(browser: Browser, site: Site) -> None:
    with visit(browser, site) as tab:
        tab.context.route("**/app.js", lambda route: route.abort())
        tab.page.goto(f"{site.address}/")
        tab.page.get_by_text("load it again").wait_for()
        tab.problems.clear()
