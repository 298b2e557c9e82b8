"""The network for names: the quick arithmetic against Thinc's, and what a text gives on its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.extract import spans, tagger
from kg.train import student

TEXTS = [
    "We propose RoadNet , a graph neural network for traffic forecasting .",
    "Accuracy on CityRoads rises by 3 % .",
    "Enzymes",
    "We bound the regret of lazy mirror descent on 12 graphs with GPT-4o .",
]


@pytest.fixture(scope="module")
def trained() -> Any:
    texts = []
    for text in TEXTS:
        words = text.split()
        wanted = np.zeros((len(words), len(tagger.LABELS)), dtype=np.float32)
        wanted[:, 0] = 0.2
        wanted[np.arange(len(words)), [1 + len(w) % 10 for w in words]] += 0.8
        texts.append(student.Text(words, wanted))
    return student.learn(texts * 20, epochs=6, seed=1)


@pytest.fixture(scope="module")
def written(trained: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("net")
    student.write(trained, folder)
    return folder / "tagger.npz"


def fresh(path: Path) -> tagger.Tagger:
    return tagger.Tagger(tagger.network_of(path))


def test_quick_arithmetic_is_that_of_the_training_library(trained: Any, written: Path) -> None:
    slow = trained.predict([tagger.codes(t.split()) for t in TEXTS])
    quick = fresh(written)
    for text, wanted in zip(TEXTS, slow, strict=True):
        found = quick.chances(text.split())
        assert found.shape == wanted.shape
        assert np.abs(found - wanted).max() < 0.02  # half precision on disk
        assert (found.argmax(1) == wanted.argmax(1)).all()


def test_a_text_gives_the_same_whatever_came_before(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = [fresh(written).chances(t.split()) for t in TEXTS]
    together = fresh(written)
    for text, wanted in [*zip(TEXTS, alone, strict=True), *zip(TEXTS[::-1], alone[::-1], strict=True)]:
        assert np.array_equal(together.chances(text.split()), wanted)
    monkeypatch.setattr(tagger, "KEPT", 15)
    small = fresh(written)
    for text, wanted in zip(TEXTS * 2, alone * 2, strict=True):
        assert np.array_equal(small.chances(text.split()), wanted)


def test_chances_add_up_and_nothing_gives_nothing(written: Path) -> None:
    quick = fresh(written)
    assert np.allclose(quick.chances(TEXTS[0].split()).sum(1), 1, atol=1e-5)
    assert quick.chances([]).shape == (0, len(tagger.LABELS))


def test_training_is_repeatable() -> None:
    words = TEXTS[0].split()
    wanted = np.full((len(words), len(tagger.LABELS)), 1 / len(tagger.LABELS), dtype=np.float32)
    first, second = (student.arrays_of(student.learn([student.Text(words, wanted)], epochs=2, seed=3)) for _ in "ab")
    other = student.arrays_of(student.learn([student.Text(words, wanted)], epochs=2, seed=4))
    assert all(np.array_equal(first[k], second[k]) for k in first)
    assert any(not np.array_equal(first[k], other[k]) for k in first)


def test_shipped_network_finds_names_in_a_pipeline_of_ones_own() -> None:
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("kg_tagger")
    doc = nlp("We propose RoadNet, a graph neural network for traffic forecasting.")
    assert ("RoadNet", "Method") in {(e.text, e.label_) for e in doc.ents}
    assert doc.tensor.shape == (len(doc), len(tagger.LABELS))


def test_ranges_of_a_chain_are_exclusive() -> None:
    """Of the ranges that begin at one word and end anywhere, the chances add up to that of beginning there."""
    rng = np.random.default_rng(5)
    for _ in range(50):
        row = rng.random((6, len(tagger.LABELS))).astype(np.float32)
        chances = row / row.sum(1, keepdims=True)
        found = spans.proposals(chances, least=0.0)
        for start in range(6):
            total = sum(sum(c) for s, _, c in found if s == start)
            assert total == pytest.approx(float(chances[start, 1::2].sum()), abs=1e-5)
