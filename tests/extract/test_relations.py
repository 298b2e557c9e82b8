from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from kg.extract import claims, ends, linear, pairs, relations
from kg.model import Entity, Relation, Role
from kg.vocab import RELATION_ENDS
from tests.extract.made import document, entities
from tests.growth import LINEAR, growth


def found(text: str, title: str | None = None, **given: Role) -> tuple[Relation, ...]:
    made = document(text, title)
    named = entities(made, **given)
    return relations.find(made, named, claims.find(made, named))


def edges(text: str, title: str | None = None, **given: Role) -> set[tuple[str, str, str]]:
    return {(r.head, r.type, r.tail) for r in found(text, title, **given)}


@pytest.mark.parametrize("row", relations.rows(), ids=lambda r: str(r["id"]))
def test_each_edge_is_read_from_its_example_and_not_from_its_counter_example(row: dict[str, Any]) -> None:
    for key, reads in (("example", True), ("counter_example", False)):
        read = found("We propose KITE. " + row[key])
        assert (row["id"] in {r.rules[0] for r in read}) is reads, (row[key], read)


def test_each_edge_is_measured_and_better_than_a_coin() -> None:
    for row in relations.rows():
        assert row["count"] > 0, row["id"]
        assert row["precision"] >= 0.5, row["id"]


def test_relations_of_a_paper() -> None:
    read = edges("We propose KITE for translation. It builds on transformers. On MMLU, KITE outperforms BERT.")
    # Whoever is beaten on a benchmark was tested on it.
    assert read - {("BERT", "evaluated_on", "MMLU")} == {
        ("KITE", "used_for", "translation"),
        ("KITE", "based_on", "transformers"),
        ("KITE", "evaluated_on", "MMLU"),
        ("KITE", "outperforms", "BERT"),
    }


@pytest.mark.parametrize(
    "text",
    ["KITE does not outperform BERT.", "KITE might outperform BERT on MMLU.", "We ask whether KITE outperforms BERT."],
)
def test_what_is_denied_or_supposed_is_no_relation(text: str) -> None:
    assert edges("We propose KITE. " + text) == set()


@pytest.mark.parametrize("word", ["cannot", "can't", "Never did", "doesn't", "no longer", "if it", "would", "fails to"])
def test_a_word_that_denies_is_sought_wherever_it_may_stand(word: str) -> None:
    assert relations.cues().unsaid.search(f"It {word} help.")
    assert edges(f"We propose KITE. KITE, as {word} they said, outperforms BERT.") == set()
    assert edges("We propose KITE. KITE, as they said, outperforms BERT.") != set()


def test_the_evidence_of_outperforms_states_the_comparison() -> None:
    text = "We propose KITE, which is based on BERT. KITE has more layers than it needs. Later, KITE outperforms BERT."
    made = document(text)
    read = relations.find(made, entities(made), ())
    quotes = [text[r.evidence.start : r.evidence.end] for r in read if r.type == "outperforms"]
    assert quotes == ["Later, KITE outperforms BERT."]


def test_only_a_sentence_that_compares_is_evidence_of_a_win(monkeypatch: pytest.MonkeyPatch) -> None:
    sure = linear.Linear((relations.NONE, "outperforms", "based_on"), {"same:head=own": (0.0, 9.0, 0.0)})
    monkeypatch.setattr(relations, "models", lambda: {"Method": sure})
    relations._sums_of.cache_clear()
    text = "We propose KITE. KITE is next to BERT. KITE has a gain over BERT. KITE lags behind BERT."
    made = document(text)
    read = relations.find(made, entities(made), ())
    relations._sums_of.cache_clear()
    assert [text[r.evidence.start : r.evidence.end] for r in read] == ["KITE has a gain over BERT."]


@pytest.mark.parametrize(
    "text",
    [
        "KITE makes more errors than BERT.",
        "KITE is worse than BERT.",
        "KITE extends BERT.",
        "RoBERTa is as good as BERT.",
    ],
)
def test_no_outperforms_without_a_win(text: str) -> None:
    assert not [e for e in edges("We propose KITE. " + text) if e[1] == "outperforms"]


def test_another_method_wins() -> None:
    assert ("RoBERTa", "outperforms", "BERT") in edges("We propose KITE. RoBERTa outperforms BERT on MMLU.")
    assert ("KITE", "outperforms", "BERT") not in edges("We propose KITE. RoBERTa outperforms BERT on MMLU.")


def test_a_result_says_what_was_tested_on_what() -> None:
    assert ("RoBERTa", "evaluated_on", "MMLU") in edges("We propose KITE. On MMLU, RoBERTa reaches 80% accuracy.")


def test_evidence_is_the_sentence_and_ends_fit() -> None:
    text = "We propose KITE for translation. On MMLU, KITE outperforms BERT."
    made = document(text, "KITE: translation")
    named = entities(made)
    kinds = {e.name: e.type for e in named}
    sentences = {(s.field, s.start, s.end) for s in made.sentences}
    read = relations.find(made, named, claims.find(made, named))
    assert len(read) >= 4
    for r in read:
        heads, tails = RELATION_ENDS[r.type]
        assert kinds[r.head] in heads
        assert kinds[r.tail] in tails
        assert (r.evidence.field, r.evidence.start, r.evidence.end) in sentences


def test_an_edge_stated_twice_is_two_relations() -> None:
    read = found("We propose KITE. KITE outperforms BERT. In short, KITE surpasses BERT.")
    assert [(r.head, r.type, r.tail) for r in read] == [("KITE", "outperforms", "BERT")] * 2


@pytest.mark.parametrize(
    "text",
    [
        "KITE uses taggers and is competitive with transformers.",
        "KITE, which is based on taggers, is comparable to transformers.",
    ],
)
def test_who_is_set_beside_another_is_not_built_on_it(text: str) -> None:
    edge = ("KITE", "based_on", "transformers")
    assert edge not in edges("We propose KITE, a parser. " + text)
    assert edge in edges("We propose KITE, a parser. KITE, which builds on taggers, uses transformers.")


@pytest.mark.parametrize(
    ("text", "edge"),
    [
        ("We propose KITE, a soil model, for translation of maps.", ("KITE", "used_for", "translation")),
        ("We present KITE. It is built on transformers that read spectra.", ("KITE", "based_on", "transformers")),
        ("We introduce KITE. In field trials our assay outperforms BERT.", ("KITE", "outperforms", "BERT")),
        ("We introduce KITE. Our telescope pipeline is evaluated on MMLU.", ("KITE", "evaluated_on", "MMLU")),
        ("This study compares drugs. We test taggers on MMLU.", ("taggers", "evaluated_on", "MMLU")),
    ],
)
def test_edges_in_several_fields(text: str, edge: tuple[str, str, str]) -> None:
    assert edge in edges(text)


def test_confidence_is_the_chance_of_the_edge() -> None:
    (sure,) = found("We propose KITE. KITE outperforms BERT.")
    (less,) = found("We propose KITE. Our parser outperforms BERT.")
    assert 0 < less.confidence < sure.confidence <= 1


def test_names_in_another_order_give_the_same_edges() -> None:
    made = document("We propose KITE for translation. It builds on transformers. On MMLU, KITE outperforms BERT.")
    named = entities(made)
    assert set(relations.find(made, named, ())) == set(relations.find(made, named[::-1], ()))


def test_a_paper_without_entities_has_no_edges() -> None:
    assert relations.find(document("We propose nothing."), (), ()) == ()


@pytest.mark.parametrize("unit", ["KITE, BERT, MMLU and ", "KITE outperforms BERT. ", "we translation KITE "])
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    def run(size: int) -> None:
        made, named = ready[size]
        relations.find(made, named, ())

    texts = {size: document(unit * size) for size in (30, 240)}
    ready = {size: (made, entities(made)) for size, made in texts.items()}
    assert growth(run, 30) < LINEAR


def test_an_end_that_is_hardly_an_entity_makes_an_edge_less_likely() -> None:
    made = document("We propose KITE. KITE outperforms BERT, and KITE is built on transformers.")
    named = entities(made)
    unsure = tuple(dataclasses.replace(e, confidence=0.5 if e.name == "transformers" else 1.0) for e in named)

    def chance(given: tuple[Entity, ...]) -> float:
        return max((r.confidence for r in relations.find(made, given, ()) if r.tail == "transformers"), default=0.0)

    assert chance(unsure) < chance(named)


def test_names_that_share_words_are_told_from_others() -> None:
    assert ends.in_common("sparse transformers", "transformer") == (
        "names=1 2 1",
        "names: last",
        "names: last first",
        "names: tail in head",
    )
    assert ends.in_common("KITE", "BERT") == ends.in_common("KITE", "--") == ()


def test_entities_are_ranked_by_where_they_are_named_first() -> None:
    made = document("We propose KITE for translation. It is built on taggers and transformers.")
    named = entities(made)[::-1]
    ranks = dict(zip((e.name for e in named), pairs.Reading(made, named).ranks, strict=True))
    assert ranks == {"KITE": (0, 3), "taggers": (1, 3), "transformers": (2, 3), "translation": (0, 1)}
