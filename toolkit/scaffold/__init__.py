"""A new package out of delimited files: copies, proposed schemas, a rule, tests, a workflow."""

from toolkit.scaffold.make import Made, make_package
from toolkit.scaffold.sources import NotMade

__all__ = ["Made", "NotMade", "make_package"]
