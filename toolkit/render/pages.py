"""The page of a rule, and the list of rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from toolkit.findings import Rule, escape

_WIDTH = 88


def render_page(rule: Rule) -> str:
    """Return the page of a rule: what it checks, why, a bad and a good example, how to mend it."""
    parts = [
        f"{rule.code} {rule.name} ({rule.severity})",
        rule.title,
        _section("What it checks", rule.what),
        _section("Why", rule.why),
        _section("Bad", rule.bad),
        _section("Good", rule.good),
        _section("How to mend it", rule.hint),
    ]
    if rule.origin:
        parts.append(f"Defined in {rule.origin}")
    return escape_lines("\n\n".join(parts)) + "\n"


def render_rules(rules: Iterable[Rule]) -> str:
    """Return one line per rule: code, severity, name and title."""
    lines = [f"{rule.code}  {rule.severity:<7}  {rule.name:<36} {rule.title}" for rule in rules]
    return escape_lines("\n".join(lines)) + "\n"


def escape_lines(text: str) -> str:
    """Return ``text`` with every line safe to print."""
    return "\n".join(escape(line) for line in text.split("\n"))


def _section(title: str, text: str) -> str:
    body = textwrap.fill(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    return f"{title}\n{body}"
