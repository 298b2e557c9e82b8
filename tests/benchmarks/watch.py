"""What a command takes, all its processes together: time, and memory that no page is counted twice in."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Seconds between two looks at the memory, which take a tenth of that where a process has gigabytes.
_PAUSE = 0.5
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds that passed, seconds of the processors, the most memory at one time in bytes, and the command's words."""

    seconds: float
    cpu: float
    peak: int
    said: str = ""


def watched(command: Sequence[str]) -> Usage:
    """Run a command from the root of the project to its end; RuntimeError with what it said if it fails.

    Memory is the sum of the proportional set sizes of the process and all below it, looked at twice a second.
    """
    with tempfile.TemporaryFile() as said:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        peak = 0
        while True:
            peak = max(peak, sum(map(_resident, _family(process.pid))))
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(_PAUSE)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read()[-4000:].decode(errors="replace")
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)}: {words}")
    return Usage(seconds, used.ru_utime + used.ru_stime, peak, words)


def kg(*arguments: object) -> Usage:
    """What a ``kg`` command takes."""
    return watched([sys.executable, "-m", "kg.cli", *map(str, arguments)])


def _family(root: int) -> Iterator[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for place in _PROC.glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            # The name of the program stands in parentheses and may hold anything.
            parent = (place / "stat").read_bytes().rpartition(b")")[2].split()[1]
            children.setdefault(int(parent), []).append(int(place.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += children.get(pid, ())


def _resident(pid: int) -> int:
    """Bytes of memory of a process, a page shared by n processes counted as an n-th; 0 of one that has ended."""
    with suppress(OSError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
