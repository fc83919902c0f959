"""Print what cffconvert makes of a CITATION.cff, once it has validated it against the schema."""

import json
import sys
from pathlib import Path

from cffconvert import Citation

citation = Citation(Path(sys.argv[1]).read_text(encoding="utf-8"), src=sys.argv[1])
citation.validate()
print(json.dumps({"version": citation.cffversion, "apa": citation.as_apalike()}))
