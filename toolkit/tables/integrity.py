"""Size and hash of a file against what its resource states."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from toolkit.findings import Finding, builtin_rule
from toolkit.package import Resource

_CHUNK = 1 << 20
# The algorithms that the Data Resource standard names; MD5 is meant where none is named.
_ALGORITHMS = ("md5", "sha1", "sha256", "sha512")


def integrity_findings(resource: Resource) -> Iterator[Finding]:
    """Yield a finding if the file has another size or hash than the descriptor states.

    Several files are taken as one, in their order. Data in the descriptor have neither.
    """
    if resource.inline:
        return
    rule = builtin_rule("D016")
    stated = resource.descriptor.get("bytes")
    size = sum(file.stat().st_size for file in resource.files)
    if isinstance(stated, int) and stated != size:
        message = f"the file has {size:,} bytes, the descriptor states {stated:,}"
        yield rule.finding(resource.path, message, table=resource.name)
        return
    given = resource.descriptor.get("hash")
    if not isinstance(given, str) or not given:
        # What it should be is said of the descriptor.
        return
    algorithm, _, digest = given.rpartition(":")
    algorithm = algorithm.lower() or "md5"
    if algorithm not in _ALGORITHMS:
        message = f"the hash is of the kind {algorithm!r}, not {', '.join(_ALGORITHMS)}"
        yield rule.finding(resource.path, message, table=resource.name)
        return
    total = hashlib.new(algorithm, usedforsecurity=False)
    for file in resource.files:
        with file.open("rb") as handle:
            while chunk := handle.read(_CHUNK):
                total.update(chunk)
    found = total.hexdigest()
    if found != digest.lower():
        message = f"the {algorithm} of the file is {found}, the descriptor states {digest}"
        yield rule.finding(resource.path, message, table=resource.name)
