"""Every check of a package: constraints, keys, rules and waivers, brought together in a run."""

from toolkit.checks.run import LIMIT, checked_database, validate

__all__ = ["LIMIT", "checked_database", "validate"]
