"""What every engine owes to the chain: its primitives, the laws of the design, and that no death changes anything."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rdflib import Graph as RdfGraph
from rdflib.compare import isomorphic

from kg.cluster.build import Sizes, build
from kg.engine.base import Cluster, Pair
from kg.export.quads import quads
from kg.run import Summary
from kg.store import open_folder
from tests.contract.conftest import Reference
from tests.contract.engines import counted, deadly, numbered, swapped

MakeEngine = Callable[[], Cluster]
# Names in many buckets, so that cards are asked for in rounds, and small parts.
CUT = Sizes(piece=9_000, part=7, bucket=60)


def made(reference: Reference, place: Path, engine: Cluster, sizes: Sizes = CUT) -> Summary:
    return build(reference.sources, str(place), engine=engine, sizes=sizes)


def files_of(place: Path) -> dict[Path, bytes]:
    """The files of a graph directory by name, but for those of the store."""
    found = (p for p in place.rglob("*") if p.is_file() and place / "store" not in p.parents)
    return {p.relative_to(place): p.read_bytes() for p in found}


def random_pairs(count: int) -> list[Pair]:
    chance = random.Random(5)  # noqa: S311
    keys = [chance.randbytes(chance.randrange(4)).replace(b"|", b"") for _ in range(50)]
    return [(chance.choice(keys), chance.randbytes(chance.randrange(6))) for _ in range(count)]


# ---------------------------------------------------------------- the primitives


def test_a_collection_comes_back_in_order(make_engine: MakeEngine) -> None:
    pairs = random_pairs(500)
    with make_engine() as engine:
        assert engine.gather(engine.spread(pairs, 7)) == sorted(pairs)
        assert engine.gather(engine.map(swapped, engine.spread(pairs, 3))) == sorted((v, k) for k, v in pairs)


def test_shards_without_pairs(make_engine: MakeEngine) -> None:
    with make_engine() as engine:
        for data in (engine.spread([], 3), engine.spread([(b"a", b"1")], 4)):
            grouped = engine.group(data, shards=5)
            assert len(engine.gather(grouped)) == len(engine.gather(data))
            assert len(engine.gather(engine.map(counted, grouped))) == len(engine.gather(data))


def test_a_tag_chooses_pairs_and_goes(make_engine: MakeEngine) -> None:
    pairs = [(b"Ab", b"1"), (b"B", b"2"), (b"A", b"3"), (b"", b"4"), (b"\xffA", b"5")]
    with make_engine() as engine:
        data = engine.spread(pairs, 2)
        assert engine.gather(engine.only(b"A", data)) == [(b"", b"3"), (b"b", b"1")]
        assert engine.gather(engine.only(b"\xff", data)) == [(b"A", b"5")]


def test_a_key_is_in_one_shard_and_all_is_sorted_there(make_engine: MakeEngine) -> None:
    pairs = random_pairs(800)
    with make_engine() as engine:
        data = engine.group(engine.spread(pairs[:300], 3), engine.spread(pairs[300:], 4), shards=5)
        seen = engine.gather(engine.map(numbered, data))
    shards: dict[bytes, list[Pair]] = {}
    for first, row in seen:
        key, _, value = row[7:].partition(b"|")
        shards.setdefault(first, []).append((key, value))
    assert len(shards) > 1
    assert all(rows == sorted(rows) for rows in shards.values())
    assert sorted(pair for rows in shards.values() for pair in rows) == sorted(pairs)
    keys = [key for rows in shards.values() for key in {key for key, _ in rows}]
    assert len(keys) == len(set(keys))


def test_one_key_with_nearly_all_values(make_engine: MakeEngine) -> None:
    pairs = [(b"transformer", b"%05d" % (n * 7 % 5_000)) for n in range(5_000)] + [(b"other", b"")]
    with make_engine() as engine:
        counts = engine.gather(engine.map(counted, engine.group(engine.spread(pairs, 6), shards=4)))
        assert sorted(int(count) for _, count in counts) in ([1, 5_000], [5_001])
        assert engine.gather(engine.group(engine.spread(pairs, 6), shards=4)) == sorted(pairs)


def test_a_worker_that_is_killed_is_replaced(make_engine: MakeEngine, tmp_path: Path) -> None:
    mark = tmp_path / "killed"
    pairs = [(b"deadly" if n == 40 else b"%d" % n, b"") for n in range(80)]
    with make_engine() as engine:
        found = engine.gather(engine.map(partial(deadly, mark=str(mark)), engine.spread(pairs, 4)))
    assert mark.exists()
    assert found == sorted(pairs)


# ---------------------------------------------------------------- the laws


def test_1_the_bytes_are_those_of_one_machine(make_engine: MakeEngine, reference: Reference, tmp_path: Path) -> None:
    summary = made(reference, tmp_path / "out", make_engine())
    for name in ("graph.ttl", "merges.tsv", "rejected.jsonl"):
        assert (tmp_path / "out" / name).read_bytes() == (reference.place / name).read_bytes(), name
    assert summary.counts == reference.counts
    assert summary.counts.duplicates > 0
    assert summary.counts.rejected > 0

    lines = sorted(open_folder(reference.place / "store").lines())
    parts = sorted((tmp_path / "out" / "quads").glob("part-*.nq"))
    written = [line for part in parts for line in part.read_text("utf-8").splitlines()]
    assert len(parts) > 1
    assert written == sorted(written)
    about = (tmp_path / "out" / "quads" / "build.nq").read_text("utf-8").splitlines()
    assert sorted([*written, *about]) == list(quads(lines))


def test_2_again_changes_nothing(make_engine: MakeEngine, reference: Reference, tmp_path: Path) -> None:
    place = tmp_path / "out"
    first = made(reference, place, make_engine())
    before = {
        p.relative_to(place): p.read_bytes() for p in place.rglob("*.*") if p.is_file() and "store" not in p.parts
    }
    again = made(reference, place, make_engine())
    after = files_of(place)
    assert (first.extracted, again.extracted) == (first.counts.papers, 0)
    assert after == before

    # Other pieces, parts and buckets, and the sources in another order: other files, the same graph.
    turned = Reference(reference.sources[::-1], reference.place, reference.counts)
    made(turned, place, make_engine(), Sizes())
    assert (place / "graph.ttl").read_bytes() == before[Path("graph.ttl")]


def test_4_turtle_says_what_the_store_says(make_engine: MakeEngine, reference: Reference, tmp_path: Path) -> None:
    made(reference, tmp_path / "out", make_engine())
    read = RdfGraph().parse(tmp_path / "out" / "graph.ttl")
    stored = RdfGraph().parse(data="\n".join(open_folder(tmp_path / "out" / "store").lines()), format="nt")
    assert len(read) == len(stored) > 0
    assert isomorphic(read, stored)
