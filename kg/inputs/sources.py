"""Opening what the user names: files, directories, archives, compressed files and standard input.

Compression is known by its magic bytes, never by the name. Nothing is unpacked to disk or held in memory as a whole,
but for a zip archive on standard input, which needs seeking. Damage in the middle of a file ends its stream quietly
and is told afterwards (:attr:`Opened.damage`), so that the records before it are kept.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import stat
import sys
import tempfile
import zipfile
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from kg.errors import KgError, NoRecordsError, UsageError
from kg.inputs.streams import BZIP2, GZIP, HEAD, XZ, ZIP, ZSTD, Again, Buffered, Stream, Transcoder, unpacker
from kg.model import Rejected

MAX_DEPTH = 3

_EMPTY_ZIP = b"PK\x05\x06"
_SUFFIXES = {".gz", ".gzip", ".bz2", ".xz", ".zst", ".zstd", ".zip"}
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_KINDS = {
    stat.S_ISFIFO: "a named pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}


@dataclass(slots=True)
class Opened:
    """One input ready to be read: its stream stands at its first byte, without compression and byte order mark."""

    name: str
    suffix: str
    head: bytes
    stream: BinaryIO
    layers: tuple[Stream, ...]

    @property
    def damage(self) -> str:
        """What ended the stream early, "" if nothing did; known when the stream has been read to its end."""
        return "; ".join(layer.damage for layer in self.layers if layer.damage)


# ---------------------------------------------------------------- which files


@dataclass(frozen=True, slots=True)
class Place:
    """A file to open, or standard input (``path`` None); ``named`` if the user named it and not only its directory."""

    name: str
    path: Path | None
    named: bool


def expand(sources: Iterable[str | os.PathLike[str]]) -> list[Place]:
    """The files that the sources mean: a directory gives its regular files, sorted by path, hidden ones left out.

    Raises:
        UsageError: a source does not exist or is no regular file or directory.
        NoRecordsError: a directory holds no file.
    """
    places: list[Place] = []
    for source in sources:
        name = os.fspath(source)
        path = Path(name)
        if name == "-":
            places.append(Place("-", None, named=True))
        elif path.is_dir():
            places.extend(_files_under(path))
        else:
            _check_regular(path, name)
            places.append(Place(name, path, named=True))
    return places


def _check_regular(path: Path, name: str) -> None:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{name!r} cannot be read: {reason}. Give a file, a directory, or - for stdin.") from None
    if not stat.S_ISREG(mode):
        kind = next((words for test, words in _KINDS.items() if test(mode)), "no regular file")
        raise UsageError(f"{name!r} is {kind}, not a file. To read from it: cat {name} | kg read -")


def _files_under(top: Path) -> list[Place]:
    found: dict[tuple[int, int], Path] = {}
    for folder, folders, files in os.walk(top, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for path in (Path(folder, f) for f in sorted(files) if not f.startswith(".")):
            with contextlib.suppress(OSError):  # a link to nowhere, a file gone since: no regular file
                info = path.stat()
                if stat.S_ISREG(info.st_mode):
                    found.setdefault((info.st_dev, info.st_ino), path)
    if not found:
        raise NoRecordsError(f"{str(top)!r} is a directory without a file to read. Give a directory that holds papers.")
    return [Place(str(path), path, named=False) for path in sorted(found.values())]


# ---------------------------------------------------------------- what is in them


def open_place(place: Place) -> Generator[Opened | Rejected, None, None]:
    """The inputs in one file: one, or each member of a zip archive in the archive's order.

    Raises:
        KgError: a file that the user named cannot be opened (one found in a directory gives a Rejected).
    """
    if place.path is None and sys.stdin is None:
        raise UsageError("there is no standard input to read; give a file or a directory.")
    if place.path is None:
        yield from _layers("-", cast("BinaryIO", sys.stdin.buffer), "", (), 0)
        return
    try:
        file = place.path.open("rb")
    except OSError as error:
        if place.named:
            raise KgError(f"{place.name!r} cannot be opened: {error.strerror}. Check its permissions.") from None
        yield Rejected(place.name, "a file that cannot be opened", str(error.strerror))
        return
    with file:
        yield from _layers(place.name, file, _suffix(place.path.name), (), 0)


def _suffix(name: str) -> str:
    suffixes = [s.lower() for s in PurePosixPath(name).suffixes]
    while suffixes and suffixes[-1] in _SUFFIXES:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _layers(
    name: str, file: BinaryIO, suffix: str, below: tuple[Stream, ...], depth: int
) -> Iterator[Opened | Rejected]:
    """Takes off one layer of compression after the other until plain bytes are left."""
    raw = Stream(name, getattr(file, "read1", file.read))
    below = (*below, raw)
    stream = io.BufferedReader(raw, HEAD)
    head = _peek(stream, 6)
    if not head.startswith((GZIP, XZ, ZSTD, ZIP, _EMPTY_ZIP, *BZIP2)):
        yield _plain(name, suffix, stream, below)
    elif depth >= MAX_DEPTH:
        yield Rejected(name, "compressed data", f"it is compressed more than {MAX_DEPTH} times; unpack it first")
    elif head.startswith((ZIP, _EMPTY_ZIP)):
        yield from _members(name, file, stream, below, depth)
    else:
        unpacked = Stream(name, unpacker(head, stream), lambda: raw.given)
        yield from _layers(name, io.BufferedReader(unpacked, HEAD), suffix, (*below, unpacked), depth + 1)


def _members(
    name: str, file: BinaryIO, stream: Buffered, below: tuple[Stream, ...], depth: int
) -> Iterator[Opened | Rejected]:
    with contextlib.ExitStack() as stack:
        if depth or not _seekable(file):
            aside = stack.enter_context(tempfile.TemporaryFile())
            while chunk := stream.read(1 << 20):
                aside.write(chunk)
            file = cast("BinaryIO", aside)
        file.seek(0)
        try:
            archive = stack.enter_context(zipfile.ZipFile(file))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            yield Rejected(name, "a damaged zip archive", f"{error}; unpack or download it again")
            return
        infos = archive.infolist()
        if any(i.filename == "[Content_Types].xml" for i in infos):
            yield Rejected(name, "an Office document", "it is no list of papers; save it as CSV and read that")
            return
        for info in infos:
            if not info.is_dir() and not any(p.startswith((".", "__MACOSX")) for p in info.filename.split("/")):
                yield from _member(f"{name}!{info.filename}", archive, info, below, depth)


def _member(
    name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, below: tuple[Stream, ...], depth: int
) -> Iterator[Opened | Rejected]:
    try:
        file = archive.open(info)
    except (RuntimeError, zipfile.BadZipFile, NotImplementedError, OSError) as error:
        yield Rejected(name, "a member of a zip archive that cannot be opened", f"{error}; unpack it yourself")
        return
    with file:
        unpacked = Stream(name, cast("io.BufferedIOBase", file).read1, lambda: info.compress_size)
        bytes_ = cast("BinaryIO", io.BufferedReader(unpacked, HEAD))
        yield from _layers(name, bytes_, _suffix(info.filename), (*below, unpacked), depth + 1)


def _seekable(file: BinaryIO) -> bool:
    try:
        return file.seekable() and file.seek(0) == 0
    except (OSError, ValueError):
        return False


def _peek(stream: Buffered, size: int) -> bytes:
    """Up to size bytes without moving; a pipe may give its first bytes in several parts."""
    return stream.peek(size)[:size]


def _plain(name: str, suffix: str, stream: Buffered, below: tuple[Stream, ...]) -> Opened:
    head = stream.read(HEAD)
    encoding = _UTF16.get(head[:2])
    rest: io.BufferedIOBase = stream
    if encoding and not head[2:].decode(encoding, "ignore").lstrip().startswith("<"):
        # A parser of XML or HTML reads the mark itself; every other format is given UTF-8.
        decoder = codecs.getincrementaldecoder(encoding)()
        text = Stream(name, Transcoder(head[2:], stream, decoder).read1)
        below, rest = (*below, text), io.BufferedReader(text, HEAD)
        head = rest.read(HEAD)
    head = head.removeprefix(codecs.BOM_UTF8)
    whole = io.BufferedReader(Stream(name, Again(head, rest).read1), HEAD)
    return Opened(name, suffix, head, cast("BinaryIO", whole), below)
