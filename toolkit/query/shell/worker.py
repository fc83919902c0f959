"""A thread for what may take long, so that the main thread can hear Ctrl-C meanwhile."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from types import TracebackType
from typing import TypeVar

from toolkit.query.session import Session, Source

T = TypeVar("T")
# How often Ctrl-C is looked for, in seconds, and repeated if it came between two steps of a query.
_OFTEN = 0.05


class Cancelled(Exception):
    """Ctrl-C was pressed; what was being done is given up."""


class Worker:
    """A session that lives in a thread of its own, and is opened there at once.

    To be used as a context manager, by the main thread.
    """

    def __init__(self, source: Source, memory: str, seconds: float) -> None:
        self._pool, self._stack = ThreadPoolExecutor(1), ExitStack()
        self._session = self._pool.submit(
            self._stack.enter_context, source.session(memory=memory, seconds=seconds)
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.submit(self._stack.close).result()
        self._pool.shutdown()

    def start(self, job: Callable[[Session], T]) -> Future[T]:
        """Do something with the session as soon as there is time, and return at once.

        The future raises NoSession where there is no session, and what the job raises.
        """
        return self._pool.submit(lambda: job(self._session.result()))

    def run(self, job: Callable[[Session], T]) -> T:
        """Do something with the session and return its result. Ctrl-C stops it: Cancelled.

        Raises NoSession, and what the job raises.
        """
        return self.result(self.start(job))

    def result(self, future: Future[T]) -> T:
        """Wait for what was started. Ctrl-C stops it: Cancelled."""
        pressed = threading.Event()
        before = signal.signal(signal.SIGINT, lambda *_: pressed.set())
        try:
            while not future.done():
                wait([future], _OFTEN)
                if pressed.is_set() and not future.cancel() and self._session.done():
                    self._session.result().con.interrupt()
        finally:
            signal.signal(signal.SIGINT, before)
        if pressed.is_set():
            raise Cancelled
        return future.result()
