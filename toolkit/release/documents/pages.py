"""The codebook and the validation of a release as HTML: one file each that needs no other.

Jinja2 lays the pages out: it comes with frictionless, escapes by itself, and keeps the markup
apart from the code. Each page forbids by a content security policy whatever it does not bring.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from toolkit.checks import granted
from toolkit.findings import escape
from toolkit.release.documents import diagram, words
from toolkit.release.facts import Facts
from toolkit.render.shown import first, left_out, sums

if TYPE_CHECKING:
    from jinja2 import Environment

# Of the findings of a kind, and of the kinds, as many are listed.
_FINDINGS, _KINDS = 10, 200


def codebook_page(facts: Facts) -> str:
    """Return the codebook: searchable, for the screen and for paper, whole without its script."""
    package, report = facts.release.package, facts.release.report
    return _render(
        "codebook.html",
        about=facts.about,
        tables=facts.tables,
        views=facts.views,
        database=facts.release.file("duckdb").name,
        codelists=[(one, facts.uses(one.name)) for one in package.codelists.values()],
        listed=package.codelists,
        diagram=diagram.draw(facts.tables),
        report=report,
        waivers=granted(package),
    )


def validation_page(facts: Facts) -> str:
    """Return the report of the validation."""
    report = facts.release.report
    shown = [finding for finding, _ in first(report, _FINDINGS)]
    kinds = sums(report)
    return _render(
        "validation.html",
        about=facts.about,
        report=report,
        kinds=kinds[:_KINDS],
        more_kinds=len(kinds[_KINDS:]),
        findings=shown,
        more=left_out(report, len(shown)),
    )


def _render(template: str, **values: Any) -> str:
    style, script = _own("page.css"), _own("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    page = _environment().get_template(template)
    return page.render(style=style, script=script, policy=policy, **values)


def _own(name: str) -> str:
    """Return a file of our own, which goes into the page as it is."""
    file = resources.files("toolkit.release.documents").joinpath("templates", name)
    return file.read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    """Return the source expression of an inline style or script (CSP Level 3, 2.3.1)."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("toolkit.release.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_visible,
    )
    environment.filters |= {"anchor": anchor, "shown": diagram.shown, "thousands": "{:,}".format}
    environment.globals |= {
        name.removesuffix("_words"): getattr(words, name)
        for name in (
            *("type_words", "constraint_words", "coverage_words", "description_words"),
            *("key_words", "unique_words"),
        )
    }
    return environment


def _visible(value: Any) -> Any:
    """Return text that holds no control or bidi characters; markup of ours stays as it is."""
    from markupsafe import Markup

    if isinstance(value, str) and not isinstance(value, Markup):
        return escape(value.replace("\n", " "))
    return value


def anchor(*names: str) -> str:
    """Return a name that is fit for an identifier in the page and for an address alike."""
    return quote(".".join(names).encode("utf-8", "surrogatepass"), safe="")
