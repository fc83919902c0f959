"""Reading metadata files, with the line of every value in a JSON or YAML text."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

JsonPath = tuple[str | int, ...]

# YAML is read at less than a megabyte a second.
_LONGEST_YAML = 500_000
# No descriptor is nested so deeply; a hostile one could exhaust the stack or take very long.
_DEEPEST = 100
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


class Unreadable(ValueError):
    """A metadata file that cannot be parsed; ``line`` is where, if known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class _Repeated(Unreadable):
    """An object of a metadata file has a key twice, so that it could mean either value."""


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, without a byte order mark; Unreadable if it is not text."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Unreadable("the text is not UTF-8", line) from None
    except OSError as error:
        raise Unreadable(f"the file cannot be read ({error.strerror})") from None


def read_mapping(path: Path) -> dict[str, Any]:
    """Return the object that a JSON or YAML file holds; Unreadable if it holds none."""
    text = read_text(path)
    value = parse_json(text) if path.suffix == ".json" else _sound(_parse_yaml(text))
    if not isinstance(value, dict):
        raise Unreadable(f"the file holds {_kind(value)}, not an object", 1)
    return value


def parse_json(text: str) -> Any:
    """Return the value of a JSON text; Unreadable if it is none that is safe to walk through.

    No object has a key twice, nothing is nested very deeply, and every text is one of characters.
    """
    return _sound(_parse_json(text))


def _sound(value: Any) -> Any:
    if _is_deep(value):
        raise Unreadable(f"the text is nested more than {_DEEPEST} levels deep")
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Unreadable("the text holds half a surrogate pair, which is no character") from None
    return value


def _is_deep(value: Any) -> bool:
    layer = [value] if isinstance(value, dict | list) else []
    for _ in range(_DEEPEST + 1):
        inner = [one.values() if isinstance(one, dict) else one for one in layer]
        layer = [item for items in inner for item in items if isinstance(item, dict | list)]
        if not layer:
            return False
    return True


def _kind(value: object) -> str:
    names = {list: "a list", str: "a string", bool: "a boolean", type(None): "nothing"}
    return names.get(type(value), "a number")


def _parse_json(text: str) -> Any:
    def refuse(constant: str) -> Any:
        raise Unreadable(f"{constant} is not a JSON value")

    def unrepeated(members: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(members)
        if len(found) < len(members):
            # The text up to here is valid; walking through it tells the key and the line.
            json_lines(text)
        return found

    try:
        return json.loads(text, parse_constant=refuse, object_pairs_hook=unrepeated)
    except _Repeated:
        raise
    except Unreadable as error:
        marks = [mark for mark in _TOKEN.finditer(text) if mark.group() in str(error).split()]
        line = text.count("\n", 0, marks[0].start()) + 1 if marks else None
        raise Unreadable(str(error), line) from None
    except json.JSONDecodeError as error:
        message = f"not valid JSON: {error.msg} at column {error.colno}"
        raise Unreadable(message, error.lineno) from None
    except RecursionError:
        raise Unreadable("the JSON is nested too deeply") from None
    except ValueError as error:
        raise Unreadable(f"not valid JSON: {error}") from None


def _parse_yaml(text: str) -> Any:
    import yaml

    if len(text) > _LONGEST_YAML:
        raise Unreadable(
            f"YAML of more than {_LONGEST_YAML:,} characters is not read; write it as JSON"
        )
    try:
        _check_yaml(text)
        # Dates and the like become text, as they would in JSON.
        value = json.loads(json.dumps(yaml.safe_load(text), default=_as_text))
        yaml_lines(text)
        return value
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise Unreadable(f"not valid YAML: {error.problem}", line) from None
    except Unreadable:
        raise
    except (yaml.YAMLError, ValueError, TypeError, LookupError) as error:
        raise Unreadable("not valid YAML") from error
    except (AttributeError, ArithmeticError, RecursionError) as error:
        raise Unreadable("not valid YAML") from error


def _as_text(value: object) -> Any:
    """What JSON has no word for: a set as a list, in an order that is always the same."""
    return sorted(map(str, value)) if isinstance(value, set) else str(value)


def _check_yaml(text: str) -> None:
    """Refuse aliases, a few of which can stand for billions of values, and deep nesting."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable("YAML aliases are not accepted", line)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise Unreadable(f"the text is nested more than {_DEEPEST} levels deep", line)


def yaml_lines(text: str) -> dict[JsonPath, int]:
    r"""Return the physical line on which each member and item of a valid YAML text begins.

    Unreadable if an object has a key twice.

    >>> yaml_lines("a:\n- 1\n- 2")[("a", 1)]
    3
    """
    import yaml

    lines: dict[JsonPath, int] = {(): 1}
    nodes: list[tuple[JsonPath, Any]] = [((), yaml.compose(text, Loader=yaml.SafeLoader))]
    while nodes:
        path, node = nodes.pop()
        inner: list[tuple[str | int, Any, Any]] = []
        if isinstance(node, yaml.MappingNode):
            inner = [(str(key.value), key, value) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            inner = [(index, value, value) for index, value in enumerate(node.value)]
        for name, first, value in inner:
            _note(lines, (*path, name), first.start_mark.line + 1)
            nodes.append(((*path, name), value))
    return lines


def json_lines(text: str) -> dict[JsonPath, int]:
    r"""Return the physical line on which each member and item of a valid JSON text begins.

    Unreadable if an object has a key twice.

    >>> json_lines('{"a":\n [1,\n 2]}')[("a", 1)]
    3
    """
    lines: dict[JsonPath, int] = {(): 1}
    path: list[str | int] = []
    line, seen = 1, 0
    expect_name = False
    for token in _TOKEN.finditer(text):
        line += text.count("\n", seen, token.start())
        seen = token.start()
        mark = token.group()
        if mark in "{[":
            lines.setdefault(tuple(path), line)
            path.append("" if mark == "{" else 0)
            expect_name = mark == "{"
        elif mark in "}]":
            path.pop()
            expect_name = False
        elif mark == ",":
            expect_name = isinstance(path[-1], str)
            if isinstance(path[-1], int):
                path[-1] += 1
        elif expect_name:
            path[-1] = json.loads(mark)
            _note(lines, tuple(path), line)
            expect_name = False
        elif mark != ":":
            lines.setdefault(tuple(path), line)
    return lines


def _note(lines: dict[JsonPath, int], place: JsonPath, line: int) -> None:
    if place in lines:
        message = f"the key {place[-1]!r} stands already in line {lines[place]} of the same object"
        raise _Repeated(message, line)
    lines[place] = line


@lru_cache(maxsize=4)
def _lines_of(path: Path, _time: int, _size: int) -> dict[JsonPath, int]:
    text = read_text(path)
    return json_lines(text) if path.suffix == ".json" else yaml_lines(text)


@lru_cache(maxsize=1)
def _text_lines(path: Path, _time: int, _size: int) -> list[str]:
    return read_text(path).split("\n")


def _version(path: Path) -> tuple[Path, int, int]:
    """Return what tells a file from an earlier state of it."""
    stat = path.stat()
    return path, stat.st_mtime_ns, stat.st_size


def read_rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of a small CSV file, each with the line on which it begins.

    Unreadable if the file is no text or no well-formed CSV.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    rows, line = [], 1
    try:
        for row in reader:
            rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"not well-formed CSV: {error}", line) from None
    return rows


def lines_of(path: Path) -> dict[JsonPath, int]:
    """Return the lines of `json_lines` or `yaml_lines` of a metadata file; empty if unknown.

    The file is one that `read_mapping` could read.
    """
    try:
        return _lines_of(*_version(path))
    except (OSError, ValueError, IndexError):
        return {}


def text_lines(path: Path) -> list[str]:
    """Return the physical lines of a metadata file; Unreadable if it is not text."""
    return _text_lines(*_version(path))


def line_of(path: Path, place: JsonPath) -> int | None:
    """Return the line of the deepest known part of ``place`` in a metadata file; None if unknown.

    The file is one that `read_mapping` could read.
    """
    return deepest(lines_of(path), place)


def deepest(lines: dict[JsonPath, int], place: JsonPath) -> int | None:
    """Return the line of the deepest part of ``place`` that stands in ``lines``."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place)
