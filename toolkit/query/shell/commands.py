"""The commands of the shell, which begin with a point."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from toolkit.findings import escape
from toolkit.query.named import NoQuery, list_queries, named_query
from toolkit.query.output import BINARY, FORMATS, Query
from toolkit.query.parameters import BadName, parameter, value_of
from toolkit.query.shell.catalogue import Relation
from toolkit.query.suggestions import meant
from toolkit.tables import identifier

if TYPE_CHECKING:
    from toolkit.query.shell.shell import Shell

# Formats that can be printed.
PRINTED = tuple(form for form in FORMATS if form not in BINARY)
SWITCH = ("on", "off")
_KINDS = ("table", "view", "macro")


class ShellError(Exception):
    """What was typed cannot be done; the message says why, in lines that are safe to print.

    ``line`` is the line of a file at which it is, if that is known, ``place`` the file with it.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line, self.place = line, ""


class Quit(Exception):
    """The shell is to be left."""


class Command(NamedTuple):
    """What stands after its name, what it does, and how many words it takes."""

    usage: str
    text: str
    run: Callable[[Shell, list[str]], None]
    least: int = 0
    most: int = 0


def command(shell: Shell, line: str) -> None:
    """Do what a line says that begins with a point. Raises ShellError, Cancelled, Quit."""
    try:
        name, *words = shlex.split(line)
    except ValueError as error:
        raise ShellError(f"{escape(str(error)).lower()}: put texts with marks in quotes") from None
    found = COMMANDS.get(name)
    if found is None:
        raise ShellError(_unknown("command", name, COMMANDS, ".help lists the commands"))
    if not found.least <= len(words) <= found.most:
        raise ShellError(f"write {name} {found.usage}".rstrip())
    found.run(shell, words)


def _unknown(kind: str, name: str, known: dict[str, object] | dict[str, Command], look: str) -> str:
    guess = meant(name, {one: one for one in known})
    return f"there is no {kind} {escape(name)}; {guess or look}"


def _help(shell: Shell, words: list[str]) -> None:
    rows = [(f"{name} {one.usage}".rstrip(), one.text) for name, one in COMMANDS.items()]
    rows += [
        ("a statement;", "run it; Enter begins a new line until there is a semicolon"),
        ("Esc Enter", "run it without a semicolon"),
        ("Tab", "complete a name or a code"),
        ("Ctrl-C", "stop the statement that runs, or clear what is typed"),
        ("Ctrl-D", "leave"),
    ]
    shell.screen.tabulate(("typed", "what it does"), rows)


def _tables(shell: Shell, words: list[str]) -> None:
    found = [one for one in shell.catalogue().relations.values() if one.kind in _KINDS]
    found.sort(key=lambda one: (_KINDS.index(one.kind), one.schema != "main"))
    shell.screen.tabulate(
        ("name", "kind", "title"), [(one.signature, one.kind, one.title) for one in found]
    )


def _schema(shell: Shell, words: list[str]) -> None:
    relations = shell.catalogue().relations
    if not words:
        rows = [
            (one.signature, column.name, column.type)
            for one in relations.values()
            if one.kind in _KINDS
            for column in one.columns
        ]
        shell.screen.tabulate(("table", "column", "type"), rows)
        return
    found = relations.get(words[0].lower())
    if found is None:
        known = dict.fromkeys(relations)
        raise ShellError(_unknown("table", words[0], known, ".tables lists them"))
    _describe(shell, found)


def _describe(shell: Shell, one: Relation) -> None:
    catalogue = shell.catalogue()
    title = f": {one.title}" if one.title else ""
    shell.screen.write(f"{escape(one.signature)} ({one.kind}){escape(title)}\n\n")
    rows = [
        (
            column.name,
            column.type,
            catalogue.list_of(one.full_name, column.name),
            one.texts.get(column.name, ""),
        )
        for column in one.columns
    ]
    shell.screen.tabulate(("column", "type", "codes", "description"), rows)


def _codes(shell: Shell, words: list[str]) -> None:
    catalogue = shell.catalogue()
    lists = {one.name: one for one in catalogue.relations.values() if one.kind == "code list"}
    if not words:
        rows = [(name, str(len(catalogue.codes.get(name, ())))) for name in lists]
        shell.screen.tabulate(("code list", "codes"), rows)
    elif words[0] not in lists:
        known = dict.fromkeys(lists)
        raise ShellError(_unknown("code list", words[0], known, ".codes lists them"))
    else:
        shell.run(Query(f"FROM {lists[words[0]].schema}.{identifier(words[0])}"))


def _queries(shell: Shell, words: list[str]) -> None:
    shell.screen.write(list_queries(shell.source))


def _run(shell: Shell, words: list[str]) -> None:
    try:
        query = named_query(shell.source, words[0], {})
        given = dict(map(parameter, words[1:]))
    except NoQuery as error:
        raise ShellError(f"{error} (.queries lists them)") from None
    except BadName as error:
        raise ShellError(escape(str(error))) from None
    values = {**query.parameters, **shell.values(query.sql), **given}
    shell.run(Query(query.sql, values))


def _set(shell: Shell, words: list[str]) -> None:
    if not words:
        rows = [(name, str(value)) for name, value in shell.parameters.items()]
        shell.screen.tabulate(("parameter", "value"), rows)
    elif not words[0].isidentifier():
        raise ShellError(f"{escape(words[0])} cannot be the name of a parameter")
    elif len(words) == 1:
        shell.parameters.pop(words[0], None)
    else:
        shell.parameters[words[0]] = value_of(" ".join(words[1:]))


def _format(shell: Shell, words: list[str]) -> None:
    if not words:
        shell.screen.write(f"{shell.form}\n")
    elif words[0] in PRINTED:
        shell.form = words[0]
    elif words[0] in BINARY:
        raise ShellError(f"{words[0]} is for files: .export FILE{FORMATS[words[0]]} writes one")
    else:
        known = dict.fromkeys(PRINTED)
        raise ShellError(_unknown("format", words[0], known, f"there are {', '.join(PRINTED)}"))


def _timer(shell: Shell, words: list[str]) -> None:
    if not words:
        shell.screen.write(f"{SWITCH[not shell.timer]}\n")
    elif words[0] in SWITCH:
        shell.timer = words[0] == "on"
    else:
        raise ShellError("write .timer on or .timer off")


def _export(shell: Shell, words: list[str]) -> None:
    shell.export(Path(words[0]).expanduser())


def _read(shell: Shell, words: list[str]) -> None:
    shell.read(Path(words[0]).expanduser())


def _quit(shell: Shell, words: list[str]) -> None:
    raise Quit


_MANY = 1_000
COMMANDS = {
    ".help": Command("", "list the commands and keys", _help),
    ".tables": Command("", "list the tables, views and macros", _tables),
    ".schema": Command("[TABLE]", "list the columns of a table, or of all", _schema, most=1),
    ".codes": Command("[LIST]", "list the codes of a code list, or the code lists", _codes, most=1),
    ".queries": Command("", "list the named queries", _queries),
    ".run": Command(
        "NAME [p=v …]", "run a named query; p=v sets a parameter for once", _run, 1, _MANY
    ),
    ".set": Command(
        "[NAME [VALUE]]", "give $NAME a value, take it away, or list all", _set, 0, _MANY
    ),
    ".format": Command("[FORMAT]", f"show results as {', '.join(PRINTED)}", _format, most=1),
    ".export": Command(
        "FILE",
        f"write the rows of the last statement, which runs again, to {', '.join(FORMATS.values())}",
        _export,
        1,
        1,
    ),
    ".timer": Command("[on|off]", "tell how long each statement takes", _timer, most=1),
    ".read": Command("FILE", "run the statements and commands in a file", _read, 1, 1),
    ".quit": Command("", "leave", _quit),
}
