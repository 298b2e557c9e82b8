from __future__ import annotations

from typing import Any

import pytest

from kg.extract import claims, nlp, results, subjects
from kg.extract.candidates import Candidate, Place
from kg.extract.document import Document
from kg.extract.linear import Linear
from kg.extract.scoring import Scored
from kg.model import Paper
from kg.train import annotated
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
    level: dict[str, Any] = {
        "value": f"{50 + number}.5",
        "unit": "%",
        "kind": "absolute",
        "metric": measure,
        "dataset": "PLANK",
    }
    level |= {"method": "KITE", "comparator": None}
    change: dict[str, Any] = {
        "value": f"{number + 2}.1",
        "unit": "%",
        "kind": "change",
        "metric": measure,
        "dataset": None,
    }
    change |= {"method": "KITE", "comparator": "BERT"}
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
    found = [r for c in claims.find(document, annotated.entities(document, record["entities"])) for r in c.results]
    wanted = [r for c in record["claims"] for r in c["results"]]
    slots = ("value", "kind", "metric", "dataset", "method", "comparator")
    assert [[getattr(r, slot) for slot in slots] for r in found] == [[r[slot] for slot in slots] for r in wanted]


def test_annotations_without_methods_teach_nothing_about_them(models: dict[str, Linear]) -> None:
    records = [annotation(n) for n in range(24)]
    for result in (r for record in records for c in record["claims"] for r in c["results"]):
        del result["method"], result["comparator"]
    silent = train.learn([([text(n) for n in range(24)], records, 1.0)])
    assert sorted(silent) == ["dataset", "kind", "metric", "outcome"]
    assert sorted(models) == ["comparator", "dataset", "kind", "method", "metric", "outcome"]


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


def test_an_abstract_is_read_with_annotated_entities_and_with_what_is_judged_a_name() -> None:
    record = annotation(1)
    document = nlp.parse(Paper("1", None, text(1)["text"]))
    place = document.paper.abstract.index("KITE")
    candidate = Candidate("kite", ("KITE",), [Place("text", place, place + 4, (), ())])
    given, found = train.readings(document, record, [Scored(candidate, (0.9, 0.0, 0.0, 0.0, 0.0), ())])
    assert ([e.name for e in given[0]], given[1]) == (["KITE", "BERT", "PLANK", "recall"], train.GIVEN)
    assert ([e.name for e in found[0]], found[1]) == (["KITE"], 1.0)


def test_what_is_judged_a_name_is_offered_to_the_slots() -> None:
    def judge(document: Document) -> list[Scored]:
        place = document.paper.abstract.index("PLANK")
        candidate = Candidate("plank", ("PLANK",), [Place("text", place, place + 5, (), ())])
        return [Scored(candidate, (0.0, 0.0, 0.2, 0.2, 0.0), ())]

    records = [annotation(n) for n in range(24)]
    learned = train.learn([([text(n) for n in range(24)], records, 1.0)], judge)
    assert any(name.startswith("offer=-1") for name in learned["dataset"].weights)
    assert not any(name.startswith("offer=-1") for name in learned["metric"].weights)


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
    own = subjects.own_proposal(document, annotated.entities(document, annotation(1)["entities"]))
    assert own
    assert own.name == "KITE"
