from __future__ import annotations

import pytest

from kg.extract import claims
from tests.extract.made import document, entities
from tests.growth import LINEAR, growth


def decided(rule: claims.Rule, words: str) -> str:
    """The rule that decides a sentence under the conditions that a rule asks for."""
    spoken = rule.when == "after" or bool(claims.table().own.search(words))
    return claims.decide(words, spoken=spoken, number=rule.number, formal=rule.formal).id


ROWS = [r for r in claims.rows() if r["pattern"]]


@pytest.mark.parametrize("row", ROWS, ids=lambda r: str(r["id"]))
def test_each_rule_decides_its_example_and_not_its_counter_example(row: dict[str, str]) -> None:
    rule = next(r for r in claims.table().rules if r.id == row["id"])
    assert decided(rule, row["example"]) == rule.id
    assert decided(rule, row["counter_example"]) != rule.id


def test_each_rule_is_measured_and_better_than_a_coin() -> None:
    for row in claims.rows():
        assert row["count"] > 0, row["id"]
        assert row["precision"] >= 0.5, row["id"]


ABSTRACT = (
    "Parsers are widely used. However, current parsers fail on long inputs. We propose KITE, a parser. "
    "It merges two streams. On MMLU, KITE reaches an accuracy of 81.2%, outperforming BERT. "
    "We find that depth matters more than width. The code is available at https://example.org/kite."
)


def test_claims_of_an_abstract() -> None:
    made = document(ABSTRACT, "KITE: a parser")
    found = claims.find(made, entities(made))
    assert [c.type for c in found] == ["limitation", "contribution", "contribution", "result", "finding", "resource"]
    assert [c.subject for c in found][1:4] == ["KITE", "KITE", "KITE"]
    assert found[-1].subject == "paper"
    sentences = {(s.start, s.end) for s in made.sentences if s.field == "text"}
    assert all((c.start, c.end) in sentences and c.field == "text" and c.rules for c in found)


def test_the_title_claims_nothing() -> None:
    made = document("Parsers are widely used.", "We propose KITE, which outperforms BERT")
    assert claims.find(made, entities(made)) == ()


@pytest.mark.parametrize(
    ("words", "hedged", "polarity"),
    [
        ("We find that depth may help.", True, "positive"),
        ("We find that depth does not help.", False, "negative"),
        ("We find that it not only helps but heals.", False, "positive"),
        ("We find that it gains up to 5% and does not require labels.", False, "positive"),
    ],
)
def test_hedge_and_polarity(words: str, *, hedged: bool, polarity: str) -> None:
    (claim,) = claims.find(document(words), ())
    assert (claim.hedged, claim.polarity) == (hedged, polarity)


@pytest.mark.parametrize("unit", ["we propose ", "code ", "(", "achieve state of the art ", "a-", "code is, ", "1.5% "])
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    def run(size: int) -> object:
        return claims.decide((unit * (size // len(unit))).strip(), spoken=True, number=False, formal=True)

    assert growth(run, 2_500) < LINEAR
