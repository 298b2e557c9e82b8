"""What every engine owes to the chain: its primitives, the laws of the design, and that no death changes anything."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from rdflib import Graph as RdfGraph
from rdflib.compare import isomorphic

import kg
import kg.run
from kg.cluster.build import Sizes, build
from kg.cluster.tables import COLUMNS
from kg.engine.base import Pair
from kg.engine.processes import Processes
from kg.export.quads import quads
from kg.model import Paper
from kg.read import read
from kg.store import Store, open_folder
from tests.contract.conftest import ROOT, Engines, Reference
from tests.contract.engines import CUT, POISONED, counted, deadly, numbered, records, swapped, tagged


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


def test_what_is_used_twice_in_each_of_many_rounds_stays_as_small(engines: Engines) -> None:
    pairs = [(b"%s%d" % (tag, n), b"") for tag in (b"Q", b"W") for n in range(3)]
    with engines.make() as engine:
        data = engine.keep(engine.spread(pairs, 2))
        for _ in range(14):
            data = engine.keep(
                engine.map(tagged, engine.group(engine.only(b"Q", data), engine.only(b"W", data), shards=2))
            )
        found = engine.gather(data)
        if engines.name == "spark":
            assert len(data._jdf.queryExecution().toString()) < 2_000
    assert found == sorted(pairs)


def test_a_worker_that_is_killed_is_replaced(engines: Engines, tmp_path: Path) -> None:
    mark = tmp_path / "killed"
    pairs = [(b"deadly" if n == 40 else b"%d" % n, b"") for n in range(80)]
    with engines.make() as engine:
        found = engine.gather(engine.map(partial(deadly, mark=str(mark)), engine.spread(pairs, 4)))
    assert mark.exists()
    assert found == sorted(pairs)


# ---------------------------------------------------------------- the laws


def test_1_the_bytes_are_those_of_one_machine(outcome: Reference, reference: Reference) -> None:
    for name in ("graph.ttl", "graph.html", "merges.tsv", "rejected.jsonl"):
        assert (outcome.place / name).read_bytes() == (reference.place / name).read_bytes(), name
    lines = sorted(open_folder(reference.place / "store").lines())
    parts = sorted((outcome.place / "quads").glob("part-*.nq"))
    written = [line for part in parts for line in part.read_text("utf-8").splitlines()]
    assert len(parts) > 1
    assert written == sorted(written)
    about = (outcome.place / "quads" / "build.nq").read_text("utf-8").splitlines()
    assert sorted([*written, *about]) == list(quads(lines))


def test_1_every_file_is_that_of_one_process(outcome: Reference, tmp_path: Path) -> None:
    """Parts, tables and manifest too, byte for byte."""
    place = tmp_path / "out"
    build(outcome.sources, str(place), engine=Processes(), sizes=CUT)
    assert files_of(place) == files_of(outcome.place)
    assert sum(file.suffix == ".parquet" for file in files_of(place)) > len(COLUMNS)


# Columns of results and claims as a question to the graph: one value each, or several.
ONE = {
    "results": "kg:Result paper prov:wasDerivedFrom method kg:method dataset kg:dataset metric kg:metric comparator "
    "kg:comparator method_text kg:methodText dataset_text kg:datasetText metric_text kg:metricText comparator_text "
    "kg:comparatorText value_text kg:valueText value kg:value value_low kg:valueLow value_high kg:valueHigh "
    "unit kg:unit kind kg:kind direction kg:direction better kg:better qualifier kg:qualifier setting kg:setting "
    "confidence kg:confidence evidence kg:evidence",
    "claims": "kg:Claim paper prov:wasDerivedFrom text kg:text about kg:about hedged kg:hedged polarity kg:polarity "
    "confidence kg:confidence evidence kg:evidence",
}
SEVERAL = {"results": "kg:reports", "supports": "kg:supports", "disputes": "kg:disputes"}
NUMBERS = {"value", "value_low", "value_high", "confidence"}


def asked(store: Store, table: str) -> dict[str, dict[str, object]]:
    """The rows of a table as the graph answers, by id."""
    class_, *rest = ONE[table].split()
    found: dict[str, dict[str, object]] = {
        str(id_): {} for (id_,) in store.query(f"SELECT ?s {{ ?s a {class_} }}").rows
    }
    for name, property_ in zip(rest[::2], rest[1::2], strict=True):
        for row in found.values():
            row[name] = None
        for id_, value in store.query(f"SELECT ?s ?o {{ ?s a {class_} ; {property_} ?o }}").rows:
            text = str(value)
            found[str(id_)][name] = (
                float(text) if name in NUMBERS else text.lower() == "true" if name == "hedged" else text
            )
    for name, property_ in SEVERAL.items() if table == "claims" else ():
        for row in found.values():
            row[name] = []
        for id_, value in store.query(f"SELECT ?s ?o {{ ?s a kg:Claim ; {property_} ?o }} ORDER BY ?o").rows:
            cells = found[str(id_)][name]
            assert isinstance(cells, list)
            cells.append(str(value))
    return found


def table_of(place: Path, name: str) -> list[dict[str, Any]]:
    """The rows of all parts of a table, which are sorted."""
    from pyarrow import parquet

    parts = sorted((place / "tables" / name).glob("part-*.parquet"))
    rows = [row for part in parts for row in parquet.read_table(part).to_pylist()]
    key = "object_id" if name == "merges" else "id"
    assert [row[key] for row in rows] == sorted(row[key] for row in rows)
    return rows


def test_the_tables_say_what_the_graph_says(outcome: Reference, reference: Reference) -> None:
    """Nodes and edges as in the exported tables of one machine's graph, results and claims as it answers."""
    nodes, edges = kg.load(reference.place).to_arrow()
    found = {name: table_of(outcome.place, name) for name in COLUMNS}
    assert found["edges"] == sorted(edges.to_pylist(), key=lambda row: row["id"])
    shown = {"papers": ("id", "label", "date", "venue", "url"), "entities": [c.name for c in COLUMNS["entities"]]}
    for name, columns in shown.items():
        kept = [row for row in nodes.to_pylist() if (row["type"] == "Paper") == (name == "papers")]
        assert [{c: row[c] for c in columns} for row in found[name]] == [{c: row[c] for c in columns} for row in kept]
    store = open_folder(reference.place / "store")
    for name in ONE:
        rows = {row["id"]: {k: v for k, v in row.items() if k not in ("id", "type")} for row in found[name]}
        assert rows == asked(store, name)
        assert rows
    types = store.query("SELECT ?s ?c { ?s a kg:Claim, ?c FILTER(STRENDS(STR(?c), 'Claim') && ?c != kg:Claim) }").rows
    told = {str(s): str(c).rpartition("#")[2].removesuffix("Claim").lower() for s, c in types if "schema" not in str(c)}
    assert {row["id"]: row["type"] for row in found["claims"]} == told
    for paper in found["papers"]:
        for name, property_ in (("authors", "kg:author"), ("identifiers", "dcterms:identifier")):
            said = store.query(f"SELECT ?o {{ <{paper['id']}> {property_} ?o }}").rows
            assert paper[name] == sorted(str(row[0]) for row in said)
    with (outcome.place / "merges.tsv").open(encoding="utf-8", newline="") as lines:
        merges = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    numbers = {"confidence": float, "papers": int}
    kept = [{k: numbers.get(k, str)(v) for k, v in row.items()} for row in merges]
    assert found["merges"] == sorted(kept, key=lambda row: row["object_id"])
    manifest = json.loads((outcome.place / "manifest.json").read_text("utf-8"))
    assert manifest["tables"] == {name: len(rows) for name, rows in found.items()}


@pytest.mark.slow
def test_2_again_changes_nothing(engines: Engines, outcome: Reference, tmp_path: Path) -> None:
    place = tmp_path / "out"
    shutil.copytree(outcome.place, place)
    again = build(outcome.sources, str(place), engine=engines.make(), sizes=CUT)
    assert again.extracted == 0
    assert again.counts == outcome.counts
    assert files_of(place) == files_of(outcome.place)


@pytest.mark.slow
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


@pytest.mark.slow
def test_3_what_is_rejected_is_written_by_workers(
    engines: Engines, outcome: Reference, reference: Reference, tmp_path: Path
) -> None:
    """In a place that holds parts alone there are parts of rejected records, and nothing of an earlier graph."""
    place = tmp_path / "out"
    shutil.copytree(outcome.place, place)
    summary = build(outcome.sources, str(place), engine=engines.make(), sizes=replace(CUT, small=0))
    parts = sorted((place / "rejected").glob("part-*.jsonl"))
    assert len(parts) > 1
    written = b"".join(map(Path.read_bytes, parts))
    assert written == (reference.place / "rejected.jsonl").read_bytes()
    assert [asdict(rejected) for rejected in summary.rejected] == [json.loads(line) for line in written.splitlines()]
    left = {path.name for path in place.iterdir() if not path.name.startswith(".")}
    assert left == {"extractions", "manifest.json", "quads", "rejected", "tables"}


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

# Seconds after which what a test waits for will not come, on a machine however busy.
PATIENCE = 300.0


def test_one_machine_goes_on_with_what_a_cluster_made(outcome: Reference, tmp_path: Path) -> None:
    """A build of the same sources extracts nothing; papers that are added lead to what a build of all gives."""
    place, more = tmp_path / "out", tmp_path / "more.jsonl"
    shutil.copytree(outcome.place, place)
    assert kg.run.build(read(outcome.sources), place).extracted == 0
    assert (place / "graph.ttl").read_bytes() == (outcome.place / "graph.ttl").read_bytes()
    more.write_text('{"id": "more", "abstract": "We propose OmegaNet, a network that outperforms the transformer."}\n')
    shutil.rmtree(place)
    shutil.copytree(outcome.place, place)
    assert kg.run.add(read([more]), place).extracted == 1
    kg.run.build(read([*outcome.sources, more]), tmp_path / "all")
    assert (place / "graph.ttl").read_bytes() == (tmp_path / "all" / "graph.ttl").read_bytes()


def parts_in(place: Path) -> int:
    return len(list((place / "extractions").glob("*.jsonl")))


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_driver_killed_and_started_again_goes_on(engines: Engines, outcome: Reference, tmp_path: Path) -> None:
    place = tmp_path / "out"
    command = [sys.executable, "-m", "tests.contract.driver", engines.name, str(place), *outcome.sources]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    with (tmp_path / "log").open("wb") as log:
        driver = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + PATIENCE
        while parts_in(place) < 2:
            assert driver.poll() is None, (tmp_path / "log").read_text("utf-8")
            assert time.monotonic() < end, (tmp_path / "log").read_text("utf-8")
            time.sleep(0.02)
    finally:
        driver.kill()
        driver.wait()
    there = parts_in(place)
    again = build(outcome.sources, str(place), engine=engines.make(), sizes=CUT)
    assert 2 <= there < parts_in(place)
    assert 0 < again.extracted < again.counts.papers
    assert files_of(place) == files_of(outcome.place)
