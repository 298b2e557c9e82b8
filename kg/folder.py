"""A graph directory: what lies where in it, its lock, and the cached records that are the truth behind the graph.

- ``extractions/*.jsonl``: the truth: each paper with what was read out of it, one record per line
- ``store/``: the published store (kg/store.py), derived
- ``aliases.tsv``, ``never_merge.tsv``, ``types.tsv``: the user's word on names (kg/resolve/wishes.py), where given
- ``links.tsv``: things outside that entities may be (kg/links), where a vocabulary was given
- ``names.db``: what all papers say of their names (kg/resolve/index.py), derived
- ``merges.tsv``, ``mappings.tsv``: which names were joined or linked, and why (kg/naming.py), derived
- ``graph.ttl``, ``graph.html``, ``rejected.jsonl``, ``manifest.json``: derived, the manifest last
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import ExistsError, KgError, LockedError, NotAGraphError
from kg.files import whole
from kg.ids import digest
from kg.model import Extraction, Paper
from kg.records import (
    Record,
    extraction_from_record,
    extraction_to_record,
    paper_from_record,
    paper_to_record,
    to_line,
)

_LOCK = ".kg.lock"
_MANIFEST = {"counts", "inputs", "configuration", "extractor", "generation"}
# What a killed run can leave: files of kg alone, for a directory may hold others (--force).
_LEFT = re.compile(
    r"\.(?:body\.nt|graph\.nt|kg-sort-\w{8}|(?:graph\.ttl|graph\.html|merges\.tsv|mappings\.tsv|links\.tsv|rejected\.jsonl|manifest\.json|CURRENT"
    r"|[0-9a-f]{32}\.jsonl)\.\w{8})\.tmp"
)
_PART_NAME = re.compile(r"[0-9a-f]{32}\.jsonl")
_KEY = re.compile(rb'\{"key": "([0-9a-f]{40})"')
# Papers per part: small enough to lose little when killed, large enough that a million papers are a thousand files.
PART = 1_000


@dataclass(frozen=True, slots=True)
class Cached:
    """A paper of a graph directory. ``extraction`` is None where another record of the same paper was chosen."""

    key: str
    paper: Paper
    extraction: Extraction | None


class Folder:
    """The paths of a graph directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = path / "store"
        self.parts = path / "extractions"
        self.turtle = path / "graph.ttl"
        self.page = path / "graph.html"
        self.merges = path / "merges.tsv"
        self.names = path / "names.db"
        self.links = path / "links.tsv"
        self.mappings = path / "mappings.tsv"
        self.rejected = path / "rejected.jsonl"
        self.manifest = path / "manifest.json"

    def read_manifest(self) -> dict[str, Any]:
        """The manifest of a finished build.

        Raises:
            NotAGraphError: there is none, or it cannot be read.
        """
        try:
            found: dict[str, Any] = json.loads(self.manifest.read_text(encoding="utf-8"))
        except FileNotFoundError:
            remedy = "finish it with `kg build`" if self.parts.is_dir() else "name a directory that `kg build` made"
            raise NotAGraphError(f"{self.path}: no finished graph is here (no manifest.json); {remedy}") from None
        except ValueError as error:
            message = f"{self.manifest}: damaged ({error}); build again"
            raise NotAGraphError(message) from None
        if not isinstance(found, dict) or not found.keys() >= _MANIFEST:
            raise NotAGraphError(f"{self.manifest}: not a manifest of kg; name a directory that `kg build` made")
        return found

    @contextmanager
    def locked(self, *, force: bool = False) -> Iterator[None]:
        """The directory, made if need be, with no other writer; the system frees the lock of a process that dies.

        Raises:
            ExistsError: it holds files that kg did not make, and ``force`` is false.
            LockedError: another process is writing there.
        """
        if self.path.exists() and not self.path.is_dir():
            raise ExistsError(f"{self.path}: is a file; give a directory, or a name ending in .ttl, .nt and the like")
        if self.path.is_dir() and not force and any(self.path.iterdir()) and not self._is_ours():
            raise ExistsError(f"{self.path}: holds files that kg did not make; give another directory, or --force")
        fresh = not self.path.exists()
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise LockedError(f"{self.path}: another process is writing here; wait for it to end") from None
        try:
            self._sweep()
            yield
        finally:
            if fresh and [p.name for p in self.path.iterdir()] == [_LOCK]:
                (self.path / _LOCK).unlink()
                self.path.rmdir()
            os.close(handle)

    def _is_ours(self) -> bool:
        """Whether kg made the directory: it has the lock, or a manifest of kg (others have a manifest.json too)."""
        if (self.path / _LOCK).exists():
            return True
        try:
            self.read_manifest()
        except NotAGraphError:
            return False
        return True

    def _sweep(self) -> None:
        """Take away what a killed run left unfinished."""
        for folder in (self.path, self.parts, self.store):
            for left in sorted(folder.glob(".*.tmp")) if folder.is_dir() else ():
                if _LEFT.fullmatch(left.name):
                    shutil.rmtree(left) if left.is_dir() else left.unlink()

    # ---------------------------------------------------------------- cached records

    def _part_files(self) -> list[Path]:
        """The parts in order; a file that kg did not make is none."""
        return sorted(p for p in self.parts.glob("*.jsonl") if _PART_NAME.fullmatch(p.name))

    def add_part(self, records: Iterable[Cached]) -> None:
        """Keep records as a part; it appears whole, under a name made from the keys and states in it."""
        ordered = sorted(records, key=lambda c: c.key)
        if not ordered:
            return
        name = digest(*(c.key + ("+" if c.extraction else "-") for c in ordered), length=32)
        with whole(self.parts / f"{name}.jsonl", force=True) as out:
            for cached in ordered:
                out.write(to_line(_cached_to_record(cached)).encode("utf-8", "backslashreplace") + b"\n")

    def read_parts(self, only: Container[str] | None = None) -> Iterator[Cached]:
        """All cached records, or those of some keys, part by part; of a key kept twice, the one with an extraction.

        Raises:
            KgError: a part is damaged; the message names file and line.
        """
        done = {key for _, key, extracted in self.read_index() if extracted}
        seen: set[str] = set()
        for path, number, record in self._records(only):
            key = record["key"]
            if key in seen or (record["extraction"] is None and key in done):
                continue
            seen.add(key)
            try:
                yield _cached_from_record(record)
            except (KeyError, TypeError) as error:
                raise _damaged(path, number, error) from None

    def read_index(self) -> Iterator[tuple[Path, str, bool]]:
        """Part, key and whether it is extracted, of each cached record (read off the line's ends, unparsed)."""
        for path in self._part_files():
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    key = _KEY.match(line)
                    if key is None:
                        raise _damaged(path, number, ValueError("no key"))
                    yield path, key.group(1).decode(), not line.rstrip().endswith(b'"extraction": null}')

    def _records(self, only: Container[str] | None) -> Iterator[tuple[Path, int, Record]]:
        for path in self._part_files():
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    if only is not None and (key := _KEY.match(line)) and key.group(1).decode() not in only:
                        continue
                    try:
                        record = json.loads(line)
                        record["key"], record["extraction"]
                    except (ValueError, KeyError, TypeError) as error:
                        raise _damaged(path, number, error) from None
                    yield path, number, record

    def keep_parts(self, wanted: Callable[[str, bool], bool]) -> None:
        """Drop cached records that are not wanted (asked with key and whether extracted)."""
        for path in self._part_files():
            with path.open("rb") as lines:
                records = [json.loads(line) for line in lines]
            kept = [r for r in records if wanted(r["key"], r["extraction"] is not None)]
            if len(kept) < len(records):
                self.add_part(map(_cached_from_record, kept))
                path.unlink()


def _damaged(path: Path, number: int, error: Exception) -> KgError:
    return KgError(f"{path}:{number}: damaged cache record ({error!r}); delete this file and build again")


def _cached_to_record(cached: Cached) -> Record:
    extraction = cached.extraction and extraction_to_record(cached.extraction, cached.paper)
    return {"key": cached.key, "paper": paper_to_record(cached.paper), "extraction": extraction}


def _cached_from_record(record: Record) -> Cached:
    extraction = record["extraction"]
    return Cached(
        record["key"],
        paper_from_record(record["paper"]),
        None if extraction is None else extraction_from_record(extraction),
    )
