"""Values as bytes, and the sorted pairs of a shard by key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from kg.engine.base import Pair


def pack(value: Any) -> bytes:
    r"""A value of JSON as bytes; half characters, which UTF-8 cannot hold, are escaped.

    >>> pack(["é", 1])
    b'["\xc3\xa9", 1]'
    """
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def unpack(value: bytes) -> Any:
    """The value that :func:`pack` wrote."""
    return json.loads(value)


def by_key(pairs: Iterator[Pair]) -> Iterator[tuple[bytes, Iterator[bytes]]]:
    """Each key of a sorted shard with its values.

    >>> [(key, list(values)) for key, values in by_key(iter([(b"a", b"1"), (b"a", b"2"), (b"b", b"1")]))]
    [(b'a', [b'1', b'2']), (b'b', [b'1'])]
    """
    for key, group in groupby(pairs, key=itemgetter(0)):
        yield key, (value for _, value in group)
