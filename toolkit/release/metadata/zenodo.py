""".zenodo.json: what Zenodo takes over when a release is deposited.

https://developers.zenodo.org, "Deposit metadata".
"""

from __future__ import annotations

import html
from typing import Any

from toolkit.release.about import About, Contributor
from toolkit.release.metadata.parts import as_json, filled


def zenodo(about: About) -> str | None:
    """Return the metadata as JSON; None without creators or description, which Zenodo asks for."""
    if not about.creators or not about.description:
        return None
    identifiers = [licence.spdx.lower() for licence in about.licences if licence.spdx]
    return as_json(
        filled(
            upload_type="dataset",
            title=about.title,
            # It is HTML.
            description=f"<p>{html.escape(about.description)}</p>",
            creators=list(map(_creator, about.creators)),
            version=about.version,
            publication_date=about.created,
            doi=about.doi,
            # Zenodo knows one licence.
            access_right="open" if len(identifiers) == 1 else "",
            license=identifiers[0] if len(identifiers) == 1 else "",
            keywords=list(about.keywords),
            related_identifiers=[
                {"identifier": url, "relation": "isDerivedFrom"}
                for url in dict.fromkeys(origin.url for origin in about.origins if origin.url)
            ],
        )
    )


def _creator(one: Contributor) -> dict[str, Any]:
    organization = one.organization if one.is_person else ""
    return filled(name=one.inverted, affiliation=organization, orcid=one.orcid)
