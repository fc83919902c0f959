"""The review of a change: each chapter by itself, what it may not do, and how long it may be."""

from __future__ import annotations

import copy
import csv
import html.parser
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import REPOSITORY, write_package
from toolkit.cli import cli
from toolkit.diff.model import RowKind
from toolkit.findings.markup import begin, code, inline, link, marker, web_address
from toolkit.review import Review, review
from toolkit.review.model import (
    Check,
    Duplicate,
    Edit,
    Entry,
    Measure,
    Parts,
    Removed,
    Task,
    Turn,
    Value,
)
from toolkit.review.reports import markdown, render_html, render_json, render_markdown
from toolkit.review.texts import cut, excerpts

TEXT = {"type": "string"}


def schema(fields: dict[str, dict[str, Any]], key: Any, **more: Any) -> dict[str, Any]:
    listed = [{"name": name, **TEXT, **rest} for name, rest in fields.items()]
    return {"fields": listed, **({"primaryKey": key} if key else {}), **more}


def refers(field: str, table: str, to: str = "id") -> dict[str, Any]:
    return {"fields": field, "reference": {"resource": table, "fields": to}}


SCHEMAS = {
    "events": schema(
        {
            "id": {},
            "title": {"title": "Title"},
            "day": {"type": "date", "title": "Day"},
            "place": {"title": "Place"},
            "grade": {"title": "Grade", "codelist": "grade"},
        },
        "id",
        title="Events",
        foreignKeys=[refers("place", "places")],
    ),
    "places": schema({"id": {}, "name": {}}, "id", title="Places"),
    "sources": schema({"id": {}, "title": {}, "url": {"format": "uri"}}, "id", title="Sources"),
    "reports": schema(
        {"id": {}, "event": {}, "source": {"title": "Source"}, "upstream": {}},
        "id",
        title="Reports",
        foreignKeys=[refers("event", "events"), refers("source", "sources")],
    ),
    "tombstones": schema(
        {
            "table_name": {"constraints": {"enum": ["events", "places"]}},
            "id": {},
            "successor": {},
        },
        ["table_name", "id"],
    ),
}
ROWS: dict[str, list[list[str]]] = {
    "events": [
        ["id", "title", "day", "place", "grade"],
        ["hama", "Hama falls", "2024-12-05", "hama", "fair"],
        ["homs", "Homs falls", "2024-12-08", "homs", "weak"],
    ],
    "places": [["id", "name"], ["hama", "Hama"], ["homs", "Homs"], ["tartus", "Tartus Harbour"]],
    "sources": [
        ["id", "title", "url"],
        ["one", "Page one", "https://one.example/a"],
        ["two", "Page two", "https://two.example/b"],
    ],
    "reports": [
        ["id", "event", "source", "upstream"],
        ["r1", "hama", "one", "agency"],
        ["r2", "hama", "two", "paper"],
        ["r3", "homs", "two", "paper"],
    ],
    "tombstones": [["table_name", "id", "successor"]],
}
QUERIES = {
    "events": """
-- title: Events
-- show: records
-- table: events
-- noun: event, events
-- column day: Day
-- column place: Place
select e.id as key, e.title, e.day, p.name as place
from events e left join places p on p.id = e.place
""",
    "reports": """
-- title: Reports
-- show: parts
-- table: reports
-- of: events
-- noun: report, reports
select r.id as key, r.event as of, concat(s.title, ', upstream ', r.upstream) as words
from reports r left join sources s on s.id = r.source
""",
    "evidence": """
-- title: Evidence
-- show: measures
-- table: events
-- column grade: Grade
-- column upstreams: Upstreams
-- stronger grade: weak, fair
-- stronger upstreams: more
select e.id as key, e.title, e.grade, count(distinct r.upstream) as upstreams
from events e left join reports r on r.event = e.id group by all
""",
    "near": """
-- title: Events on one day at one place
-- show: duplicates
-- table: events
select a.id as key, b.id as other, 'the same day and place' as why
from events a join events b on a.day = b.day and a.place = b.place and a.id < b.id
""",
    "sources": """
-- title: Open the source
-- show: checklist
select r.id as key, s.title as item, s.url, concat('tells of ', r.event) as why
from reports r join sources s on s.id = r.source
""",
}
CODES = "code,title,description\nweak,Weak,One.\nfair,Fair,Two.\n"
RULE = """-- title: An event has a report
-- severity: {severity}
-- what: Looks for reports.
-- why: Rows are traceable.
-- bad: none
-- good: one
-- hint: Enter a report.
select 'events' as table_name, e.id as key, null::varchar as column_name,
  null::varchar as value, 'no report' as message
from events e where not exists (from reports r where r.event = e.id)
"""


class Change:
    """A package before and after; each side can be changed before they are compared."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.old: dict[str, list[list[str]]] = copy.deepcopy(ROWS)
        self.new: dict[str, list[list[str]]] = copy.deepcopy(ROWS)
        self.schemas = copy.deepcopy(SCHEMAS)
        self.queries = dict(QUERIES)
        self.extra: dict[str, dict[str, Any]] = {
            "old": {"version": "1.0.0"},
            "new": {"version": "1.0.0"},
        }
        # By side, further files.
        self.files: dict[str, dict[str, str]] = {"old": {}, "new": {}}

    def write(self) -> tuple[str, str]:
        for side, rows in (("old", self.old), ("new", self.new)):
            folder = self.root / side
            write_side(folder, self.schemas, rows, self.queries, self.extra[side])
            for name, text in self.files[side].items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")
        return str(self.root / "old"), str(self.root / "new")

    def review(self) -> Review:
        return review(*self.write())


def write_side(
    folder: Path,
    schemas: dict[str, Any],
    rows: dict[str, list[list[str]]],
    queries: dict[str, str],
    extra: dict[str, Any],
) -> None:
    folder.mkdir(exist_ok=True)
    write_package(folder, {name: (schemas[name], table) for name, table in rows.items()}, **extra)
    files = {f"schemas/review/{name}.sql": sql.lstrip() for name, sql in queries.items()}
    for name, text in {**files, "schemas/codelists/grade.csv": CODES}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def change(tmp_path: Path) -> Change:
    return Change(tmp_path)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["review", *map(str, arguments)])


def chapter(text: str, title: str) -> list[str]:
    """Return the lines of a chapter of the Markdown."""
    found = text.split(f"\n### {title}\n")
    assert len(found) == 2, text
    return [one for one in found[1].split("\n### ")[0].split("\n") if one]


def section(found: Review, table: str) -> Any:
    return next(one for one in found.sections if one.table == table)


# What the change does


def test_nothing_changed(change: Change) -> None:
    found = change.review()
    assert (found.sections, found.shifts, found.duplicates, found.tasks) == ((), (), (), ())
    assert (found.findings.count, found.findings.old, found.notes) == (0, 0, ())
    text = render_markdown(found)
    assert text.splitlines()[:4] == [
        "<!-- toolkit review: generated -->",
        "## generated: changes no row, field, code or rule",
        "",
        "- **Passes: no new findings**.",
    ]
    assert chapter(text, "Version and changelog") == ["- Nothing changed of which a version tells."]


def test_a_new_event_in_words(change: Change) -> None:
    change.new["events"].append(["tartus", "Tartus falls", "2024-12-09", "tartus", "weak"])
    change.new["reports"].append(["r4", "tartus", "one", "agency"])
    found = change.review()
    (record,) = section(found, "events").records
    assert (record.key, record.title, record.own.kind) == (
        "tartus",
        "Tartus falls",
        RowKind.ADDED,
    )
    assert record.own.values == (Value("Day", "9 December 2024"), Value("Place", "Tartus Harbour"))
    words = "Page one, upstream agency"
    assert record.parts == (
        Parts("reports", "Reports", (Entry(RowKind.ADDED, "reports", "r4", words),)),
    )
    assert record.measures == (
        Measure("grade", "Grade", None, "weak"),
        Measure("upstreams", "Upstreams", None, "1"),
    )
    assert found.shifts == ()
    text = render_markdown(found)
    assert text.splitlines()[1] == "## generated: adds 1 event and 1 report"
    assert chapter(text, "Events") == [
        "- **Tartus falls** `tartus` (new)",
        "  - Day: 9 December 2024",
        "  - Place: Tartus Harbour",
        "  - Reports:",
        "    - Page one, upstream agency",
        "  - Grade: weak; Upstreams: 1",
    ]


def test_a_changed_event_field_by_field(change: Change) -> None:
    change.new["events"][1] = ["hama", "Hama falls", "2024-12-06", "homs", "weak"]
    (record,) = section(change.review(), "events").records
    assert record.own.edits == (
        Edit("day", "Day", "2024-12-05", "2024-12-06", "5 December 2024", "6 December 2024"),
        Edit("place", "Place", "hama", "homs", "Hama (hama)", "Homs (homs)"),
        Edit("grade", "Grade", "fair", "weak", "Fair", "Weak"),
    )
    text = render_markdown(change.review())
    assert "adds" not in text.splitlines()[1]
    assert chapter(text, "Events")[:3] == [
        "- **Hama falls** `hama` (changed)",
        "  - Day: 5 December 2024 → 6 December 2024",
        "  - Place: Hama (hama) → Homs (homs)",
    ]


def test_reports_and_what_they_do_to_the_upstreams(change: Change) -> None:
    del change.new["reports"][2]
    change.new["reports"].append(["r4", "homs", "one", "agency"])
    change.new["reports"][1] = ["r1", "hama", "one", "station"]
    found = change.review()
    hama, homs = section(found, "events").records
    assert (hama.key, hama.own, homs.key, homs.own) == ("hama", None, "homs", None)
    removed, changed = hama.parts[0].entries
    assert (removed.kind, removed.words) == (RowKind.REMOVED, "Page two, upstream paper")
    assert changed.edits == (
        Edit("upstream", "upstream", "agency", "station", "agency", "station"),
    )
    assert hama.measures == (Measure("upstreams", "Upstreams", "2", "1", Turn.WEAKER),)
    assert homs.measures == (Measure("upstreams", "Upstreams", "1", "2", Turn.STRONGER),)
    assert section(found, "reports").elsewhere == 3
    assert section(found, "reports").entries == ()
    assert chapter(render_markdown(found), "Events") == [
        "- **Hama falls** `hama` (what belongs to it)",
        "  - Reports:",
        "    - removed: Page two, upstream paper `r2`",
        "    - changed: Page one, upstream station `r1`",
        "      - upstream: agency → station",
        "  - Upstreams: 2 → 1 (weaker)",
        "- **Homs falls** `homs` (what belongs to it)",
        "  - Reports:",
        "    - added: Page one, upstream agency `r4`",
        "  - Upstreams: 1 → 2 (stronger)",
    ]


def test_a_report_that_moves_is_removed_here_and_added_there(change: Change) -> None:
    change.new["reports"][2] = ["r2", "homs", "two", "paper"]
    hama, homs = section(change.review(), "events").records
    assert [one.kind for one in hama.parts[0].entries] == [RowKind.REMOVED]
    assert [one.kind for one in homs.parts[0].entries] == [RowKind.ADDED]


def test_evidence_weaker_first(change: Change) -> None:
    change.new["events"][1][4] = "weak"
    change.new["events"][2][4] = "fair"
    found = change.review()
    assert [(one.key, one.turn) for one in found.shifts] == [
        ("hama", Turn.WEAKER),
        ("homs", Turn.STRONGER),
    ]
    text = render_markdown(found)
    assert chapter(text, "Evidence") == [
        "1 weaker and 1 stronger",
        "- Weaker: **Hama falls** `hama`",
        "  - Grade: fair → weak (weaker)",
        "- Stronger: **Homs falls** `homs`",
        "  - Grade: weak → fair (stronger)",
    ]
    assert "- Evidence: 1 weaker and 1 stronger.\n" in text


def test_other_tables_in_short(change: Change) -> None:
    change.new["places"][2] = ["homs", "Hims"]
    change.new["places"].append(["raqqa", "Raqqa"])
    del change.new["places"][3]
    assert chapter(render_markdown(change.review()), "Other tables") == [
        "- **Places**: 1 removed, 1 added and 1 changed",
        "  - removed: Tartus Harbour `tartus`",
        "  - added: Raqqa `raqqa`",
        "  - changed: Hims `homs`",
        "    - name: Homs → Hims",
    ]


def test_a_package_without_queries_gets_every_table_in_words(change: Change) -> None:
    change.queries = {}
    change.new["events"].append(["tartus", "Tartus falls", "2024-12-09", "tartus", "weak"])
    change.new["reports"].append(["r4", "tartus", "one", "agency"])
    change.new["events"][1][2] = "2024-12-06"
    text = render_markdown(change.review())
    assert text.splitlines()[1] == (
        "## generated: adds 1 row of Events and 1 row of Reports; changes 1 row of Events"
    )
    assert chapter(text, "Other tables") == [
        "- **Events**: 1 added and 1 changed",
        "  - added: Tartus falls `tartus`",
        "    - Day: 9 December 2024",
        "    - Place: Tartus Harbour (tartus)",
        "    - Grade: Weak",
        "  - changed: Hama falls `hama`",
        "    - Day: 5 December 2024 → 6 December 2024",
        "- **Reports**: 1 added",
        "  - added: `r4`",
        "    - event: Tartus falls (tartus)",
        "    - Source: Page one (one)",
        "    - upstream: agency",
    ]


def test_rows_without_a_key(change: Change) -> None:
    change.queries = {}
    del change.schemas["sources"]["primaryKey"]
    change.new["sources"][1][1] = "Page 1"
    assert chapter(render_markdown(change.review()), "Other tables") == [
        "- **Sources**: 1 removed and 1 added",
        "  - removed: id: one; title: Page one; url: https\\://one.example/a",
        "  - added: id: one; title: Page 1; url: https\\://one.example/a",
    ]


# Findings


def test_only_new_findings_fail(change: Change) -> None:
    for rows in (change.old, change.new):
        rows["events"][1][2] = "in December"
        rows["events"][2][4] = "sure"
    change.new["events"][2][4] = "fair"
    # Above the others, so that their lines move.
    change.new["events"].insert(1, ["tartus", "Tartus falls", "2024-12-09", "nowhere", "weak"])
    found = change.review()
    assert [(one.rule, one.key, one.column, one.line) for one in found.findings.new] == [
        ("K005", "tartus", "place", 2)
    ]
    assert found.findings.old == 1
    assert [(one.rule, one.key) for one in found.findings.mended] == [("C009", "homs")]
    assert found.fails()
    old, new = change.write()
    assert run(old, new).exit_code == 1
    assert run(old, old).exit_code == 0
    text = run(old, new).output
    assert "- **Fails: 1 new error**.\n- 1 old finding; 1 finding is mended.\n" in text
    assert chapter(text, "New findings")[0].startswith(
        "- **error K005** events.csv:2:32: `tartus` place: "
    )


def test_new_warnings_fail_if_strict(change: Change) -> None:
    rule = {"schemas/rules/X001-has-report.sql": RULE.format(severity="warning")}
    change.files = {"old": rule, "new": rule}
    change.new["events"].append(["tartus", "Tartus falls", "2024-12-09", "tartus", "weak"])
    old, new = change.write()
    assert run(old, new).exit_code == 0
    assert run(old, new, "--strict").exit_code == 1
    assert "- **Passes: 1 new warning**.\n" in run(old, new).output
    assert "- **Fails: 1 new warning**.\n" in run(old, new, "--strict").output


def test_findings_of_a_renamed_row_are_old(change: Change) -> None:
    for rows in (change.old, change.new):
        rows["events"][1][2] = "in December"
    change.new["events"][1][0] = "hama-taken"
    for row in change.new["reports"][1:]:
        row[1] = row[1].replace("hama", "hama-taken")
    change.new["tombstones"].append(["events", "hama", "hama-taken"])
    found = change.review()
    assert (found.findings.count, found.findings.old, found.findings.mended_count) == (0, 1, 0)
    (record,) = section(found, "events").records
    assert (record.own.kind, record.own.new_key) == (RowKind.RENAMED, "hama-taken")
    assert "  - Identifier: hama → hama-taken" in chapter(render_markdown(found), "Events")


def test_findings_of_rows_without_a_key_are_matched_whatever_their_line(change: Change) -> None:
    for rows in (change.old, change.new):
        rows["events"].append(["", "A", "2024-12-09", "", ""])
    change.new["events"].insert(1, ["tartus", "Tartus falls", "2024-12-09", "tartus", "weak"])
    assert change.review().findings.count == 0


def test_many_findings_of_a_kind_are_counted(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.review.sides.KEPT", 2)
    for index in range(6):
        row = [f"e{index}", "", "in December", "", ""]
        change.new["events"].append(row)
        if index < 4:
            change.old["events"].append(row)
    found = change.review().findings
    assert (found.count, found.old) == (2, 4)


# What may be one, what is gone, what changed of the checks


def test_a_new_event_near_another_one(change: Change) -> None:
    for rows in (change.old, change.new):
        rows["events"].append(["homs-2", "Homs taken", "2024-12-08", "homs", "weak"])
    change.new["events"].append(["a-hama", "Hama taken", "2024-12-05", "hama", "weak"])
    (found,) = change.review().duplicates
    assert found == Duplicate(
        "events", "a-hama", "Hama taken", "hama", "Hama falls", "the same day and place"
    )
    assert chapter(render_markdown(change.review()), "Possible duplicates") == [
        "- events: Hama taken `a-hama` and Hama falls `hama`: the same day and place"
    ]


@pytest.mark.parametrize(
    ("table", "row", "why"),
    [
        ("places", ["t2", "Tártus  harbour!"], "the same name but for case, accents and marks"),
        ("places", ["t2", "Harbour Tartus"], "the same words in another order"),
        ("places", ["t2", "Tartous Harbour"], "names that differ in few letters"),
        ("places", ["t2", "Tartus Heights"], None),
        ("places", ["h2", "Hims"], None),
        ("sources", ["s3", "Page one", ""], "the same name but for case, accents and marks"),
        ("sources", ["s3", "Page onze", ""], None),
        ("sources", ["s3", "", "http://www.one.example/a/"], "the same address"),
    ],
)
def test_names_and_addresses_that_are_alike(
    change: Change, table: str, row: list[str], why: str | None
) -> None:
    change.new[table].append(row)
    other = {"places": "tartus", "sources": "one"}[table]
    found = [(one.table, one.key, one.other, one.why) for one in change.review().duplicates]
    assert found == ([(table, row[0], other, why)] if why else [])


def test_what_several_rows_are_called_tells_none_apart(change: Change) -> None:
    for rows in (change.old, change.new):
        rows["places"] += [["w1", "[Witnesses]"], ["w2", "[Witnesses]"]]
    change.new["places"].append(["w3", "[Witnesses]"])
    assert change.review().duplicates == ()


def test_a_changed_name_is_looked_at_and_other_cells_are_not(change: Change) -> None:
    for rows in (change.old, change.new):
        rows["sources"].append(["three", "Page one", ""])
    change.new["sources"][3][2] = "https://three.example/c"
    assert change.review().duplicates == ()
    change.new["sources"][2][1] = "PAGE ONE!"
    assert [(one.key, one.other) for one in change.review().duplicates] == []
    change.new["sources"][3][1] = "Page two"
    change.new["sources"][2][1] = "Page two"
    assert [(one.key, one.other) for one in change.review().duplicates] == [("three", "two")]


def test_identifiers_that_are_gone(change: Change) -> None:
    for rows in (change.old, change.new):
        rows["places"] += [["a", "A"], ["b", "B"]]
    del change.new["places"][-2:]
    del change.new["reports"][3]
    change.new["tombstones"].append(["places", "a", "hama"])
    found = change.review()
    # Tables that tombstones do not name need none.
    assert found.removed == (Removed("places", ("b",), 1),)
    text = render_markdown(found)
    assert chapter(text, "Removed without a tombstone") == ["- **places**: 1", "  - `b`"]
    assert "    - Now: `hama`" in chapter(text, "Other tables")
    assert (
        Task(
            "Checks",
            "Identifiers are gone; whoever cites them finds nothing",
            why=("places: 1",),
        )
        in found.tasks
    )


def test_rules_and_waivers_that_change(change: Change) -> None:
    rule, waivers = "schemas/rules/X001-has-report.sql", "schemas/waivers.csv"
    change.files["old"][rule] = RULE.format(severity="error")
    change.files["new"][rule] = RULE.format(severity="warning")
    header = "rule,table,key,reason,until\n"
    change.files["new"][waivers] = f"{header}X001,events,homs,Nobody knows,2099-01-01\n"
    del change.new["reports"][3]
    change.files["new"]["schemas/review/near.sql"] = QUERIES["near"].lstrip() + "-- more\n"
    found = change.review()
    assert found.checks == (
        Check(RowKind.CHANGED, "rule", "X001", "An event has a report (warning)"),
        Check(RowKind.ADDED, "waiver", "X001 of events homs", "until 2099-01-01: Nobody knows"),
        Check(RowKind.CHANGED, "review query", "near", "Events on one day at one place"),
    )
    assert found.findings.count == 0
    assert [one.text for one in found.tasks if one.title == "Checks"] == [
        "A rule was changed; it may find less than before",
        "A finding is waived",
        "A review query was changed; it may show less than before",
    ]
    assert chapter(render_markdown(found), "Contract")[0] == (
        "- rule `X001` changed: An event has a report (warning)"
    )


def test_the_contract(change: Change) -> None:
    change.extra["new"]["title"] = "Another"
    text = render_markdown(change.review())
    assert chapter(text, "Contract") == ["- title of the package changed: (empty) → Another"]
    assert text.splitlines()[1] == "## generated: changes the contract in 1 place"


# Version and changelog


def need(found: Review) -> tuple[Any, ...]:
    return (
        found.version.level,
        found.version.lowest,
        [message for message, _ in found.version.faults],
    )


def test_version_and_changelog(change: Change) -> None:
    change.new["places"].append(["raqqa", "Raqqa"])
    change.files = {side: {"CHANGELOG.md": "## 1.0.0\n\nAll.\n"} for side in ("old", "new")}
    because = "1 row added in places, a minor change since 1.0.0"
    assert need(change.review()) == (
        "minor",
        "1.1.0",
        [f"version 1.0.0 is too low: {because}", "there is no entry for 1.1.0"],
    )
    change.extra["new"]["version"] = "1.1.0"
    assert need(change.review()) == ("minor", "1.1.0", ["there is no entry for 1.1.0"])
    change.files["new"]["CHANGELOG.md"] = "## 1.1.0\n\nRaqqa.\n\n## 1.0.0\n\nAll.\n"
    found = change.review()
    assert need(found) == ("minor", "1.1.0", [])
    assert chapter(render_markdown(found), "Version and changelog") == [
        "- This is a minor change: 1 row added in places.",
        "- Version 1.1.0 is high enough, and the changelog tells of it.",
    ]
    # An entry that was there before tells of something else.
    change.files["old"] = dict(change.files["new"])
    assert need(change.review())[2] == ["CHANGELOG.md says nothing of this change"]


def test_a_package_without_a_version(change: Change) -> None:
    change.extra = {"old": {}, "new": {}}
    change.new["places"].append(["raqqa", "Raqqa"])
    found = change.review()
    assert need(found) == ("minor", "", [])
    assert "its descriptor states none" in found.version.note


# What to look at


def test_sources_to_open(change: Change) -> None:
    change.new["reports"] += [["r4", "homs", "one", "agency"], ["r5", "hama", "one", "agency"]]
    found = change.review()
    assert found.tasks == (
        Task(
            "Open the source",
            "Page one",
            "https://one.example/a",
            ("tells of homs", "tells of hama"),
        ),
    )
    assert chapter(render_markdown(found), "What to look at") == [
        "- **Open the source**",
        "- [ ] [Page one](<https://one.example/a>) (one.example)",
        "  - tells of homs",
        "  - tells of hama",
    ]


def test_a_query_that_cannot_be_run_is_told(change: Change) -> None:
    change.queries["near"] = QUERIES["near"].replace("a.day", "a.days")
    change.queries["sources"] = QUERIES["sources"].replace(", s.url", "")
    change.new["places"].append(["raqqa", "Raqqa"])
    found = change.review()
    assert [note.split(":")[0] for note in found.notes] == [
        "schemas/review/near.sql could not be run",
        "schemas/review/sources.sql could not be run",
    ]
    assert "the columns are key, item, why, not key, item, url, why" in found.notes[1]
    assert len(chapter(render_markdown(found), "Not shown")) == 2


def test_a_checklist_that_the_old_side_cannot_tell_is_left_out(change: Change) -> None:
    change.queries["sources"] = QUERIES["sources"].replace("s.url", "s.address as url")
    old, new = change.write()
    for folder, name in ((new, "address"), (old, "url")):
        path = Path(folder, "datapackage.json")
        path.write_text(path.read_text().replace('"url"', f'"{name}"'))
        data = Path(folder, "sources.csv")
        data.write_text(data.read_text().replace("url", name))
    found = review(old, new)
    assert found.tasks == ()
    assert ["could not be run on the state before" in note for note in found.notes] == [True]


@pytest.mark.parametrize(
    "sql",
    [
        "select content as key, null as other, null as why from read_text('/etc/hostname')",
        "copy events to '/tmp/x.csv'",
        "select 'a' as key, 'b' as other, getenv('HOME') as why",
        "select 1; select 2",
        "insert into events values (1)",
    ],
)
def test_a_query_reaches_nothing_else(change: Change, sql: str) -> None:
    change.queries = {"near": f"-- title: A\n-- show: duplicates\n-- table: events\n{sql}\n"}
    found = change.review()
    assert found.duplicates == ()
    assert len(found.notes) == 1


# Text of strangers

HOSTILE = [
    "@someone and @org/team",
    "see #12, org/repo#3 and GH-4",
    "![x](https://evil.example/x.png) <img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) https://evil.example www.evil.example",
    "`code` **bold** ~~gone~~ | cell | $x$ <!-- hidden -->",
    "- [x] done",
    "1. first",
    "# heading",
    "> [!WARNING]",
    "--> <script>alert(1)</script>",
    "line\nbreak\r\n## heading",
    "\x1b[31mred\x07 \u202eevil \u2066x",
    "    indented",
    "```\nfence",
    "</details></li></ul></html>",
    "::error::x",
    "##[error]x",
]


def hostile(change: Change, text: str) -> Review:
    """Put a text into every place where a package may have one."""
    for side, rows in (("old", change.old), ("new", change.new)):
        rows["events"] += [["e", text, "2024-12-05", text, text]]
        if side == "new":
            rows["events"][1][1:4] = [text, text, text]
            rows["events"] += [[text, text, text, text, text]]
            rows["places"] += [[text, text], ["p", text], ["q", text]]
            rows["sources"] += [["s", text, text], ["t", text, f"https://x.example/{text}"]]
            rows["reports"] += [["r9", text, text, text], [text, "hama", "s", text]]
            rows["reports"] += [["r8", "hama", "t", text]]
    for name, sql in change.queries.items():
        line = " ".join(text.split())
        sql = sql.replace("noun: event, events", f"noun: {line.replace(',', '')}, events")
        sql = sql.replace("column place: Place", f"column place: {line}")
        change.queries[name] = re.sub("-- title: .*", lambda _, line=line: f"-- title: {line}", sql)
    change.extra["new"]["name"] = text
    change.extra["new"]["version"] = text
    change.files["new"]["schemas/review/odd.sql"] = (
        "-- title: Odd\n-- show: checklist\nselect 1 as nothing\n"
    )
    change.schemas["events"]["fields"][2]["title"] = text
    return change.review()


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_strangers_stays_text(change: Change, text: str) -> None:
    found = hostile(change, text)
    check_markdown(render_markdown(found))
    check_html(render_html(found))
    assert render_json(found).isascii()


def check_markdown(written: str) -> None:
    first, *lines = written.split("\n")
    assert first == "<!-- toolkit review: generated -->"
    for one in lines:
        # Without code spans, and links that the renderer made.
        plain = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", re.sub(r"\\.", "", one))
        plain = re.sub(r"\[[^\[\]]*\]\(<https?://[!-;=?-~]*>\) \([\w.-]+\)", "", plain)
        assert not re.search(r"[\[\]`~|$]", plain.replace("- [ ] ", "- ")), one
        assert not re.search(r"<|(?<!\*)\*(?!\*)|!\[", plain), one
        assert not re.search(r"@(?!\u200b)|#(?=\d)|GH-(?=\d)|://|www\.", plain), one
        assert one.replace("\u200b", "").isprintable(), one
        assert re.match(r"|#{2,3} [^ ]| *- (\[ \] )?[^ ]|\d+ more|[^-+=>#\d\s]", one), one
        assert not re.search(r"##\w*\[|^\s*::", one), one
        start = re.sub(r"^ *- (\[ \] )?", "", one)
        assert not re.match(r"[-+=>]|\d+[.)] |#", start) or one.startswith("#"), one


class Page(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}


def check_html(written: str) -> None:
    page = Page()
    page.feed(written)
    assert page.tags <= {
        *("html", "meta", "title", "style", "h1", "h2", "section", "ul", "li", "p"),
        *("strong", "code", "del", "ins", "a"),
    }
    assert {one.split("/")[2] for one in page.links} <= {"one.example", "two.example", "x.example"}
    assert written.count("<!doctype html>") == written.count("</html>") == 1
    assert all(line.isprintable() for line in written.split("\n"))


def test_json_is_ascii_and_holds_the_values(change: Change) -> None:
    change.new["events"][1][1] = "@x \x1b[31m Hämä"
    written = render_json(change.review())
    assert written.isascii()
    assert "\x1b" not in written
    (record,) = json.loads(written)["sections"][0]["records"]
    assert record["own"]["edits"][0]["new"] == "@x \x1b[31m Hämä"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@me", "@\u200bme"),
        ("#12", "\\#\u200b12"),
        ("a/b#12", "a/b\\#\u200b12"),
        ("gh-1 GHOST-1", "gh-\u200b1 GHOST-1"),
        ("# heading", "\\# heading"),
    ],
)
def test_names_of_persons_and_issues(text: str, shown: str) -> None:
    assert inline(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- a", "\\- a"),
        ("12. a", "12\\. a"),
        ("3) a", "3\\) a"),
        ("    a", "a"),
        ("=", "\\="),
        ("a - b", "a - b"),
    ],
)
def test_beginnings_of_lines(text: str, shown: str) -> None:
    assert begin(inline(text)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("a``b`c", "```a``b`c```"),
        (" a", "`  a `"),
        ("a\nb", "`a\\nb`"),
        (" ", " "),
    ],
)
def test_code_spans(text: str, shown: str) -> None:
    assert code(text) == shown


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://a.example/b?c=d&e#f", "https://a.example/b?c=d&e#f"),
        ("https://a.example/(b)[c]<d> ä", "https://a.example/%28b%29%5Bc%5D%3Cd%3E%20%C3%A4"),
        ("https://a.example/%20", "https://a.example/%20"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example", ""),
        ("https://user@a.example/", ""),
        ("https://a.example\\@b.example/", ""),
        ("https://аpple.example/", ""),
        ("https:///path", ""),
        ("https://[::1", ""),
        ("https://a.example/" + "b" * 2_000, ""),
    ],
)
def test_addresses(address: str, written: str) -> None:
    assert web_address(address) == written


def test_links_say_where_they_lead() -> None:
    assert (
        link("T]", "https://a.example/?b&c") == "[T\\]](<https://a.example/?b&amp;c>) (a.example)"
    )
    issue = "https://github.com/a/b/issues/1"
    assert link("T", issue) == "T (https\\://github.com/a/b/issues/1)"
    assert link("T", "") == "T"


def test_the_marker_holds_nothing_that_ends_it() -> None:
    assert marker("a", "x--> <b>") == "<!-- a: x-b -->"


# Length


def test_a_comment_has_an_end(change: Change) -> None:
    for index in range(400):
        key = f"e{index}"
        change.new["events"].append([key, "Ä" * 250, "2024-12-05", "hama", "weak"])
        change.new["reports"] += [[f"{key}-{n}", key, "one", "агентство" * 20] for n in range(3)]
        change.new["places"].append([f"p{index}", "@#1*_" * 50])
    found = change.review()
    text = render_markdown(found)
    assert len(text.encode()) <= markdown.MOST_BYTES
    shown = chapter(text, "Events")
    records = [one for one in shown if one.startswith("- ")]
    assert 10 < len(records) < 400
    assert shown[-1] == (
        f"{400 - len(records)} more are left out; `toolkit review --format html` shows more."
    )
    # Short chapters are whole, and nothing that fits is left out.
    assert "- This is a minor change:" in text
    assert len(text.encode()) > markdown.MOST_BYTES * 0.7
    for most in (3_000, 10_000, 30_000):
        assert len(render_markdown(found, most=most).encode()) <= most


def test_the_page_shows_more_than_the_comment(change: Change) -> None:
    change.new["places"] += [[f"p{index}", f"Place {index} {'x' * index}"] for index in range(30)]
    found = change.review()
    assert chapter(render_markdown(found), "Other tables")[-1] == "  - and 18 more"
    page = render_html(found)
    assert page.count("added: Place ") == 30
    assert len(json.loads(render_json(found))["sections"][0]["entries"]) == 30


def test_hostile_text_does_not_lengthen_a_comment(change: Change) -> None:
    text = "\U000e0001" * 3_000
    assert len(render_markdown(hostile(change, text)).encode()) <= markdown.MOST_BYTES


def test_texts_are_cut_down_to_where_they_differ() -> None:
    same = "word " * 100
    assert cut("a" * 310) == "a" * 300 + "… (and 10 characters)"
    assert excerpts("old", "new") == ("old", "new")
    before, after = excerpts(f"{same}old{same}", f"{same}new{same}")
    around = "word " * 8
    assert (before, after) == (f"…{around}old{around}…", f"…{around}new{around}…")
    assert excerpts(same, same + "end") == (f"…{around}", f"…{around}end")
    assert excerpts(same + same, same)[1] == f"…{around}"


# Sides, files, and how the command ends


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(change: Change, monkeypatch: pytest.MonkeyPatch) -> Change:
    """A repository with the old state in a commit on main; the current folder."""
    folder = change.root / "old"
    change.write()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "old")
    monkeypatch.chdir(folder)
    return change


def write_here(change: Change) -> None:
    write_side(change.root / "old", change.schemas, change.new, change.queries, change.extra["new"])


def test_revisions_and_the_working_tree(repository: Change) -> None:
    repository.new["places"].append(["raqqa", "Raqqa"])
    write_here(repository)
    text = run("main").output
    assert text.splitlines()[1] == "## generated: adds 1 row of Places"
    assert "- From `main` (version 1.0.0) to `the working tree` (version 1.0.0).\n" in text
    git(Path(), "checkout", "-q", "-b", "change")
    git(Path(), "commit", "-q", "-a", "-m", "new")
    assert run("main", "change").output.splitlines()[1] == text.splitlines()[1]
    assert run("change").output.splitlines()[1].endswith("changes no row, field, code or rule")


def test_what_came_to_main_since_is_no_part_of_the_change(repository: Change) -> None:
    git(Path(), "checkout", "-q", "-b", "change")
    repository.new["places"].append(["raqqa", "Raqqa"])
    write_here(repository)
    git(Path(), "commit", "-q", "-a", "-m", "new")
    git(Path(), "checkout", "-q", "main")
    repository.new["places"][-1] = ["daraa", "Daraa"]
    write_here(repository)
    git(Path(), "commit", "-q", "-a", "-m", "other")
    assert "removes 1 row of Places" in run("main", "change").output
    text = run("main", "change", "--merge-base").output
    assert text.splitlines()[1] == "## generated: adds 1 row of Places"
    git(Path(), "checkout", "-q", "change")
    assert run("main", "--merge-base").output.splitlines()[1] == text.splitlines()[1]
    for wrong in (("nothing", "--merge-base"), (str(Path.cwd()), "--merge-base")):
        result = run(*wrong)
        assert (result.exit_code, "cannot be told" in result.output) == (2, True)


def test_what_is_not_published_may_change_under_its_version(repository: Change) -> None:
    repository.new["places"].append(["raqqa", "Raqqa"])
    write_here(repository)
    assert "No version has been published yet" in review("main").version.note
    git(Path(), "tag", "v0.9.0")
    found = review("main").version
    assert (found.since, found.lowest, found.new) == ("0.9.0", "1.0.0", "1.0.0")
    assert [message for message, _ in found.faults] == ["there is no CHANGELOG.md"]
    git(Path(), "tag", "v1.0.0")
    found = review("main").version
    assert (found.since, found.lowest) == ("1.0.0", "1.1.0")
    assert found.faults[0][0].startswith("version 1.0.0 is too low")


def test_files_of_every_format(change: Change, tmp_path: Path) -> None:
    old, new = change.write()
    files = [tmp_path / f"r.{end}" for end in ("md", "html", "json")]
    result = run(old, new, *(part for file in files for part in ("--output", file)))
    assert result.exit_code == 0
    assert files[0].read_text() == result.output
    assert files[1].read_text() == run(old, new, "--format", "html").output
    assert files[2].read_text() == run(old, new, "--format", "json").output
    assert json.loads(files[2].read_text())["fails"] is False
    assert run(old, new, "--output", tmp_path / "r.txt").exit_code == 2


def test_the_same_bytes_every_time(change: Change) -> None:
    change.new["events"].append(["tartus", "Tartus falls", "2024-12-09", "tartus", "weak"])
    change.new["places"].append(["t2", "Tartous Harbour"])
    change.new["reports"] = change.new["reports"][:2]
    old, new = change.write()
    for render in (render_markdown, render_html, render_json):
        assert render(review(old, new)) == render(review(old, new))


@pytest.mark.parametrize("base", ["nowhere", "-x", "--"])
def test_a_base_that_is_none(change: Change, base: str) -> None:
    _, new = change.write()
    result = CliRunner().invoke(cli, ["review", "--", base, new])
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_table_that_cannot_be_compared(change: Change) -> None:
    old, new = change.write()
    Path(new, "places.csv").unlink()
    found = review(old, new)
    assert [(one.table, one.side) for one in found.skipped] == [("places", "new")]
    assert "D007" in [one.rule for one in found.findings.new]
    assert found.fails()
    assert chapter(render_markdown(found), "Not shown")[0].startswith(
        "- **places** was not compared (after): "
    )


# This record


def test_the_guide_shows_a_query_as_it_is() -> None:
    text = (REPOSITORY / "docs" / "reviewing.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```sql\n(.*?)```", text, flags=re.DOTALL)
    query = REPOSITORY / "schemas" / "review" / "evidence.sql"
    assert shown == query.read_text(encoding="utf-8")


def test_one_changed_event_of_this_record(tmp_path: Path) -> None:
    for name in ("data", "schemas"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    for name in ("datapackage.json", "CHANGELOG.md"):
        shutil.copy(REPOSITORY / name, tmp_path / name)
    edit(tmp_path / "data" / "events.csv", "hama-captured", end_date="2024-12-06")
    reports = tmp_path / "data" / "reports.csv"
    gone = edit(reports, "7al-2024-12-06-homs-advance-hama-captured")
    found = review(str(REPOSITORY), str(tmp_path))
    assert found.notes == ()
    assert [(one.rule, one.key) for one in found.findings.new] == [("R015", "hama-captured")]
    assert [one.table for one in found.sections] == ["events", "reports"]
    (record,) = section(found, "events").records
    assert [(one.field, one.old_words, one.new_words) for one in record.own.edits] == [
        ("end_date", "5 December 2024", "6 December 2024")
    ]
    assert [one.key for one in record.parts[0].entries] == [gone["report_id"]]
    (shift,) = found.shifts
    assert shift.key == "hama-captured"
    assert {one.name: one.turn for one in shift.measures} == {
        "upstreams": Turn.WEAKER,
        "stated_upstreams": Turn.WEAKER,
        "supporting_reports": Turn.NEITHER,
    }
    assert [one.keys for one in found.removed] == [(gone["report_id"],)]
    assert [one.title for one in found.tasks] == ["Checks", "Do the reports bear it out?"]


def edit(path: Path, key: str, **cells: str) -> dict[str, str]:
    """Change cells of a row, or take it out if there are none to change; return the row."""
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        rows = list(reader)
    (row,) = (one for one in rows if next(iter(one.values())) == key)
    if cells:
        row.update(cells)
    else:
        rows.remove(row)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, reader.fieldnames or (), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return row
