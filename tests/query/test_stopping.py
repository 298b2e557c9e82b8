"""Ctrl-C ends a query at once, and what ran it: also where a limit of time made it run in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ENDLESS = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(40)) + "}"
# Half a second is promised; the rest is for a machine that is busy with other tests.
SOON = 5.0


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def running(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def wait_for(what: str, condition: object, seconds: float) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see child processes")
def test_an_interrupt_leaves_no_process_behind(sample_dir: Path) -> None:
    command = [sys.executable, "-m", "kg.cli", "query", str(sample_dir), ENDLESS, "--timeout", "600"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as asked:
        try:
            wait_for("no worker was started", lambda: children(asked.pid), 60)
            (worker,) = children(asked.pid)
            asked.send_signal(signal.SIGINT)
            asked.wait(SOON)
            wait_for("the worker runs on", lambda: not running(worker), SOON)
        finally:
            asked.kill()
    assert asked.returncode in (130, -signal.SIGINT)
