"""Zip files of strangers: what is unpacked, what is refused, and that nothing is left behind."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
from pathlib import Path

import pytest

from toolkit.package import archive
from toolkit.package.archive import NotUnpacked, open_archive

Entry = tuple[str | zipfile.ZipInfo, bytes]


def zipped(path: Path, *entries: Entry, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in entries:
            made.writestr(name, content)
    return path


def special(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = mode << 16
    return entry


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which temporary ones are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def refusal(path: Path, temporary: Path) -> str:
    around = sorted(temporary.parent.rglob("*"))
    with pytest.raises(NotUnpacked) as caught, open_archive(path):
        pytest.fail("it was opened")
    assert sorted(temporary.parent.rglob("*")) == around, "something was left behind"
    return str(caught.value)


def test_the_folder_at_the_top_is_yielded(tmp_path: Path, temporary: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("r-1/x.txt", b"x"), ("r-1/d/y.txt", b"y" * 9))
    with open_archive(path) as folder:
        assert folder.name == "r-1"
        assert (folder / "x.txt").read_bytes() == b"x"
        assert (folder / "d" / "y.txt").read_bytes() == b"y" * 9
    assert not list(temporary.iterdir())


def test_files_without_a_folder_in_common(tmp_path: Path, temporary: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("x.txt", b"x"), ("d/", b""), ("d/y.txt", b"y"))
    with open_archive(path) as folder:
        assert folder.parent == temporary.resolve()
        assert sorted(file.name for file in folder.iterdir()) == ["d", "x.txt"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../x", "leads out of the zip"),
        ("a/../../x", "leads out of the zip"),
        ("/etc/x", "leads out of the zip"),
        ("~/x", "leads out of the zip"),
        ("C:/x", "leads out of the zip"),
        ("a\\..\\x", "has a name with characters that are not allowed"),
        ("a\x1b[31mx", "has a name with characters that are not allowed"),
        ("a\u202ex", "has a name with characters that are not allowed"),
        ("a\nx", "has a name with characters that are not allowed"),
        ("a\tx", "has a name with characters that are not allowed"),
        ("a//x", "has no proper name"),
        ("a/./x", "has no proper name"),
        ("a" * 241, "has a name that is too long"),
        ("é" * 121, "has a name that is too long"),
        ("a/" * 40 + "x", "has a name that is too long"),
    ],
)
def test_names_that_are_refused(tmp_path: Path, temporary: Path, name: str, reason: str) -> None:
    message = refusal(zipped(tmp_path / "a.zip", ("ok.txt", b""), (name, b"x")), temporary)
    assert message.endswith(f" {reason}")
    assert message.isprintable()


def test_a_name_is_not_cut_at_a_nul(tmp_path: Path, temporary: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a?.txt", b"x"))
    path.write_bytes(path.read_bytes().replace(b"a?.txt", b"a\0.txt"))
    expected = r"the entry a\x00.txt has a name with characters that are not allowed"
    assert refusal(path, temporary) == expected


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(tmp_path: Path, temporary: Path, kind: int) -> None:
    path = zipped(tmp_path / "a.zip", (special("link", kind | 0o777), b"/etc/passwd"))
    assert refusal(path, temporary) == "the entry link is a link or a device"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("a.txt", "a.txt"), "the entry a.txt has the name of another"),
        (("a.txt", "A.TXT"), "the entry A.TXT has the name of another"),
        (("\u00e9", "e\u0301"), "the entry e\u0301 has the name of another"),
        (("d/", "d/"), "the entry d/ has the name of another"),
        (("a", "a/x"), "the entry a is both a file and a folder"),
        (("a/x", "a"), "the entry a is both a file and a folder"),
        (("a", "a/"), "the entry a/ has the name of another"),
        (("a/", "a"), "the entry a is both a file and a folder"),
    ],
)
def test_names_that_meet(
    tmp_path: Path, temporary: Path, names: tuple[str, ...], message: str
) -> None:
    path = zipped(tmp_path / "a.zip", *((name, b"") for name in names))
    assert refusal(path, temporary) == message


def test_a_bomb_by_its_own_account(tmp_path: Path, temporary: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "HARMLESS_BYTES", 1_000)
        path = zipped(tmp_path / "a.zip", ("bomb", bytes(1_000_000)))
        most = 100 * path.stat().st_size
        assert most < 1_000_000
        assert refusal(path, temporary) == f"the zip inflates to more than {most:,} bytes"


def test_a_bomb_that_lies_about_its_size(tmp_path: Path, temporary: Path) -> None:
    size = 3_000_000
    path = zipped(tmp_path / "a.zip", ("bomb", bytes(size)))
    true, stated = size.to_bytes(4, "little"), (10).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(true, stated))
    message = refusal(path, temporary)
    assert message == "the zip cannot be read: Bad CRC-32 for file 'bomb'"


def test_no_more_is_written_than_allowed() -> None:
    out = io.BytesIO()
    with pytest.raises(NotUnpacked, match="the zip inflates to more than it states"):
        archive._copy(io.BytesIO(bytes(5_000_000)), out, 2_000_000)
    assert len(out.getvalue()) <= 2_000_000


def test_too_many_entries(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    path = zipped(tmp_path / "a.zip", *((f"f{n}", b"") for n in range(4)))
    assert refusal(path, temporary) == "the zip has 4 entries, more than 3"


def test_empty_and_encrypted_and_unusual(tmp_path: Path, temporary: Path) -> None:
    assert refusal(zipped(tmp_path / "a.zip"), temporary) == "the zip is empty"
    path = zipped(tmp_path / "b.zip", ("x", b"x"), method=zipfile.ZIP_BZIP2)
    assert refusal(path, temporary) == "the entry x is compressed in an unusual way"
    path = zipped(tmp_path / "c.zip", ("x", b"x"))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert refusal(path, temporary) == "the entry x is encrypted"


@pytest.mark.parametrize("share", [0, 0.3, 0.6, 0.9, 0.99])
def test_truncated_files(tmp_path: Path, temporary: Path, share: float) -> None:
    path = zipped(tmp_path / "a.zip", *((f"d/f{n}", os.urandom(500)) for n in range(20)))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert refusal(path, temporary) == "the zip cannot be read: File is not a zip file"


def test_every_flipped_byte_gives_the_files_or_a_refusal(tmp_path: Path, temporary: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("d/x", b"some text " * 5), ("d/y", b"y"))
    content = path.read_bytes()
    refusals = []
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        try:
            with open_archive(path) as folder:
                assert folder.is_relative_to(temporary.resolve())
        except NotUnpacked as error:
            refusals.append(str(error))
    assert len(refusals) > 80
    assert [text for text in refusals if not re.match("the (zip|entry) ", text)] == []
    assert all(text.isprintable() for text in refusals)
    assert not list(temporary.iterdir())


def test_what_is_no_file(tmp_path: Path, temporary: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe", temporary) == "pipe is no file"
    assert refusal(tmp_path / "gone", temporary) == "gone is no file"
