"""One test for each law of the design, and one for the fields that law 5 is about."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph as RdfGraph
from rdflib.compare import isomorphic

import kg.run
from kg.ids import BASE, paper_iri, paper_keys
from kg.model import Note, Paper, Rejected
from kg.outputs import Wanted
from kg.store import open_folder
from kg.vocab import KG, RELATION_PROPERTY, ROLE_PROPERTY
from tests.laws.papers import corpora, papers

laws = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@pytest.fixture(autouse=True)
def place() -> Iterator[None]:
    with TemporaryDirectory(prefix="laws-") as folder:
        Place.root = Path(folder)
        Place.count = 0
        yield


class Place:
    """A new directory for each build of a test."""

    root: Path
    count = 0

    @classmethod
    def new(cls) -> Path:
        cls.count += 1
        return cls.root / str(cls.count)


def built(items: list[Paper], *, place: Path | None = None, shard: int = 32, part: int = 1000) -> Path:
    place = place or Place.new()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kg.run, "_SHARD", shard)
        patch.setattr(kg.run, "PART", part)
        kg.run.build(items, place, wanted=Wanted(page=False))
    return place


def turtle(place: Path) -> bytes:
    return (place / "graph.ttl").read_bytes()


@laws
@given(corpora, st.integers(1, 4), st.integers(1, 3), st.randoms(use_true_random=False))
def test_1_order_and_shards_change_nothing(items: list[Paper], shard: int, part: int, chance: random.Random) -> None:
    shuffled = chance.sample(items, len(items))
    assert turtle(built(items)) == turtle(built(shuffled, shard=shard, part=part))


@laws
@given(corpora, papers)
def test_2_again_changes_nothing_and_removing_undoes(items: list[Paper], extra: Paper) -> None:
    place = built(items)
    once = turtle(place)
    built(items, place=place)
    assert turtle(place) == once
    kg.run.add([items[0], items[0]], place)
    assert turtle(place) == once

    new = not set(paper_keys(extra)) & {key for item in items for key in paper_keys(item)}
    kg.run.add([extra], place)
    assert turtle(place) == turtle(built([*items, extra]))
    if new:
        assert turtle(place) != once
        kg.run.remove([paper_iri(extra)], place)
        assert turtle(place) == once


@laws
@given(corpora, st.integers(0, 4), st.randoms(use_true_random=False))
def test_3_nothing_is_lost(items: list[Paper], refused: int, chance: random.Random) -> None:
    stream: list[Paper | Rejected | Note] = [
        *items,
        Note("x", "y"),
        *(Rejected(f"f:{i}", "a", "b") for i in range(refused)),
    ]
    chance.shuffle(stream)
    place = Place.new()
    counts = kg.run.build(stream, place, wanted=Wanted(page=False)).counts
    assert counts.papers + counts.duplicates + counts.rejected == len(items) + refused
    assert counts.rejected == refused == len((place / "rejected.jsonl").read_text().splitlines())
    stored = open_folder(place / "store").query("SELECT ?p { ?p a kg:Paper }").rows
    assert len(stored) == counts.papers >= 1


@laws
@given(corpora)
def test_4_turtle_says_what_the_store_says(items: list[Paper]) -> None:
    place = built(items)
    read = RdfGraph().parse(data=turtle(place), format="turtle")
    stored = RdfGraph().parse(data="\n".join(open_folder(place / "store").lines()), format="nt")
    assert len(read) == len(stored) > 0
    assert isomorphic(read, stored)


@laws
@given(corpora)
def test_5_everything_has_its_sentence(items: list[Paper]) -> None:
    store = open_folder(built(items) / "store")
    found = store.query(
        "SELECT ?p ?field ?start ?end ?quote { ?e kg:quote ?quote ; kg:field ?field ; kg:start ?start ; kg:end ?end ;"
        " prov:wasDerivedFrom ?p }"
    ).rows
    assert found
    for paper, field, start, end, quote in found:
        assert field in ("title", "text")
        # Of two records of one paper the other may have been kept: then its text is the one meant.
        options = [(p.title or "") if field == "title" else p.abstract for p in items if paper_iri(p) == paper]
        assert any(text[int(str(start)) : int(str(end))] == quote for text in options), quote
    edges = " ".join(f"<{iri}>" for iri in (*ROLE_PROPERTY.values(), *RELATION_PROPERTY.values()))
    bare = f"""SELECT ?s ?p ?o {{ ?s ?p ?o VALUES ?p {{ {edges} }}
        MINUS {{ ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; kg:evidence/kg:quote ?q }} }}"""
    assert store.query(bare).rows == ()
    for class_ in ("Claim", "Result", "Statement"):
        assert store.query(f"SELECT ?s {{ ?s a <{KG}{class_}> MINUS {{ ?s kg:evidence/kg:quote ?q }} }}").rows == ()
    assert store.query(f"SELECT ?s {{ ?s ?p ?o FILTER(ISBLANK(?s) || !STRSTARTS(STR(?s), '{BASE}')) }}").rows == ()


def test_the_laws_speak_of_something() -> None:
    """The generated papers do give relations, results and claims; else the laws above would hold of nothing."""
    from tests.laws.papers import DATA, METHODS

    text = (
        f"We propose {METHODS[0]}, a new model. {METHODS[0]} achieves 81.5% accuracy on {DATA[0]}, outperforming GNN."
    )
    counts = kg.run.build([Paper("1", None, text)], Place.new(), wanted=Wanted(page=False)).counts
    assert counts.entities >= 3
    assert counts.relations >= 1
    assert counts.results >= 1
    assert counts.claims >= 1
