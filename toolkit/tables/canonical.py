"""A file taken apart into its cells and put together again in canonical form.

All of it is columns of texts in polars: a million rows take seconds. What only Python can tell of a
text is asked once for each distinct one.
"""

from __future__ import annotations

import codecs
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.package import Dialect, Field, Resource, Schema
from toolkit.tables.grammar import BLANKS
from toolkit.tables.integrity import stated_by
from toolkit.tables.scan import Record, Role, records
from toolkit.tables.survey import is_standard
from toolkit.tables.table import Table

if TYPE_CHECKING:
    import polars as pl

_BOM = "\ufeff"
_NUMBERS = {"integer", "year", "number"}


@dataclass(frozen=True, slots=True)
class Form:
    """The text of a file, taken apart.

    ``text`` is the whole of it with lines ended by LF, and without a byte order mark. ``head`` is
    what stands before the data: comments as they are, and the cells of each header row. ``cells``
    has a column for each of the file, called by its number, and a row for each row of data;
    ``records`` are the numbers of these, and ``comments`` the lines that stand before some of them.
    ``dropped`` counts the blank lines that were left out.
    """

    dialect: Dialect
    text: str
    head: tuple[str | list[str], ...]
    cells: pl.DataFrame
    records: Sequence[int]
    comments: dict[int, list[str]] = field(default_factory=dict)
    dropped: int = 0
    crlf: bool = False

    @property
    def line_end(self) -> str:
        """How lines end in canonical form: with LF, unless the dialect says otherwise."""
        return self.dialect.line_terminator or ("\r\n" if self.crlf else "\n")

    def rows(self) -> pl.Series:
        """Return the text of each row of data, quoted where it needs to be."""
        return _rows(self.cells, self.dialect)

    def before(self) -> list[str]:
        """Return the lines that stand before the data."""
        return [part if isinstance(part, str) else _row(part, self.dialect) for part in self.head]

    def written(self, line_end: str | None = None) -> str:
        """Return the text of the file with its cells as they are, each written as it should be."""
        end = self.line_end if line_end is None else line_end
        rows, lines = self.rows(), self.before()
        if self.comments:
            found = rows.to_list()
            for n, row in enumerate(found):
                lines += [*self._above(n), row]
            lines += self._above(len(found))
        elif len(rows):
            lines.append(rows.str.join(end)[0])
        return "".join(part for line in lines for part in (line, end))

    def _above(self, row: int) -> list[str]:
        return self.comments.get(row, [])


def unfit(resource: Resource) -> str:
    """Return why a table has no canonical form of its own; nothing if it is one plain file."""
    if resource.inline:
        return "its rows stand in the descriptor"
    if len(resource.files) > 1:
        return "it is several files"
    if resource.compression:
        return "it is compressed"
    fixed = [name for name in ("bytes", "hash") if name in stated_by(resource)]
    if fixed:
        return f"the descriptor states its {' and '.join(fixed)}"
    if any(row > max(resource.dialect.header_rows) for row in resource.dialect.comment_rows):
        return "rows of its data are comments by their number"
    return ""


def encoding_of(resource: Resource) -> str:
    """Return the encoding in which the file of a resource is written, without a byte order mark."""
    name = codecs.lookup(resource.encoding).name
    return "utf-8" if name == "utf-8-sig" else name


def form_of(table: Table, text: str, *, blank: bool = False) -> Form:
    """Return the form of the text of a table's file (`take_apart`)."""
    form = take_apart(text, table.resource.dialect, table.header.width, blank=blank)
    return replace(form, crlf=table.resource.crlf)


def take_apart(text: str, dialect: Dialect, width: int, *, blank: bool = False) -> Form:
    """Return the form of a text that has no fault of structure.

    ``width`` is how many cells a row has. ``blank`` tells that there may be blank lines, which are
    left out.
    """
    text = text.removeprefix(_BOM)
    if not dialect.line_terminator and "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # An empty cell of a single column is a quoted one, which polars takes for a blank line.
    usual = is_standard(dialect) and width > 1 and not blank
    cells = _quickly(text, dialect, width) if usual else None
    if cells is None:
        return _scanned(text, dialect, width)
    head: tuple[list[str], ...] = ()
    if dialect.header:
        head, cells = (list(cells.row(0)),), cells[1:]
    start = 2 if dialect.header else 1
    return Form(dialect, text, head, cells, range(start, start + len(cells)))


def _quickly(text: str, dialect: Dialect, width: int) -> pl.DataFrame | None:
    import polars

    try:
        found = polars.read_csv(
            io.BytesIO(text.encode("utf-8")),
            has_header=False,
            separator=dialect.delimiter,
            schema={str(n): polars.String for n in range(width)},
        )
    except polars.exceptions.PolarsError:
        return None
    return found.fill_null("")


def _scanned(text: str, dialect: Dialect, width: int) -> Form:
    """Take apart what polars does not read: other dialects, comments, blank lines."""
    head: list[str | list[str]] = []
    rows: list[list[str]] = []
    numbers: list[int] = []
    comments: dict[int, list[str]] = {}
    dropped = 0
    for record in records(text, dialect):
        if record.role == Role.HEADER:
            head.append(record.cells)
        elif record.role == Role.DATA and _is_blank_line(record, width):
            dropped += 1
        elif record.role == Role.DATA:
            rows.append(record.cells)
            numbers.append(record.number)
        elif rows:
            comments.setdefault(len(rows), []).append(text[record.start : record.end])
        else:
            head.append(text[record.start : record.end])
    return Form(dialect, text, tuple(head), _frame(rows, width), numbers, comments, dropped)


def _is_blank_line(record: Record, width: int) -> bool:
    """Whether a line holds no cell at all; in a single column space is one."""
    return record.start == record.end or (record.blank and record.count == 1 < width)


def _frame(rows: Iterable[list[str]], width: int) -> pl.DataFrame:
    import polars

    columns = {str(n): polars.String for n in range(width)}
    return polars.DataFrame(list(rows), schema=columns, orient="row")


def _rows(cells: pl.DataFrame, dialect: Dialect) -> pl.Series:
    import polars

    if not cells.width:
        return polars.Series([], dtype=polars.String)
    shown = [_cell(name, n, cells.width, dialect) for n, name in enumerate(cells.columns)]
    return cells.select(polars.concat_str(shown, separator=dialect.delimiter)).to_series()


def _cell(name: str, index: int, width: int, dialect: Dialect) -> pl.Expr:
    """How a cell is written: in quotation marks only where it would be misread without them."""
    import polars

    cell, quote, escape = polars.col(name), dialect.quote_char, dialect.escape_char
    marks = _marks(dialect)
    if not quote:
        for mark in (escape, *(mark for mark in marks if mark != escape)) if escape else ():
            cell = cell.str.replace_all(mark, f"{escape}{mark}", literal=True)
        return cell
    needs = cell.str.contains_any(marks)
    if index == 0 and dialect.comment_char:
        needs |= cell.str.starts_with(dialect.comment_char)
    if dialect.skip_initial_space:
        needs |= cell.str.contains(f"^[{BLANKS}]")
    if width == 1:
        needs |= cell == ""
    inner = cell
    if escape:
        inner = inner.str.replace_all(escape, escape * 2, literal=True)
    inner = inner.str.replace_all(quote, _quoted_quote(dialect), literal=True)
    whole = polars.concat_str(polars.lit(quote), inner, polars.lit(quote))
    return polars.when(needs).then(whole).otherwise(cell)


def _quoted_quote(dialect: Dialect) -> str:
    return (dialect.quote_char if dialect.double_quote else dialect.escape_char) + (
        dialect.quote_char
    )


def _marks(dialect: Dialect) -> list[str]:
    ends = [dialect.line_terminator] if dialect.line_terminator else ["\r", "\n"]
    marks = (dialect.delimiter, dialect.quote_char, dialect.escape_char, *ends)
    return [mark for mark in marks if mark]


def _row(cells: list[str], dialect: Dialect) -> str:
    """Return the text of one row, such as a header."""
    return str(_rows(_frame([cells], len(cells)), dialect)[0])


@dataclass(frozen=True, slots=True)
class Order:
    """The columns by which rows are ordered, and the types of those that hold numbers."""

    columns: tuple[int, ...]
    numbers: dict[int, str] = field(default_factory=dict)


def key_order(schema: Schema, positions: dict[str, int]) -> Order | None:
    """Return the order of the primary key; None without one, or if a column of it is absent."""
    if not schema.primary_key or any(name not in positions for name in schema.primary_key):
        return None
    types = {positions[name]: schema.field(name).type for name in schema.primary_key}
    return Order(tuple(types), {place: kind for place, kind in types.items() if kind in _NUMBERS})


def reordered(form: Form, places: list[int]) -> Form:
    """Return the form with its columns, and the cells of its header rows, in another order."""
    cells = form.cells.select(str(place) for place in places)
    cells.columns = [str(n) for n in range(len(places))]
    head = [
        part if isinstance(part, str) else [part[place] for place in places] for part in form.head
    ]
    return replace(form, cells=cells, head=tuple(head))


def sorted_form(form: Form, order: Order) -> Form:
    """Return the form with its rows in order; rows with equal keys stay as they stand.

    A form with comments between its rows is left alone: nobody can tell to which they belong.
    """
    if form.comments or not len(form.cells):
        return form
    places = ordered_rows(form, order)
    if places.is_sorted():
        return form
    return replace(form, cells=form.cells[places], records=())


def ordered_rows(form: Form, order: Order) -> pl.Series:
    """Return the indices of the rows in the order in which they should stand.

    Numbers are ordered by their value, other texts by code points; what is no number comes first.
    """
    import polars

    kinds = {"integer": polars.Int64, "year": polars.Int64, "number": polars.Float64}
    keys = []
    for index in order.columns:
        cell = polars.col(str(index))
        if kind := order.numbers.get(index):
            keys.append(cell.str.strip_chars_start("+").cast(kinds[kind], strict=False))
        keys.append(cell)
    ranked = polars.arg_sort_by(keys, nulls_last=False, maintain_order=True)
    return form.cells.select(ranked).to_series()


@dataclass(frozen=True, slots=True)
class Column:
    """The texts of a column that change: what each becomes."""

    index: int
    field: Field | None
    texts: dict[str, str]

    def apply(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Return the cells with the texts exchanged."""
        name = str(self.index)
        column = cells[name]
        return cells.with_columns(column.replace(self.texts).alias(name)) if self.texts else cells


def changed_columns(
    form: Form,
    fields: dict[int, Field],
    change: Callable[[Field | None], Callable[[str], str]],
    *,
    everything: Callable[[Field], bool],
) -> Iterator[Column]:
    """Yield for each column of a form the texts that ``change`` changes.

    Of fields for which ``everything`` is false only the texts are tried that hold outer space, or
    are not in Unicode's composed form.
    """
    composed = form.text.isascii() or unicodedata.is_normalized("NFC", form.text)
    for index in range(form.cells.width):
        one = fields.get(index)
        column = form.cells[str(index)]
        if one is None or not everything(one):
            odd = column != column.str.strip_chars()
            if not composed:
                odd |= column != column.str.normalize("NFC")
            if "\r" in form.text:
                odd |= column.str.contains("\r", literal=True)
            column = column.filter(odd)
        function = change(one)
        found = {text: function(text) for text in column.unique().to_list()}
        yield Column(index, one, {text: new for text, new in found.items() if new != text})
