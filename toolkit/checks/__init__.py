"""Every check of a package: constraints, keys, rules and waivers, brought together in a run."""

from toolkit.checks.run import LIMIT, checked_database, looked_at, validate, validate_package
from toolkit.checks.waivers import Waiver, granted

__all__ = [
    "LIMIT",
    "Waiver",
    "checked_database",
    "granted",
    "looked_at",
    "validate",
    "validate_package",
]
