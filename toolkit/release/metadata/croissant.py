"""croissant.json: tables, fields and keys for machine learning (MLCommons Croissant 1.0).

https://docs.mlcommons.org/croissant/docs/croissant-spec.html. A table is read from its CSV file, or,
if not every reader of CSV takes that as it is, from its Parquet file.
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
    media_type,
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
    sources = {table.name: _source(facts, table) for table in facts.tables}
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
            *(_table(table, sources[table.name], facts) for table in facts.tables),
            *map(_codes, codelists),
        ],
    )
    return as_json({"@context": _CONTEXT, **dataset})


def _codelist_path(name: str) -> str:
    return f"schemas/codelists/{name}.csv"


def _source(facts: Facts, table: TableFacts) -> str:
    return table.paths[0] if table.is_plain_csv else f"parquet/{table.name}.parquet"


def _file(facts: Facts, path: str) -> dict[str, Any]:
    file = facts.release.folder / path
    return filled(
        _type="cr:FileObject",
        _id=relative(path),
        name=path,
        contentUrl=relative(path),
        contentSize=f"{file.stat().st_size} B",
        encodingFormat=(
            "application/x-parquet" if path.endswith(".parquet") else media_type(path) or "text/csv"
        ),
        sha256=sha256(file),
    )


def _table(table: TableFacts, path: str, facts: Facts) -> dict[str, Any]:
    return filled(
        _type="cr:RecordSet",
        _id=relative(table.name),
        name=table.name,
        description=table.description,
        key=[{"@id": _id(table.name, name)} for name in table.table.schema.primary_key],
        field=[_field(table, one, path, facts) for one in table.fields],
    )


def _field(table: TableFacts, one: FieldFacts, path: str, facts: Facts) -> dict[str, Any]:
    return filled(
        _type="cr:Field",
        _id=_id(table.name, one.field.name),
        name=one.field.name,
        description=one.description,
        dataType=_type(one),
        source=_column(path, one.field.name),
        references=_reference(table, one, facts),
    )


def _type(one: FieldFacts) -> str:
    if one.field.type == "string" and one.field.format == "uri":
        return "sc:URL"
    return _TYPES.get(one.field.type, "sc:Text") if one.field.format == "default" else "sc:Text"


def _id(*names: str) -> str:
    return "/".join(map(relative, names))


def _column(path: str, name: str) -> dict[str, Any]:
    return {"fileObject": {"@id": relative(path)}, "extract": {"column": name}}


def _reference(table: TableFacts, one: FieldFacts, facts: Facts) -> dict[str, Any]:
    """Return the field to which a field refers: by a key of its own, or by its code list."""
    names = {other.name for other in facts.tables}
    for key in table.keys:
        # A field that refers to its own table would be joined to itself.
        if key.fields == (one.field.name,) and key.resource in names - {table.name}:
            return {"field": {"@id": _id(key.resource, key.reference[0])}}
    codelist = one.field.codelist
    if codelist and facts.has(_codelist_path(codelist)):
        return {"field": {"@id": _id("codelists", codelist, "code")}}
    return {}


def _codes(codelist: CodeList) -> dict[str, Any]:
    path = _codelist_path(codelist.name)
    names = codelist.columns
    return {
        "@type": "cr:RecordSet",
        "@id": _id("codelists", codelist.name),
        "name": f"codelists/{codelist.name}",
        "dataType": "sc:Enumeration",
        "key": {"@id": _id("codelists", codelist.name, names[0])},
        "field": [
            {
                "@type": "cr:Field",
                "@id": _id("codelists", codelist.name, name),
                "name": name,
                "dataType": "sc:Text",
                "source": _column(path, name),
            }
            for name in names
        ],
    }
