"""Run lines of Python that load a table as ``rows``, in the folder of the release; print the rows.

Empty cells are printed as empty texts, everything else as pandas has it.
"""

import contextlib
import io
import json
import os
import sys

os.chdir(sys.argv[1])
names: dict = {}
with contextlib.redirect_stdout(io.StringIO()):
    exec(sys.argv[2], names)
rows = names["rows"].astype(object).where(names["rows"].notna(), "")
print(json.dumps({"columns": list(rows.columns), "rows": rows.values.tolist()}, default=str))
