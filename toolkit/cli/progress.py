"""What a long run is doing, on a terminal and nowhere else."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

import click

# Before this many seconds a run is not worth a word.
_QUIET = 2.0
_TICK = 0.5


class Progress:
    """A line on standard error that tells the step of a run and how long it has taken so far.

    It appears after two seconds, and only if standard error is a terminal. Use it as a context
    manager and call it with each step.
    """

    def __init__(self) -> None:
        self._step = "starting"
        self._started = time.monotonic()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._shown = False

    def __call__(self, step: str) -> None:
        """Tell the step that begins."""
        self._step = step

    def __enter__(self) -> Progress:
        """Start the clock."""
        if sys.stderr.isatty():
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the line away."""
        self._done.set()
        if self._thread.ident:
            self._thread.join()
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)

    def _run(self) -> None:
        from toolkit.findings import escape

        if self._done.wait(_QUIET):
            return
        while not self._done.wait(_TICK):
            seconds = time.monotonic() - self._started
            self._shown = True
            click.echo(f"\r\x1b[K{escape(self._step, 60)} … {seconds:.0f} s", err=True, nl=False)
