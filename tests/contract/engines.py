"""What the contract of the engines is tested with: the engines, work for their shards, and papers in all forms."""

from __future__ import annotations

import gzip
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.cluster.build import Sizes
from kg.engine.base import Pair
from kg.sample import path as sample_path

PAPERS = 36
# Records of write_sources that cannot be read.
POISONED = 9
# Names in several buckets, so that cards are asked for in rounds, and small pieces and parts.
CUT = Sizes(piece=15_000, part=6, bucket=200)


def swapped(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """Keys for values."""
    return ((value, key) for key, value in pairs)


def counted(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """How many pairs a shard has, under its first key."""
    found = list(pairs)
    if found:
        yield found[0][0], b"%d" % len(found)


def numbered(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """The pairs of a shard as they come: the key of the first, then number, key and value of each."""
    found = list(pairs)
    for number, (key, value) in enumerate(found):
        yield found[0][0], b"%06d|" % number + key + b"|" + value


def deadly(pairs: Iterator[Pair], *, mark: str) -> Iterator[Pair]:
    """The pairs; the first worker that comes to one of the key ``deadly`` is killed when it has given some."""
    for key, value in pairs:
        yield key, value
        if key == b"deadly" and not Path(mark).exists():
            Path(mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)


# One paper; the record with more identifiers is the one to keep, though the other has the longer abstract.
_TWINS = (
    {"id": "one", "title": "Twins", "arxiv": "2401.00001", "doi": "10.1000/twins", "abstract": "We propose TwinNet."},
    {"id": "two", "title": "Twin", "arxiv": "2401.00001", "abstract": "We propose TwinNet, a network for detection."},
)


def records() -> list[dict[str, Any]]:
    """Papers of the sample; every third is there again with another abstract, and all name one method. And twins."""
    with sample_path().open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines][:PAPERS]
    for record in found:
        record["abstract"] += " The transformer (TRF) is a baseline on ImageNet."
    again = [{**record, "abstract": record["abstract"] + " It is simple."} for record in found[::3]]
    return [*map(dict, _TWINS), *found, *again]


def write_sources(folder: Path) -> list[str]:
    """The papers as plain lines, as packed lines and as a table, with records between them that cannot be read."""
    import pyarrow as pa
    from pyarrow import parquet

    folder.mkdir(parents=True)
    papers = records()
    plain, packed, table = papers[:20], papers[20:32], papers[32:]
    lines = [json.dumps(record, ensure_ascii=False) for record in plain]
    lines[3:3] = ['{"id": "poison", "title": "No end', "", '{"id": "bare", "title": "Without an abstract"}']
    lines[12:12] = ["[1, 2]", '{"id": "odd", "title": "T", "abstract": 7}']
    lines.append('{"id": "last"')
    files = [folder / "a.jsonl", folder / "b.jsonl.gz", folder / "c.parquet"]
    files[0].write_text("\n".join(lines), encoding="utf-8")
    body = "\n".join(["{}", *map(json.dumps, packed), "null"])
    files[1].write_bytes(gzip.compress(body.encode(), mtime=0))
    rows = [{k: record.get(k) for k in ("id", "title", "abstract", "url")} for record in table]
    rows.insert(2, {"id": "empty", "title": "An empty abstract", "abstract": "", "url": None})
    parquet.write_table(pa.Table.from_pylist(rows), files[2], row_group_size=3)
    return [str(file) for file in files]


def tagged(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """Of two equal keys the one behind Q, the other behind W."""
    return ((b"QW"[n % 2 : n % 2 + 1] + key, value) for n, (key, value) in enumerate(pairs))
