from __future__ import annotations

import gzip
import json
import math
import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import vocab
from kg.graph.belief import MAX_BELIEF, PLACE, Trust, belief, load
from kg.train import belief as training

CONFIDENCES = st.lists(st.floats(0, 1), max_size=6)
PREDICATES = st.sampled_from([*load(), "proposes", vocab.KG + "usedFor"])


@given(CONFIDENCES, PREDICATES, st.floats(0, 1))
def test_a_further_paper_never_lowers_it(confidences: list[float], predicate: str, more: float) -> None:
    assert 0 <= belief(confidences, predicate) <= belief([*confidences, more], predicate) <= MAX_BELIEF


@given(CONFIDENCES, PREDICATES, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_confidence_never_lowers_it(confidences: list[float], predicate: str, a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert belief([*confidences, low], predicate) <= belief([*confidences, high], predicate)


@given(st.lists(st.floats(0, 1), max_size=8), PREDICATES, st.randoms(use_true_random=False))
def test_the_order_of_the_papers_does_not_matter(found: list[float], predicate: str, chance: random.Random) -> None:
    mixed = found.copy()
    chance.shuffle(mixed)
    assert belief(mixed, predicate) == belief(found, predicate)


def test_the_order_of_the_papers_does_not_matter_to_the_last_bit() -> None:
    assert len({load()["usedFor"].of(p) for p in permutations([0.02, 0.05, 0.08, 0.11])}) == 1


@given(CONFIDENCES, PREDICATES)
def test_it_has_four_digits(confidences: list[float], predicate: str) -> None:
    assert belief(confidences, predicate) == round(belief(confidences, predicate), 4)


def test_the_form_is_that_of_one_source_with_a_systematic_error() -> None:
    trust = Trust(1.0, 0.0, 0.1)
    assert math.isclose(trust.of([0.5, 0.8]), 0.9 * (1 - 0.5 * 0.2))


def test_however_many_papers_agree_a_systematic_error_stays() -> None:
    assert belief([0.9] * 50, "basedOn") == round(1 - load()["basedOn"].systematic, 4) < MAX_BELIEF


def test_a_role_is_believed_as_its_entity_is() -> None:
    assert belief([0.7], vocab.KG + "proposes") == 0.7
    assert belief([0.7], vocab.KG + "usedFor") == belief([0.7], "usedFor") != 0.7


def test_the_table_has_each_relation_and_no_falling_curve() -> None:
    assert {vocab.KG + name for name in load()} == set(vocab.RELATION_PROPERTY.values())
    assert all(t.slope >= 0 and 0 <= t.systematic < 1 for t in load().values())


# ---------------------------------------------------------------- how the table is made


def test_the_shipped_table_is_what_the_shipped_edges_give() -> None:
    edges = training.read()
    assert training.to_table(training.learn(edges), edges) == PLACE.read_text("utf-8")


def test_the_edges_hold_no_text() -> None:
    with gzip.open(training.EDGES, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            assert set(record) == {"subject", "predicate", "object", "papers", "right"}
            assert " " not in record["subject"] + record["object"] + "".join(record["papers"])


def test_fitted_beliefs_are_better_than_those_that_were() -> None:
    edges = [e for e in training.read() if e.predicate in training.RELATIONS]
    before, fitted = training.SHAPES[0], next(s for s in training.SHAPES if s.name == "systematic")
    was, now = (training.figures(training.unseen(s, edges, 5), edges) for s in (before, fitted))
    assert all(new < old for new, old in zip(now, was, strict=True)), (was, now)
    assert now[2] < 0.06


@pytest.mark.parametrize("error", [0.0, 0.3])
def test_fitting_finds_what_made_the_verdicts(error: float) -> None:
    chance = random.Random(7)  # noqa: S311  no secret hangs on it
    truth = Trust(1.2, 0.8, error)
    made = []
    for _ in range(4000):
        papers = tuple((round(chance.uniform(0.05, 0.95), 2),) for _ in range(chance.choice((1, 1, 2, 4))))
        edge = training.ReadEdge("usedFor", papers, right=False)
        made.append(training.ReadEdge("usedFor", papers, right=chance.random() < truth.of(edge.best)))
    found = training.learn(made)["usedFor"]
    assert abs(found.systematic - error) < 0.05
    assert abs(found.slope - truth.slope) < 0.2
