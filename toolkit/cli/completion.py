"""What a shell offers when Tab is pressed: tables, rules and named queries of the package.

Tab is pressed by the way, so nothing here checks the package, imports what checking takes, or
complains: what cannot be read is not offered. Names are offered only if a shell takes them as
they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

# Parameters that name the package, in the commands that complete.
_PACKAGES = ("package", "source", "new")
# The largest descriptor or schema that is read for the sake of a list.
_LARGEST = 16 << 20
_PLAIN = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


def tables(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the tables of the package that begin with ``incomplete``."""
    descriptor = _package(context)
    return _fitting((one.get("name") for one in _resources(descriptor)), incomplete)


def rules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the codes of rules, the toolkit's own and the package's, that begin so."""
    from toolkit.findings import builtin_rules

    descriptor = _package(context)
    codes: list[object] = list(builtin_rules())
    for resource in _resources(descriptor):
        own = _list(_schema(descriptor, resource.get("schema")).get("rules"))
        codes += [rule.get("code") for rule in own]
    codes += [name.partition("-")[0] for name in _stems(descriptor, "schemas/rules")]
    return _fitting(codes, incomplete.upper())


def queries(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the named queries of the package that begin with ``incomplete``."""
    return _fitting(_stems(_package(context), "schemas/queries"), incomplete)


def _fitting(names: Iterable[object], incomplete: str) -> list[str]:
    plain = {name for name in names if isinstance(name, str) and _PLAIN.fullmatch(name)}
    return sorted(name for name in plain if name.startswith(incomplete))


def _package(context: click.Context) -> Path:
    """Return the descriptor of the package that the command line names, as far as it is typed."""
    from toolkit.package.paths import find_descriptor

    named = next((context.params[name] for name in _PACKAGES if context.params.get(name)), ".")
    return find_descriptor(Path(str(named)))


def _resources(descriptor: Path) -> list[dict[str, Any]]:
    return _list(_json(descriptor).get("resources"))


def _schema(descriptor: Path, schema: object) -> dict[str, Any]:
    """Return a schema that stands in the descriptor or in a file inside its folder."""
    from toolkit.package.paths import resolve

    if isinstance(schema, dict):
        return schema
    path, _ = resolve(descriptor.parent, schema) if isinstance(schema, str) else (None, "")
    return _json(path) if path else {}


def _json(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return {}
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _list(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _stems(descriptor: Path, folder: str) -> list[str]:
    """Return how the SQL files in a folder of the package are called, without the ending."""
    from toolkit.package.paths import resolve

    path, _ = resolve(descriptor.parent, folder)
    return [file.stem for file in path.glob("*.sql")] if path else []
