"""Quotations are held against copies of their sources: what is verbatim, altered, absent."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import MakePackage
from toolkit.cli import cli
from toolkit.findings import builtin_rules
from toolkit.quotations import copies, normalise, verify_quotations
from toolkit.quotations.compare import Text
from toolkit.quotations.nearest import Passage, nearest

TEXT = {"type": "string"}
QUOTES = {
    "fields": [
        {"name": "id", "type": "integer"},
        {"name": "words", **TEXT},
        {"name": "by", **TEXT},
    ],
    "primaryKey": "id",
    "quotation": {"text": "words", "source": "by"},
}
SOURCES = {
    "fields": [{"name": "name", **TEXT}, {"name": "sha", **TEXT}],
    "primaryKey": "name",
    "copy": {"source": "name", "hash": "sha"},
}
PAGE = (
    "Alpha fell “in one night”, a defector said. “They might also bypass Homs\n"
    "altogether and head to the capital,” he added. The governor's office spoke of a retreat."
)
SHA = hashlib.sha256(
    b'Alpha fell "in one night", a defector said. "They might also bypass Homs '
    b"altogether and head to the capital,\" he added. The governor's office spoke of a retreat."
).hexdigest()

Found = list[tuple[str, str, int | None, str | None, str]]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "gazette.txt").write_text(PAGE, encoding="utf-8")
    return folder


def quoting(make: MakePackage, *rows: tuple[str, str], sources: Any = ()) -> Path:
    """Make a package with one quotation a row, and with sources and their hashes."""
    quotes = [["id", "words", "by"], *([n, *row] for n, row in enumerate(rows, 1))]
    return make(quotes=(QUOTES, quotes), sources=(SOURCES, [["name", "sha"], *sources]))


def found(root: Path, texts: Path) -> Found:
    report = verify_quotations(root, texts).report
    return [(one.rule, one.file, one.line, one.column, one.message) for one in report.findings]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["verify-quotes", *map(str, arguments)])


@pytest.mark.parametrize(
    "words",
    [
        "in one night",
        "They might also bypass Homs altogether",
        "They might also bypass  Homs\naltogether and head to the capital",
        "in\xa0one night",
    ],
)
def test_what_the_text_has_in_marks_is_verbatim(
    make_package: MakePackage, texts: Path, words: str
) -> None:
    assert found(quoting(make_package, (words, "gazette")), texts) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("They may also bypass Homs altogether", "the text has 'might' for 'may'"),
        ("they might also bypass Homs", "the text has 'They' for 'they'"),
        ("They might bypass Homs altogether", "the text has 'also' more after 'might'"),
        ("They might also not bypass Homs altogether", "the text has no 'not' after 'also'"),
        ("Then they might also bypass Homs", "the text has 'They' for 'Then they'"),
        ("bypass Homs altogether, and head", "the text has 'altogether' for 'altogether,'"),
        ("n one night", "the text has 'in' for 'n'"),
        ("in one nite", "the text has 'night' for 'nite'"),
    ],
)
def test_what_differs_is_told_word_by_word(
    make_package: MakePackage, texts: Path, words: str, message: str
) -> None:
    root = quoting(make_package, ("in one night", "gazette"), (words, "gazette"))
    assert found(root, texts) == [("Q001", "quotes.csv", 3, "words", message)]


def test_many_differences_are_bounded() -> None:
    printed = " ".join(f"word{n} is good" for n in range(20))
    rule, message = Text.of(printed).judge(printed.replace("good", "fine"))
    assert rule == "Q001"
    assert message == "the text has " + "; ".join(["'good' for 'fine'"] * 5) + (
        "; and 15 more differences"
    )
    rule, message = Text.of("it " + "x" * 300).judge("it " + "x" * 290)
    assert message == f"the text has '{'x' * 80}…' for '{'x' * 80}…'"


def test_words_that_are_nowhere_are_absent(make_package: MakePackage, texts: Path) -> None:
    root = quoting(make_package, ("We shall hold the bridge until dawn", "gazette"))
    message = "the text holds neither these words nor a passage like them"
    assert found(root, texts) == [("Q002", "quotes.csv", 2, "words", message)]


def test_words_of_the_author_are_no_quotation(make_package: MakePackage, texts: Path) -> None:
    root = quoting(make_package, ("The governor’s office spoke", "gazette"))
    message = "the words stand in the text, but not inside quotation marks"
    assert found(root, texts) == [("Q003", "quotes.csv", 2, "words", message)]
    assert run(root, "--texts", texts).exit_code == 0
    assert run(root, "--texts", texts, "--strict").exit_code == 1


def test_without_a_copy_nothing_is_verified(make_package: MakePackage, texts: Path) -> None:
    root = quoting(make_package, ("in one night", "radio"), ("in one night", ""))
    assert found(root, texts) == [
        ("Q004", "quotes.csv", 2, "by", "there is no copy radio.txt"),
        ("Q004", "quotes.csv", 3, "by", "the row names no source"),
    ]
    results = {one.rule.code: one for one in verify_quotations(root, texts).report.results}
    assert [results[code].looked_at for code in ("Q001", "Q004")] == [0, 2]
    assert run(root, "--texts", texts).exit_code == 0


def test_a_copy_of_another_text_is_found(make_package: MakePackage, texts: Path) -> None:
    other = "0" * 64
    sources = (["gazette", other], ["radio", other])
    root = quoting(make_package, ("in one night", "gazette"), sources=sources)
    message = f"the copy at hand has the SHA-256 {SHA}"
    assert found(root, texts) == [("Q005", "sources.csv", 2, "sha", message)]


def test_a_copy_of_the_text_that_was_coded_is_clean(make_package: MakePackage, texts: Path) -> None:
    root = quoting(make_package, ("in one night", "gazette"), sources=[["gazette", SHA]])
    assert found(root, texts) == []


def link(path: Path) -> str:
    path.with_name("elsewhere").write_text("“in one night”", encoding="utf-8")
    path.symlink_to(path.with_name("elsewhere"))
    return "the copy radio.txt is a link"


def pipe(path: Path) -> str:
    os.mkfifo(path)
    return "the copy radio.txt is no regular file"


def folder(path: Path) -> str:
    path.mkdir()
    return "the copy radio.txt is no regular file"


def latin(path: Path) -> str:
    path.write_text("\n«in one night»", encoding="latin-1")
    return "the copy radio.txt is not UTF-8 (line 2)"


def large(path: Path) -> str:
    path.write_bytes(b"x" * (copies.LARGEST + 1))
    return "the copy radio.txt is larger than 5,000,000 bytes"


@pytest.mark.parametrize("make", [link, pipe, folder, latin, large])
def test_a_copy_that_cannot_be_read_is_an_error(
    make_package: MakePackage, texts: Path, make: Any
) -> None:
    message = make(texts / "radio.txt")
    root = quoting(make_package, ("in one night", "radio"), sources=[["radio", SHA]])
    assert found(root, texts) == [
        ("Q006", "quotes.csv", 2, "by", message),
        ("Q006", "sources.csv", 2, "name", message),
    ]


def test_a_source_cannot_lead_out_of_the_folder(make_package: MakePackage, texts: Path) -> None:
    (texts.parent / "secret.txt").write_text("“in one night”", encoding="utf-8")
    for source in ("../secret", str(texts.parent / "secret"), "../texts/gazette", "x" * 300):
        root = quoting(make_package, ("in one night", source))
        assert found(root, texts) == [
            ("Q004", "quotes.csv", 2, "by", f"there is no copy {source}.txt")
        ]
        for path in sorted(root.iterdir()):
            path.unlink()
        root.rmdir()


def test_every_rule_of_quotations_has_a_case() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{code}", "' in text for code in builtin_rules() if code[0] == "Q")


def test_hashes_are_written(make_package: MakePackage, texts: Path, tmp_path: Path) -> None:
    (texts / "=1+1.txt").write_text("x", encoding="utf-8")
    (texts / "unused.txt").write_text("x", encoding="utf-8")
    rows = [("in one night", "gazette"), ("in one night", "radio")]
    root = quoting(make_package, *rows, sources=[["=1+1", "0" * 64], ["gazette", ""]])
    result = run(root, "--texts", texts, "--hashes", tmp_path / "hashes.csv")
    assert result.exit_code == 0
    with (tmp_path / "hashes.csv").open(encoding="utf-8", newline="") as handle:
        assert list(csv.reader(handle)) == [
            ["source_id", "text_sha256"],
            ["'=1+1", hashlib.sha256(b"x").hexdigest()],
            ["gazette", SHA],
        ]


def test_a_fault_of_the_package_is_reported(make_package: MakePackage, texts: Path) -> None:
    wrong = QUOTES | {"quotation": {"text": "text", "source": "by"}}
    root = make_package(quotes=(wrong, [["id", "words", "by"], ["1", "x", "gazette"]]))
    message = "the property quotation names as text what is no field: 'text'"
    assert found(root, texts) == [("D020", "datapackage.json", 1, None, message)]


def test_a_row_that_cannot_be_read_is_reported(make_package: MakePackage, texts: Path) -> None:
    rows = b"id,words,by\n1,in one night,gazette\n2,in one night\n"
    root = make_package(quotes=(QUOTES, rows))
    assert [one[:3] for one in found(root, texts)] == [("S004", "quotes.csv", 3)]


def test_wrong_usage_exits_2(make_package: MakePackage, texts: Path) -> None:
    plain = {key: value for key, value in QUOTES.items() if key != "quotation"}
    root = make_package(quotes=(plain, [["id", "words", "by"]]))
    for arguments, told in [
        ([root], "Missing option '--texts'"),
        ([root, "--texts", texts / "gazette.txt"], "is a file"),
        ([root, "--texts", texts], "no schema of this package says which field holds quotations"),
        ([root, "--texts", texts, "--hashes", texts / "no" / "h.csv"], "no folder"),
    ]:
        result = run(*arguments)
        assert result.exit_code == 2
        assert told in " ".join(result.output.split())


def test_reports_show_the_line_and_no_terminal_codes(
    make_package: MakePackage, texts: Path
) -> None:
    (texts / "gazette.txt").write_text(
        "“They might bypass \x1b[31mHoms altogether”", encoding="utf-8"
    )
    root = quoting(make_package, ("They may bypass Homs altogether", "gazette"))
    result = run(root, "--texts", texts)
    assert result.exit_code == 1
    assert "quotes.csv:2:3: error Q001  row 1, words" in result.output
    assert r"'might' for 'may'; '\x1b[31mHoms' for 'Homs'" in result.output
    assert "\x1b" not in result.output
    report = json.loads(run(root, "--texts", texts, "--format", "json").output)
    assert report["totals"] == {"error": 1, "warning": 0, "info": 0}
    assert report["rows"] == {"quotes": 1, "sources": 0}


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("e\u0301t\u00e9", "\u00e9t\u00e9"),
        ("“a” „b‟ «c» 「d」", '"a" "b" "c" "d"'),
        ("‘a’ ‚b‛ ‹c› it\u02bcs", "'a' 'b' 'c' it's"),
        ("\ufeffa".removeprefix("\ufeff") + "\r\n\t\u2009\u3000b\u2028", "a b"),
        # What is no white space and no quotation mark stays: joiners, dashes, case, accents.
        (
            "a\u200bb\u200c c\u2013d\u2026 É`\u2032\x1c",
            "a\u200bb\u200c c\u2013d\u2026 É`\u2032\x1c",
        ),
    ],
)
def test_texts_are_normalised(text: str, normal: str) -> None:
    assert normalise(text) == normal
    assert normalise(normal) == normal


@pytest.mark.parametrize(
    "text",
    [
        'He said: "We hold on."',
        "He said: ‘We hold on.’",
        "'We hold on,' he said.",
        "Il dit : « We hold on » .",
        "Er sagte: „We hold on“, und ging.",
        "Er sagte: »We hold on«, und ging.",
        "“First.\n\n“We hold on.” He left.",
        "“He told me: ‘We hold on,’ and left.”",
        "The soldiers' camp. 'It's true: we say We hold on,' he said.",
        "قال «We hold on» ثم مضى",
        "彼は「We hold on」と",
        "“…We hold on…”",
        "(“We hold on”)",
    ],
)
def test_marks_of_many_habits_enclose(text: str) -> None:
    assert Text.of(text).judge("We hold on").rule == ""


@pytest.mark.parametrize(
    "text",
    [
        "We hold on.",
        "“No,” We hold on “no.”",
        "« non » We hold on « non »",
        "„Nein“ We hold on „nein“",
        "It's that We hold on, the boy's word",
        "“We hold” on. We hold on.",
        "We hold on”",
        "“We hold on",
    ],
)
def test_marks_elsewhere_do_not_enclose(text: str) -> None:
    assert Text.of(text).judge("We hold on").rule == "Q003"


def test_part_of_a_word_is_not_the_word() -> None:
    assert Text.of("“the party”").judge("art").rule != ""
    assert Text.of("“the art”").judge("art").rule == ""
    assert Text.of("“كتابٌ”").judge("كتاب").rule == "Q001"
    assert Text.of("「我们坚持到底」").judge("坚持").rule == ""


def distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for n, left in enumerate(one, 1):
        before, row[0] = row[0], n
        for m, right in enumerate(other, 1):
            before, row[m] = (
                row[m],
                min(row[m] + 1, row[m - 1] + 1, before + (left != right)),
            )
    return row[-1]


@pytest.mark.parametrize(
    ("quotation", "passage"),
    [
        ("They might bypass Homs", "They might also bypass Homs"),
        ("head to the capitol", "head to the capital"),
        ("spoke of one retreat", "spoke of a retreat"),
    ],
)
def test_the_nearest_passage_has_the_fewest_changes(quotation: str, passage: str) -> None:
    text = normalise(PAGE)
    got = nearest(quotation, text)
    assert got is not None
    assert text[got.begin : got.end] == passage
    every = (
        distance(quotation, text[begin:end])
        for begin in range(len(text))
        for end in range(begin, min(begin + 2 * len(quotation), len(text)) + 1)
    )
    assert got.changes == min(every)


def test_at_most_a_third_may_change() -> None:
    assert nearest("abcdef", "xx abcdXY xx") == Passage(3, 7, 2)
    assert nearest("abcdef", "xx abcXYZ xx") is None
    assert nearest("ab", "ab") is None
