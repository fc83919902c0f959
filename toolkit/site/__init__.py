"""The page that shows a release on any static host."""

from toolkit.site.build import NoSite, build_site

__all__ = ["NoSite", "build_site"]
