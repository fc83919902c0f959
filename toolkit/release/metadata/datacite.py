"""datacite.json: the attributes with which a DOI is registered.

DataCite Metadata Schema 4.5 in the JSON of its REST API, https://schema.datacite.org/meta/kernel-4.5.
"""

from __future__ import annotations

from typing import Any

from toolkit.release.about import About, Contributor
from toolkit.release.metadata.parts import as_json, filled, licence_url

# What the schema has for a value that is asked for and not known (its appendix 3).
_UNKNOWN = ":unav"
_ROLES = {
    "contact": "ContactPerson",
    "contactperson": "ContactPerson",
    "curator": "DataCurator",
    "datacurator": "DataCurator",
    "editor": "Editor",
    "maintainer": "DataManager",
    "producer": "Producer",
    "distributor": "Distributor",
    "funder": "Sponsor",
    "rightsholder": "RightsHolder",
    "wrangler": "DataCollector",
}


def datacite(about: About) -> str | None:
    """Return the attributes as JSON; None without a day, for which the schema has no unknown."""
    if not about.created:
        return None
    publisher = next((one.name for one in about.contributors if "publisher" in one.roles), _UNKNOWN)
    return as_json(
        filled(
            doi=about.doi,
            creators=list(map(_name, about.creators)) or [{"name": _UNKNOWN}],
            titles=[{"title": about.title}],
            publisher={"name": publisher},
            publicationYear=about.created[:4],
            types={"resourceType": "Dataset", "resourceTypeGeneral": "Dataset"},
            subjects=[{"subject": word} for word in about.keywords],
            contributors=_contributors(about),
            dates=_dates(about),
            relatedIdentifiers=[
                {
                    "relatedIdentifier": url,
                    "relatedIdentifierType": "URL",
                    "relationType": "IsDerivedFrom",
                }
                for url in dict.fromkeys(origin.url for origin in about.origins if origin.url)
            ],
            version=about.version,
            rightsList=_rights(about),
            descriptions=_descriptions(about),
            geoLocations=_places(about),
            url=about.homepage,
            schemaVersion="http://datacite.org/schema/kernel-4",
        )
    )


def _name(one: Contributor) -> dict[str, Any]:
    identifier = {
        "nameIdentifier": f"https://orcid.org/{one.orcid}",
        "nameIdentifierScheme": "ORCID",
        "schemeUri": "https://orcid.org",
    }
    return filled(
        name=one.inverted,
        nameType="Personal" if one.is_person else "",
        givenName=one.given if one.is_person else "",
        familyName=one.family if one.is_person else "",
        affiliation=[{"name": one.organization}] if one.is_person and one.organization else [],
        nameIdentifiers=[identifier] if one.orcid else [],
    )


def _contributors(about: About) -> list[dict[str, Any]]:
    return [
        {**_name(one), "contributorType": kind}
        for one in about.contributors
        for kind in dict.fromkeys(_ROLES[role] for role in one.roles if role in _ROLES)
    ]


def _dates(about: About) -> list[dict[str, Any]]:
    """The day of the version; what the data cover is a date of its own kind since schema 4.6."""
    return [{"date": about.created, "dateType": "Created"}]


def _rights(about: About) -> list[dict[str, Any]]:
    found = []
    for licence in about.licences:
        entry = filled(rights=licence.title or licence.name, rightsUri=licence_url(licence))
        if licence.spdx:
            entry |= {
                "rightsIdentifier": licence.spdx,
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            }
        if entry and entry not in found:
            found.append(entry)
    return found


def _descriptions(about: About) -> list[dict[str, Any]]:
    if not about.description:
        return []
    return [{"description": about.description, "descriptionType": "Abstract"}]


def _places(about: About) -> list[dict[str, Any]]:
    box = {}
    if about.bbox:
        west, south, east, north = about.bbox
        box = {
            "westBoundLongitude": west,
            "eastBoundLongitude": east,
            "southBoundLatitude": south,
            "northBoundLatitude": north,
        }
    place = filled(geoLocationPlace=about.place, geoLocationBox=box)
    return [place] if place else []
