"""The contract: descriptor, resources, schemas, code lists, rules and views as frozen objects.

No data is read here and DuckDB is not needed.
"""

from toolkit.package.adding import Slug
from toolkit.package.codelists import CodeList
from toolkit.package.descriptor import load_package
from toolkit.package.model import Dialect, Package, Resource
from toolkit.package.paths import find_descriptor
from toolkit.package.queries import NamedQuery
from toolkit.package.quotations import Copy, Quotation
from toolkit.package.reviews import ReviewQuery, Show
from toolkit.package.rules import QueryRule, RowRule
from toolkit.package.schema import Field, ForeignKey, Schema, as_text
from toolkit.package.views import View

__all__ = [
    "CodeList",
    "Copy",
    "Dialect",
    "Field",
    "ForeignKey",
    "NamedQuery",
    "Package",
    "QueryRule",
    "Quotation",
    "Resource",
    "ReviewQuery",
    "RowRule",
    "Schema",
    "Show",
    "Slug",
    "View",
    "as_text",
    "find_descriptor",
    "load_package",
]
