"""Releases: a checked package in the formats that its users load, the same bytes every time."""

from toolkit.release.build import build_release

__all__ = ["build_release"]
