"""A build that is killed, lacks room or meets another one leaves a whole release, new or former."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, write_package
from toolkit.release import build_release, workspace
from toolkit.release.build import NotReleasable
from toolkit.release.verify import verify_release

NAME = "generated-1.0.0"
SCHEMA = {"fields": [{"name": "a", "type": "string"}]}


def package(root: Path, cell: str) -> Path:
    root.mkdir()
    write_package(root, {"t": (SCHEMA, [["a"], [cell]])}, version="1.0.0")
    return root


def build(root: Path, output: Path) -> Path:
    _, folder = build_release(root, output)
    assert folder is not None
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def zipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name.removeprefix(f"{NAME}/"): archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with the release of an earlier state of the package."""
    root = tmp_path_factory.mktemp("old")
    return build(package(root / "package", "old"), root / "dist").parent


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is to be released; beside it is an output folder with its release."""
    root = tmp_path_factory.mktemp("new")
    build(package(root / "package", "new"), root / "dist")
    return root / "package"


def disturbed(how: str, new: Path, former: Path, outputs: Path) -> list[int]:
    """Run tests/faults.py; see there."""
    outputs.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", how, str(new), str(former), str(outputs)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    ended: list[int] = json.loads(done.stdout)
    return ended


def state(output: Path, old: Path, new: Path) -> str:
    """Tell which release an output folder holds; it must be whole, and the zip must be its own."""
    folder, archive = output / NAME, output / f"{NAME}.zip"
    if not folder.exists():
        return "none"
    files = content(folder)
    if archive.exists():
        assert zipped(archive) == files
    known = {"old": content(old / NAME), "new": content(new.parent / "dist" / NAME)}
    (found,) = (name for name, whole in known.items() if whole == files)
    return found if archive.exists() else f"{found} without zip"


def tidy(output: Path) -> bool:
    return sorted(path.name for path in output.iterdir()) == [NAME, f"{NAME}.zip"]


@pytest.mark.parametrize(
    ("how", "moments"),
    [
        # With an exchange the zip is away while the folders change places, and the folder never.
        ("kill", ["old", "old without zip", "new without zip", "new"]),
        ("plain", ["old", "old without zip", "none", "new without zip", "new"]),
    ],
)
def test_a_killed_build_leaves_the_former_or_the_new_release(
    how: str, moments: list[str], old: Path, new: Path, tmp_path: Path
) -> None:
    ended = disturbed(how, new, old, tmp_path / "out")
    assert len(ended) > 15
    assert ended == [-9] * (len(ended) - 1) + [0]
    outputs = [tmp_path / "out" / str(number + 1) for number in range(len(ended))]
    seen = [state(output, old, new) for output in outputs]
    assert list(dict.fromkeys(seen)) == moments
    assert tidy(outputs[-1])
    other = package(tmp_path / "other", "x")
    descriptor = (other / "datapackage.json").read_text(encoding="utf-8")
    (other / "datapackage.json").write_text(descriptor.replace("1.0.0", "2.0.0"), encoding="utf-8")
    for output, before in zip(outputs, seen, strict=True):
        # The next build, if only of another version, puts things in order.
        build(other, output)
        names = [NAME, f"{NAME}.zip", "generated-2.0.0", "generated-2.0.0.zip"]
        assert sorted(path.name for path in output.iterdir()) == names
        assert state(output, old, new) == ("new" if before.startswith("new") else "old")
        assert verify_release(output / NAME).findings == ()


@pytest.mark.parametrize("how", ["kill", "cut"])
def test_a_first_build_that_is_killed_leaves_nothing_or_a_whole_release(
    how: str, old: Path, new: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    ended = disturbed(how, new, tmp_path / "empty", tmp_path / "out")
    outputs = [tmp_path / "out" / str(number + 1) for number in range(len(ended))]
    seen = [state(output, old, new) for output in outputs]
    expected = ["none", "new without zip", "new"] if how == "kill" else ["none"]
    assert list(dict.fromkeys(seen)) == expected
    for output in outputs:
        build(new, output)
        assert tidy(output)
        assert state(output, old, new) == "new"


@pytest.mark.parametrize(("how", "code"), [("cut", -25), ("full", 2)])
def test_a_build_that_cannot_write_on_leaves_the_former_release(
    how: str, code: int, old: Path, new: Path, tmp_path: Path
) -> None:
    ended = disturbed(how, new, old, tmp_path / "out")
    assert ended == [code] * 6
    for number in range(len(ended)):
        output = tmp_path / "out" / str(number + 1)
        assert state(output, old, new) == "old"
        # What a process is told it can tidy up; what kills it, the next build does.
        assert how == "cut" or tidy(output)
        build(new, output)
        assert tidy(output)
        assert state(output, old, new) == "new"


@pytest.mark.parametrize("size", [20, 300, 30_000])
def test_no_room_is_told_in_one_line(size: int, old: Path, new: Path, tmp_path: Path) -> None:
    output = shutil.copytree(old, tmp_path / "dist")
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", "build", str(new), "--output", str(output)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"toolkit: [^\n]*(File too large|bytes)[^\n]*\n", done.stderr), done.stderr
    assert tidy(output)
    assert state(output, old, new) == "old"


@pytest.mark.parametrize(
    ("exchange", "failing"), [(True, 1), (True, 2), *((False, number) for number in range(1, 5))]
)
def test_a_rename_that_fails_is_undone(
    exchange: bool,
    failing: int,
    old: Path,
    new: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = shutil.copytree(old, tmp_path / "dist")
    rename = Path.rename
    calls = 0

    def limited(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", limited)
    if not exchange:
        monkeypatch.setattr(workspace, "_exchange", lambda one, other: False)
    with pytest.raises(OSError, match="Input/output error"):
        build_release(new, output)
    assert tidy(output)
    assert state(output, old, new) == "old"


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        (NAME, Path.touch, "is no folder; move it away, the new one goes there"),
        (f"{NAME}.zip", Path.mkdir, "is no file; move it away, the new one goes there"),
        (NAME, lambda path: path.symlink_to("/"), "is no folder; move it away"),
        (f"{NAME}.zip", lambda path: path.symlink_to("/x"), "is no file; move it away"),
    ],
)
def test_what_is_in_the_way_stays(
    name: str, make: Callable[[Path], object], message: str, new: Path, tmp_path: Path
) -> None:
    output = tmp_path / "dist"
    output.mkdir()
    make(output / name)
    with pytest.raises(FileExistsError, match=f"{name} {message}"):
        build_release(new, output)
    assert [path.name for path in output.iterdir()] == [name]


def test_an_output_folder_that_cannot_be_written(new: Path) -> None:
    # Nobody may make a folder there, whoever they are.
    output = Path("/proc/self/fd")
    if not output.exists():
        pytest.skip("there is no /proc")
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", "build", str(new), "--output", str(output)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"toolkit: \[Errno \d+\] [^\n]*\n", done.stderr)


def test_builds_at_the_same_time(old: Path, new: Path, tmp_path: Path) -> None:
    output = tmp_path / "dist"
    packages = [new, old.parent / "package"] * 3
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "toolkit", "build", str(root), "--output", str(output)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for root in packages
    ]
    for process in running:
        _, errors = process.communicate()
        assert (process.returncode, errors) == (0, "")
        # Whoever is still writing has not been disturbed, and what is there is whole.
    assert tidy(output)
    assert state(output, old, new) in ("old", "new")


def test_the_folder_of_a_running_build_is_let_be(new: Path, tmp_path: Path) -> None:
    output = tmp_path / "dist"
    with workspace.open_workspace(output) as running:
        (running / "half").write_text("x", encoding="utf-8")
        build(new, output)
        assert (running / "half").exists()
    assert tidy(output)


def test_a_link_called_like_a_folder_of_a_build_is_not_followed(new: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    output = tmp_path / "dist"
    output.mkdir()
    (output / ".building-x").symlink_to(precious)
    build(new, output)
    assert (precious / "file").exists()
    assert (output / ".building-x").is_symlink()


def test_locks_that_a_file_system_does_not_have(
    new: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int, flags: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    output = tmp_path / "dist"
    (output / ".building-x").mkdir(parents=True)
    monkeypatch.setattr(fcntl, "flock", refuse)
    build(new, output)
    # It may be that of a running build.
    assert sorted(path.name for path in output.iterdir()) == [".building-x", NAME, f"{NAME}.zip"]


def test_a_name_that_checksums_cannot_hold_is_refused(tmp_path: Path) -> None:
    root = package(tmp_path / "package", "x")
    (root / "schemas" / "rules").mkdir(parents=True)
    (root / "schemas" / "rules" / "a\nb.txt").touch()
    with pytest.raises(NotReleasable, match=r"the name of 'a\\nb.txt' cannot stand in SHA256SUMS"):
        build_release(root, tmp_path / "dist")
    assert list((tmp_path / "dist").iterdir()) == []
