"""Print what the official JSON schema of DataCite 4.5 finds wrong with a file."""

import json
import sys
from pathlib import Path

from datacite.schema45 import validator

value = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
print(json.dumps([error.message for error in validator.iter_errors(value)]))
