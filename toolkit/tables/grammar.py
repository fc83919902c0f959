"""The marks of a dialect (RFC 4180, Table Dialect) as regular expressions, for the scanner."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from toolkit.package import Dialect

BLANKS = " \t"
LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Grammar:
    """How the cells of a dialect are told apart.

    ``ends`` holds the ends of a cell that are one character, and the empty end of the text.
    ``bare`` is what may stand in a cell without quotation marks, ``rest`` what may stand before the
    end of a cell once a mark is out of place, ``quoted`` a cell in quotation marks, ``simple`` a
    run of cells without any mark but a delimiter of one character. ``escaped`` finds what stands
    for another character, which is its last one.
    """

    quote: str
    delimiter: str
    line_end: re.Pattern[str]
    blanks: re.Pattern[str] | None
    bare: re.Pattern[str]
    rest: re.Pattern[str]
    quoted: re.Pattern[str]
    simple: re.Pattern[str]
    escape: re.Pattern[str] | None
    doubled: re.Pattern[str]
    ends: frozenset[str]

    def ends_at(self, text: str, position: int) -> bool:
        """Whether a cell that has been read up to ``position`` ends there."""
        return (
            text[position : position + 1] in self.ends
            or text.startswith(self.delimiter, position)
            or self.line_end.match(text, position) is not None
        )


@cache
def grammar_of(dialect: Dialect) -> Grammar:
    """Return how the cells of a dialect are told apart."""
    terminator = dialect.line_terminator or ""
    delimiter, line_end = re.escape(dialect.delimiter), re.escape(terminator) or LINE_END.pattern
    # A pattern that matches nothing stands for a mark that the dialect does not have.
    quote = re.escape(dialect.quote_char) or "(?!)"
    escape = re.escape(dialect.escape_char) or "(?!)"
    double = quote if dialect.double_quote else "(?!)"
    marks = dialect.quote_char + dialect.escape_char
    stops = re.escape(marks + (terminator[:1] or "\r\n"))
    begin = re.escape(dialect.delimiter[0]) + stops
    inside = f"[^{re.escape(marks)}]" if marks else "."

    def until(*ends: str) -> re.Pattern[str]:
        other = "|".join((*ends, delimiter, line_end))
        return re.compile(f"(?:[^{begin}]++|{escape}.|(?!{other}).)*+", re.DOTALL)

    skipped = BLANKS.replace(dialect.delimiter, "") if dialect.skip_initial_space else ""
    line_ends = (terminator,) if terminator else ("\r", "\n")
    return Grammar(
        quote=dialect.quote_char,
        delimiter=dialect.delimiter,
        line_end=re.compile(line_end),
        blanks=re.compile(f"[{skipped}]*") if skipped else None,
        bare=until(quote),
        rest=until(),
        quoted=re.compile(
            f"{quote}(?:{inside}++|{double}{quote}|{escape}.)*+{quote}(?!{double})", re.DOTALL
        ),
        simple=re.compile(f"[^{stops}]*+"),
        escape=re.compile(f"{escape}(.)", re.DOTALL) if dialect.escape_char else None,
        doubled=re.compile(f"(?:{escape}|{double})(.)", re.DOTALL),
        ends=frozenset(("", dialect.delimiter, *line_ends)),
    )
