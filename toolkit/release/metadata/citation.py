"""CITATION.cff: how to cite, for GitHub, Zenodo and reference managers.

Citation File Format 1.2.0, https://github.com/citation-file-format/citation-file-format.
"""

from __future__ import annotations

import re
from typing import Any

from toolkit.release.about import About, Contributor
from toolkit.release.metadata.parts import filled

# The format takes fewer characters in a DOI than there can be; one with others is given as address.
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")


def citation(about: About) -> str | None:
    """Return the citation as YAML; None without creators, which the format asks for."""
    if not about.creators:
        return None
    import yaml

    identifiers = {licence.spdx: None for licence in about.licences if licence.spdx}
    urls = [licence.url for licence in about.licences if licence.url]
    says = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite the version that you used.",
        "type": "dataset",
        "title": about.title,
        "abstract": about.description,
        "authors": list(map(_author, about.creators)),
        "version": about.version,
        "date-released": about.created,
        "doi": about.doi if _DOI.fullmatch(about.doi) else "",
        "url": about.homepage if _DOI.fullmatch(about.doi) else about.url,
        "license": next(iter(identifiers)) if len(identifiers) == 1 else list(identifiers),
        "license-url": "" if identifiers or not urls else urls[0],
        "keywords": list(about.keywords),
    }
    text: str = yaml.safe_dump(filled(**says), allow_unicode=True, sort_keys=False, width=100)
    return text


def _author(one: Contributor) -> dict[str, Any]:
    if not one.is_person:
        return filled(name=one.name, website=one.url)
    says = {
        "family-names": one.family,
        "given-names": one.given,
        "affiliation": one.organization,
        "orcid": f"https://orcid.org/{one.orcid}" if one.orcid else "",
        "website": "" if one.orcid else one.url,
    }
    return filled(**says)
