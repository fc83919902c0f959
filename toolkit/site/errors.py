"""Why there is no site."""

from __future__ import annotations


class NoSite(Exception):
    """What was named makes no site; the message says why and what can be done."""
