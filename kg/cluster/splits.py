"""Which pieces the sources are read in: planned on the driver from the heads of the files, read by the workers.

===================  ==========================================================================================
a source             its pieces
===================  ==========================================================================================
plain JSON lines     ranges of bytes; a line belongs to the piece in which it begins
Parquet              groups of rows
anything else        the whole file (compressed files, XML, BibTeX ...)
Semantic Scholar     all files together, because its records are joined from several
===================  ==========================================================================================

Whatever the pieces, the same papers and rejected records come out as from :func:`kg.read.read`, with the same places.
"""

from __future__ import annotations

import codecs
import io
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from kg.cluster.storage import Storage, is_address
from kg.errors import UsageError
from kg.inputs.json_values import MAX_RECORD, is_by_line
from kg.inputs.source import Source
from kg.inputs.sources import expand
from kg.model import Item, Note, Rejected
from kg.read import find_format, formats, read

# Formats of which each record stands on a line of its own and is read for itself.
BY_LINE = frozenset({"jsonl", "openalex", "kaggle_arxiv", "hf_daily", "csl_json"})
# Formats whose records are joined from all files together.
JOINED = frozenset({"semantic_scholar"})
_HEAD = 65_536
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NUMBER = re.compile(r":(\d+)((?:\[\d+\])?)$")


@dataclass(frozen=True, slots=True)
class Split:
    """A piece of the sources. ``kind`` is ``lines`` or ``rows`` (from ``start`` to before ``end``), or ``whole``.

    ``format`` is that of a piece, or the one that the user names; ``first`` is how many rows lie before a piece.
    """

    files: tuple[str, ...]
    kind: str = "whole"
    format: str | None = None
    start: int = 0
    end: int = 0
    first: int = 0
    year: int | None = None

    def to_record(self) -> dict[str, Any]:
        """The piece as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Split:
        """The piece of :meth:`to_record`."""
        return cls(**{**record, "files": tuple(record["files"])})


@dataclass(slots=True)
class Count:
    """How many lines a piece has, known when it has been read."""

    lines: int = 0


# ---------------------------------------------------------------- planning


def files_of(sources: Iterable[str]) -> list[str]:
    """The files that sources mean, as :func:`kg.inputs.sources.expand` does, and all below an address.

    Raises:
        UsageError: a source does not exist, is no file, or is standard input.
    """
    found: list[str] = []
    for source in sources:
        if source == "-":
            raise UsageError("a cluster cannot read standard input; give files, or build with the local engine")
        if is_address(source):
            storage = Storage(source)
            found += [source] if storage.exists() else [f"{source.rstrip('/')}/{n}" for n in storage.list()]
        else:
            found += [place.name for place in expand([source])]
    return found


def plan(files: Iterable[str], size: int, *, format: str | None = None, year: int | None = None) -> list[Split]:  # noqa: A002
    """The pieces of files, of about ``size`` bytes where a file can be cut."""
    splits: list[Split] = []
    joined: list[str] = []
    for file in files:
        head = _head_of(file)
        name = _format_of(file, head, format)
        if name in JOINED:
            joined.append(file)
        elif name in BY_LINE and _is_plain(head) and is_by_line(head):
            bytes_ = Storage(file).size()
            cuts = range(0, max(bytes_, 1), size)
            splits += [Split((file,), "lines", name, at, min(at + size, bytes_), year=year) for at in cuts]
        elif name == "parquet" and (pieces := list(_row_groups(file, size))):
            splits += pieces
        else:
            splits.append(Split((file,), format=format, year=year))
    if joined:
        splits.append(Split(tuple(joined), format=format, year=year))
    return splits


def _head_of(file: str) -> bytes:
    with Storage(file).open() as opened:
        return opened.read(_HEAD)


def _is_plain(head: bytes) -> bool:
    return not head.startswith((*_PACKED, *_MARKS)) and head.count(b"\n") > 1


def _format_of(file: str, head: bytes, given: str | None) -> str | None:
    if given is not None:
        return find_format(given).name
    packed = head.startswith(_PACKED)
    if packed:
        with _local(file) as place:
            return _format_within(place)
    suffix = PurePosixPath(file).suffix.lower()
    return next((f.name for f in formats() if f.sniff(head, suffix)), None)


def _format_within(place: str) -> str | None:
    """The format of what is packed in a file, where that is one thing."""
    from kg.inputs.sources import Opened, Place, open_place

    for opened in open_place(Place(place, Path(place), named=False)):
        if isinstance(opened, Opened):
            return next((f.name for f in formats() if f.sniff(opened.head, opened.suffix)), None)
    return None


def _row_groups(file: str, size: int) -> Iterator[Split]:
    import pyarrow
    import pyarrow.parquet

    try:
        with Storage(file).open() as opened:
            about = pyarrow.parquet.ParquetFile(opened).metadata
    except (pyarrow.ArrowException, OSError, ValueError):
        return
    start = first = rows = bytes_ = 0
    for group in range(about.num_row_groups):
        bytes_ += about.row_group(group).total_byte_size
        rows += about.row_group(group).num_rows
        if bytes_ >= size or group == about.num_row_groups - 1:
            yield Split((file,), "rows", "parquet", start, group + 1, first)
            start, first, bytes_ = group + 1, rows, 0


# ---------------------------------------------------------------- reading


def items_of(split: Split, count: Count) -> Iterator[Item]:
    """The papers, rejected records and notes of a piece; places of lines are counted from the piece's own first."""
    if split.kind == "lines":
        return _lines(split, count)
    return _rows(split) if split.kind == "rows" else _whole(split)


def placed(where: str, lines: int) -> str:
    """The place of a record in its file, where so many lines come before its piece.

    >>> placed("works.jsonl:3[1]", 100)
    'works.jsonl:103[1]'
    """
    return _NUMBER.sub(lambda m: f":{int(m[1]) + lines}{m[2]}", where)


def _whole(split: Split) -> Iterator[Item]:
    if not any(map(is_address, split.files)):
        yield from read(split.files, format=split.format, year=split.year)
        return
    with tempfile.TemporaryDirectory(prefix="kg-read-") as folder:
        names = {}
        for number, file in enumerate(split.files):
            place = Path(folder) / str(number) / PurePosixPath(file).name
            place.parent.mkdir()
            _fetch(file, place)
            names[str(place)] = file
        for item in read(names, format=split.format, year=split.year):
            yield _renamed(item, names)


def _renamed(item: Item, names: dict[str, str]) -> Item:
    if not isinstance(item, Rejected | Note):
        return item
    for place, file in names.items():
        if item.where.startswith(place):
            return replace(item, where=file + item.where.removeprefix(place))
    return item


class _Piece:
    """The lines of a file that begin within a range of bytes, after lines from the file's beginning."""

    def __init__(self, file: BinaryIO, split: Split, count: Count, head: list[bytes]) -> None:
        self._file, self._end, self._count, self._head = file, split.end, count, head
        self._whole_line = True
        if split.start:
            file.seek(split.start - 1)
            while (skipped := file.readline(MAX_RECORD)) and not skipped.endswith(b"\n"):
                pass
        self._at = file.tell()

    def readline(self, limit: int) -> bytes:
        """The next line, or as much of it as fits the limit."""
        if self._head:
            return self._head.pop(0)
        if self._whole_line and self._at >= self._end:
            return b""
        line = self._file.readline(limit)
        self._at += len(line)
        self._whole_line = line.endswith(b"\n")
        self._count.lines += self._whole_line
        return line


def _lines(split: Split, count: Count) -> Iterator[Item]:
    """The records of a piece; its reader is shown the file's first lines too, by which it knows the file's form."""
    name, form = split.files[0], find_format(split.format or "")
    with Storage(name).open() as raw:
        file = cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", raw), 1 << 20))
        head = _first_lines(file) if split.start else []
        known = sum(1 for _ in form.read(Source(name, io.BytesIO(b"".join(head))))) if head else 0
        before = len(head)
        piece = cast("BinaryIO", _Piece(file, split, count, head))
        for number, item in enumerate(form.read(Source(name, piece, split.year))):
            if number >= known:
                yield replace(item, where=placed(item.where, -before)) if isinstance(item, Rejected | Note) else item


def _first_lines(file: BinaryIO) -> list[bytes]:
    lines: list[bytes] = []
    while sum(1 for line in lines if line.strip()) < 2 and (line := file.readline(MAX_RECORD)):
        lines.append(line)
    return lines


def _rows(split: Split) -> Iterator[Item]:
    """The rows of a piece, read as a table of their own."""
    import pyarrow.parquet

    name, form = split.files[0], find_format("parquet")
    with Storage(name).open() as file, tempfile.TemporaryFile() as own:
        table = pyarrow.parquet.ParquetFile(file).read_row_groups(range(split.start, split.end))
        pyarrow.parquet.write_table(table, own)
        del table
        own.seek(0)
        for item in form.read(Source(name, cast("BinaryIO", own))):
            yield replace(item, where=placed(item.where, split.first)) if isinstance(item, Rejected | Note) else item


class _Local:
    """A file as one of this machine: itself, or a copy that goes when it has served."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> str:
        if not is_address(self._file):
            return self._file
        self._folder = tempfile.TemporaryDirectory(prefix="kg-read-")
        place = Path(self._folder.name) / PurePosixPath(self._file).name
        _fetch(self._file, place, most=1 << 20)
        return str(place)

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()


def _local(file: str) -> _Local:
    return _Local(file)


def _fetch(file: str, place: Path, most: int = -1) -> None:
    """Copy a file to this machine, or its first bytes."""
    with Storage(file).open() as source, place.open("wb") as out:
        left = most
        while chunk := source.read(1 << 20):
            out.write(chunk)
            left -= len(chunk)
            if most >= 0 and left <= 0:
                return
