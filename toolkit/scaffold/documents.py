"""What comes with the data of a new package: README, a first rule, tests, a workflow."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import metadata, resources
from pathlib import Path
from string import Template

from toolkit import __version__
from toolkit.findings import escape
from toolkit.findings.markup import inline
from toolkit.package.rules import FOLDER
from toolkit.package.text import line_of
from toolkit.scaffold.metadata import NO_LICENCE, Draft
from toolkit.scaffold.propose import Proposal
from toolkit.tables import identifier, literal

RULE = f"{FOLDER}/X001-no-table-is-empty.sql"
# Where each template goes; a test that stands here as one would be run and linted here.
_FILES = {
    "README.md": "README.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "Makefile": "Makefile",
    "requirements.txt": "requirements.txt",
    "gitignore": ".gitignore",
    "gitattributes": ".gitattributes",
    "check.yml": ".github/workflows/check.yml",
    "rule.sql": RULE,
    "test_data.py.txt": "tests/test_data.py",
}


class _Template(Template):
    """Workflows, Makefiles and SQL have a use for the dollar sign."""

    delimiter = "@@"


def write_documents(root: Path, draft: Draft, left: list[str]) -> None:
    """Write every file that is made from a template."""
    values = {
        "title": inline(draft.title),
        "tables": _listed(
            f"**[{table.name}](data/{table.name}.csv)** ([schema](schemas/{table.name}.json))"
            for table in draft.tables
        ),
        "sources": ", ".join(inline(source.path.name) for source in draft.sources),
        "proposed": _listed("\n  - ".join(lines) for lines in proposed(draft, inline)),
        "left": _listed(map(inline, left)),
        "toolkit": _requirement(),
        **_rule(draft),
        **_bad_case(draft),
    }
    folder = resources.files("toolkit.scaffold").joinpath("templates")
    for name, target in _FILES.items():
        text = _Template(folder.joinpath(name).read_text(encoding="utf-8")).substitute(values)
        path = root / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _listed(lines: Iterator[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def proposed(draft: Draft, shown: Callable[[str], str] = escape) -> Iterator[tuple[str, ...]]:
    """Yield for each table what is proposed: its size and key, then a line on each part.

    ``shown`` makes text that came with the data harmless where the lines go.
    """
    for table in draft.tables:
        key = ", ".join(map(shown, table.primary_key))
        size = f"{table.profile.rows:,} rows, {len(table.columns):,} columns"
        parts = [
            f"{', '.join(map(shown, reference.fields))} refers to {reference.table} "
            f"({', '.join(map(shown, reference.key))})"
            for reference in table.references
        ]
        for column in table.columns:
            if column.codelist:
                count = len(draft.codelists[column.codelist])
                parts.append(f"{shown(column.name)} is one of {count} codes ({column.codelist})")
            if column.missing:
                texts = ", ".join(shown(repr(text)) for text in column.missing)
                parts.append(f"in {shown(column.name)}, {texts} means no value")
        yield f"{table.name}: {size}, {f'the key is {key}' if key else 'no key'}", *parts


def left_to_do(root: Path, draft: Draft, nearly: list[str]) -> list[str]:
    """Return what nobody but the maintainers can decide, each with file and line."""
    line = line_of(root / "datapackage.json", ("licenses",))
    left = [
        f"datapackage.json:{line}: the licence is {NO_LICENCE!r}; say under which terms the data "
        "may be used",
        "datapackage.json, schemas/: add a description of the package, of what a row of each table "
        "is, and of the fields that do not explain themselves",
    ]
    left += [
        f"schemas/{table.name}.json: no one, two or three columns tell all rows apart, so that "
        "no key was proposed; rows without one cannot be referred to, nor compared between versions"
        for table in draft.tables
        if not table.primary_key and not table.nearly_key
    ]
    if draft.codelists:
        left.append("schemas/codelists/: give each code a title and a description")
    return [*left, *nearly, f"requirements.txt:2: see that {_requirement()} can be installed"]


def _requirement() -> str:
    """Return by what pip installs this toolkit: its commit, if it was installed from one."""
    found = metadata.entry_points(group="console_scripts", name="toolkit")
    distribution = next((one.dist for one in found if one.value == "toolkit.cli:main"), None)
    if distribution is None:
        return f"toolkit=={__version__}"
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    commit = origin.get("vcs_info", {})
    if commit.get("vcs") == "git" and "commit_id" in commit:
        return f"{distribution.name} @ git+{origin['url']}@{commit['commit_id']}"
    return f"{distribution.name}=={distribution.version}"


def _rule(draft: Draft) -> dict[str, str]:
    """Return the tables that the first rule counts, and one of them for its examples."""
    filled = [table.name for table in draft.tables if table.profile.rows] or [""]
    counts = ",\n    ".join(
        f"({literal(name)}, {f'(select count(*) from {identifier(name)})' if name else 1})"
        for name in filled
    )
    return {"counts": counts, "table": filled[0] or draft.tables[0].name}


def _bad_case(draft: Draft) -> dict[str, str]:
    """Return what the bad case of the tests adds to which file, and which rule finds it."""

    def repeatable(table: Proposal) -> bool:
        return bool(table.primary_key and table.profile.rows)

    for table in filter(repeatable, draft.tables):
        return {
            "file": f"data/{table.name}.csv",
            "fault": "a_row_that_stands_twice",
            "row": "row",
            "rule": "K001",
        }
    return {
        "file": f"data/{draft.tables[0].name}.csv",
        "fault": "a_cell_too_many",
        "row": '[*row, "one too many"]',
        "rule": "S005",
    }
