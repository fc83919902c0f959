"""The partial order of durations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

# A month has no fixed length. Two durations are in order if they are when added to each of these
# days (XML Schema 1.0 Part 2, section 3.2.6.2); P1M and P30D are in none.
_REFERENCES = [
    datetime(1696, 9, 1),
    datetime(1697, 2, 1),
    datetime(1903, 3, 1),
    datetime(1903, 7, 1),
]


def duration_judge(constraint: str, bound: str) -> Callable[[str], bool] | None:
    """Return a function that tells whether a duration keeps a bound; None if it is no duration.

    Only what is certainly beyond the bound breaks it.
    """
    limits = _moments(bound)
    if limits is None:
        return None

    def judge(text: str) -> bool:
        values = _moments(text)
        if values is None:
            return True
        pairs = list(zip(values, limits, strict=True))
        if constraint == "minimum":
            return not all(value < limit for value, limit in pairs)
        if constraint == "maximum":
            return not all(value > limit for value, limit in pairs)
        if constraint == "exclusiveMinimum":
            return not all(value <= limit for value, limit in pairs)
        return not all(value >= limit for value, limit in pairs)

    return judge


def _moments(text: str) -> list[datetime] | None:
    import isodate

    try:
        duration = isodate.parse_duration(text)
        return [reference + duration for reference in _REFERENCES]
    except (isodate.ISO8601Error, ArithmeticError, ValueError, TypeError):
        return None
