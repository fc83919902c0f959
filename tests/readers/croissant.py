"""Print the issues, files and records that mlcroissant finds; the network is cut off."""

import json
import logging
import socket
import sys
from pathlib import Path

import mlcroissant


def refuse(*_: object) -> None:
    raise OSError("no network")


socket.socket.connect = refuse  # type: ignore[method-assign]
warnings: list[str] = []
handler = logging.Handler()
handler.emit = lambda record: warnings.append(record.getMessage())  # type: ignore[method-assign]
logging.getLogger().addHandler(handler)
logging.getLogger("absl").addHandler(handler)

dataset = mlcroissant.Dataset(jsonld=Path(sys.argv[1]))
issues = dataset.metadata.ctx.issues


def plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "isoformat"):
        return "" if value != value else value.isoformat()
    if value is None or value != value:
        return ""
    return value.item() if hasattr(value, "item") else value


records = {
    one.id: [
        {name.split("/")[-1]: plain(value) for name, value in record.items()}
        for record in dataset.records(one.id)
    ]
    for one in dataset.metadata.record_sets
    if not sys.argv[2:] or one.id in sys.argv[2:]
}
print(
    json.dumps(
        {
            "errors": sorted(issues.errors),
            "warnings": sorted(issues.warnings) + warnings,
            "files": {one.content_url: one.sha256 for one in dataset.metadata.distribution},
            "record_sets": [one.id for one in dataset.metadata.record_sets],
            "keys": {one.id: one.key for one in dataset.metadata.record_sets},
            "records": records,
        },
        default=str,
    )
)
