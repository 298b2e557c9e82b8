"""A graph directory: what lies where in it, its lock, and its manifest.

- ``extractions/*.jsonl``: the truth: each paper with what was read out of it, one record per line
- ``catalog.db``: where each of those records lies (kg/catalog.py), derived
- ``store/``: the published store (kg/store.py), derived
- ``aliases.tsv``, ``never_merge.tsv``, ``types.tsv``: the user's word on names (kg/resolve/wishes.py), where given
- ``links.tsv``: things outside that entities may be (kg/links), where a vocabulary was given
- ``names.db``: what all papers say of their names (kg/resolve/index.py), and what each paper and each name adds to
  the graph (kg/ledger.py), derived
- ``merges.tsv``, ``mappings.tsv``: which names were joined or linked, and why (kg/naming.py), derived
- ``graph.ttl``, ``graph.html``, ``rejected.jsonl``, ``manifest.json``: derived, the manifest last; the
  larger ones only where there are few papers or they are asked for (kg/outputs.py)
- ``.unfinished``: there while a build changes which papers are in the directory
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg.errors import ExistsError, LockedError, NotAGraphError

_LOCK = ".kg.lock"
# What a build makes before it has read anything.
_EMPTY = {_LOCK, "catalog.db", "extractions"}
_MANIFEST = {"counts", "inputs", "configuration", "extractor", "generation"}
# What a killed run can leave: files of kg alone, for a directory may hold others (--force).
_LEFT = re.compile(
    r"\.(?:body\.nt|graph\.nt|next|kg-sort-\w{8}|(?:graph\.ttl|graph\.html|merges\.tsv|mappings\.tsv|links\.tsv|rejected\.jsonl|manifest\.json|CURRENT"
    r"|[0-9a-f]{32}\.jsonl)\.\w{8})\.tmp"
)


class Folder:
    """The paths of a graph directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = path / "store"
        self.parts = path / "extractions"
        self.spool = path / ".graph.nt.tmp"
        self.turtle = path / "graph.ttl"
        self.page = path / "graph.html"
        self.merges = path / "merges.tsv"
        self.names = path / "names.db"
        self.unfinished = path / ".unfinished"
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
        except (FileNotFoundError, NotADirectoryError):
            remedy = "finish it with `kg build`" if self.parts.is_dir() else "name a directory that `kg build` made"
            raise NotAGraphError(f"{self.path}: no finished graph is here (no manifest.json); {remedy}") from None
        except ValueError as error:
            message = f"{self.manifest}: damaged ({error}); build again"
            raise NotAGraphError(message) from None
        parts = (found, found.get("configuration"), found.get("counts")) if isinstance(found, dict) else (found,)
        if not all(isinstance(part, dict) for part in parts) or not found.keys() >= _MANIFEST:
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
            if fresh and {p.name for p in self.path.iterdir()} <= _EMPTY:
                shutil.rmtree(self.path)
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
