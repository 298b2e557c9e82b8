"""Becomes a command that ends when its parent does, also where that is killed: ``python mortal.py COMMAND...``."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the system, which of all systems Linux alone grants, and become the command."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606  the command is the test's own


if __name__ == "__main__":
    main()
