"""What can stand at a place in SQL or in a command of the shell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

from toolkit.package import NamedQuery
from toolkit.query.shell.catalogue import CODELISTS, Catalogue, Relation
from toolkit.query.shell.commands import COMMANDS, PRINTED, SWITCH
from toolkit.tables import Token, tokens

_BEFORE_TABLE = ("from", "join")
_COMPARING = ("=", "==", "!=", "<>", "in", "like", "ilike")


class Candidate(NamedTuple):
    """A text that can stand in the place of what is typed of it, and what it is."""

    text: str
    meta: str = ""


class Completions(NamedTuple):
    """The number of characters before the cursor that are replaced, and the candidates."""

    typed: int
    candidates: list[Candidate]


def complete(
    before: str, after: str, names: Catalogue, queries: Mapping[str, NamedQuery]
) -> Completions:
    """Return what can be meant by the text before the cursor."""
    if before.lstrip().startswith("."):
        return _complete_command(before.lstrip(), names, queries)
    return _complete_sql(before, after, names)


def _complete_command(
    line: str, names: Catalogue, queries: Mapping[str, NamedQuery]
) -> Completions:
    *words, typed = line.split(" ")
    if not words:
        return _fitting(typed, (Candidate(name, one.text) for name, one in COMMANDS.items()))
    relations = names.relations.values()
    kinds: dict[str, Iterable[Candidate]] = {
        ".schema": (Candidate(one.full_name, one.title) for one in relations),
        ".codes": (Candidate(one.name) for one in relations if one.kind == "code list"),
        ".run": (Candidate(name, query.title) for name, query in queries.items()),
        ".set": (
            Candidate(name) for name in sorted({p for q in queries.values() for p in q.parameters})
        ),
        ".format": map(Candidate, PRINTED),
        ".timer": map(Candidate, SWITCH),
    }
    if len(words) == 1:
        return _fitting(typed, kinds.get(words[0], ()))
    if words[0] == ".run" and words[1] in queries:
        usual = queries[words[1]].parameters
        return _fitting(typed, (Candidate(f"{name}=", text) for name, text in usual.items()))
    return Completions(0, [])


def _fitting(typed: str, candidates: Iterable[Candidate]) -> Completions:
    """Return the candidates that begin with what is typed, each once."""
    start = typed.strip('"').casefold()
    found = {
        one.text: one for one in candidates if one.text.strip('"').casefold().startswith(start)
    }
    return Completions(len(typed), list(found.values()))


def _complete_sql(before: str, after: str, names: Catalogue) -> Completions:
    every = tokens(before)
    written = before[every[-1].start :] if every else ""
    if written.startswith(("--", "/*")) and not written.endswith(("\n", "*/")):
        return Completions(0, [])
    words = _statement(every)
    rest = list(takewhile(lambda token: token.text != ";", tokens(after)))
    if written.startswith("'") and written.count("'") % 2:
        tables = _tables([*words[:-1], *rest], names)
        return _complete_code(words[:-1], written[1:], after, tables, names)
    typed = ""
    if words and (written == words[-1].text or written.count('"') % 2):
        if words[-1].kind in ("identifier", "keyword"):
            typed = words.pop().text
        elif words[-1].kind == "numeric_const" and written != ".":
            return Completions(0, [])
    tables = _tables([*words, *rest], names)
    if words and words[-1].text == ".":
        return _fitting(typed, _of(_name(words[-2]) if words[1:] else "", tables, names))
    after_from = bool(words) and words[-1].text.lower() in _BEFORE_TABLE
    return _fitting(typed, _words(typed, after_from, tables, names))


def _statement(every: list[Token]) -> list[Token]:
    """Return the words of the statement that is being written."""
    last = max((n for n, token in enumerate(every) if token.text == ";"), default=-1)
    return [token for token in every[last + 1 :] if token.kind != "comment"]


def _name(token: Token) -> str:
    """Return a name in lower case, without its marks."""
    text = token.text
    if text.startswith('"'):
        text = text.strip('"').replace('""', '"')
    return text.lower()


def _tables(words: list[Token], names: Catalogue) -> dict[str, Relation]:
    """Return what a statement reads, by name and by the other names that it gets there."""
    found: dict[str, Relation] = {}
    for index, word in enumerate(words[:-1]):
        if word.text.lower() not in (*_BEFORE_TABLE, ","):
            continue
        end = index + 1
        name = _name(words[end])
        if words[end + 1 : end + 2] and words[end + 1].text == "." and words[end + 2 :]:
            name, end = f"{name}.{_name(words[end + 2])}", end + 2
        relation = names.relations.get(name.removeprefix("main."))
        if relation is None:
            continue
        found[relation.name.lower()] = relation
        rest = _past_arguments(words[end + 1 :])
        if rest and rest[0].text.lower() == "as":
            rest = rest[1:]
        if rest and _can_name(rest[0], names):
            found[_name(rest[0])] = relation
    return found


def _past_arguments(words: list[Token]) -> list[Token]:
    """Return what follows the parentheses with which the words begin, if they do."""
    depth = 0
    for index, word in enumerate(words):
        depth += (word.text == "(") - (word.text == ")")
        if depth == 0:
            return words[index + (word.text == ")") :]
    return []


def _can_name(word: Token, names: Catalogue) -> bool:
    free = names.keywords.get(word.text.lower(), False)
    return word.kind == "identifier" or (word.kind == "keyword" and free)


def _of(name: str, tables: dict[str, Relation], names: Catalogue) -> Iterator[Candidate]:
    """Yield what can follow a name and a point: columns of a table, or tables of a schema."""
    if name in tables:
        yield from _columns([tables[name]], names)
    for one in names.relations.values():
        if one.schema.lower() == name:
            yield Candidate(names.written(one.name), one.title)


def _columns(relations: Iterable[Relation], names: Catalogue) -> Iterator[Candidate]:
    for relation in relations:
        for column in relation.columns:
            yield Candidate(names.written(column.name), f"{column.type}, {relation.name}")


def _words(
    typed: str, after_from: bool, tables: dict[str, Relation], names: Catalogue
) -> Iterator[Candidate]:
    """Yield what can stand anywhere, the likeliest first."""
    if not after_from:
        yield from _columns(tables.values(), names)
    for one in names.relations.values():
        # A code list is named after its schema, which stands for all of them.
        if one.schema != CODELISTS:
            written = ".".join(map(names.written, one.full_name.split(".", 1)))
            yield Candidate(f"{written}(" if one.kind == "macro" else written, one.title)
    yield Candidate(CODELISTS, "the code lists")
    if not typed:
        return
    if after_from:
        for name, kind in names.functions.items():
            if kind == "table":
                yield Candidate(f"{name}(", "function")
        return
    for word in names.keywords:
        yield Candidate(word.upper() if typed.isupper() else word, "keyword")
    for name in names.functions:
        yield Candidate(f"{name}(", "function")
    yield from _columns(names.relations.values(), names)


def _complete_code(
    words: list[Token], typed: str, after: str, tables: dict[str, Relation], names: Catalogue
) -> Completions:
    """Return the codes of the column with which a text is compared."""
    if words and words[-1].text in ("(", ","):
        while words and (words[-1].kind == "string_const" or words[-1].text == ","):
            words = words[:-1]
        words = words[:-1] if words and words[-1].text == "(" else []
    if not words or words[-1].text.lower() not in _COMPARING:
        return Completions(0, [])
    words = words[:-2] if words[-2:-1] and words[-2].text.lower() == "not" else words[:-1]
    if not words:
        return Completions(0, [])
    near = list(tables.values())
    if words[2:] and words[-2].text == "." and _name(words[-3]) in tables:
        near = [tables[_name(words[-3])]]
    codes = names.codes_of(_name(words[-1]), [one.full_name.lower() for one in near])
    end = "" if after.startswith("'") else "'"
    found = {code.replace("'", "''") + end: title for code, title in codes}
    return _fitting(typed, (Candidate(code, title) for code, title in found.items()))
