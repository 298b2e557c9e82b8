from __future__ import annotations

import random

import pytest

from kg.forms import normal_form
from kg.ids import entity_iri
from kg.links.base import DATA, Thing
from kg.links.match import MOST, match
from kg.model import ENTITY_TYPES, EntityType, ResolvedEntity

METHOD: frozenset[EntityType] = frozenset({"Method"})
TASK: frozenset[EntityType] = frozenset({"Task"})
DATASET: frozenset[EntityType] = frozenset({"Dataset"})


def entity(label: str, *names: str, type_: EntityType = "Method") -> ResolvedEntity:
    return ResolvedEntity(entity_iri(type_, normal_form(label)), type_, label, names)


def thing(
    label: str, *aliases: str, types: frozenset[EntityType] = METHOD, at: str = "a.org/1", close_only: bool = False
) -> Thing:
    return Thing(f"https://{at}", label, aliases, types, "x", close_only)


EXACT, CLOSE = "skos:exactMatch", "skos:closeMatch"
# What it shows: entities, things, the links as (predicate, end of the address, words of the reason).
CASES: dict[str, tuple[list[ResolvedEntity], list[Thing], list[tuple[str, str, str]]]] = {
    "equal label, type fits": ([entity("PufNet")], [thing("PufNet")], [(EXACT, "1", "the type fits")]),
    "equal by normal form": (
        [entity("Puffin Networks")],
        [thing("puffin-network")],
        [(EXACT, "1", "labels are equal")],
    ),
    "digits differ": ([entity("PufNet-3.5")], [thing("PufNet-35")], []),
    "sizes differ": ([entity("PufNet-base")], [thing("PufNet-large")], []),
    "another name of the thing": (
        [entity("PufNet")],
        [thing("Puffin Network", "PufNet")],
        [(CLOSE, "1", "another name is equal: PufNet")],
    ),
    "another name of the entity": (
        [entity("Puffin Network", "PufNet")],
        [thing("PufNet")],
        [(CLOSE, "1", "label of both")],
    ),
    "other names of both": ([entity("A1 B2", "PufNet")], [thing("C3 D4", "PufNet")], [(CLOSE, "1", "PufNet")]),
    "type not known": ([entity("PufNet")], [thing("PufNet", types=frozenset())], [(CLOSE, "1", "type is not known")]),
    "type known to differ": ([entity("PufNet")], [thing("PufNet", types=TASK)], []),
    "dataset and benchmark": (
        [entity("Gannets", type_="Benchmark")],
        [thing("Gannets", types=DATASET)],
        [(CLOSE, "1", "Dataset, not Benchmark")],
    ),
    "dataset or benchmark": (
        [entity("Gannets", type_="Benchmark")],
        [thing("Gannets", types=DATA)],
        [(EXACT, "1", "the type fits")],
    ),
    "whatever type": (
        [entity("Gannet error", type_="Metric")],
        [thing("Gannet error", types=frozenset(ENTITY_TYPES))],
        [(EXACT, "1", "fits")],
    ),
    "two letters": (
        [entity("F1", type_="Metric")],
        [thing("F1", types=frozenset({"Metric"}))],
        [(CLOSE, "1", "3 char")],
    ),
    "three letters": ([entity("SAM")], [thing("SAM")], [(CLOSE, "1", "3 characters or fewer")]),
    "four letters": ([entity("BERT")], [thing("BERT")], [(EXACT, "1", "fits")]),
    "two things of one vocabulary": (
        [entity("PufNet")],
        [thing("PufNet"), thing("Pufnet", at="a.org/2")],
        [(CLOSE, "1", "2 things there"), (CLOSE, "2", "2 things there")],
    ),
    "two vocabularies": (
        [entity("PufNet")],
        [thing("PufNet"), thing("PufNet", at="b.org/2")],
        [(EXACT, "1", "fits"), (EXACT, "2", "fits")],
    ),
    "one of two has another type": (
        [entity("PufNet")],
        [thing("PufNet"), thing("PufNet", types=TASK, at="a.org/2")],
        [(EXACT, "1", "fits")],
    ),
    "an equal label leaves other names behind": (
        [entity("PufNet")],
        [thing("PufNet"), thing("Network", "PufNet", at="a.org/2")],
        [(EXACT, "1", "fits")],
    ),
    "two entities, one thing of known type": (
        [entity("Counting"), entity("Counting", type_="Task")],
        [thing("Counting", types=TASK)],
        [(EXACT, "1", "fits")],
    ),
    "two entities, one thing of either type": (
        [entity("Counting"), entity("Counting", type_="Task")],
        [thing("Counting", types=METHOD | TASK)],
        [(CLOSE, "1", "2 entities"), (CLOSE, "1", "2 entities")],
    ),
    "one thing under two names, two entities": (
        [entity("PufNet"), entity("Puffin Network")],
        [thing("PufNet"), thing("Puffin Network")],
        [(CLOSE, "1", "2 entities"), (CLOSE, "1", "2 entities")],
    ),
    "its table says close": ([entity("PufNet")], [thing("PufNet", close_only=True)], [(CLOSE, "1", "says no more")]),
    "said twice, once for certain": (
        [entity("PufNet")],
        [thing("PufNet", close_only=True), thing("PufNet")],
        [(EXACT, "1", "fits")],
    ),
    "said twice, once with its type": (
        [entity("PufNet")],
        [thing("PufNet", types=frozenset()), thing("PufNet")],
        [(EXACT, "1", "fits")],
    ),
    "as many as are named": (
        [entity("PufNet")],
        [thing("PufNet", at=f"a.org/{n}") for n in range(MOST)],
        [(CLOSE, str(n), "5 things") for n in range(MOST)],
    ),
    "more than are named": ([entity("PufNet")], [thing("PufNet", at=f"a.org/{n}") for n in range(MOST + 1)], []),
    "no common name": ([entity("PufNet")], [thing("SkuaNet", "Skua")], []),
}


@pytest.mark.parametrize("name", CASES)
def test_the_rules(name: str) -> None:
    entities, things, expected = CASES[name]
    links = list(match(entities, things))
    assert [(x.predicate, x.target.rsplit("/", 1)[1]) for x in links] == [(p, t) for p, t, _ in expected]
    for link, (_, _, words) in zip(links, expected, strict=True):
        assert words in link.reason
        assert link.justification == "semapv:LexicalMatching"
        assert link.entity in {e.iri for e in entities}


def test_less_certain_links_have_less_confidence() -> None:
    def one(entities: list[ResolvedEntity], things: list[Thing]) -> float:
        (link,) = match(entities, things)
        return link.confidence

    exact = one([entity("PufNet")], [thing("PufNet")])
    untyped = one([entity("PufNet")], [thing("PufNet", types=frozenset())])
    short = one([entity("SAM")], [thing("SAM", types=frozenset())])
    other = one([entity("PufNet")], [thing("Puffin Network", "PufNet")])
    assert 1 > exact > untyped > short > other > 0


def test_the_order_of_both_sides_does_not_matter() -> None:
    entities = [e for case in CASES.values() for e in case[0]]
    things = [t for case in CASES.values() for t in case[1]]
    chance = random.Random(7)  # noqa: S311
    once = list(match(entities, things))
    assert len(once) > 10
    for _ in range(20):
        chance.shuffle(entities)
        chance.shuffle(things)
        assert list(match(entities, things)) == once


def test_things_pass_by_as_a_stream() -> None:
    """Those that bear no name of the graph leave nothing behind."""
    import tracemalloc

    many = (Thing(f"https://a.org/{n}", f"thing {n}", (f"no {n}",), METHOD, "x") for n in range(10_000))
    list(match([entity("PufNet")], many))  # fills caches
    many = (Thing(f"https://a.org/{n}", f"thing {n}", (f"no {n}",), METHOD, "x") for n in range(10_000))
    tracemalloc.start()
    assert [x.target for x in match([entity("thing 7")], many)] == ["https://a.org/7"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
