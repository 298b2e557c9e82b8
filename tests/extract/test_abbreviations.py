"""Abbreviations: both directions, the traps, and the measured quality on annotated records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.abbreviations import agreement, find
from tests.growth import LINEAR, growth
from tests.shared import need_shared


def pairs(text: str) -> list[tuple[str, str]]:
    return [(p.short, p.long) for p in find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We use stochastic gradient descent (SGD) here.", [("SGD", "stochastic gradient descent")]),
        ("Mixture-of-experts (MoE) layers help.", [("MoE", "Mixture-of-experts")]),
        ("All large language models (LLMs) do.", [("LLMs", "large language models")]),
        ("A variational auto-encoder (VAE) learns.", [("VAE", "variational auto-encoder")]),
        ("AMR (abstract meaning representation) is used.", [("AMR", "abstract meaning representation")]),
        ("The word error rate (WER; lower is better) fell.", [("WER", "word error rate")]),
        ("It falls (mean squared error, MSE) by half.", [("MSE", "mean squared error")]),
        ("The state of the art (SOTA) is old.", [("SOTA", "state of the art")]),
        ("A graph network [GN] is used.", [("GN", "graph network")]),
        ("It is long (see Figure 2).", []),
        ("It is fast (e.g., on images).", []),
        ("They agree (in 2019).", []),
        ("The model (the best one) wins.", []),
        ("It ends. Graph (NN) begins.", []),
    ],
)
def test_pairs(text: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(text) == expected


@given(st.text(alphabet=st.sampled_from(list("aAbB (),.[]-1é")), max_size=60))
def test_places_are_exact(text: str) -> None:
    for pair in find(text):
        assert text[pair.short_start : pair.short_end] == pair.short
        assert text[pair.long_start : pair.long_end] == pair.long


def test_agreement_folds_case_and_white_space() -> None:
    assert agreement([("SGD", "stochastic  descent"), ("A", "b")], [("sgd", "Stochastic descent")]) == (1, 2, 1)


@pytest.mark.parametrize("unit", ["(", "(A", "a (B) ", "(A (B) ", "[(", "ab "])
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    assert growth(lambda size: find(unit * (size // len(unit))), 2_500) < LINEAR


def measure(path: Path) -> tuple[float, float]:
    """Precision and recall of the pairs of each record, together."""
    right = found = there = 0
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        gold = [(p["short"], p["long"]) for p in record["pairs"]]
        counts = agreement(pairs(record["text"]), gold)
        right, found, there = right + counts[0], found + counts[1], there + counts[2]
    return right / found, right / there


def test_quality_on_annotated_records() -> None:
    precision, recall = measure(need_shared("abbreviations/med1250.jsonl"))
    assert precision >= 0.96
    assert recall >= 0.84
