"""Work in a process that is killed (-9) at a chosen moment."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

# Processes are forked from one that has loaded everything and has started no thread yet.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.killed", "kg.run", "kg.extract", "kg.view"])


def killed_at(point: int, work: Callable[..., object], *args: object) -> bool:
    """Do it in a process that is killed when it has moved files so often; false where it ends before.

    Odd points are before a file takes its place, even ones after it, before the folder is synced.
    """
    process = _CONTEXT.Process(target=_run, args=(point, work, args))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def _run(point: int, work: Callable[..., object], args: tuple[object, ...]) -> None:
    moves = count(1)
    inner = Path.replace

    def replaced(self: Path, target: Path) -> Path:
        if next(moves) == point:
            os.kill(os.getpid(), signal.SIGKILL)
        moved = inner(self, target)
        if next(moves) == point:
            os.kill(os.getpid(), signal.SIGKILL)
        return moved

    Path.replace = replaced  # type: ignore[assignment,method-assign]
    work(*args)
