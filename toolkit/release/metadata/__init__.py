"""The metadata of a release, one form for each of those who collect them.

What the descriptor does not say is left out, and so is a form whose reader cannot do without it.
"""

from collections.abc import Callable

from toolkit.release.about import About
from toolkit.release.facts import Document
from toolkit.release.metadata.citation import citation
from toolkit.release.metadata.croissant import croissant
from toolkit.release.metadata.datacite import datacite
from toolkit.release.metadata.ro_crate import ro_crate
from toolkit.release.metadata.schema_org import schema_org
from toolkit.release.metadata.zenodo import zenodo


def _of_about(path: str, text: Callable[[About], str | None]) -> Document:
    """A form that is filled in from the descriptor alone."""
    return Document(
        (path,), lambda facts: (text(facts.about),), lambda about: text(about) is not None
    )


METADATA = (
    _of_about("CITATION.cff", citation),
    _of_about("datacite.json", datacite),
    _of_about(".zenodo.json", zenodo),
    Document(("schema-org.jsonld",), lambda facts: (schema_org(facts),)),
    Document(("croissant.json",), lambda facts: (croissant(facts),)),
)
# It lists every file of a release, and so comes last.
CRATE = Document(("ro-crate-metadata.json",), lambda facts: (ro_crate(facts),))

__all__ = ["CRATE", "METADATA"]
