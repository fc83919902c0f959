"""The README of a release: what it is, how to cite it, what its files are, how to load them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from toolkit.findings.markup import inline
from toolkit.release.about import About, clean
from toolkit.release.archive import CHECKSUMS
from toolkit.release.documents.snippets import snippets
from toolkit.release.facts import Facts
from toolkit.render.markdown import table_rows

# What stands at the top of a release; whatever else there is comes after it, without a word.
_FILES = {
    "datapackage.json": "The descriptor (Data Package): tables, schemas, rows, hashes",
    "data": "The tables as they are kept",
    "parquet": "The tables as Parquet, typed",
    "{name}.duckdb": "The tables as one DuckDB database, with keys and comments",
    "{name}.sqlite": "The tables as one SQLite database",
    "{name}.xlsx": "The tables as one workbook",
    "stata": "The tables for Stata",
    "r": "The tables for R",
    "geojson": "Tables with places on a map, as GeoJSON",
    "{name}.gpkg": "Tables with places on a map, as one GeoPackage",
    "schemas": "Schemas with every code spelt out, code lists, rules, waivers, views, queries",
    "codebook.html": "Every table, field and code, with what the columns hold; to search and print",
    "codebook.md": "The same as text",
    "validation.html": "What every rule looked at and found",
    "validation.md": "The same as text",
    "validation.json": "The same for machines",
    "docs": "Further documents",
    "CHANGELOG.md": "What changed from version to version",
    "changes.html": "Every row, field and code that changed since the version before",
    "changes.md": "The same as text",
    "changes.json": "The same for machines",
    "CONTRIBUTING.md": "How to correct and extend the data",
    "LICENSE": "Terms of use",
    "LICENSE-DATA": "Terms of use of the data",
    "CITATION.cff": "How to cite (Citation File Format)",
    "datacite.json": "Metadata for DataCite",
    ".zenodo.json": "Metadata for Zenodo",
    "schema-org.jsonld": "Metadata for search engines (schema.org)",
    "croissant.json": "Metadata for machine learning (MLCommons Croissant)",
    "ro-crate-metadata.json": "Every file of the release (RO-Crate)",
    CHECKSUMS: f"Checksums: sha256sum --check {CHECKSUMS}",
}
_QUESTIONS = (
    "Each has its SQL in schemas/queries/NAME.sql, which says how to read the answer. "
    "`toolkit query --name NAME --in .` runs it in this folder; in another client of DuckDB give "
    "each `$parameter` a value."
)
# Files that are written after the README.
_LATER = ("README.md", "ro-crate-metadata.json", CHECKSUMS)


def readme(facts: Facts) -> str:
    """Return the README as Markdown; text of the package cannot act as markup."""
    about = facts.about
    blocks = [f"# {inline(about.title)}"]
    if about.description:
        blocks.append(inline(about.description))
    blocks += ["\n".join(_head(about)), "## How to cite", f"> {inline(about.citation)}"]
    blocks += ["## Files", _grid(("File", "What it is"), _files(facts))]
    rows = ((one.name, f"{one.rows:,}", one.description) for one in facts.tables)
    blocks += ["## Tables", _grid(("Table", "Rows", "Description"), rows)]
    blocks += ["## How to read the cells", "\n".join(_cells(facts))]
    if loading := list(snippets(facts)):
        blocks += ["## Load", "Run these in this folder."]
    for snippet in loading:
        blocks += [f"### {snippet.title}", f"```{snippet.language}\n{snippet.code}\n```"]
    if queries := facts.release.package.queries:
        rows = ((one.group, one.title, one.name) for one in queries)
        blocks += ["## Questions", _QUESTIONS, _grid(("About", "Question", "Name"), rows)]
    if about.origins:
        blocks += ["## Sources", "\n".join(f"- {_link(*one)}" for one in _origins(about))]
    return "\n\n".join(blocks) + "\n"


def _grid(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (f"| {' | '.join(header)} |", "|" + " --- |" * len(header))
    return "\n".join([*lines, *table_rows(rows)])


def _head(about: About) -> Iterator[str]:
    created = f", {about.created}" if about.created else ""
    yield f"- Version: {inline(about.version)}{created}"
    for licence in about.licences:
        yield f"- Licence: {_link(licence.title or licence.name or licence.url, licence.url)}"
    for one in about.contributors:
        roles = f" ({inline(', '.join(one.roles))})" if one.roles else ""
        yield f"- Contributor: {_link(one.name, one.url)}{roles}"
    if about.homepage:
        yield f"- Homepage: {_link(about.homepage, about.homepage)}"
    if about.doi:
        yield f"- DOI: {_link(about.doi, about.url)}"


def _origins(about: About) -> Iterator[tuple[str, str]]:
    return ((one.title, one.url) for one in about.origins)


def _link(text: str, url: str) -> str:
    """Return a link; in the address nothing is left that could end it."""
    return f"[{inline(text)}]({quote(url, safe='/:?#@!$&*+,;=%~')})" if url else inline(text)


def _files(facts: Facts) -> Iterator[tuple[str, str]]:
    folder = facts.release.folder
    names = {path.name + "/" * path.is_dir() for path in folder.iterdir()} | set(_LATER)
    for pattern, words in _FILES.items():
        for name in (pattern.format(name=facts.about.name), f"{pattern}/"):
            if name in names:
                names.remove(name)
                yield name, words
                if pattern == "docs":
                    yield from _documents(folder)
    yield from ((name, "") for name in sorted(names - {"README.md"}))


def _documents(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each page below docs/ with its heading."""
    for path in sorted((folder / "docs").glob("*.md")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        yield f"docs/{path.name}", next((one[2:] for one in lines if one.startswith("# ")), "")


def _cells(facts: Facts) -> Iterator[str]:
    fields = [one.field for table in facts.tables for one in table.fields]
    types = {field.type for field in fields}
    texts = {clean(text) for field in fields for text in field.missing_values if text}
    yield "- An empty cell means that no value is recorded. It is neither zero nor false."
    if texts:
        yield f"- So do in some columns: {', '.join(map(inline, sorted(texts)))}; see the codebook."
    if any(field.codelist for field in fields):
        yield "- Columns of codes hold codes; the codebook and schemas/codelists spell them out."
    if types & {"date", "time", "datetime", "year", "yearmonth", "duration"}:
        yield "- Dates and times are written as in ISO 8601, unless the codebook says otherwise."
    yield "- Keys between the tables, types, and what each column holds: see the codebook."
