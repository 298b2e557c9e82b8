"""What the server and its workers say to each other: jobs one way, replies the other, each behind its length."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

Job = Mapping[str, Any]
TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
# The length of a job; the lengths of a reply's head and body.
JOB = struct.Struct(">I")
REPLY = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, as HTTP gives it: status, body, media type and further headers."""

    status: int
    body: bytes
    media: str = TEXT
    headers: Mapping[str, str] = field(default_factory=dict)


def text_reply(status: int, text: str, **headers: str) -> Reply:
    """A line for people; header names are written with ``_`` for ``-``.

    >>> text_reply(503, "busy", Retry_After="1").headers
    {'Retry-After': '1'}
    """
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, text.encode("utf-8", "replace") + b"\n", headers=named)


def json_reply(content: object, status: int = 200) -> Reply:
    """JSON as small as it goes; half characters, which UTF-8 cannot hold, become question marks."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Reply(status, text.encode("utf-8", "replace"), JSON)


def pack_job(job: Job) -> bytes:
    r"""A job as bytes.

    >>> pack_job({"job": "health"})
    b'\x00\x00\x00\x11{"job": "health"}'
    """
    body = json.dumps(job).encode()
    return JOB.pack(len(body)) + body


def read_job(stream: BinaryIO) -> Job | None:
    """The next job; None where there will be no other."""
    head = stream.read(JOB.size)
    if len(head) < JOB.size:
        return None
    job: Job = json.loads(stream.read(JOB.unpack(head)[0]))
    return job


def pack_reply(reply: Reply) -> bytes:
    """A reply as bytes."""
    head = json.dumps({"status": reply.status, "media": reply.media, "headers": dict(reply.headers)}).encode()
    return REPLY.pack(len(head), len(reply.body)) + head + reply.body


def unpack_reply(head: bytes, body: bytes) -> Reply:
    """The reply of which these are the two parts."""
    said = json.loads(head)
    return Reply(said["status"], body, said["media"], said["headers"])
