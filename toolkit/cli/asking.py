"""Questions on a terminal: lists with numbers, commands, and a way back."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

import click

from toolkit.edit import Back, Question
from toolkit.edit.interview import NEW, Choice
from toolkit.edit.lookup import plain
from toolkit.findings import escape

# So many choices are listed unasked; of more, so many at a time.
_SHORT, _LONG = 12, 40

HELP = (
    "Enter takes what stands in brackets, .empty leaves a cell empty, .back asks the last question "
    "again, .list shows what may be answered (.list WORD what is like it), .help says this, Ctrl-C "
    "ends without writing."
)


class Asker:
    """Asks on the terminal and remembers the answers.

    After `back` the same questions, asked anew, get the same answers but for the last one.
    """

    def __init__(self) -> None:
        self._answers: list[tuple[str, str]] = []
        self._place = 0
        self._former: list[tuple[str, str]] = []
        self._listed: list[Choice] = []
        self._edited = find_spec("prompt_toolkit") is not None
        if not self._edited:
            # With it a line can be edited, and polars does not keep Ctrl-C from those who wait.
            with suppress(ImportError):
                import_module("readline")

    def back(self) -> None:
        """Take the last answer back, to be offered where it was given, and begin anew."""
        self._former.append(self._answers.pop())
        self._place = 0

    def say(self, text: str) -> None:
        """Tell something, unless it was told before."""
        if self._place == len(self._answers):
            click.echo(f"\n{text}")

    def ask(self, question: Question) -> str:
        """Return the answer to a question. Raises Back, KeyboardInterrupt, EOFError and Abort."""
        if self._place == len(self._answers):
            self._answers.append((question.name, self._new_answer(question)))
            if self._former:
                self._former.pop()
        self._place += 1
        return self._answers[self._place - 1][1]

    def _new_answer(self, question: Question) -> str:
        self._explain(question)
        default = self._default(question)
        while True:
            text = self._read(question, default).strip()
            command, _, rest = text.partition(" ")
            if text == ".back":
                if self._answers:
                    raise Back
                click.echo("  This is the first question.")
            elif text == ".help":
                click.echo(f"  {HELP}")
            elif command == ".list":
                self._list(_candidates(question, rest.strip()), everything=True)
            elif text == NEW and question.new:
                return text
            else:
                answer = "" if text == ".empty" else self._meant(question, text)
                if not self._is_wrong(question, answer):
                    return answer

    def _default(self, question: Question) -> str:
        """Return the answer that was taken back, as long as the same questions follow."""
        name, former = self._former[-1] if self._former else ("", "")
        if name != question.name:
            self._former.clear()
        return former if name == question.name and former not in ("", NEW) else question.default

    def _explain(self, question: Question) -> None:
        self._listed = []
        click.echo("\n" + "\n".join(question.lines))
        if 0 < len(question.choices) <= _SHORT:
            self._list(list(question.choices))
        elif question.choices:
            click.echo(f"  One of {len(question.choices)} codes; .list shows them.")
        if question.search:
            new = f"; {NEW} adds a row there" if question.new else ""
            click.echo(f"  A name finds it{new}.")

    def _read(self, question: Question, default: str) -> str:
        """Read a line; an empty one means the default."""
        shown = f" [{escape(default, 60)}]" if default else ""
        mark = f"{escape(question.name, 60)}{shown}"
        if not self._edited:
            return str(click.prompt(mark, default=default, show_default=False))
        from toolkit.edit.line import read_line

        typed = read_line(f"{mark}: ", default, lambda text: _candidates(question, text))
        # Half of a pair of surrogates, as a terminal of another encoding sends, is no text.
        return typed.encode("utf-8", "replace").decode() or default

    def _meant(self, question: Question, text: str) -> str:
        """Return the answer that a number of the list or the title of a code stands for."""
        if any(text == one.value for one in (*question.choices, *self._listed)):
            return text
        if text.isascii() and text.isdigit() and 0 < int(text[:9]) <= len(self._listed):
            return self._listed[int(text) - 1].value
        same = [
            one.value
            for one in question.choices
            if text.casefold() in (one.value.casefold(), one.title.casefold())
        ]
        return same[0] if len(same) == 1 else text

    def _is_wrong(self, question: Question, answer: str) -> bool:
        faults = question.check(answer)
        if faults and answer and question.search and (found := question.search(answer)):
            self._list(found)
        else:
            for fault in faults:
                click.echo(f"  ✗ {fault}")
        return bool(faults)

    def _list(self, choices: list[Choice], *, everything: bool = False) -> None:
        shown = choices[: _LONG if everything else _SHORT]
        # Where codes are numbers, a number means a code.
        numbered = not any(one.value.isdigit() for one in shown)
        self._listed = shown if numbered else []
        for number, one in enumerate(shown, 1):
            place = f"{number:>3}  " if numbered else "     "
            title = f"  {escape(one.title, 100)}" if one.title else ""
            click.echo(f"{place}{escape(one.value, 100)}{title}")
        if len(choices) > len(shown):
            click.echo(f"     … and {len(choices) - len(shown):,} more; .list WORD finds them")
        elif not choices:
            click.echo("  Nothing is like it.")


def _candidates(question: Question, text: str) -> list[Choice]:
    """Return the answers that a text may be the beginning of, or mean."""
    if question.search:
        return question.search(text) if text else []
    sought = plain(text)
    return [
        one
        for one in question.choices
        if one.value.startswith(text) or sought in plain(f"{one.value} {one.title}")
    ]
