"""ro-crate-metadata.json: every file of the release (RO-Crate 1.1).

https://www.researchobject.org/ro-crate/specification/1.1.
"""

from __future__ import annotations

from typing import Any

from toolkit.release.about import Contributor, Licence
from toolkit.release.archive import CHECKSUMS, release_files
from toolkit.release.facts import Facts
from toolkit.release.metadata.parts import (
    agent,
    as_json,
    filled,
    licence_url,
    media_type,
    relative,
)

_SPECIFICATION = "https://w3id.org/ro/crate/1.1"
_NAME = "ro-crate-metadata.json"


def ro_crate(facts: Facts) -> str:
    """Return the crate as JSON-LD, with the files that the folder of the release has by now.

    The checksums are written after it, and so are listed without their size.
    """
    about = facts.about
    people = {f"#contributor-{n}": one for n, one in enumerate(about.contributors, 1)}
    licences = {licence_url(one) or f"#licence-{n}": one for n, one in enumerate(about.licences, 1)}
    files = [*_files(facts), {"@id": CHECKSUMS, "@type": "File", "name": CHECKSUMS}]
    root = filled(
        _id="./",
        _type="Dataset",
        name=about.title,
        description=about.description,
        version=about.version,
        datePublished=about.created,
        identifier=f"https://doi.org/{about.doi}" if about.doi else "",
        url=about.homepage,
        license=[{"@id": name} for name in licences],
        creator=[{"@id": name} for name, one in people.items() if one in about.creators],
        contributor=[{"@id": name} for name, one in people.items() if one not in about.creators],
        keywords=list(about.keywords),
        temporalCoverage="/".join(about.temporal) if all(about.temporal) else "",
        hasPart=[{"@id": entry["@id"]} for entry in files],
    )
    about_itself = {
        "@id": _NAME,
        "@type": "CreativeWork",
        "conformsTo": {"@id": _SPECIFICATION},
        "about": {"@id": "./"},
    }
    others = [_agent(name, one) for name, one in people.items()]
    others += [_licence(name, one) for name, one in licences.items()]
    graph = [about_itself, root, *others, *files]
    return as_json({"@context": f"{_SPECIFICATION}/context", "@graph": graph})


def _files(facts: Facts) -> list[dict[str, Any]]:
    folder = facts.release.folder
    described = {path: table for table in facts.tables for path in table.paths}
    entries = []
    for file in release_files(folder):
        path = file.relative_to(folder).as_posix()
        table = described.get(path)
        entry = filled(
            _id=relative(path),
            _type="File",
            name=table.title if table else path,
            description=table.description if table else "",
            encodingFormat=media_type(path),
            contentSize=str(file.stat().st_size),
        )
        entries.append(entry)
    return entries


def _agent(name: str, one: Contributor) -> dict[str, Any]:
    """Entities of a crate are flat: an organisation is not told within a person."""
    says = agent(one)
    says.pop("affiliation", None)
    return {"@id": name, **says}


def _licence(name: str, one: Licence) -> dict[str, Any]:
    return {
        "@id": name,
        **filled(_type="CreativeWork", name=one.title or one.name, identifier=one.spdx),
    }
