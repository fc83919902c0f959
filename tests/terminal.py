"""The toolkit on a real terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time

from tests.conftest import REPOSITORY

# Where tests run in the background, Ctrl-C may be ignored, which programs inherit: a person's
# terminal does not.
_IN_TERMINAL = (
    "import fcntl, signal, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from toolkit.cli import main; sys.argv[0] = 'toolkit'; main()"
)


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *arguments: str, first: str = "", **environment: str) -> None:
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", first + _IN_TERMINAL, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            cwd=REPOSITORY,
            env=os.environ
            | {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "PAGER": "cat"}
            | environment,
        )
        os.close(theirs)
        self.seen = ""

    def until(self, text: str, seconds: float = 30) -> str:
        """Return what is shown up to a text, which has to come."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            if not select.select([self.ours], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"{text!r} did not come: {self.seen[-2000:]!r}")
            try:
                self.seen += os.read(self.ours, 65536).decode("utf-8", "replace")
            except OSError:
                raise AssertionError(f"{text!r} did not come: {self.seen[-2000:]!r}") from None
        shown, _, self.seen = self.seen.partition(text)
        return shown + text

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def leave(self) -> int:
        """Wait for the end of the process, and return its exit code."""
        while select.select([self.ours], [], [], 10)[0]:
            try:
                if not os.read(self.ours, 65536):
                    break
            except OSError:
                break
        return self.process.wait(10)
