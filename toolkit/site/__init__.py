"""The page that shows a release on any static host."""

from toolkit.site.build import build_site
from toolkit.site.errors import NoSite

__all__ = ["NoSite", "build_site"]
