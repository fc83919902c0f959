"""Print how many statements rdflib reads from a JSON-LD file, and what it says of the dataset."""

import json
import socket
import sys
from pathlib import Path

import rdflib


def refuse(*_: object) -> None:
    raise OSError("no network")


socket.socket.connect = refuse  # type: ignore[method-assign]
graph = rdflib.Graph().parse(data=Path(sys.argv[1]).read_text(encoding="utf-8"), format="json-ld")
schema = rdflib.Namespace("https://schema.org/")
(dataset,) = graph.subjects(rdflib.RDF.type, schema.Dataset)
print(
    json.dumps(
        {
            "name": str(graph.value(dataset, schema.name)),
            "version": str(graph.value(dataset, schema.version)),
            "creators": [
                str(graph.value(one, schema.name)) for one in graph.objects(dataset, schema.creator)
            ],
            "downloads": sorted(
                str(graph.value(one, schema.contentUrl))
                for one in graph.objects(dataset, schema.distribution)
            ),
            "variables": len(list(graph.objects(dataset, schema.variableMeasured))),
        }
    )
)
