"""The XML of a workbook from strangers: without document types, whichever namespace it is in.

Parts of a package have no document type (ECMA-376 part 2, 6.2.5), and so no entities that multiply
or lead out of the file: one with a document type is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, NoReturn
from xml.etree import ElementTree
from xml.parsers import expat


class Damaged(Exception):
    """A workbook is not what it should be; the message says in what."""


def check(path: Path) -> None:
    """Raise Damaged if a part is no XML, or has a document type."""
    # As ElementTree does, which looks at namespaces.
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = _refuse
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except (expat.ExpatError, ValueError, LookupError):
        raise Damaged(f"its part {path.name} is no well-formed XML") from None


def _refuse(*_: object) -> NoReturn:
    raise Damaged("a part of it declares a document type, which no workbook has")


def root_of(path: Path) -> ElementTree.Element:
    """Return the root of a part that `check` has passed."""
    return ElementTree.parse(path).getroot()


def elements(file: IO[bytes]) -> Iterator[ElementTree.Element]:
    """Yield each element of a part that `check` has passed, once it has ended."""
    for _, element in ElementTree.iterparse(file):
        yield element


def name_of(element: ElementTree.Element) -> str:
    """Return the name of an element without its namespace.

    The transitional and the strict form of the standard differ in it, and in little else.
    """
    return element.tag.rpartition("}")[2]


def children(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """Yield the children that are called so."""
    return (one for one in element if name_of(one) == name)


def child(element: ElementTree.Element, name: str) -> ElementTree.Element | None:
    """Return the first child that is called so."""
    return next(children(element, name), None)


def is_true(text: str | None) -> bool:
    """Whether an attribute is true (xsd:boolean)."""
    return text in ("1", "true")
