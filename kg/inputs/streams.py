"""Bytes that unpack as they are read: gzip, bzip2, xz, Zstandard, members of zip archives, UTF-16 as UTF-8."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, TypeAlias

# A text compresses 3 to 20 times; gzip's limit is 1,032 times. Below the floor the ratio says nothing.
MAX_RATIO = 200
RATIO_FLOOR = 64 * 1024 * 1024
HEAD = 65_536

GZIP, XZ, ZSTD, ZIP = b"\x1f\x8b", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
# The level, then the first bytes of the first block, or of the end mark of an empty file.
BZIP2 = tuple(b"BZh%d%s" % (level, block) for level in range(1, 10) for block in (b"1A", b"\x17r"))
_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError)


class Stream(io.RawIOBase):
    """Bytes from a function that gives at most n at a time; damage ends the stream and is remembered."""

    def __init__(self, name: str, read: Callable[[int], bytes], consumed: Callable[[], int] | None = None) -> None:
        self._name, self._read, self._consumed = name, read, consumed
        self.given, self.damage = 0, ""

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fills the buffer as far as the function gives bytes; 0 at the end and where damage begins."""
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


Buffered: TypeAlias = "io.BufferedReader[Stream]"


def unpacker(head: bytes, stream: Buffered) -> Callable[[int], bytes]:
    """What reads the unpacked bytes of a stream that begins so."""
    # read1 and not read: read throws away what it has when the file turns out to be cut.
    if head.startswith(GZIP):
        return gzip.GzipFile(fileobj=stream).read1
    if head.startswith(BZIP2):
        return bz2.BZ2File(stream).read1
    if head.startswith(XZ):
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


class Again:
    """The head that was looked at, then the rest."""

    def __init__(self, head: bytes, rest: io.BufferedIOBase) -> None:
        self._head, self._rest = head, rest

    def read1(self, size: int) -> bytes:
        """At most ``size`` bytes, none at the end."""
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        return self._rest.read1(size)


class Transcoder:
    """UTF-16 as UTF-8."""

    def __init__(self, head: bytes, rest: Buffered, decoder: codecs.IncrementalDecoder) -> None:
        self._ready, self._rest, self._decoder = head, rest, decoder
        self._out = b""
        self._done = False

    def read1(self, size: int) -> bytes:
        """At most ``size`` bytes, none at the end."""
        while not self._out and not self._done:
            chunk = self._ready or self._rest.read1(HEAD)
            self._ready, self._done = b"", not chunk
            self._out = self._decoder.decode(chunk, self._done).encode("utf-8", "surrogatepass")
        data, self._out = self._out[:size], self._out[size:]
        return data
