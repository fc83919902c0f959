"""Findings, rules and reports. A leaf: it imports nothing else of the toolkit."""

from toolkit.findings.catalogue import builtin_rule, builtin_rules
from toolkit.findings.finding import Excerpt, Finding, Rule, Severity, escape
from toolkit.findings.report import Collector, Group, Report, RuleResult

__all__ = [
    "Collector",
    "Excerpt",
    "Finding",
    "Group",
    "Report",
    "Rule",
    "RuleResult",
    "Severity",
    "builtin_rule",
    "builtin_rules",
    "escape",
]
