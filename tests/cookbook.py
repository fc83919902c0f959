"""The cookbook: every named query of the record with its answer, as Markdown."""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Iterator
from pathlib import Path

from toolkit.findings.markup import inline
from toolkit.package import NamedQuery
from toolkit.query import Session, open_source, value_of
from toolkit.query.text import render_markdown

# Rows of an answer that are shown.
_ROWS = 12
_HEAD = """\
# Cookbook

Questions that are often asked of the record, each with the SQL that answers it and what it answers
in version {version}. [querying.md](querying.md) says what else `toolkit query` can do, and
the codebook (`CODEBOOK.md`; in a release `codebook.html`) describes the tables, views and macros
that the SQL reads.

Where a command has `-p`, other values can be given: `-p day=2024-12-05`. A question that you miss
can be added: see "Adding a question" in [CONTRIBUTING.md](../CONTRIBUTING.md). This page is written
by `make readme` from `schemas/queries/`.
"""


def cookbook(root: Path) -> str:
    """Return the cookbook of the package in a folder."""
    with open_source(str(root)) as source, source.session() as session:
        assert source.package is not None
        queries = source.package.queries
        blocks = [_HEAD.format(version=inline(session.version)), *_contents(queries)]
        for group, asked in _groups(queries):
            blocks.append(f"## {inline(group)}\n")
            blocks += itertools.chain.from_iterable(_question(session, one) for one in asked)
    return "\n".join(blocks)


def _groups(queries: tuple[NamedQuery, ...]) -> Iterator[tuple[str, list[NamedQuery]]]:
    for group, asked in itertools.groupby(queries, key=lambda query: query.group):
        yield group, list(asked)


def _contents(queries: tuple[NamedQuery, ...]) -> Iterator[str]:
    for group, asked in _groups(queries):
        lines = (f"- [{inline(query.title)}](#{query.name})\n" for query in asked)
        yield f"**{inline(group)}**\n\n{''.join(lines)}"


def _question(session: Session, query: NamedQuery) -> Iterator[str]:
    given = {name: value_of(text) for name, text in query.parameters.items()}
    with session.run(query.sql, given) as result:
        rows = [row for batch in result.batches for row in batch]
        columns = result.columns
    answer = render_markdown(columns, rows[:_ROWS]) if rows else "*No rows.*\n"
    if len(rows) > _ROWS:
        answer += f"\nThe first {_ROWS} of {len(rows):,} rows.\n"
    yield f'### <a id="{query.name}"></a>{inline(query.title)}\n'
    yield f"```sh\n{_command(query)}\n```\n"
    yield f"{inline(query.reading)}\n"
    yield answer
    yield f"<details><summary>SQL</summary>\n\n```sql\n{query.body}\n```\n\n</details>\n"


def _command(query: NamedQuery) -> str:
    values = (f"-p {shlex.quote(f'{name}={text}')}" for name, text in query.parameters.items())
    return " ".join(("toolkit query --name", query.name, *values))
