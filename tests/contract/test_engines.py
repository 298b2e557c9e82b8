"""What every engine owes to the chain: its primitives, the laws of the design, and that no death changes anything."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from threading import Thread

from rdflib import Graph as RdfGraph
from rdflib.compare import isomorphic

from kg.cluster.build import Sizes, build
from kg.engine.base import Pair
from kg.export.quads import quads
from kg.model import Paper
from kg.read import read
from kg.store import open_folder
from tests.contract.conftest import ROOT, Engines, Reference
from tests.contract.engines import CUT, POISONED, counted, deadly, numbered, records, swapped


def files_of(place: Path) -> dict[Path, bytes]:
    """The files of a graph directory by name, but for those of the store."""
    found = (p for p in place.rglob("*") if p.is_file() and place / "store" not in p.parents)
    return {p.relative_to(place): p.read_bytes() for p in found}


def random_pairs(count: int) -> list[Pair]:
    chance = random.Random(5)  # noqa: S311
    keys = [chance.randbytes(chance.randrange(4)).replace(b"|", b"") for _ in range(50)]
    return [(chance.choice(keys), chance.randbytes(chance.randrange(6))) for _ in range(count)]


# ---------------------------------------------------------------- the primitives


def test_a_collection_comes_back_in_order(engines: Engines) -> None:
    pairs = random_pairs(500)
    with engines.make() as engine:
        assert engine.gather(engine.spread(pairs, 7)) == sorted(pairs)
        assert engine.gather(engine.map(swapped, engine.spread(pairs, 3))) == sorted((v, k) for k, v in pairs)


def test_shards_without_pairs(engines: Engines) -> None:
    with engines.make() as engine:
        for data in (engine.spread([], 3), engine.spread([(b"a", b"1")], 4)):
            grouped = engine.group(data, shards=5)
            assert len(engine.gather(grouped)) == len(engine.gather(data))
            assert len(engine.gather(engine.map(counted, grouped))) == len(engine.gather(data))


def test_a_tag_chooses_pairs_and_goes(engines: Engines) -> None:
    pairs = [(b"Ab", b"1"), (b"B", b"2"), (b"A", b"3"), (b"", b"4"), (b"\xffA", b"5")]
    with engines.make() as engine:
        data = engine.spread(pairs, 2)
        assert engine.gather(engine.only(b"A", data)) == [(b"", b"3"), (b"b", b"1")]
        assert engine.gather(engine.only(b"\xff", data)) == [(b"A", b"5")]


def test_a_key_is_in_one_shard_and_all_is_sorted_there(engines: Engines) -> None:
    pairs = random_pairs(800)
    with engines.make() as engine:
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


def test_one_key_with_nearly_all_values(engines: Engines) -> None:
    pairs = [(b"transformer", b"%05d" % (n * 7 % 5_000)) for n in range(5_000)] + [(b"other", b"")]
    with engines.make() as engine:
        counts = engine.gather(engine.map(counted, engine.group(engine.spread(pairs, 6), shards=4)))
        assert sorted(int(count) for _, count in counts) in ([1, 5_000], [5_001])
        assert engine.gather(engine.group(engine.spread(pairs, 6), shards=4)) == sorted(pairs)


def test_a_worker_that_is_killed_is_replaced(engines: Engines, tmp_path: Path) -> None:
    mark = tmp_path / "killed"
    pairs = [(b"deadly" if n == 40 else b"%d" % n, b"") for n in range(80)]
    with engines.make() as engine:
        found = engine.gather(engine.map(partial(deadly, mark=str(mark)), engine.spread(pairs, 4)))
    assert mark.exists()
    assert found == sorted(pairs)


# ---------------------------------------------------------------- the laws


def test_1_the_bytes_are_those_of_one_machine(outcome: Reference, reference: Reference) -> None:
    for name in ("graph.ttl", "merges.tsv", "rejected.jsonl"):
        assert (outcome.place / name).read_bytes() == (reference.place / name).read_bytes(), name
    lines = sorted(open_folder(reference.place / "store").lines())
    parts = sorted((outcome.place / "quads").glob("part-*.nq"))
    written = [line for part in parts for line in part.read_text("utf-8").splitlines()]
    assert len(parts) > 1
    assert written == sorted(written)
    about = (outcome.place / "quads" / "build.nq").read_text("utf-8").splitlines()
    assert sorted([*written, *about]) == list(quads(lines))


def test_2_again_changes_nothing(engines: Engines, outcome: Reference, tmp_path: Path) -> None:
    place = tmp_path / "out"
    shutil.copytree(outcome.place, place)
    again = build(outcome.sources, str(place), engine=engines.make(), sizes=CUT)
    assert again.extracted == 0
    assert again.counts == outcome.counts
    assert files_of(place) == files_of(outcome.place)


def test_2_other_sizes_and_another_order_change_no_byte(engines: Engines, outcome: Reference, tmp_path: Path) -> None:
    build(outcome.sources[::-1], str(tmp_path / "out"), engine=engines.make(), sizes=Sizes())
    assert (tmp_path / "out" / "graph.ttl").read_bytes() == (outcome.place / "graph.ttl").read_bytes()


def test_3_nothing_is_lost(outcome: Reference, reference: Reference) -> None:
    """What poisons the sources is told with its place; the records beside it are there."""
    assert outcome.counts == reference.counts
    rejected = [json.loads(line) for line in (outcome.place / "rejected.jsonl").read_text("utf-8").splitlines()]
    counts = outcome.counts
    assert counts.rejected == len(rejected) == POISONED
    assert counts.papers + counts.duplicates == len(records())
    assert f"{outcome.sources[0]}:4" in {record["where"] for record in rejected}


def test_4_turtle_says_what_the_store_says(outcome: Reference) -> None:
    parsed = RdfGraph().parse(outcome.place / "graph.ttl")
    stored = RdfGraph().parse(data="\n".join(open_folder(outcome.place / "store").lines()), format="nt")
    assert len(parsed) == len(stored) > 0
    assert isomorphic(parsed, stored)


def test_5_everything_has_its_sentence(outcome: Reference) -> None:
    store = open_folder(outcome.place / "store")
    texts = {(p.title, p.abstract) for p in read(outcome.sources) if isinstance(p, Paper)}
    quotes = "SELECT ?quote ?start ?end ?field { ?e kg:quote ?quote ; kg:start ?start ; kg:end ?end ; kg:field ?field }"
    found = store.query(quotes).rows
    assert found
    for quote, start, end, field in found:
        options = (title if field == "title" else abstract for title, abstract in texts)
        assert any((text or "")[int(str(start)) : int(str(end))] == quote for text in options), quote
    for class_ in ("Claim", "Result", "Statement"):
        assert store.query(f"SELECT ?s {{ ?s a kg:{class_} MINUS {{ ?s kg:evidence/kg:quote ?q }} }}").rows == ()


# ---------------------------------------------------------------- deaths


def parts_in(place: Path) -> int:
    return len(list((place / "extractions").glob("*.jsonl")))


def test_a_worker_killed_in_the_middle_of_a_build_changes_nothing(
    engines: Engines, outcome: Reference, tmp_path: Path
) -> None:
    place, killed = tmp_path / "out", []

    def kill() -> None:
        while not parts_in(place):
            time.sleep(0.01)
        victim = engines.workers()[0]
        os.kill(victim, signal.SIGKILL)
        killed.append((victim, parts_in(place)))

    killer = Thread(target=kill, daemon=True)
    killer.start()
    build(outcome.sources, str(place), engine=engines.make(), sizes=CUT)
    killer.join(10)
    assert killed
    assert killed[0][1] < parts_in(place)
    assert files_of(place) == files_of(outcome.place)


def test_a_driver_killed_and_started_again_goes_on(engines: Engines, outcome: Reference, tmp_path: Path) -> None:
    place = tmp_path / "out"
    command = [sys.executable, "-m", "tests.contract.driver", engines.name, str(place), *outcome.sources]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    with (tmp_path / "log").open("wb") as log:
        driver = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    while parts_in(place) < 2:
        assert driver.poll() is None, (tmp_path / "log").read_text("utf-8")
        time.sleep(0.02)
    driver.kill()
    driver.wait()
    there = parts_in(place)
    again = build(outcome.sources, str(place), engine=engines.make(), sizes=CUT)
    assert 2 <= there < parts_in(place)
    assert 0 < again.extracted < again.counts.papers
    assert files_of(place) == files_of(outcome.place)
