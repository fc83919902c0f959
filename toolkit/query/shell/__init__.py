"""An interactive shell over a session, and the same for the lines of a file.

Only `editor`, which is imported late, needs prompt_toolkit and Pygments.
"""

from toolkit.query.shell.commands import Quit, ShellError
from toolkit.query.shell.shell import Screen, Shell
from toolkit.query.shell.worker import Cancelled, Worker

__all__ = ["Cancelled", "Quit", "Screen", "Shell", "ShellError", "Worker"]
