"""What the page tells of the release as a publication."""

from __future__ import annotations

from typing import Any

from toolkit.package import Package
from toolkit.query import Source, named_queries
from toolkit.release.about import about, clean
from toolkit.site.files import Written
from toolkit.site.history import History


def package_facts(
    package: Package, history: History, downloads: list[Written], database: Written
) -> dict[str, Any]:
    """Return what the descriptor says of a package, and which files stand beside the page.

    What it does not say is empty or None.
    """
    stated = about(package)
    start, end = stated.temporal
    return {
        "name": stated.name,
        "title": stated.title,
        "description": stated.description,
        "version": stated.version,
        "created": stated.created,
        "start": start,
        "end": end,
        "citation": stated.citation,
        "doi": stated.doi or None,
        "homepage": stated.homepage or None,
        "repository": stated.repository or None,
        "corrections": stated.corrections or None,
        "creators": [one.name for one in stated.creators],
        "releases": [release._asdict() for release in history.releases],
        "licenses": [
            {"name": one.name, "title": one.title, "path": one.url} for one in stated.licences
        ],
        "credits": [{"title": one.title, "path": one.url or None} for one in stated.origins],
        "downloads": [one._asdict() for one in downloads],
        "database": {"path": database.path, "bytes": database.bytes},
    }


def query_facts(source: Source) -> list[dict[str, Any]]:
    """Return the named queries of a package in their order, without the comment that heads each.

    ``parameters`` holds the usual value of each as it is typed.
    """
    return [
        {
            "name": query.name,
            "group": clean(query.group),
            "title": clean(query.title),
            "description": clean(query.reading),
            "sql": query.body,
            "parameters": query.parameters,
        }
        for query in named_queries(source).values()
    ]
