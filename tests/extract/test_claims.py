from __future__ import annotations

import pytest

from kg.extract import claims
from kg.extract.linear import Linear
from kg.extract.wording import words_of
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
        ("We find that the drop is likely caused by noise.", True, "positive"),
        ("We find that the most likely word is right.", False, "positive"),
        ("We find that it is possible to learn from ten texts.", False, "positive"),
    ],
)
def test_hedge_and_polarity(words: str, *, hedged: bool, polarity: str) -> None:
    (claim,) = claims.find(document(words), ())
    assert (claim.hedged, claim.polarity) == (hedged, polarity)


def kinds(text: str) -> list[str | None]:
    """The type of each sentence's claim, None where it claims nothing."""
    made = document(text)
    found = {c.start: c.type for c in claims.find(made, entities(made))}
    return [found.get(s.start) for s in made.sentences if s.field == "text"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            (
                "Ferns grow in wet valleys. However, little is known about how their spores travel. "
                "We found that wind carried most spores uphill."
            ),
            [None, "limitation", "finding"],
        ),
        (
            (
                "Let G be a finite group acting on a compact manifold. We prove that every orbit is bounded. "
                "As a consequence, the quotient admits a unique metric."
            ),
            [None, "theory", "theory"],
        ),
        (
            (
                "Tariffs change what firms pay. We find that firms near the border raised their prices. "
                "These results suggest that small firms may suffer most."
            ),
            [None, "finding", "finding"],
        ),
        (
            (
                "However, tagging is still slow. We propose a new tagger that reads each word once. "
                "Experiments show that it outperforms strong baselines. Our code is available at https://example.org/tag."
            ),
            ["limitation", "contribution", "result", "resource"],
        ),
    ],
    ids=["biology", "mathematics", "economics", "learning"],
)
def test_types_in_several_fields(text: str, wanted: list[str | None]) -> None:
    assert kinds(text) == wanted


def test_confidence_is_the_chance_of_the_type_and_rules_say_why() -> None:
    made = document(ABSTRACT, "KITE: a parser")
    found = claims.find(made, entities(made))
    assert all(1 / 7 <= c.confidence <= 1 for c in found)
    assert len({c.confidence for c in found}) > 1
    known = {r["id"]: r["type"] for r in claims.rows()}
    assert all(rule == claims.BY_WORDS or known[rule] == c.type for c in found for rule in c.rules)


def test_the_model_may_overrule_a_rule() -> None:
    words = Linear(("none", "finding"), {"bias": (0.0, 0.0), "w=odd": (0.0, 2.0)})
    assert claims.likeliest(words, ["bias", "w=odd"], number=False)[0] == "finding"
    assert claims.likeliest(words, ["bias"], number=False) == (None, 0.5)


def test_a_sentence_with_an_outcome_number_always_claims() -> None:
    model = Linear(("none", "result", "finding"), {"bias": (5.0, 1.0, 0.0)})
    assert claims.likeliest(model, ["bias"], number=False)[0] is None
    assert claims.likeliest(model, ["bias"], number=True)[0] == "result"


def test_a_rule_is_tried_only_where_one_of_its_words_stands() -> None:
    for row in ROWS:
        starts = claims.starts_of(words_of(row["example"]))
        assert not row.get("starts") or starts & set(row["starts"]), row["id"]


@pytest.mark.parametrize("unit", ["we propose ", "code ", "(", "achieve state of the art ", "a-", "code is, ", "1.5% "])
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    def run(size: int) -> object:
        return claims.decide((unit * (size // len(unit))).strip(), spoken=True, number=False, formal=True)

    assert growth(run, 2_500) < LINEAR
