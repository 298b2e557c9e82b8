from __future__ import annotations

from typing import Any

import pytest

from kg.extract import claims, nlp, results, subjects
from kg.extract.linear import Linear
from kg.model import Paper
from kg.train import results as train
from kg.train.linear import to_table

WORDS = ("accuracy", "recall", "purity", "coverage", "precision", "yield")


def text(number: int) -> dict[str, Any]:
    """An abstract in which levels are reached by KITE, differences come behind "by", and sizes are none."""
    measure = WORDS[number % len(WORDS)]
    words = (
        f"We collect {number + 3} samples. On PLANK, KITE reaches a {measure} of {50 + number}.5%. "
        f"It improves {measure} by {number + 2}.1% over BERT."
    )
    return {"id": str(number), "title": None, "text": words}


def annotation(number: int) -> dict[str, Any]:
    measure, sentences = WORDS[number % len(WORDS)], text(number)["text"].split(". ")
    level = {"value": f"{50 + number}.5", "unit": "%", "kind": "absolute", "metric": measure, "dataset": "PLANK"}
    change = {"value": f"{number + 2}.1", "unit": "%", "kind": "change", "metric": measure, "dataset": None}
    entities = [
        {"name": "KITE", "type": "Method", "role": "proposed", "surfaces": ["KITE"]},
        {"name": "BERT", "type": "Method", "role": "compared", "surfaces": ["BERT"]},
        {"name": "PLANK", "type": "Dataset", "role": "evaluated_on", "surfaces": ["PLANK"]},
        {"name": measure, "type": "Metric", "role": "measured", "surfaces": [measure]},
    ]
    said = [
        {"sentence": sentences[1], "type": "result", "results": [level]},
        {"sentence": sentences[2], "type": "result", "results": [change]},
    ]
    return {"id": str(number), "entities": entities, "claims": said, "relations": []}


@pytest.fixture(scope="module")
def models() -> dict[str, Linear]:
    return train.learn([([text(n) for n in range(24)], [annotation(n) for n in range(24)], 1.0)])


def test_what_is_learned_reads_a_new_abstract(models: dict[str, Linear], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "models", lambda: models)
    record = annotation(30)
    document = nlp.parse(Paper("30", None, text(30)["text"]))
    found = [r for c in claims.find(document, train.annotated(document, record["entities"])) for r in c.results]
    wanted = [r for c in record["claims"] for r in c["results"]]
    assert [(r.value, r.kind, r.metric, r.dataset) for r in found] == [
        (r["value"], r["kind"], r["metric"], r["dataset"]) for r in wanted
    ]


def test_the_same_annotations_give_the_same_tables(models: dict[str, Linear]) -> None:
    again = train.learn([([text(n) for n in range(24)], [annotation(n) for n in range(24)], 1.0)])
    assert {n: to_table(m) for n, m in again.items()} == {n: to_table(m) for n, m in models.items()}


def test_numbers_are_found_where_they_stand_and_repeated_ones_in_order() -> None:
    words = "KITE scores 5.5% and 7.1%, then 5.5% again."
    document = nlp.parse(Paper("1", None, words))
    said = [
        {"value": v, "unit": "%", "kind": k} for v, k in (("5.5", "absolute"), ("5.5", "change"), ("9.9", "change"))
    ]
    claim = {"sentence": words, "type": "result", "results": said}
    places = train.numbers_of(document, {"claims": [claim]})
    assert {p: r["kind"] for p, r in places.items()} == {words.index("5.5"): "absolute", words.rindex("5.5"): "change"}


def test_a_second_reading_leaves_out_some_entities_always_the_same() -> None:
    record = annotation(1)
    document = nlp.parse(Paper("1", None, text(1)["text"]))
    sizes = [[(len(e), share) for e, share in train.readings(document, record | {"id": str(n)})] for n in range(30)]
    assert all(s[0] == (4, 1.0) for s in sizes)
    seconds = [s[1] for s in sizes if len(s) > 1]
    assert 5 < len(seconds) < 30
    assert all(2 <= count < 4 and share < 1 for count, share in seconds)
    assert sizes == [[(len(e), s) for e, s in train.readings(document, record | {"id": str(n)})] for n in range(30)]


def test_labels_of_a_machine_without_results_teach_nothing_about_numbers(models: dict[str, Linear]) -> None:
    silent = annotation(2)
    for claim in silent["claims"]:
        claim |= {"results": [], "chance": 0.9}
    people = ([text(n) for n in range(24)], [annotation(n) for n in range(24)], 1.0)
    both = train.learn([people, ([text(2)], [silent], 1.0)])
    assert {n: to_table(m) for n, m in both.items()} == {n: to_table(m) for n, m in models.items()}
    with pytest.raises(ValueError, match="no annotated results"):
        train.learn([([text(2)], [silent], 1.0)])


def test_own_method_is_found_for_the_training_readings() -> None:
    document = nlp.parse(Paper("1", None, text(1)["text"]))
    own = subjects.own_proposal(document, train.annotated(document, annotation(1)["entities"]))
    assert own
    assert own.name == "KITE"
