"""Opening what the user names: files, directories, archives, compressed files and standard input.

Compression is known by its magic bytes, never by the name. Nothing is unpacked to disk or held in memory as a whole,
but for a zip archive on standard input, which needs seeking. Damage in the middle of a file ends its stream quietly
and is told afterwards (:attr:`Opened.damage`), so that the records before it are kept.
"""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import lzma
import os
import stat
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, TypeAlias, cast

from kg.errors import KgError, NoRecordsError, UsageError
from kg.model import Rejected

HEAD = 65_536
# A text compresses 3 to 20 times; gzip's limit is 1,032 times. Below the floor the ratio says nothing.
MAX_RATIO = 200
RATIO_FLOOR = 64 * 1024 * 1024
MAX_DEPTH = 3

_GZIP, _XZ, _ZSTD, _ZIP = b"\x1f\x8b", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_SUFFIXES = {".gz", ".gzip", ".xz", ".zst", ".zstd", ".zip"}
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError)
_KINDS = {
    stat.S_ISFIFO: "a named pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}


class _Stream(io.RawIOBase):
    """Bytes from a function that gives at most n at a time; damage ends the stream and is remembered."""

    def __init__(self, name: str, read: Callable[[int], bytes], consumed: Callable[[], int] | None = None) -> None:
        self._name, self._read, self._consumed = name, read, consumed
        self.given, self.damage = 0, ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self.damage:
            return 0
        try:
            data = self._read(len(buffer))
        except _DAMAGE as error:
            self.damage = str(error) or type(error).__name__
            return 0
        self.given += len(data)
        if self._consumed and self.given > RATIO_FLOOR and self.given > MAX_RATIO * max(self._consumed(), 1):
            self.damage = f"it unpacks to more than {MAX_RATIO} times its size, as a decompression bomb does"
            return 0
        buffer[: len(data)] = data
        return len(data)


Buffered: TypeAlias = "io.BufferedReader[_Stream]"


@dataclass(slots=True)
class Opened:
    """One input ready to be read: its stream stands at its first byte, without compression and byte order mark."""

    name: str
    suffix: str
    head: bytes
    stream: BinaryIO
    layers: tuple[_Stream, ...]

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
    name: str, file: BinaryIO, suffix: str, below: tuple[_Stream, ...], depth: int
) -> Iterator[Opened | Rejected]:
    """Takes off one layer of compression after the other until plain bytes are left."""
    raw = _Stream(name, getattr(file, "read1", file.read))
    below = (*below, raw)
    stream = io.BufferedReader(raw, HEAD)
    head = _peek(stream, 6)
    if not head.startswith((_GZIP, _XZ, _ZSTD, _ZIP, _EMPTY_ZIP)):
        yield _plain(name, suffix, stream, below)
    elif depth >= MAX_DEPTH:
        yield Rejected(name, "compressed data", f"it is compressed more than {MAX_DEPTH} times; unpack it first")
    elif head.startswith((_ZIP, _EMPTY_ZIP)):
        yield from _members(name, file, stream, below, depth)
    else:
        unpacked = _Stream(name, _unpacker(head, stream), lambda: raw.given)
        yield from _layers(name, io.BufferedReader(unpacked, HEAD), suffix, (*below, unpacked), depth + 1)


def _unpacker(head: bytes, stream: Buffered) -> Callable[[int], bytes]:
    # read1 and not read: read throws away what it has when the file turns out to be cut.
    if head.startswith(_GZIP):
        return gzip.GzipFile(fileobj=stream).read1
    if head.startswith(_XZ):
        return lzma.LZMAFile(stream).read1
    return _Zstd(stream).read1


class _Zstd:
    """Zstandard frames one after the other; a cut one is an EOFError (the library's own reader ends without a word)."""

    def __init__(self, stream: Buffered) -> None:
        import zstandard

        self._errors = zstandard.ZstdError
        self._start: Callable[[], Any] = lambda: zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
        self._stream, self._frame, self._ready, self._begun = stream, self._start(), b"", False

    def read1(self, size: int) -> bytes:
        while not self._ready:
            chunk = self._stream.read(1024)  # small, because the output of one step has no limit of its own
            if not chunk:
                if self._begun:
                    raise EOFError("the compressed file ends before its end mark")
                return b""
            self._step(chunk)
        data, self._ready = self._ready[:size], self._ready[size:]
        return data

    def _step(self, chunk: bytes) -> None:
        try:
            while chunk:
                self._ready += self._frame.decompress(chunk)
                self._begun, chunk = not self._frame.eof, self._frame.unused_data if self._frame.eof else b""
                if self._frame.eof:
                    self._frame = self._start()
        except self._errors as error:
            raise EOFError(str(error)) from None


def _members(
    name: str, file: BinaryIO, stream: Buffered, below: tuple[_Stream, ...], depth: int
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
    name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, below: tuple[_Stream, ...], depth: int
) -> Iterator[Opened | Rejected]:
    try:
        file = archive.open(info)
    except (RuntimeError, zipfile.BadZipFile, NotImplementedError, OSError) as error:
        yield Rejected(name, "a member of a zip archive that cannot be opened", f"{error}; unpack it yourself")
        return
    with file:
        unpacked = _Stream(name, cast("io.BufferedIOBase", file).read1, lambda: info.compress_size)
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


def _plain(name: str, suffix: str, stream: Buffered, below: tuple[_Stream, ...]) -> Opened:
    head = stream.read(HEAD)
    encoding = _UTF16.get(head[:2])
    rest: io.BufferedIOBase = stream
    if encoding and not head[2:].decode(encoding, "ignore").lstrip().startswith("<"):
        # A parser of XML or HTML reads the mark itself; every other format is given UTF-8.
        decoder = codecs.getincrementaldecoder(encoding)()
        text = _Stream(name, _Transcoder(head[2:], stream, decoder).read1)
        below, rest = (*below, text), io.BufferedReader(text, HEAD)
        head = rest.read(HEAD)
    head = head.removeprefix(codecs.BOM_UTF8)
    whole = io.BufferedReader(_Stream(name, _Again(head, rest).read1), HEAD)
    return Opened(name, suffix, head, cast("BinaryIO", whole), below)


class _Again:
    """The head that was looked at, then the rest."""

    def __init__(self, head: bytes, rest: io.BufferedIOBase) -> None:
        self._head, self._rest = head, rest

    def read1(self, size: int) -> bytes:
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        return self._rest.read1(size)


class _Transcoder:
    """UTF-16 as UTF-8."""

    def __init__(self, head: bytes, rest: Buffered, decoder: codecs.IncrementalDecoder) -> None:
        self._ready, self._rest, self._decoder = head, rest, decoder
        self._out = b""
        self._done = False

    def read1(self, size: int) -> bytes:
        while not self._out and not self._done:
            chunk = self._ready or self._rest.read1(HEAD)
            self._ready, self._done = b"", not chunk
            self._out = self._decoder.decode(chunk, self._done).encode("utf-8", "surrogatepass")
        data, self._out = self._out[:size], self._out[size:]
        return data
