"""Sizes and hashes that a descriptor states."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from toolkit.checks import validate

ALGORITHMS = ("md5", "sha1", "sha256", "sha512")
ONE, TWO = b"a\n1\n", b"a\n2\n"


def rules(root: Path, files: dict[str, bytes], **stated: Any) -> list[str]:
    for name, content in files.items():
        (root / name).write_bytes(content)
    path: Any = list(files) if len(files) > 1 else next(iter(files))
    descriptor = {"name": "example", "resources": [{"name": "t", "path": path, **stated}]}
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return [finding.rule for finding in validate(root).findings]


def digest(algorithm: str, content: bytes) -> str:
    return hashlib.new(algorithm, content).hexdigest()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_hash_is_compared(algorithm: str, tmp_path: Path) -> None:
    good, bad = digest(algorithm, ONE), digest(algorithm, TWO)
    for name in (algorithm, algorithm.upper()):
        assert rules(tmp_path, {"t.csv": ONE}, hash=f"{name}:{good}") == []
        assert rules(tmp_path, {"t.csv": ONE}, hash=f"{name}:{good.upper()}") == []
        assert rules(tmp_path, {"t.csv": ONE}, hash=f"{name}:{bad}") == ["D016"]


def test_md5_is_meant_where_no_algorithm_is_named(tmp_path: Path) -> None:
    assert rules(tmp_path, {"t.csv": ONE}, hash=digest("md5", ONE)) == []
    assert rules(tmp_path, {"t.csv": ONE}, hash=digest("sha256", ONE)) == ["D016"]


@pytest.mark.parametrize("algorithm", ["crc32", "sha3_256", "shake_128", "sha-256", ""])
def test_an_unknown_algorithm_is_a_fault(algorithm: str, tmp_path: Path) -> None:
    assert rules(tmp_path, {"t.csv": ONE}, hash=f"{algorithm}:00") == ["D016"]


def test_a_size_is_compared_and_the_hash_only_where_it_agrees(tmp_path: Path) -> None:
    assert rules(tmp_path, {"t.csv": ONE}, bytes=4) == []
    assert rules(tmp_path, {"t.csv": ONE}, bytes=5) == ["D016"]
    assert rules(tmp_path, {"t.csv": ONE}, bytes=5, hash="md5:00") == ["D016"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_those_of_a_compressed_file_are_of_its_own_bytes(algorithm: str, tmp_path: Path) -> None:
    packed = gzip.compress(ONE)
    good = {"bytes": len(packed), "hash": f"{algorithm}:{digest(algorithm, packed)}"}
    assert rules(tmp_path, {"t.csv.gz": packed}, **good) == []
    assert rules(tmp_path, {"t.csv.gz": packed}, bytes=len(ONE)) == ["D016"]
    inner = digest(algorithm, ONE)
    assert rules(tmp_path, {"t.csv.gz": packed}, hash=f"{algorithm}:{inner}") == ["D016"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_several_files_are_taken_as_one(algorithm: str, tmp_path: Path) -> None:
    files = {"1.csv": ONE, "2.csv": TWO}
    good, bad = digest(algorithm, ONE + TWO), digest(algorithm, TWO + ONE)
    assert rules(tmp_path, files, bytes=8, hash=f"{algorithm}:{good}") == []
    assert rules(tmp_path, files, hash=f"{algorithm}:{bad}") == ["D016"]
    assert rules(tmp_path, files, bytes=4) == ["D016"]
