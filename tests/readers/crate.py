"""Print the root and the files of an RO-Crate, and which of them are missing."""

import json
import sys
from pathlib import Path
from urllib.parse import unquote

from rocrate.model.file import File
from rocrate.rocrate import ROCrate

folder = Path(sys.argv[1])
crate = ROCrate(folder)
found = [entity for entity in crate.get_entities() if isinstance(entity, File)]
files = [entity for entity in found if entity is not crate.metadata]
root = crate.root_dataset
says = {
    "name": crate.name,
    "date": root.get("datePublished"),
    "licences": [(one.id, one["name"]) for one in root.get("license", [])],
    "creators": [one["name"] for one in root.get("creator", [])],
    "parts": sorted(unquote(one.id) for one in root["hasPart"]),
    "files": sorted(unquote(one.id) for one in files),
    "missing": [one.id for one in files if not (folder / unquote(one.id)).is_file()],
}
print(json.dumps(says))
