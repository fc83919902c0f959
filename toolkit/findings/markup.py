"""Text of strangers where it would act: Markdown, logs of CI, terminals, spreadsheets."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from toolkit.findings.finding import escape

# What would act: markup, formulas, and web addresses that become links by themselves.
_MARKUP = re.compile(r"[\\`*_{}\[\]#|!~$]|:(?=//)|(?<=www)\.", re.IGNORECASE)
# A person, an issue (#1, GH-1) or another one's comment that a text would name.
_NAMED = re.compile(r"@|#(?=\d)|\bGH-(?=\d)", re.IGNORECASE)
# What begins a list, a quotation, a heading or a line at the start of a line.
_BLOCK = re.compile(r"^(\d*)([-+=>.)])")
# A host as it is asked for, or an address of numbers; letters beyond ASCII can look like others.
_HOST = re.compile(r"[a-z0-9_.:-]+")
_LONGEST_ADDRESS = 2_000
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
    # Nothing but an invisible space keeps GitHub from calling the person, or linking the issue,
    # that is named; it looks for both after it has taken the backslashes away.
    return _NAMED.sub("\\g<0>\u200b", _MARKUP.sub(r"\\\g<0>", plain))


def begin(line: str) -> str:
    """Return a line of `inline` text that can stand where a block of Markdown may begin."""
    return _BLOCK.sub(r"\1\\\2", line.lstrip())


def code(text: str) -> str:
    """Return text as a code span of Markdown, which shows it as it is; empty text stays empty.

    No log takes it for a command, as it could take what has no backslashes in it.
    """
    plain = disarm(escape(text).replace("\t", " "))
    fence = "`" * (max(map(len, re.findall("`+", plain)), default=0) + 1)
    # A space at both ends is taken away again, and parts what would run into the fence.
    room = " " if plain[:1] in ("`", " ") or plain[-1:] in ("`", " ") else ""
    return f"{fence}{room}{plain}{room}{fence}" if plain.strip() else inline(plain)


def web_address(text: str) -> str:
    """Return an address of the web as ASCII in which nothing is markup; empty for any other text.

    Addresses with a name or password of a user are refused: they hide where they lead.
    """
    from urllib.parse import quote, urlsplit

    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return ""
    if not (host and _HOST.fullmatch(host)) or len(text) > _LONGEST_ADDRESS:
        return ""
    return quote(text, safe="%/:?#@!$&'*+,;=~-._")


def link(text: str, address: str) -> str:
    """Return a link of Markdown that says to which host it leads; text alone if it may not be one.

    GitHub tells an issue of every comment that links to it, so that its own pages are not linked.
    """
    import html
    from urllib.parse import urlsplit

    target = web_address(address)
    if not target:
        return f"{inline(text)} ({inline(escape(address, 200))})" if address else inline(text)
    host = urlsplit(target).hostname or ""
    if host == "github.com" or host.endswith(".github.com"):
        return f"{inline(text)} ({inline(escape(address, 200))})"
    return f"[{inline(text)}](<{html.escape(target, quote=False)}>) ({inline(host)})"


def marker(what: str, name: str) -> str:
    """Return a comment that Markdown hides, by which a program finds what it wrote before."""
    plain = re.sub(r"[^A-Za-z0-9._]+", "-", name)[:100].strip("-")
    return f"<!-- {what}: {plain} -->"


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
