"""Print the root and the files of an RO-Crate, and which of them exist."""

import json
import sys
from pathlib import Path
from urllib.parse import unquote

from rocrate.model.file import File
from rocrate.rocrate import ROCrate

crate = ROCrate(sys.argv[1])
files = [entity for entity in crate.get_entities() if isinstance(entity, File)]
print(
    json.dumps(
        {
            "name": crate.name,
            "date": str(crate.datePublished),
            "licence": [one.id for one in [crate.license] if not isinstance(one, list)]
            or [one.id for one in crate.license],
            "creators": [one["name"] for one in crate.root_dataset.get_norm_value("creator")]
            if False
            else len(crate.root_dataset.get_norm_value("creator")),
            "files": sorted(unquote(entity.id) for entity in files),
            "missing": [
                entity.id
                for entity in files
                if not (Path(sys.argv[1]) / unquote(entity.id)).is_file()
            ],
        }
    )
)
