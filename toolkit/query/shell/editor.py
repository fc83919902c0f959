"""The line on which statements are typed; it needs the extra ``shell``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output import Output
from pygments.lexers.sql import SqlLexer

from toolkit.findings import escape
from toolkit.query.shell.completion import Completions
from toolkit.tables import is_blank, split

# The longest name of a package that leaves room for what is typed.
_LONGEST = 30


def is_finished(text: str) -> bool:
    """Whether Enter runs a text: it ends with a semicolon, is a command, or there is none."""
    if not text.strip() or text.lstrip().startswith("."):
        return True
    statements, rest = split(text)
    return bool(statements) and is_blank(rest)


def open_editor(
    name: str,
    history: Path | None,
    complete: Callable[[str, str], Completions],
    *,
    input: Input | None = None,
    output: Output | None = None,
) -> PromptSession[str]:
    """Return an editor whose ``prompt`` returns what was typed.

    It raises KeyboardInterrupt for Ctrl-C and EOFError for Ctrl-D. ``complete`` is given the text
    before and after the cursor.
    """
    mark = f"{escape(name, _LONGEST)}> "
    return PromptSession(
        mark,
        multiline=True,
        prompt_continuation=lambda width, line, wrapped: " " * (width - 2) + "> ",
        lexer=PygmentsLexer(SqlLexer),
        history=FileHistory(history) if history else InMemoryHistory(),
        enable_history_search=True,
        completer=_Names(complete),
        complete_while_typing=False,
        key_bindings=_keys(),
        input=input,
        output=output,
    )


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state and buffer.complete_state.current_completion:
            # The first Enter takes the candidate that is marked.
            buffer.complete_state = None
        elif buffer.document.on_last_line and is_finished(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return keys


class _Names(Completer):
    """Names and codes, and after .read and .export files."""

    def __init__(self, complete: Callable[[str, str], Completions]) -> None:
        self._complete, self._paths = complete, PathCompleter(expanduser=True)

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterator[Completion]:
        before = document.text_before_cursor
        command, blank, path = before.lstrip().partition(" ")
        if command in (".read", ".export") and blank:
            yield from self._paths.get_completions(Document(path), event)
            return
        typed, candidates = self._complete(before, document.text_after_cursor)
        for one in candidates:
            yield Completion(
                one.text, -typed, display=escape(one.text), display_meta=escape(one.meta)
            )
