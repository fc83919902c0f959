"""Profiles of a package's own: JSON Schemas that its descriptors follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from toolkit.package.limited import TooSlow, violations
from toolkit.package.paths import resolve
from toolkit.package.text import JsonPath, Unreadable, read_mapping


def profile_faults(descriptor: dict[str, Any], root: Path) -> Iterator[tuple[str, str, JsonPath]]:
    """Yield what is wrong with a descriptor by the profile that it names, as code, words and place.

    Only a profile that is a file of the package is held against it; the standard's own are checked
    elsewhere, and those on the web are not fetched. The code is empty where it is that of the
    descriptor.
    """
    for name in ("$schema", "profile"):
        given = descriptor.get(name)
        if not isinstance(given, str) or re.match(r"[a-z][a-z0-9+.-]*:|[a-z-]*$", given):
            continue
        path, reason = resolve(root, given)
        if path is None:
            yield "D008", f"the profile {given!r} {reason}", (name,)
        elif not path.is_file():
            yield "", f"the profile {given} does not exist", (name,)
        else:
            try:
                found = violations(read_mapping(path), descriptor)
            except (Unreadable, TooSlow) as error:
                yield "", f"the profile {given} cannot be read: {error}", (name,)
                continue
            for message, place in found:
                yield "", f"{message} (profile {given})", tuple(place)
