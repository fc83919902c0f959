"""What was perhaps meant by a name that means nothing."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.findings import escape


def meant(name: str, known: Mapping[str, str]) -> str:
    """Return a question that offers the names most like ``name``, if any are; else nothing.

    ``known`` says of each name how it is written in the question.

    >>> meant("evens", {"events": "events", "day": "day (in events)"})
    'did you mean events?'
    """
    from difflib import get_close_matches

    said = {one.casefold(): written for one, written in known.items()}
    near = get_close_matches(name.casefold(), list(said), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(escape(said[one]) for one in near)}?" if near else ""
