"""Every check of a package: constraints, keys, rules and waivers, brought together in a run."""

from toolkit.checks.run import checked_database, validate

__all__ = ["checked_database", "validate"]
