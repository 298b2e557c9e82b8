from __future__ import annotations

from typing import Any

import pytest

from kg.extract import roles
from kg.model import ROLES, Role
from kg.vocab import ROLE_ENDS
from tests.extract.made import document, entities
from tests.growth import LINEAR, growth


def assigned(text: str, title: str | None = None) -> dict[str, Role]:
    made = document(text, title)
    return {e.name: e.role for e in roles.assign(made, entities(made))}


@pytest.mark.parametrize("row", roles.rows(), ids=lambda r: str(r["id"]))
def test_each_role_is_given_in_its_example_and_not_in_its_counter_example(row: dict[str, Any]) -> None:
    for key, holds in (("example", True), ("counter_example", False)):
        name = row[key].split("[")[1].split("]")[0]
        found = assigned(row[key].replace("[", "").replace("]", ""))
        assert (found[name] == row["role"]) is holds, (row[key], found)


def test_each_role_is_measured_and_better_than_a_coin() -> None:
    assert [row["role"] for row in roles.rows()] == list(ROLES)
    for row in roles.rows():
        assert row["count"] > 0, row["id"]
        assert row["precision"] >= 0.5, row["id"]


def test_roles_of_a_paper() -> None:
    found = assigned(
        "Early parsers such as RoBERTa were slow. BERT changed translation. We propose KITE, which uses transformers "
        "for translation. "
        "On MMLU, KITE gains 3.1% accuracy over BERT.",
        "KITE: a parser",
    )
    assert found == {
        "KITE": "proposed",
        "MMLU": "evaluated_on",
        "BERT": "compared",
        "accuracy": "measured",
        "translation": "addressed",
        "transformers": "used",
        "RoBERTa": "mentioned",
    }


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Soil moisture is hard to map. Here we introduce KITE, a satellite retrieval scheme.", "KITE", "proposed"),
        ("We propose a titration assay. It is faster than taggers and BERT.", "BERT", "compared"),
        ("We present a catalogue of galaxies. Redshifts are fitted with BERT.", "BERT", "used"),
        ("We introduce a new drug screen called KITE for kinase inhibitors.", "KITE", "proposed"),
        ("We build WikiText, a new dataset of court rulings in six languages.", "WikiText", "proposed"),
    ],
)
def test_roles_in_several_fields(text: str, name: str, role: Role) -> None:
    assert assigned(text)[name] == role


def test_no_entity_has_a_role_that_its_type_cannot_have() -> None:
    words = "We propose, outperform, evaluate on and address KITE, translation, MMLU, WikiText, accuracy and latency. "
    made = document(words * 3, "KITE: MMLU, WikiText, accuracy, translation")
    found = roles.assign(made, entities(made))
    assert len(found) == 6
    for entity in found:
        assert entity.type in ROLE_ENDS[entity.role], entity


def test_the_role_is_kept_with_the_entity() -> None:
    made = document("We propose KITE.")
    (found,) = roles.assign(made, entities(made))
    assert found.rules == ("role.proposed.words",)


def test_an_entity_without_a_mention_has_a_role() -> None:
    made = document("We propose KITE.")
    nowhere = tuple(e for e in entities(document("MMLU")) if e.name == "MMLU")
    nowhere = tuple(type(e)(e.name, e.type, e.role, e.surfaces) for e in nowhere)
    assert [e.name for e in roles.assign(made, nowhere)] == ["MMLU"]


@pytest.mark.parametrize("unit", ["we propose KITE ", "KITE, ", "(1) KITE ", "KITE over the BERT ", "a-KITE "])
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    def run(size: int) -> None:
        made, named = ready[size]
        roles.assign(made, named)

    texts = {size: document(unit * size) for size in (30, 240)}
    ready = {size: (made, entities(made)) for size, made in texts.items()}
    assert growth(run, 30) < LINEAR
