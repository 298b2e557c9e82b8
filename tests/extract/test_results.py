from __future__ import annotations

import pytest

from kg import metrics
from kg.extract import claims, judging, values
from kg.model import Result
from tests.extract.made import document, entities
from tests.growth import LINEAR, growth


def results(text: str) -> list[Result]:
    """The results of the last sentence, behind one that introduces KITE."""
    made = document("We propose KITE, a parser. " + text)
    return list(claims.find(made, entities(made))[-1].results)


def test_level_with_all_slots() -> None:
    (found,) = results("KITE reaches an accuracy of 81.2% on MMLU in the zero-shot setting.")
    assert (found.value, found.unit, found.kind, found.direction) == ("81.2", "%", "absolute", None)
    assert (found.metric, found.method, found.dataset, found.setting) == ("accuracy", "KITE", "MMLU", "zero-shot")


def test_words_between_a_number_and_its_measure() -> None:
    first, second = results("With a deep backbone, KITE achieves 37.1 mask AP and 39.8 box AP on MMLU.")
    assert [first.value, second.value] == ["37.1", "39.8"]
    assert [first.dataset, second.dataset] == ["MMLU", "MMLU"]


def test_difference_with_comparator() -> None:
    (found,) = results("It outperforms BERT by up to 3.1% in accuracy on MMLU.")
    assert (found.kind, found.direction, found.qualifier) == ("change", "up", "up to")
    assert (found.method, found.comparator) == ("KITE", "BERT")


def test_from_to_is_two_levels() -> None:
    low, high = results("KITE raises accuracy from 38% to 74% on MMLU.")
    assert [low.kind, high.kind] == ["absolute", "absolute"]
    assert [low.metric, high.metric] == ["accuracy", "accuracy"]


def test_listed_differences_have_each_their_dataset() -> None:
    first, second = results("KITE improves accuracy by 11.71% on MMLU and 2.64% on WikiText.")
    assert [first.dataset, second.dataset] == ["MMLU", "WikiText"]
    assert [first.kind, second.kind] == ["change", "change"]


def test_respectively() -> None:
    found = results("On MMLU and WikiText, KITE achieves accuracy of 71.2% and 65.1%, respectively.")
    assert [(r.value, r.dataset) for r in found] == [("71.2", "MMLU"), ("65.1", "WikiText")]


@pytest.mark.parametrize(
    ("text", "direction"),
    [("It reduces latency by 53%.", "down"), ("It is 4.6x faster.", "up"), ("It needs 40% fewer parameters.", "down")],
)
def test_direction(text: str, direction: str) -> None:
    (found,) = results(text)
    assert (found.kind, found.direction) == ("change", direction)


@pytest.mark.parametrize(
    "text",
    [
        "It was built in 2024 with 300 images of 12 kinds.",
        "It has 7B parameters and a 10-fold cross-validation.",
        "We train with a learning rate of k=4 on 3 nodes.",
        "The intervals have 95% confidence.",
        "It follows Llama 3.1 and GPT-4.",
        "Two parts make up KITE: (1) an encoder and (2) a decoder.",
        "The difference is significant (p < 0.01).",
        "Scores were averaged over a 5-fold cross-validation.",
    ],
)
def test_counts_sizes_years_and_settings_are_no_results(text: str) -> None:
    assert results(text) == []


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("over a 5-fold cross-validation", True),
        ("with 95% confidence", True),
        ("significant (p < 0.01)", True),
        ("parts: (1) an encoder", True),
        ("in 2019 and", True),
        ("an accuracy of 0.93", False),
        ("3 points more", False),
        ("grew to 2019 ms", False),
    ],
)
def test_what_no_weight_makes_an_outcome(text: str, *, never: bool) -> None:
    (value,) = values.find(text)
    assert judging.is_never(text, value) is never


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("KITE improves accuracy by 3.1 points (74.2% vs. 71.1%).", ["change", "absolute", "absolute"]),
        ("KITE gains 4.1% and 2.2% in accuracy over BERT on MMLU and WikiText.", ["change", "change"]),
        ("Mortality was 12.5% in the treated group and 18.1% in the control group.", ["absolute", "absolute"]),
        ("The telescope needs 40% less exposure time than its predecessor.", ["change"]),
        ("The catalyst retains 91% of its initial activity.", ["change"]),
    ],
)
def test_kinds_across_fields(text: str, kinds: list[str]) -> None:
    assert [r.kind for r in results(text)] == kinds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Median latency of KITE drops from 51.2s to 22.8s.", [("51.2", "s"), ("22.8", "s")]),
        ("KITE reaches Recall@1 and Recall@10 of 93.5%/98.6% on MMLU.", [("93.5", "%"), ("98.6", "%")]),
        ("KITE reaches an accuracy of \\textbf{0.45} on MMLU.", [("0.45", "")]),
        ("Raters gave KITE a score of 3.9 out of 5.", [("3.9", "out of 5")]),
    ],
)
def test_forms_of_numbers_that_are_outcomes(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(r.value, r.unit) for r in results(text)] == expected


@pytest.mark.parametrize("unit", ["1.5% on MMLU ", "accuracy of 3.1%, ", "2.5x, ", "over BERT by 1.5% ", "accuracy "])
def test_a_sentence_of_numbers_without_end(unit: str) -> None:
    def run(size: int) -> list[Result]:
        return results("KITE reaches " + unit * (size // len(unit)))

    assert len(run(8_000)) == (0 if unit == "accuracy " else 40)
    assert growth(run, 1_000) < LINEAR


def test_offsets_and_confidence() -> None:
    made = document("KITE reaches 81.2% accuracy.")
    (claim,) = claims.find(made, entities(made))
    (found,) = claim.results
    assert made.paper.abstract[found.start : found.end] == found.value == "81.2"
    assert 0.5 <= found.confidence <= 1
    assert found.rules


def test_measures_are_found_whole_and_short_capitals_by_their_case() -> None:
    text = "AP of 90%, a map, recall@5, word error rates and subrecall"
    assert [text[start:end] for start, end, _ in metrics.find(text)] == ["AP", "recall@5", "word error rates"]


def test_metrics_have_a_direction_range_and_complement() -> None:
    names = [i.name for i in metrics.registry()]
    assert len(names) == len(set(names)) > 60
    accuracy, error = metrics.lookup("top-1 accuracy"), metrics.lookup("error rate")
    assert accuracy
    assert error
    assert (accuracy.better, accuracy.low, accuracy.high, accuracy.complement) == ("higher", 0, 1, "error rate")
    assert error.better == "lower"
    assert all(metrics.lookup(i.complement) for i in metrics.registry() if i.complement)
