"""Files that all workers reach: below a path of this machine, or an address such as s3:// or hdfs://.

A file takes its place only when all of it is written, so what is there is whole.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://")


def is_address(place: str) -> bool:
    """Whether a place is an address of a store of files, and no path.

    >>> is_address("s3://bucket/works"), is_address("works/part.gz")
    (True, False)
    """
    return _ADDRESS.match(place) is not None


class Storage:
    """The files below a place."""

    def __init__(self, place: str) -> None:
        from pyarrow import fs

        self.place = place
        self._files: Any
        if is_address(place):
            self._files, self._top = fs.FileSystem.from_uri(place)
        else:
            self._files, self._top = fs.LocalFileSystem(), os.fspath(Path(place).absolute())

    def path(self, name: str) -> str:
        """The path of a name in the file system."""
        return f"{self._top.rstrip('/')}/{name}" if name else self._top

    def open(self, name: str = "") -> BinaryIO:
        """A file to read, which can seek."""
        return cast("BinaryIO", self._files.open_input_file(self.path(name)))

    def exists(self, name: str = "") -> bool:
        """Whether a file is there."""
        from pyarrow import fs

        return bool(self._files.get_file_info(self.path(name)).type == fs.FileType.File)

    def size(self, name: str = "") -> int:
        """How many bytes a file has."""
        return int(self._files.get_file_info(self.path(name)).size or 0)

    def list(self, name: str = "") -> list[str]:
        """The names of all files below a name, in order; hidden ones are left out."""
        from pyarrow import fs

        chosen = fs.FileSelector(self.path(name), recursive=True, allow_not_found=True)
        found = (i.path for i in self._files.get_file_info(chosen) if i.type == fs.FileType.File)
        names = (path.removeprefix(self._top.rstrip("/") + "/") for path in found)
        return sorted(n for n in names if not any(part.startswith((".", "_")) for part in n.split("/")))

    @contextmanager
    def write(self, name: str, mark: str) -> Iterator[BinaryIO]:
        """A file that takes its place once it is whole; ``mark`` sets apart those that several write at one time."""
        path = self.path(name)
        folder, _, last = path.rpartition("/")
        self._files.create_dir(folder, recursive=True)
        aside = f"{folder}/.{last}.{mark}.tmp"
        try:
            with self._files.open_output_stream(aside) as out:
                yield out
            if is_address(self.place):
                self._remove(path)  # some stores do not replace
            self._files.move(aside, path)
        except BaseException:
            self._remove(aside)
            raise

    def remove(self, name: str) -> None:
        """Take a folder away, if it is there, with all that is in it."""
        from pyarrow import fs

        kind = self._files.get_file_info(self.path(name)).type
        if kind == fs.FileType.Directory:
            self._files.delete_dir(self.path(name))
        elif kind == fs.FileType.File:
            self._remove(self.path(name))

    def _remove(self, path: str) -> None:
        from pyarrow import fs

        if self._files.get_file_info(path).type == fs.FileType.File:
            self._files.delete_file(path)


def own_mark() -> str:
    """A mark of this process, for names of unfinished files."""
    import socket

    return hashlib.sha256(f"{socket.gethostname()} {os.getpid()}".encode()).hexdigest()[:8]
