"""Text of strangers where it would act: Markdown, logs of CI, terminals, spreadsheets."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from toolkit.findings.finding import escape

# What would act: markup, formulas, and web addresses that become links by themselves.
_MARKUP = re.compile(r"[\\`*_{}\[\]#|!~$]|:(?=//)|(?<=www)\.", re.IGNORECASE)
# GitHub Actions and Azure Pipelines obey such text wherever it stands in a log.
_COMMAND = re.compile(r"##(\w*)\[|^(\s*):(?=:)", re.MULTILINE)

# A spreadsheet takes a cell that begins so for a formula, and runs it (owasp.org, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def inert(text: str) -> str:
    """Return the text of a CSV cell with an apostrophe in front, if a spreadsheet would run it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def inline(text: str) -> str:
    """Return text that Markdown shows as it is, on one line or in one table cell."""
    import html

    plain = html.escape(escape(text).replace("\t", " "), quote=False)
    # Nothing but an invisible space keeps GitHub from calling the person who is named.
    return _MARKUP.sub(r"\\\g<0>", plain).replace("@", "@\u200b")


def disarm(text: str) -> str:
    """Return the text of a log with no command in it."""
    return _COMMAND.sub(_disarmed, text)


def _disarmed(command: re.Match[str]) -> str:
    """Put a character that looks alike, and is as wide, for the one that makes it a command."""
    return f"##{command[1]}(" if command[1] is not None else f"{command[2]}∶"


class Paint:
    """Colours for a terminal, which are left out elsewhere."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, text: str, code: str) -> str:
        """Return text in a colour or weight of ECMA-48 (SGR)."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def isolate(self, text: str) -> str:
        """Keep right-to-left text from reordering the rest of its line."""
        if not self.colour or text.isascii():
            return text
        mixed = any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text)
        return f"\u2066{text}\u2069" if mixed else text


def fitting(text: str, room: int) -> str:
    """Return the beginning of ``text`` that takes no more than ``room`` columns of a terminal."""
    if width_of(text) <= room:
        return text
    for index, char in enumerate(text):
        room -= _columns(char)
        if room < 0:
            return text[:index]
    return text


def width_of(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes (Unicode Standard Annex #11)."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@cache
def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
