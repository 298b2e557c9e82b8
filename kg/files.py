"""Files that appear whole or not at all, and that overwrite nothing by accident."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from kg.errors import ExistsError


def sync_folder(folder: Path) -> None:
    """Make renames within a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def whole(place: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A binary file that takes its place only once all of it is written and synced; after an error nothing is left.

    Raises:
        ExistsError: the place is taken and ``force`` is false, or it is no regular file.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "a.txt"
    >>> with whole(place) as out:
    ...     _ = out.write(b"all of it")
    >>> place.read_bytes()
    b'all of it'
    """
    if place.exists() and not place.is_file():
        raise ExistsError(f"{place}: is a directory or device, which no file replaces; give another place")
    if place.exists() and not force:
        raise ExistsError(f"{place}: exists already; give --force to replace it, or another place")
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".tmp", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(place)
        sync_folder(place.parent)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def whole_folder(place: Path, *, force: bool = False) -> Iterator[Path]:
    """A folder that takes its place only once all of it is written; after an error nothing is left.

    Raises:
        ExistsError: the place is taken and ``force`` is false.
    """
    if place.exists() and not force:
        raise ExistsError(f"{place}: exists already; give --force to replace it, or another place")
    place.parent.mkdir(parents=True, exist_ok=True)
    name = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".tmp", dir=place.parent))
    try:
        yield name
        name.chmod(0o777 & ~_umask())
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
        name.replace(place)
        sync_folder(place.parent)
    finally:
        shutil.rmtree(name, ignore_errors=True)


@contextmanager
def destination(place: str | Path, *, force: bool = False) -> Iterator[IO[bytes]]:
    """Where a command writes its data: ``-`` is standard output, anything else a file as :func:`whole` makes it."""
    if str(place) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with whole(Path(place), force=force) as out:
            yield out


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
