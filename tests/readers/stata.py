"""Print what Stata files hold, as pandas sees them: values as they are stored."""

import json
import sys
from typing import Any

import pandas
from pandas.io.stata import StataReader


def plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return None if pandas.isna(value) else float(value)


found = {}
for path in sys.argv[1:]:
    with StataReader(path, convert_dates=False, convert_categoricals=False) as reader:
        frame = reader.read()
        found[path] = {
            "names": list(frame.columns),
            "rows": [[*map(plain, row)] for row in frame.itertuples(index=False)],
            "labels": reader.variable_labels(),
            "codes": {
                name: {str(code): label for code, label in labels.items()}
                for name, labels in reader.value_labels().items()
            },
            "formats": reader._fmtlist,
            "title": reader.data_label,
            "time": reader.time_stamp,
            "version": reader._format_version,
        }
json.dump(found, sys.stdout)
