"""Rules that a package brings along: row rules in its schemas, consistency queries in files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.findings import Finding, Rule, Severity, builtin_rule
from toolkit.package.paths import metadata_files
from toolkit.package.text import Unreadable, read_text

FOLDER = "schemas/rules"
_FILE_NAME = re.compile(r"(X[0-9]{3})-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql")
_QUERY_KEYS = ("title", "severity", "what", "why", "bad", "good", "hint")
_ROW_KEYS = ("code", "name", "severity", "expression", "message", "hint", "why", "bad", "good")


@dataclass(frozen=True, slots=True)
class RowRule:
    """A condition on single rows, from the property ``rules`` of a Table Schema.

    ``expression`` is SQL over the fields; a row fails where it is false, not where it is null.
    ``index`` is the rule's position in the schema.
    """

    rule: Rule
    columns: tuple[str, ...]
    expression: str
    index: int


@dataclass(frozen=True, slots=True)
class QueryRule:
    """A consistency query: ``sql`` selects the failing rows."""

    rule: Rule
    path: str
    sql: str


def row_rule(entry: Any, index: int, field_names: list[str], file: str) -> RowRule | str:
    """Return the row rule that entry ``index`` of a schema's ``rules`` is, or what is wrong."""
    if not isinstance(entry, dict):
        return "a row rule is not an object"
    missing = [key for key in _ROW_KEYS if not isinstance(entry.get(key), str) or not entry[key]]
    if missing:
        return f"the row rule {entry.get('code', '')} lacks {', '.join(missing)}"
    if not re.fullmatch(r"R[0-9]{3}", entry["code"]):
        return f"the code of a row rule is R and three digits, not {entry['code']!r}"
    if entry["severity"] not in list(Severity):
        return f"the row rule {entry['code']} has the unknown severity {entry['severity']!r}"
    columns = entry.get("columns")
    if not isinstance(columns, list) or not columns:
        return f"the row rule {entry['code']} names no columns"
    unknown = [name for name in columns if name not in field_names]
    if unknown:
        return f"the row rule {entry['code']} names a column that is no field: {unknown[0]!r}"
    rule = Rule(
        code=entry["code"],
        name=entry["name"],
        severity=Severity(entry["severity"]),
        title=entry["message"],
        what=f"Every row must satisfy: {entry['expression']}",
        why=entry["why"],
        bad=entry["bad"],
        good=entry["good"],
        hint=entry["hint"],
        origin=file,
    )
    return RowRule(rule, tuple(columns), entry["expression"], index)


def load_query_rules(root: Path) -> tuple[tuple[QueryRule, ...], list[Finding]]:
    """Return the consistency queries of a package, and the faults of those left out."""
    rules: dict[str, QueryRule] = {}
    findings: list[Finding] = []
    for file, path, reason in metadata_files(root, FOLDER, ".sql"):
        if path is None:
            findings.append(builtin_rule("D008").finding(file, f"the rule {reason}"))
            continue
        rule = _query_rule(path, file)
        if isinstance(rule, QueryRule) and rule.rule.code in rules:
            other = rules[rule.rule.code].path
            rule = builtin_rule("D011").finding(file, f"the code is already that of {other}")
        if isinstance(rule, QueryRule):
            rules[rule.rule.code] = rule
        else:
            findings.append(rule)
    return tuple(rules.values()), findings


def _query_rule(path: Path, file: str) -> QueryRule | Finding:
    fault = builtin_rule("D011")
    name = _FILE_NAME.fullmatch(path.name)
    if not name:
        return fault.finding(
            file, "the file name is not a code and a slug, such as X001-a-rule.sql"
        )
    try:
        text = read_text(path)
    except Unreadable as error:
        return fault.finding(file, str(error), line=error.line)
    header = query_header(text)
    missing = [key for key in _QUERY_KEYS if not header.get(key)]
    if missing:
        return fault.finding(file, f"the header lacks {', '.join(missing)}", line=1)
    if header["severity"] not in list(Severity):
        return fault.finding(file, f"the severity {header['severity']!r} is unknown", line=1)
    texts = {key: header[key] for key in _QUERY_KEYS if key != "severity"}
    severity = Severity(header["severity"])
    rule = Rule(code=name[1], name=name[2], severity=severity, origin=file, **texts)
    return QueryRule(rule, file, text)


def query_header(text: str) -> dict[str, str]:
    """Return the ``-- key: value`` pairs at the top; an indented comment continues the value."""
    return dict(_header(text))


def _header(text: str) -> Iterator[tuple[str, str]]:
    key, value = "", ""
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        content = line[2:]
        start = re.match(r" ([a-z]+(?: [a-z0-9_]+)?): *(.*)", content)
        if start:
            if key:
                yield key, value
            key, value = start[1], start[2].strip()
        else:
            value = f"{value} {content.strip()}".strip()
    if key:
        yield key, value
