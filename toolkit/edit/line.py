"""The line on which answers are typed, with completion; it needs the extra ``shell``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory

from toolkit.edit.interview import Choice
from toolkit.findings import escape


def read_line(mark: str, former: str, candidates: Callable[[str], list[Choice]]) -> str:
    """Return what is typed after ``mark``; Tab completes it with what ``candidates`` returns.

    The arrow up fetches ``former``, to be edited. Raises KeyboardInterrupt for Ctrl-C and EOFError
    for Ctrl-D.
    """
    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory([former] if former else []),
        completer=_Candidates(candidates),
        complete_while_typing=False,
    )
    return session.prompt(mark)


class _Candidates(Completer):
    """Values that may be meant by what is typed; the whole line is one value."""

    def __init__(self, candidates: Callable[[str], list[Choice]]) -> None:
        self._candidates = candidates

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterator[Completion]:
        text = document.text_before_cursor
        for one in self._candidates(text):
            yield Completion(
                one.value,
                -len(text),
                display=escape(one.value),
                display_meta=escape(one.title, 100),
            )
