"""Patterns and JSON Schemas from strangers, run in a process of their own that can be stopped.

Python's regular expressions try every way to match: a pattern like ``(a+)+b`` takes longer than
anyone can wait, and nothing in the process itself can interrupt it.

Run as a script, this file reads what is to be judged and writes what fails.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

TIME_LIMIT_SECONDS = 10.0


class TooSlow(Exception):
    """The texts could not be judged within the time limit."""


def unmatched(pattern: str, texts: list[str]) -> list[str]:
    """Return the texts that a pattern does not match as a whole; TooSlow if it takes too long."""
    return _run({"pattern": pattern, "texts": texts})


def invalid(json_schema: Any, texts: list[str]) -> list[str]:
    """Return the JSON texts that do not follow a JSON Schema; TooSlow if it takes too long."""
    written = json.dumps(json_schema)
    # References can multiply what a schema asks for, as patterns can.
    if "pattern" in written or "$ref" in written or "Ref" in written:
        return _run({"schema": json_schema, "texts": texts})
    return _invalid(json_schema, texts)


def violations(profile: Any, descriptor: Any) -> list[tuple[str, list[str | int]]]:
    """Return how a descriptor departs from a JSON Schema: messages and places in it.

    TooSlow if it takes too long.
    """
    return [(message, place) for message, place in _run({"profile": profile, "value": descriptor})]


def _run(task: dict[str, Any]) -> list[Any]:
    if task.get("texts") == []:
        return []
    import subprocess

    try:
        done = subprocess.run(
            [sys.executable, "-P", __file__],
            input=json.dumps(task).encode("ascii"),
            capture_output=True,
            timeout=TIME_LIMIT_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise TooSlow(f"it takes longer than {TIME_LIMIT_SECONDS:.0f} seconds") from None
    failed: list[Any] = json.loads(done.stdout)
    return failed


def _invalid(json_schema: Any, texts: list[str]) -> list[str]:
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    # An empty registry: a schema from a stranger must not make the validator fetch anything.
    validator = Draft202012Validator(json_schema, registry=Registry())

    def follows(text: str) -> bool:
        try:
            return validator.is_valid(json.loads(text))
        except (Unresolvable, re.error, ValueError, ArithmeticError, TypeError, RecursionError):
            # What the schema cannot be held against is not shown to follow it.
            return False

    return [text for text in texts if not follows(text)]


def _violations(profile: Any, descriptor: Any) -> list[tuple[str, list[str | int]]]:
    from jsonschema.validators import validator_for
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT7

    def anything(_: str) -> Resource[Any]:
        return Resource.from_contents({}, default_specification=DRAFT7)

    # What a profile refers to on the web is not fetched; it is taken to allow everything.
    registry: Any = Registry(retrieve=anything)  # type: ignore[call-arg]
    try:
        kind = validator_for(profile)
        kind.check_schema(profile)
        found = list(kind(profile, registry=registry).iter_errors(descriptor))
    except Exception as error:  # Whatever a stranger's schema makes the validator trip over.
        return [(f"it is no JSON Schema ({str(error).splitlines()[0]})", [])]
    return [(one.message, list(one.absolute_path)) for one in found]


def _main() -> None:
    task = json.loads(sys.stdin.buffer.read())
    failed: list[Any]
    if "pattern" in task:
        compiled = re.compile(task["pattern"])
        failed = [text for text in task["texts"] if compiled.fullmatch(text) is None]
    elif "schema" in task:
        failed = _invalid(task["schema"], task["texts"])
    else:
        failed = _violations(task["profile"], task["value"])
    sys.stdout.buffer.write(json.dumps(failed).encode("ascii"))


if __name__ == "__main__":
    _main()
