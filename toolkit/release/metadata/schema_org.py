"""schema-org.jsonld: the dataset as search engines take it, https://schema.org/Dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.release.about import About, Contributor
from toolkit.release.facts import Facts
from toolkit.release.metadata.parts import (
    agent,
    as_json,
    filled,
    licence_url,
    media_type,
    relative,
)


def schema_org(facts: Facts) -> str:
    """Return JSON-LD; the context stands in the file, so that nothing is fetched to read it."""
    about = facts.about
    return as_json({"@context": {"@vocab": "https://schema.org/"}, **_dataset(facts, about)})


def _dataset(facts: Facts, about: About) -> dict[str, Any]:
    return filled(
        _type="Dataset",
        name=about.title,
        alternateName=about.name if about.name != about.title else "",
        description=about.description,
        version=about.version,
        identifier=f"https://doi.org/{about.doi}" if about.doi else "",
        url=about.homepage,
        datePublished=about.created,
        license=[url for url in map(licence_url, about.licences) if url],
        creator=list(map(agent, about.creators)),
        contributor=[agent(one) for one in about.contributors if _is_other(one, about)],
        keywords=list(about.keywords),
        temporalCoverage="/".join(about.temporal) if all(about.temporal) else "",
        spatialCoverage=_place(about),
        isBasedOn=[
            filled(_type="CreativeWork", name=one.title, url=one.url) for one in about.origins
        ],
        creditText=about.citation,
        distribution=[
            filled(
                _type="DataDownload",
                name=table.name,
                description=table.description,
                encodingFormat="text/csv" if table.is_plain_csv else media_type(path),
                contentUrl=relative(path),
            )
            for table in facts.tables
            for path in table.paths
        ],
        variableMeasured=list(_variables(facts)),
    )


def _variables(facts: Facts) -> Iterator[dict[str, Any]]:
    for table in facts.tables:
        for one in table.fields:
            name = f"{table.name}.{one.field.name}"
            yield filled(_type="PropertyValue", name=name, description=one.description)


def _is_other(one: Contributor, about: About) -> bool:
    return one not in about.creators


def _place(about: About) -> dict[str, Any]:
    """A box is south-west and north-east corner, latitude first."""
    shape = {}
    if about.bbox:
        west, south, east, north = about.bbox
        shape = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
    place = filled(name=about.place, geo=shape)
    return {"@type": "Place", **place} if place else {}
