"""Run the command line as ``python -m toolkit``."""

import os
import sys

# Python puts the current folder first on its path, and frictionless imports every module called
# frictionless_* that it finds there: the package that is being checked must not be run. pathlib,
# which would tell the folder too, is slow to import.
if not sys.flags.safe_path and sys.path[:1] == [os.getcwd()]:  # noqa: PTH109
    del sys.path[0]

from toolkit.cli import main

if __name__ == "__main__":
    main()
