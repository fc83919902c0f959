"""croissant.json: tables, fields and keys for machine learning (MLCommons Croissant 1.0).

https://docs.mlcommons.org/croissant/docs/croissant-spec.html. A table is read from its CSV file; if
not every reader of CSV takes that as it is, from its Parquet file.
"""

from __future__ import annotations

from typing import Any

from toolkit.package import CodeList
from toolkit.release.archive import sha256
from toolkit.release.facts import Facts, FieldFacts, TableFacts
from toolkit.release.metadata.parts import (
    agent,
    as_json,
    filled,
    licence_url,
    relative,
)

# Every other type stays text, as it is written in the file.
_TYPES = {
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
}
# The context that the specification gives for version 1.0; readers expect all of its terms.
_CROISSANT = (
    *("citeAs", "column", "extract", "field", "fileProperty", "fileObject", "fileSet", "format"),
    *("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
    *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source"),
    *("subField", "transform"),
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _CROISSANT},
}


def croissant(facts: Facts) -> str:
    """Return JSON-LD with a record set for each table and code list."""
    about, package = facts.about, facts.release.package
    codelists = [one for one in package.codelists.values() if facts.has(_codelist_path(one.name))]
    sources = {one.name: path for one in facts.tables if facts.has(path := _source(one))}
    paths = [*sources.values(), *(_codelist_path(one.name) for one in codelists)]
    dataset = filled(
        _type="sc:Dataset",
        conformsTo="http://mlcommons.org/croissant/1.0",
        name=about.title,
        description=about.description,
        version=about.version,
        datePublished=about.created,
        url=about.homepage,
        license=[url for url in map(licence_url, about.licences) if url],
        creator=[{**agent(one), "@type": f"sc:{agent(one)['@type']}"} for one in about.creators],
        keywords=list(about.keywords),
        citeAs=about.citation,
        distribution=[_file(facts, path) for path in dict.fromkeys(paths)],
        recordSet=[
            *(_table(one, facts, sources) for one in facts.tables if one.name in sources),
            *map(_codes, codelists),
        ],
    )
    return as_json({"@context": _CONTEXT, **dataset})


def _codelist_path(name: str) -> str:
    return f"schemas/codelists/{name}.csv"


def _file_id(path: str) -> str:
    """Return the identifier of a file; tables, fields and code lists have others, however named."""
    return f"file!{relative(path)}"


def _id(*names: str) -> str:
    """Return the identifier of a table, or with a second name of its field."""
    return "/".join(relative(name, safe="") for name in names)


def _codelist_id(*names: str) -> str:
    return f"codelist!{_id(*names)}"


def _source(table: TableFacts) -> str:
    return table.paths[0] if table.is_plain_csv else f"parquet/{table.name}.parquet"


def _file(facts: Facts, path: str) -> dict[str, Any]:
    file = facts.release.folder / path
    return filled(
        _type="cr:FileObject",
        _id=_file_id(path),
        name=path,
        contentUrl=relative(path),
        contentSize=f"{file.stat().st_size} B",
        encodingFormat="application/x-parquet" if path.endswith(".parquet") else "text/csv",
        sha256=sha256(file),
    )


def _table(table: TableFacts, facts: Facts, sources: dict[str, str]) -> dict[str, Any]:
    return filled(
        _type="cr:RecordSet",
        _id=_id(table.name),
        name=table.name,
        description=table.description,
        key=[{"@id": _id(table.name, name)} for name in table.table.schema.primary_key],
        field=[_field(table, one, facts, sources) for one in table.fields],
    )


def _field(
    table: TableFacts, one: FieldFacts, facts: Facts, sources: dict[str, str]
) -> dict[str, Any]:
    return filled(
        _type="cr:Field",
        _id=_id(table.name, one.field.name),
        name=one.field.name,
        description=one.description,
        dataType=_type(one),
        source=_column(sources[table.name], one.field.name),
        references=_reference(table, one, facts, sources),
    )


def _type(one: FieldFacts) -> str:
    if one.field.type == "string" and one.field.format == "uri":
        return "sc:URL"
    return _TYPES.get(one.field.type, "sc:Text") if one.field.format == "default" else "sc:Text"


def _column(path: str, name: str) -> dict[str, Any]:
    return {"fileObject": {"@id": _file_id(path)}, "extract": {"column": name}}


def _reference(
    table: TableFacts, one: FieldFacts, facts: Facts, sources: dict[str, str]
) -> dict[str, Any]:
    """Return the column to which a field refers: by a key of its own, or by its code list.

    Readers join the two. It is a column of a file, because the reference reader (mlcroissant 1.1)
    cannot join to a field of a record set that refers to others in its turn; and a column without
    values, whose type readers cannot tell, refers to nothing.
    """
    if not one.filled:
        return {}
    for key in table.keys:
        # A field that refers to its own table would be joined to itself.
        if key.fields == (one.field.name,) and key.resource in sources.keys() - {table.name}:
            return _column(sources[key.resource], key.reference[0])
    codelist = one.field.codelist
    if codelist and facts.has(_codelist_path(codelist)):
        return _column(_codelist_path(codelist), "code")
    return {}


def _codes(codelist: CodeList) -> dict[str, Any]:
    path = _codelist_path(codelist.name)
    names = codelist.columns
    return {
        "@type": "cr:RecordSet",
        "@id": _codelist_id(codelist.name),
        "name": f"codelists/{codelist.name}",
        "dataType": "sc:Enumeration",
        "key": {"@id": _codelist_id(codelist.name, names[0])},
        "field": [
            {
                "@type": "cr:Field",
                "@id": _codelist_id(codelist.name, name),
                "name": name,
                "dataType": "sc:Text",
                "source": _column(path, name),
            }
            for name in names
        ],
    }
