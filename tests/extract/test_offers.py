from __future__ import annotations

from kg.extract import claims, offers, scene
from kg.extract.candidates import Candidate, Place
from kg.extract.scoring import Scored
from kg.model import ENTITY_TYPES
from tests.extract.made import document, entities

TEXT = "We test KITE here. On RoadWeb-hard, KITE reaches a plank score of 81.2%."


def scored(name: str, **chances: float) -> Scored:
    start = TEXT.index(name)
    candidate = Candidate(name.lower(), tuple(name.split()), [Place("text", start, start + len(name), (), ())])
    return Scored(candidate, tuple(chances.get(t, 0.0) for t in ENTITY_TYPES), ())


def test_what_is_likely_enough_is_offered_to_the_slot_of_its_type_in_order() -> None:
    judged = [
        scored("plank score", Metric=0.3),
        scored("KITE", Method=0.9),
        scored("RoadWeb", Dataset=0.2, Metric=0.01),
    ]
    judged.append(scored("RoadWeb-hard", Benchmark=0.1, Dataset=0.1))
    found = offers.of(judged)
    assert [TEXT[a:b] for a, b, _ in found["metric"]] == ["plank score"]
    assert [(TEXT[a:b], round(c, 3)) for a, b, c in found["dataset"]] == [("RoadWeb", 0.2), ("RoadWeb-hard", 0.2)]


def test_a_sentence_knows_the_likeliest_rival_of_a_stretch() -> None:
    made = document(TEXT)
    judged = [scored("RoadWeb", Dataset=0.2), scored("RoadWeb-hard", Benchmark=0.6), scored("hard", Dataset=0.1)]
    places = offers.of(judged)
    sentence = made.sentences[-1]
    context = scene.Context(made, entities(made), None, None, places)
    here = scene.Scene(context, sentence, made.words_of(sentence), (), (), (), ())
    start = here.words.index("RoadWeb")
    assert here.rivalry("dataset", start, start + 7) == (0.2, 0.6, True)
    assert here.rivalry("dataset", start, start + 12) == (0.6, 0.2, False)
    assert here.rivalry("metric", start, start + 7) == (0.0, 0.0, False)


def test_a_number_may_measure_what_is_offered_and_no_entity() -> None:
    made = document(TEXT.replace("plank score", "plankness"))
    start = made.paper.abstract.index("plankness")
    places = {"metric": [(start, start + 9, 0.45)], "dataset": []}
    (result,) = claims.find(made, entities(made), places)[-1].results
    assert result.metric == "plankness"
