"""The questions by which rows are made, in the order in which they are asked.

An interview knows nothing of terminals: it is given a function that asks. To go back, it is run
anew with all answers but the last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from toolkit.diff.pair import title_field
from toolkit.edit.desk import Desk
from toolkit.edit.draft import Draft, NotAdded, Row, clean
from toolkit.edit.relations import dependents, reference_of
from toolkit.findings import escape
from toolkit.package import Field, Schema, as_text
from toolkit.package.schema import DEFAULT_FALSE, DEFAULT_TRUE

# What is typed to add a row of the table to which a field refers.
NEW = ".new"
YES, NO = "yes", "no"


class Back(Exception):
    """The last question is to be asked again."""


class Known(Exception):
    """The row that was to be added is there already, under this key."""

    def __init__(self, table: str, key: str) -> None:
        super().__init__(f"{table} {key}")
        self.key = key


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer, and what it means."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: ``lines`` explain it, ``name`` stands before the answer.

    ``choices`` are all answers there are, if there is a list of them; ``search`` returns those that
    a text may mean. ``check`` returns what is wrong with an answer, an empty list if nothing is.
    ``new`` tells whether `NEW` is an answer. The ``default`` is taken for an empty answer.
    """

    name: str
    lines: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    search: Callable[[str], list[Choice]] | None = None
    check: Callable[[str], list[str]] = field(default=lambda text: [])
    new: bool = False
    default: str = ""


Ask = Callable[[Question], str]
_YES_OR_NO = (Choice(YES, "y"), Choice(NO, "n"))


def yes_or_no(name: str, *lines: str) -> Question:
    """Return a question whose answer is `YES` or, for an empty one, `NO`."""
    return Question(
        name, lines, _YES_OR_NO, check=lambda text: _among(_YES_OR_NO, text), default=NO
    )


class Interview:
    """Asks for rows and puts them into the draft of a desk."""

    def __init__(self, desk: Desk, ask: Ask, say: Callable[[str], None]) -> None:
        self._desk, self._ask, self._say = desk, ask, say
        desk.draft = Draft()

    def row(self, table: str, given: Row | None = None, *, nested: bool = False) -> Row:
        """Ask for a row, of which some cells are ``given``, and return it.

        Raises Known if a row of that name is there already and it was said to be the same.
        """
        file = self._desk.file(table)
        schema, row = file.schema, dict(given or {})
        self._say(f"{'New row' if nested else 'A row'} of {_titled(schema, table)}")
        names = [name for name in file.header if name in schema.positions and name not in row]
        if schema.slug and len(schema.primary_key) == 1:
            # An identifier says what the other cells say.
            names.sort(key=lambda name: name in schema.primary_key)
        asked = [name for name in schema.lookup or [title_field(schema.fields)] if name in names]
        for name in names:
            row[name] = self._cell(table, row, name)
            if asked and name == asked[-1]:
                self._look_for_same(table, row)
        self._desk.draft.add(table, row)
        return row

    def compound(self, table: str) -> None:
        """Ask for a row and for rows of the tables that hang on it, and on them."""
        self._hanging(table, self.row(table), (table,))

    def _hanging(self, table: str, row: Row, above: tuple[str, ...]) -> None:
        for name, key in dependents(self._desk.package, table):
            if name in above:
                continue
            schema = self._desk.file(name).schema
            pairs = list(zip(key.fields, key.reference, strict=True))
            given = {own: row.get(other, "") for own, other in pairs}
            while self._confirm(f"Add a row of {_titled(schema, name)}?", name, schema):
                self._hanging(name, self.row(name, given), (*above, name))

    def _confirm(self, text: str, name: str, schema: Schema) -> bool:
        description = schema.descriptor.get("description")
        lines = [text, *([f"  {escape(str(description), 400)}"] if description else [])]
        return self._ask(yes_or_no(f"{name}?", *lines)) == YES

    def _look_for_same(self, table: str, row: Row) -> None:
        """Ask whether a row that is much like others is one of them."""
        found = self._desk.similar(table, row)
        if not found:
            return
        choices = tuple(Choice(one.key, _called(one.title, one.name)) for one in found)
        lines = (
            f"There is something much like it in {escape(table)}. Is it one of these?",
            "  Its identifier, or nothing if it is another one.",
        )
        question = Question(
            "the same as", lines, choices, check=lambda text: _among(choices, text) if text else []
        )
        if key := self._ask(question):
            raise Known(table, key)

    def _cell(self, table: str, row: Row, name: str) -> str:
        schema = self._desk.file(table).schema
        one, reference = schema.field(name), reference_of(schema, name)
        is_key = schema.primary_key == (name,)
        question = Question(
            name,
            tuple(_explained(one)),
            choices=self._choices(one),
            search=self._searching(*reference) if reference else None,
            check=lambda text: self._faults(table, row, name, text),
            new=reference is not None and self._desk.is_editable(reference[0]),
            default=self._desk.suggest(table, row) if is_key else "",
        )
        answer = self._ask(question)
        if reference and answer == NEW:
            try:
                added = self.row(reference[0], nested=True)
                answer = added.get(reference[1], "")
            except Known as known:
                answer = known.key
            self._say(f"Back to {_titled(schema, table)}: {escape(name)} is {escape(answer)}")
        return clean(answer, name)

    def _choices(self, one: Field) -> tuple[Choice, ...]:
        codes = self._desk.package.codelists.get(one.codelist or "")
        if codes:
            return tuple(Choice(row[0], row[1]) for row in codes.rows)
        if one.enum is not None:
            return tuple(Choice(as_text(code), "") for code in one.enum)
        if one.type == "boolean":
            texts = one.texts("trueValues", DEFAULT_TRUE)[:1]
            return tuple(
                Choice(text, "") for text in texts + one.texts("falseValues", DEFAULT_FALSE)[:1]
            )
        return ()

    def _searching(self, table: str, reference: str) -> Callable[[str], list[Choice]]:
        def search(text: str) -> list[Choice]:
            found = self._desk.search(table, reference, text)
            return [Choice(one.key, _called(one.title, one.name)) for one in found]

        return search

    def _faults(self, table: str, row: Row, name: str, text: str) -> list[str]:
        try:
            cell = clean(text, name)
        except NotAdded as error:
            return [str(error)]
        found = self._desk.cell_findings(table, row | {name: cell}, name)
        faults = [
            f"{one.rule}: {escape(one.message, 400)}"
            + (f" ({escape(one.hint)})" if one.hint else "")
            for one in found
        ]
        if self._desk.file(table).schema.primary_key == (name,) and self._desk.is_retired(
            table, cell
        ):
            faults.append("this identifier was removed once, and identifiers are not reused")
        return faults


def _among(choices: tuple[Choice, ...], text: str) -> list[str]:
    values = [one.value for one in choices]
    return [] if text in values else [f"answer with {' or '.join(map(escape, values))}"]


def _titled(schema: Schema, table: str) -> str:
    title = schema.descriptor.get("title")
    return f"{escape(str(title), 100)} ({escape(table)})" if title else escape(table)


def _called(title: str, name: str) -> str:
    return title if name in ("", title) else f"{title} ({name})" if title else name


def _explained(one: Field) -> list[str]:
    """Return the lines that explain a field: title, description, example, what it may hold."""
    descriptor = one.descriptor
    title = escape(str(descriptor.get("title") or one.name), 100)
    lines = [title + (", required" if one.required else "")]
    if text := descriptor.get("description"):
        lines.append(f"  {escape(str(text), 600)}")
    if "example" in descriptor:
        lines.append(f"  For example: {escape(as_text(descriptor['example']), 200)}")
    words = {
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "minimum": "{} or more",
        "maximum": "{} or less",
        "exclusiveMinimum": "more than {}",
        "exclusiveMaximum": "less than {}",
        "pattern": "of the form {}",
    }
    bounds = [
        text.format(escape(as_text(one.constraints[name]), 100))
        for name, text in words.items()
        if name in one.constraints
    ]
    unique = ["no other row has it"] if one.constraints.get("unique") is True else []
    return [*lines, f"  {', '.join([one.type, *bounds, *unique])}"]
