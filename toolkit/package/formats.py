"""Which files are delimited text, and how they are stored."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, NamedTuple

_DELIMITERS = {"csv": ",", "tsv": "\t"}
_MEDIATYPES = {"text/csv": "csv", "text/tab-separated-values": "tsv"}
_COMPRESSIONS = ("gz", "zip", "bz2", "xz")


class TextFormat(NamedTuple):
    """A delimited format: its usual delimiter, and ``gz`` if the files are compressed."""

    delimiter: str
    compression: str


def text_format(entry: dict[str, Any], paths: list[str]) -> tuple[str, TextFormat | None]:
    """Return the format of a resource's files, or why they are not read and None.

    Format, media type and compression are taken from their properties, in any case of letters, and
    otherwise from the names of the files.
    """
    suffixes = {tuple(PurePosixPath(path.lower()).suffixes[-2:]) for path in paths}
    endings = [[suffix.lstrip(".") for suffix in pair] for pair in suffixes]
    packed = {ending.pop() if ending and ending[-1] in _COMPRESSIONS else "" for ending in endings}
    if len(packed) > 1:
        return "its files are compressed in different ways", None
    compression = _text(entry, "compression") or packed.pop()
    if compression not in ("", "gz", "no"):
        return f"its compression is {compression}, not gz", None
    names = {ending[-1] if ending else "" for ending in endings}
    suffix = names.pop() if len(names) == 1 else ""
    mediatype = _MEDIATYPES.get(_text(entry, "mediatype").partition(";")[0].strip(), "")
    form = _text(entry, "format") or (suffix if suffix in _DELIMITERS else mediatype or suffix)
    if form not in _DELIMITERS:
        return f"its format is {form or 'unknown'}", None
    return "", TextFormat(_DELIMITERS[form], "gz" if compression == "gz" else "")


def _text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    return value.strip().lstrip(".").lower() if isinstance(value, str) else ""


def is_text_encoding(name: str) -> bool:
    """Whether Python can decode text in an encoding; base64 and the like are none."""
    try:
        b"x".decode(name)
    except UnicodeError:
        return True
    except (LookupError, ValueError):
        return False
    return True
