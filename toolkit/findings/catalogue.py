"""The rules built into the toolkit; their texts stand in ``catalogue.toml``."""

from __future__ import annotations

from functools import cache

from toolkit.findings.finding import Rule, Severity


@cache
def builtin_rules() -> dict[str, Rule]:
    """Return the built-in rules by code: D, S, T, C, K, F: packages; V: releases; Q: quotations."""
    import tomllib
    from importlib.resources import files

    text = files("toolkit.findings").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {
        code: Rule(code=code, **{**entry, "severity": Severity(entry["severity"])})
        for code, entry in tomllib.loads(text).items()
    }


def builtin_rule(code: str) -> Rule:
    """Return the built-in rule ``code``; KeyError if there is none."""
    return builtin_rules()[code]
