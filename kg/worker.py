"""A query in a process of its own, because a running query can only be stopped by ending its process.

``python -m kg.worker PLACE PID`` reads one query as JSON from standard input and writes the answer as JSON; it ends
with the process PID that asked.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

from kg.errors import KgError, QueryTimeoutError, UsageError
from kg.store import Answer, Cell, Store, open_file, open_folder

_KINDS = {"KgError": KgError, "UsageError": UsageError}


def open_store(place: Path) -> Store:
    """The store of a graph directory (read only), or a graph file loaded into memory.

    Raises:
        NotAGraphError: neither is there.
    """
    return open_folder(place / "store") if place.is_dir() else open_file(place)


def query(place: Path, text: str, *, bindings: Mapping[str, str] | None, seconds: float) -> Answer:
    """The answer to a query, as :meth:`kg.store.Store.query` gives it, within a time.

    Raises:
        QueryTimeoutError: it took longer; the process that ran it is gone.
        KgError: as :meth:`kg.store.Store.query`.
    """
    asked = json.dumps({"text": text, "bindings": dict(bindings or {})})
    # -P: modules never come from the folder that the user happens to be in.
    command = [sys.executable, "-P", "-m", "kg.worker", str(place), str(os.getpid())]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=asked, capture_output=True, text=True, encoding="utf-8", timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        message = f"the query was stopped after {seconds:g} s; narrow it, or give it more time with --timeout"
        raise QueryTimeoutError(message) from None
    if done.returncode:
        raise KgError(f"the query's process ended with status {done.returncode}: {done.stderr.strip()[-500:]}")
    found = json.loads(done.stdout)
    if "error" in found:
        raise _KINDS.get(found["kind"], KgError)(found["error"])
    rows = tuple(tuple(_unpacked(cell) for cell in row) for row in found["rows"])
    triples = None if found["triples"] is None else tuple(found["triples"])
    return Answer(tuple(found["columns"]), rows, found["boolean"], triples)


def _packed(cell: Cell) -> Any:
    return {"decimal": str(cell)} if isinstance(cell, Decimal) else cell


def _unpacked(cell: Any) -> Cell:
    return Decimal(cell["decimal"]) if isinstance(cell, dict) else cell


def _end_with(parent: int) -> None:
    """End this process when the one that asked is gone, for nobody waits for the answer; a query would run on."""
    while os.getppid() == parent:
        time.sleep(0.1)
    os._exit(130)


def main() -> None:
    """Answer one query."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Thread(target=_end_with, args=(int(sys.argv[2]),), daemon=True).start()
    asked = json.load(sys.stdin)
    try:
        answer = open_store(Path(sys.argv[1])).query(asked["text"], bindings=asked["bindings"])
    except KgError as error:
        json.dump({"error": str(error), "kind": type(error).__name__}, sys.stdout)
        return
    rows = [[_packed(cell) for cell in row] for row in answer.rows]
    found = {"columns": answer.columns, "rows": rows, "boolean": answer.boolean, "triples": answer.triples}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
