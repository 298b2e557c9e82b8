from __future__ import annotations

import pytest

from kg.extract import data_options, measured_options, method_options, outcomes, results, scene, subjects
from kg.extract.document import Document
from kg.extract.options import Option, behind, key
from kg.extract.scene import Scene
from kg.model import Entity, EntityType, Kind, Role
from tests.extract.made import document, entities, mentions
from tests.growth import LINEAR, growth


def scene_of(text: str, *more: tuple[str, EntityType, Role]) -> tuple[Scene, outcomes.Words]:
    """The last sentence of a text with all of its numbers as levels; ``more`` are further entities."""
    made = document(text)
    named = list(entities(made))
    for name, kind, role in more:
        named = [e for e in named if e.name not in name]
        named.append(Entity(name, kind, role, (name,), tuple(mentions(name, text, "text"))))
    return _last(made, tuple(named))


def _last(made: Document, named: tuple[Entity, ...]) -> tuple[Scene, outcomes.Words]:
    context = scene.Context(made, named, subjects.own_proposal(made, named), None)
    sentence = made.sentences[-1]
    reading = results.read(context, sentence, subjects.named_in(made, named)[sentence])
    assert reading
    kinds: tuple[Kind, ...] = tuple("absolute" for _ in reading.everything)
    return reading.scene(reading.everything, kinds), reading.words


def named(found: list[Option] | tuple[Option, ...]) -> dict[str, Option]:
    assert found[-1].name is None
    return {key(o.name): o for o in reversed(found)}


def test_whose_a_number_is_may_stand_in_the_sentence_before_it_or_be_described() -> None:
    here, _ = scene_of("We propose KITE. RoBERTa is old. BERT scores 3.1% less than the strongest earlier baseline.")
    found = named(method_options.find(here))
    assert found["bert"].start == 0
    assert (found["kite"].start, found["kite"].away) == (-1, 2)
    assert "recent=True" in found["roberta"].more
    assert {"baseline", "earlier baseline", "strongest earlier baseline"} <= set(found)
    assert "less than the strongest earlier baseline" not in found


def test_options_of_a_sentence_with_many_rivals_stay_few() -> None:
    here, _ = scene_of("KITE gains 3.1% over BERT and " + "the model than a plain method " * 200 + ".")
    assert len(method_options.find(here)) < 90


def test_data_may_be_described_behind_a_preposition_or_a_sentence_earlier() -> None:
    here, _ = scene_of("We evaluate on nine medical datasets. KITE reaches 81.2% in an unseen cohort from Oslo.")
    found = named(data_options.find(here, 0))
    assert (found["nine medical dataset"].source, found["nine medical dataset"].away) == ("told", 1)
    assert found["unseen cohort"].source == "behind in"
    assert found["oslo"].source == "behind from"


def test_data_far_from_the_number_are_no_options_but_where_they_are_marked() -> None:
    here, _ = scene_of("In Oslo and on MMLU, " + "we read on and on and " * 12 + "KITE reaches 81.2%.")
    found = named(data_options.find(here, 0))
    assert "oslo" not in found
    assert "mmlu" in found


def test_a_measure_may_be_longer_or_shorter_than_the_name_that_was_found() -> None:
    here, words = scene_of("KITE has a mean word accuracy of 81.2%.", ("word accuracy", "Metric", "measured"))
    found = named(measured_options.find(here, words, 0))
    assert found["word accuracy"].source == "entity"
    assert found["accuracy"].source == "part"
    assert found["mean word accuracy"].source == "longer1"


@pytest.mark.parametrize(
    ("text", "expected"), [("on a b c d e 3.1%", 4), ("on b, c d 3.1%", 1), ("on the and 3.1%", 0)]
)
def test_words_behind_a_cue_end_where_a_noun_phrase_does(text: str, expected: int) -> None:
    here, _ = scene_of(f"KITE gains {text}.")
    assert len(list(behind(here, data_options.AT))) == expected


def test_a_sentence_without_end_takes_time_in_proportion() -> None:
    def run(size: int) -> int:
        here, words = scene_of("KITE gains 3.1% " + "on the best model over a plain test set with " * (size // 45))
        return (
            len(method_options.find(here))
            + len(data_options.find(here, 0))
            + len(measured_options.find(here, words, 0))
        )

    assert growth(run, 2_000) < LINEAR
