"""What a change to a package does, for whoever decides whether it is taken."""

from toolkit.package.opened import NotOpened
from toolkit.review.build import merge_base, review
from toolkit.review.model import Review

__all__ = ["NotOpened", "Review", "merge_base", "review"]
