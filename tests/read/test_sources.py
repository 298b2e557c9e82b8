from __future__ import annotations

import bz2
import gzip
import importlib.metadata
import io
import lzma
import os
import random
import sys
import zipfile
from pathlib import Path
from typing import cast

import pytest
import zstandard

from kg import read as reading
from kg.errors import KgError, NoRecordsError, UsageError
from kg.inputs import streams
from kg.model import Note, Paper, Rejected
from kg.read.base import Format, Item
from tests.read.markup import papers, rejected

LINE = '{"id": "%s", "title": "On %s", "abstract": "We study %s and nothing else."}\n'


def lines(*ids: str) -> bytes:
    return "".join(LINE % (i, i, i) for i in ids).encode()


def many(count: int) -> bytes:
    """Records that do not compress well, so that a cut falls between them."""
    chance = random.Random(1)  # noqa: S311
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=12)) for _ in range(count * 30)]
    return b"".join(
        f'{{"id": "{n}", "abstract": "{" ".join(words[n * 30 : n * 30 + 30])}"}}\n'.encode() for n in range(count)
    )


def ids(items: list[Item]) -> list[str]:
    return [p.id for p in papers(items)]


def read(*places: Path | str, **options: str) -> list[Item]:
    return list(reading.read(places, **options))  # type: ignore[arg-type]


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lzma.compress,
        bz2.compress,
        zstandard.compress,
        lambda data: zipped(a=data),
        lambda data: gzip.compress(lzma.compress(data)),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.decode().encode("utf-16"),
        lambda data: data.replace(b"\n", b"\r\n"),
    ],
    ids=["gz", "xz", "bz2", "zst", "zip", "xz in gz", "byte order mark", "utf-16", "crlf"],
)
def test_the_same_papers_come_out_of_every_wrapping_whatever_the_name(pack: object, tmp_path: Path) -> None:
    path = tmp_path / "papers.dat"
    path.write_bytes(pack(lines("a", "b")))  # type: ignore[operator]
    assert [(p.id, p.abstract) for p in papers(read(path))] == [
        ("a", "We study a and nothing else."),
        ("b", "We study b and nothing else."),
    ]
    assert not rejected(read(path))


@pytest.mark.parametrize(
    "pack", [gzip.compress, lzma.compress, bz2.compress, zstandard.compress], ids=["gz", "xz", "bz2", "zst"]
)
def test_a_cut_file_keeps_what_stands_before_the_cut_and_says_so(pack: object, tmp_path: Path) -> None:
    whole = pack(many(4000))  # type: ignore[operator]
    path = tmp_path / "cut.jsonl"
    path.write_bytes(whole[: len(whole) * 3 // 4])
    items = read(path)
    found = ids(items)
    assert len(found) > 1000
    assert found == [str(n) for n in range(len(found))]
    last = items[-1]
    assert isinstance(last, Rejected)
    assert last.where == str(path)
    assert "damaged" in last.what
    assert f"{len(found)} paper(s)" in last.why


def test_members_of_gzip_follow_one_another_and_garbage_after_them_is_told(tmp_path: Path) -> None:
    path = tmp_path / "two.gz"
    path.write_bytes(gzip.compress(lines("a")) + gzip.compress(lines("b")))
    assert ids(read(path)) == ["a", "b"]
    path.write_bytes(gzip.compress(lines("a")) + b"garbage")
    items = read(path)
    assert ids(items) == ["a"]
    assert "damaged" in rejected(items)[-1].what


def test_a_flipped_bit_is_told_after_the_records(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(lines("a", "b")))
    data[-6] ^= 1
    path = tmp_path / "x.gz"
    path.write_bytes(data)
    items = read(path)
    assert ids(items) == ["a", "b"]
    assert "CRC" in rejected(items)[0].what


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, zstandard.compress], ids=["gz", "bz2", "zst"])
def test_a_decompression_bomb_is_stopped(pack: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "RATIO_FLOOR", 1 << 20)
    path = tmp_path / "bomb.jsonl"
    path.write_bytes(pack(lines("a") + b" " * (1 << 24)))  # type: ignore[operator]
    assert "bomb" in rejected(read(path))[-1].what


def test_a_zip_has_its_members_in_its_own_order_and_strangers_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    members = {
        "z.jsonl": lines("z"),
        "a.jsonl.gz": gzip.compress(lines("a")),
        ".x": b"",
        "__MACOSX/q": b"?",
        "i.png": b"\x89PNG\r\n\x00",
    }
    path.write_bytes(zipped(**members))
    items = read(path)
    assert ids(items) == ["z", "a"]
    assert [r.where for r in rejected(items)] == [f"{path}!i.png"]


def test_office_files_and_broken_archives_are_told(tmp_path: Path) -> None:
    office, broken = tmp_path / "t.xlsx", tmp_path / "b.zip"
    office.write_bytes(zipped(**{"[Content_Types].xml": b"<x/>", "a.xml": b"<x/>"}))
    broken.write_bytes(b"PK\x03\x04 nothing")
    assert ["Office" in r.what for r in rejected(read(office))] == [True]
    assert ["zip" in r.what for r in rejected(read(broken))] == [True]


def test_what_is_packed_too_often_is_refused(tmp_path: Path) -> None:
    data = lines("a")
    for _ in range(5):
        data = gzip.compress(data)
    path = tmp_path / "x"
    path.write_bytes(data)
    assert ["compressed" in r.what for r in rejected(read(path))] == [True]


def test_a_directory_is_walked_in_order_without_links_that_lead_round(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.jsonl").write_bytes(lines("b2"))
    (tmp_path / "a.jsonl").write_bytes(lines("a"))
    (tmp_path / ".hidden.jsonl").write_bytes(lines("hidden"))
    (tmp_path / "b" / "again.jsonl").symlink_to(tmp_path / "a.jsonl")
    (tmp_path / "b" / "round").symlink_to(tmp_path)
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    os.mkfifo(tmp_path / "pipe")
    items = read(tmp_path)
    assert ids(items) == ["a", "b2"]
    assert len(items) == 2


def test_a_stranger_in_a_directory_does_not_stop_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\x00\x01\x02" * 50)
    (tmp_path / "b.jsonl").write_bytes(lines("b"))
    items = read(tmp_path)
    assert ids(items) == ["b"]
    assert "--from" in rejected(items)[0].why


def test_sources_that_cannot_be_meant_are_refused_before_any_is_read(tmp_path: Path) -> None:
    good = tmp_path / "a.jsonl"
    good.write_bytes(lines("a"))
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, error, words in [
        ("missing.jsonl", UsageError, "missing.jsonl"),
        ("pipe", UsageError, "named pipe"),
        ("empty", NoRecordsError, "without a file"),
        ("nul\x00", UsageError, "cannot be read"),
    ]:
        with pytest.raises(error, match=words):
            next(reading.read([good, tmp_path / name]))
    with pytest.raises(UsageError, match="device"):
        read("/dev/null")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "secret.jsonl"
    path.write_bytes(lines("a"))
    path.chmod(0)
    with pytest.raises(KgError, match=r"secret\.jsonl"):
        read(path)
    assert rejected(read(tmp_path))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lambda d: zipped(a=d)], ids=["plain", "gz", "zip"])
def test_standard_input_is_read_through_a_pipe(pack: object, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe(io.RawIOBase):
        """Gives seven bytes at a time and cannot go back."""

        def __init__(self, data: bytes) -> None:
            self.rest = data

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            size = min(7, len(buffer), len(self.rest))
            buffer[:size], self.rest = self.rest[:size], self.rest[size:]
            return size

    class Stdin:
        buffer = io.BufferedReader(cast("io.RawIOBase", Pipe(pack(lines("a", "b")))))  # type: ignore[operator]

    monkeypatch.setattr(sys, "stdin", Stdin())
    assert ids(read("-")) == ["a", "b"]


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf", b"[]", b"{}", b"title,abstract\n"])
def test_a_file_without_records_is_never_silent(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(data)
    assert [r.where.startswith(str(path)) for r in rejected(read(path))] == [True]


def test_an_unknown_format_is_refused_with_what_was_found_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"\x7fELF\x00\x01")
    (refused,) = rejected(read(path))
    assert refused.where == str(path)
    assert "ELF" in refused.what
    assert "--from" in refused.why
    path.write_bytes(b"a" * 257 + b"ustar\x00" + b"\x00" * 300)
    assert rejected(read(path))[0].what == "a tar archive"
    path.write_bytes(b"%PDF-1.5 ...")
    assert "give its text" in rejected(read(path))[0].why
    (tmp_path / "y.txt").write_text("An abstract about gulls, which are birds of the sea.")
    assert len(papers(list(reading.read([path, tmp_path / "y.txt"])))) == 1, "one file that is no text stops no other"
    with pytest.raises(UsageError, match=r"'wrong'.*jsonl.*text"):
        reading.read([path], format="wrong")
    with pytest.raises(UsageError, match="24"):
        reading.read([path], year=24)


def test_a_forced_format_wins(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(lines("a"))
    (item,) = read(path, format="text")
    assert isinstance(item, Paper)
    assert item.abstract.startswith("{")


def test_formats_have_distinct_names_and_plain_text_last() -> None:
    names = [f.name for f in reading.formats()]
    assert tuple(names) == reading.FORMATS, "a format is called as its module is"
    assert len(set(names)) == len(names)
    assert names[-1] == "text"
    assert all(f.help for f in reading.formats())
    assert reading.find_format("daily-papers-text").name == "daily_papers_text"


def test_a_plug_in_is_asked_before_plain_text_and_a_broken_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Format("mine", "mine", lambda head, suffix: False, lambda source: iter(()))  # noqa: ARG005

    class Point:
        value = "some:thing"

        def __init__(self, name: str) -> None:
            self.name = name

        def load(self) -> Format:
            if self.name == "broken":
                raise ImportError("gone")
            return mine

    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [Point("z"), Point("broken")])  # noqa: ARG005
    reading._formats.cache_clear()
    try:
        with pytest.warns(UserWarning, match=r"broken.*gone"):
            assert [f.name for f in reading.formats()][-2:] == ["mine", "text"]
    finally:
        reading._formats.cache_clear()


def test_notes_are_no_records(tmp_path: Path) -> None:
    path = tmp_path / "n.jsonl"
    path.write_bytes(b'{"abstract": "half \\ud800 a pair"}\n')
    note, paper = read(path)
    assert isinstance(note, Note)
    assert isinstance(paper, Paper)
    assert paper.abstract == "half \ufffd a pair"
