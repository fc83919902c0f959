"""The documents of a release: what people read before they load it."""

from toolkit.release.documents.codebook import codebook_markdown
from toolkit.release.documents.pages import codebook_page, validation_page
from toolkit.release.documents.readme import readme
from toolkit.release.facts import Document, Facts
from toolkit.render import render_json, render_markdown


def _validation(facts: Facts) -> tuple[str, str, str]:
    report = facts.release.report
    return render_json(report), render_markdown(report), validation_page(facts)


CODEBOOK = Document(
    ("codebook.md", "codebook.html"),
    lambda facts: (codebook_markdown(facts), codebook_page(facts)),
)
VALIDATION = Document(("validation.json", "validation.md", "validation.html"), _validation)
README = Document(("README.md",), lambda facts: (readme(facts),))

__all__ = ["CODEBOOK", "README", "VALIDATION"]
