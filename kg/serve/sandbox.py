"""What the kernel takes from a worker: the network, other programs, memory without end, a life after its parent.

On Linux a filter of system calls (seccomp, which needs no privilege) refuses sockets of every kind and the start of
programs, for all threads and for good. Elsewhere, and on processors that the table does not know, the check of the
query's text is what keeps it from the network (:func:`kg.store.check_query`); :func:`close_network` says which holds.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 38, 22
_SECCOMP_MODE_FILTER = 2
# Classic BPF: load a word, jump if equal or greater, return (linux/filter.h, linux/seccomp.h).
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 1  # EPERM
_NUMBER, _ARCHITECTURE = 0, 4  # places in struct seccomp_data
# By processor: the audit architecture, and the numbers of socket, socketpair, connect, bind, listen, execve, execveat,
# ptrace, io_uring_setup, process_vm_readv, process_vm_writev (asm/unistd.h).
_CALLS: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, (41, 53, 42, 49, 50, 59, 322, 101, 425, 310, 311)),
    "aarch64": (0xC00000B7, (198, 199, 203, 200, 201, 221, 281, 117, 425, 270, 271)),
}
# Numbers from here on are the x32 calls of x86_64, a second way to each of the above.
_X32 = 0x40000000


def close_network() -> bool:
    """Refuse sockets and programs to this process and all its threads, for good; whether the kernel does so."""
    known = _CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None or sys.maxsize < 2**32:
        return False
    architecture, calls = known
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, len(calls) + 1, 0, _X32),
        *((_EQUAL, len(calls) + 1 - i, 0, number) for i, number in enumerate(calls, 1)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return bool(prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program, 0, 0) == 0)


def limit_memory(megabytes: int) -> None:
    """Let this process grow by so much over what it has now, and leave no core file when it ends for want of more."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def die_with_parent(parent: int) -> None:
    """End this process when the parent with that id ends, however it ends, busy or not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # It may have ended before this was asked for.
    if os.getppid() != parent:
        raise SystemExit
