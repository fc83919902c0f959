"""A report as SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any
from urllib.parse import quote

from toolkit import __version__
from toolkit.findings import Excerpt, Finding, Report, Rule, RuleResult, Severity, escape
from toolkit.findings.finding import VALUE_LIMIT
from toolkit.findings.markup import inline
from toolkit.render.pages import render_page
from toolkit.render.shown import left_out, ranked

# GitHub refuses a run with more results, and cuts descriptions.
_RESULTS, _DESCRIPTION = 25_000, 1000
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {**_LEVELS, Severity.INFO: "recommendation"}


def render_sarif(report: Report) -> str:
    """Return the report as a SARIF log of one run, with the page of every rule.

    It holds at most as many results as GitHub takes, the worst first to be kept; the property
    ``notListed`` says how many more there are.
    """
    chosen = {id(finding) for finding in ranked(report)[:_RESULTS]}
    findings = [finding for finding in report.findings if id(finding) in chosen]
    codes = [result.rule.code for result in report.results]
    skipped = [
        _skipped(index, result) for index, result in enumerate(report.results) if result.skipped
    ]
    run = {
        "tool": {"driver": _driver(report)},
        # What stands before the last slash is the category that GitHub keeps runs apart by.
        "automationDetails": {"id": f"toolkit/{quote(escape(report.package), safe='')}/"},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": skipped}],
        "columnKind": "unicodeCodePoints",
        "results": _results(findings, {code: index for index, code in enumerate(codes)}),
        "properties": {
            "package": escape(report.package),
            "packageVersion": escape(report.version),
            "rows": report.rows,
            "totals": {str(severity): count for severity, count in report.totals.items()},
            "notListed": left_out(report, len(findings)),
        },
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _driver(report: Report) -> dict[str, Any]:
    return {
        "name": "toolkit",
        "semanticVersion": __version__,
        "rules": [_rule(result.rule) for result in report.results],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    properties = {"precision": "very-high", "problem.severity": _PROBLEMS[rule.severity]}
    if rule.origin:
        properties["origin"] = escape(rule.origin)
    page = render_page(rule)
    return {
        "id": rule.code,
        "name": escape(rule.name, VALUE_LIMIT),
        "shortDescription": {"text": escape(rule.title, _DESCRIPTION) or rule.code},
        "fullDescription": {"text": escape(rule.what, _DESCRIPTION) or rule.code},
        "help": {"text": page, "markdown": _markdown(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": properties,
    }


def _markdown(rule: Rule) -> str:
    sections = {
        "What it checks": rule.what,
        "Why": rule.why,
        "Bad": rule.bad,
        "Good": rule.good,
        "How to mend it": rule.hint,
    }
    parts = [f"## {title}\n\n{inline(text)}" for title, text in sections.items() if text]
    return "\n\n".join([inline(rule.title), *parts]) + "\n"


def _skipped(index: int, result: RuleResult) -> dict[str, Any]:
    return {
        "level": "warning",
        "message": _message(f"{result.rule.code} did not run: {result.skipped}"),
        "associatedRule": {"id": result.rule.code, "index": index},
    }


def _results(findings: list[Finding], index: dict[str, int]) -> list[dict[str, Any]]:
    seen: Counter[str] = Counter()
    results = []
    for finding in findings:
        identity = _identity(finding)
        seen[identity] += 1
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "level": _LEVELS[finding.severity],
            "message": _message(finding.message, finding.hint),
            "locations": [{"physicalLocation": _location(finding)}],
            "partialFingerprints": {"toolkitCell/v1": f"{identity}:{seen[identity]}"},
            "properties": _details(finding),
        }
        if finding.rule in index:
            result["ruleIndex"] = index[finding.rule]
        results.append(result)
    return results


def _details(finding: Finding) -> dict[str, str | int]:
    given = {"record": finding.record} if finding.record else {}
    texts = {
        "table": finding.table,
        "key": finding.key,
        "column": finding.column,
        "value": finding.value,
    }
    return given | {
        name: escape(text, VALUE_LIMIT) for name, text in texts.items() if text is not None
    }


def _identity(finding: Finding) -> str:
    """Return what stays the same when lines move: rule, table, and key or else value of the row."""
    parts = [finding.rule, finding.table or finding.file, finding.column or ""]
    parts += ["key", finding.key] if finding.key is not None else ["value", finding.value or ""]
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:32]


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {
        "artifactLocation": {"uri": quote(finding.file.encode("utf-8", "surrogatepass"))}
    }
    if finding.line:
        location["region"] = {"startLine": finding.line, **_columns(finding.line, finding.excerpt)}
    return location


def _columns(line: int, excerpt: Excerpt | None) -> dict[str, Any]:
    if excerpt is None:
        return {}
    cell = escape(excerpt.text[excerpt.start : excerpt.end], VALUE_LIMIT)
    return {
        "startColumn": excerpt.start + 1,
        "endLine": line,
        "endColumn": excerpt.end + 1,
        **({"snippet": {"text": cell}} if cell else {}),
    }


def _message(*texts: str) -> dict[str, str]:
    """Return a message in which nothing is a placeholder or a link, as SARIF has them."""
    text = "\n".join(escape(text) for text in texts if text)
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}
