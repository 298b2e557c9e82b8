from __future__ import annotations

import pytest

from kg.extract import roles
from kg.model import Role
from tests.extract.made import document, entities
from tests.growth import LINEAR, growth


def assigned(text: str, title: str | None = None) -> dict[str, Role]:
    made = document(text, title)
    return {e.name: e.role for e in roles.assign(made, entities(made))}


@pytest.mark.parametrize("row", roles.rows(), ids=lambda r: str(r["id"]))
def test_each_rule_holds_for_its_example_and_not_for_its_counter_example(row: dict[str, str]) -> None:
    rule = next(r for r in roles.rules() if r.id == row["id"])
    for key, holds in (("example", True), ("counter_example", False)):
        before, rest = row[key].split("[")
        after = rest.split("]")[1]
        zone = row.get(key + "_zone", rule.zone if rule.zone != "any" else "after")
        place = roles.Place(zone, before, after)
        decided = roles.decide(sorted(rule.types)[0] if len(rule.types) < 5 else "Method", (place,))
        assert (decided.id == rule.id) is holds, (decided.id, place)


def test_each_rule_is_measured_and_better_than_a_coin() -> None:
    for row in roles.rows():
        assert row["count"] > 0, row["id"]
        assert row["precision"] >= 0.5, row["id"]


def test_roles_of_a_paper() -> None:
    found = assigned(
        "BERT changed translation. RoBERTa is old. We propose KITE, which uses transformers for translation. "
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


def test_the_rule_is_kept_with_the_entity() -> None:
    made = document("We propose KITE.")
    (found,) = roles.assign(made, entities(made))
    assert found.rules == ("role.proposed.introduced",)


@pytest.mark.parametrize("unit", ["we propose ", "(1) ", "over the ", "than ", "a-", "novel "])
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    def run(size: int) -> None:
        words = unit * (size // len(unit))
        for kind in ("Method", "Task", "Dataset", "Metric"):
            roles.decide(kind, (roles.Place("after", words, words),) * 20)

    assert growth(run, 60) < LINEAR
