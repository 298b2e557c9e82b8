from __future__ import annotations

from kg.extract import reported
from kg.model import Claim, Entity, Mention, Result
from tests.extract.made import document, entities

TEXT = "The plank score and drift are old. KITE raises the plank score by 3% and the accuracy of accuracy by 2%."


def claim(*metrics: str | None) -> Claim:
    results = tuple(Result("3", "%", "change", metric=m, start=0, end=1) for m in metrics)
    return Claim("text", TEXT.index("KITE"), len(TEXT), "result", None, results=results)


def test_what_a_number_measures_is_an_entity_with_all_its_places() -> None:
    made = document(TEXT, title="Plank score, or plank score")
    found = {
        e.name: e for e in reported.with_measures(made, entities(made), [claim("plank score", None, "Plank Scores")])
    }
    assert sorted(found) == ["KITE", "accuracy", "plank score"]
    assert (found["plank score"].type, found["plank score"].role) == ("Metric", "measured")
    assert [(m.field, m.start) for m in found["plank score"].mentions] == [
        ("title", 16),
        ("text", 4),
        ("text", TEXT.rindex("plank")),
    ]
    assert list(found) == ["plank score", "KITE", "accuracy"]


def test_a_measure_that_is_an_entity_or_lies_within_one_or_is_not_said_is_none() -> None:
    made = document(TEXT)
    start = TEXT.rindex("plank score")
    longer = Entity(
        "the plank score",
        "Method",
        "used",
        ("the plank score",),
        (Mention("text", start - 4, start + 11, "the plank score"),),
    )
    known = (*entities(made), longer)
    assert reported.with_measures(made, known, [claim("Accuracy", "speed", "score by", "drift")]) == tuple(
        sorted(known, key=lambda e: e.mentions[0].start)
    )


def test_another_spelling_of_an_entity_is_no_further_one() -> None:
    text = TEXT.replace("accuracy of accuracy", "Accuracy of accuracy")
    made = document(text)
    (known,) = (e for e in entities(made) if e.name == "accuracy")
    claims = [Claim("text", 0, len(text), "result", None, results=(Result("2", "%", "change", metric="Accuracy"),))]
    assert [(m.start, m.text) for m in known.mentions] == [(text.rindex("accuracy"), "accuracy")]
    assert reported.with_measures(made, (known,), claims) == (known,)
