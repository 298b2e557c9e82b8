from __future__ import annotations

import pytest

from kg.extract import claims, holders, judging, slots
from kg.model import Result
from tests.extract.made import document, entities
from tests.growth import LINEAR, growth


def found(text: str) -> list[Result]:
    """The results of a sentence behind one that introduces KITE."""
    made = document("We propose KITE, a parser. " + text)
    return list(claims.find(made, entities(made))[-1].results)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KITE has a score of 80.5 on MMLU and 86.7% accuracy on WikiText.", ["score", "accuracy"]),
        ("KITE runs at 45 fps and reaches 63.4% accuracy.", ["speed", "accuracy"]),
        ("KITE reaches a top-5 error of 4.8% on MMLU.", ["top-5 error"]),
        ("KITE adds a small overhead and runs at 5 fps.", ["speed"]),
        ("KITE is 8.4 times smaller and 6.1 times faster than BERT.", ["size", "speed"]),
        ("KITE needs 40% fewer labelled sentences than BERT.", ["labelled sentences"]),
        ("KITE reaches 3% higher accuracy and 20% lower latency.", ["accuracy", "latency"]),
        ("KITE is right 9% of the time on MMLU.", [None]),
        ("KITE cuts the index size by 12% and latency by 40%.", ["index size", "latency"]),
        ("KITE reaches BLEU of 31.2 and accuracy of 44.0 on MMLU and WikiText, respectively.", ["BLEU", "accuracy"]),
    ],
)
def test_metric(text: str, expected: list[str | None]) -> None:
    assert [r.metric for r in found(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On MMLU, KITE reaches 83.0% accuracy, and on WikiText, KITE reaches 72.5% accuracy.", ["MMLU", "WikiText"]),
        (
            "KITE raises accuracy on MMLU from 70% to 75% and on WikiText from 60% to 66%.",
            ["MMLU"] * 2 + ["WikiText"] * 2,
        ),
        ("KITE raises accuracy from 70% to 75% on MMLU.", ["MMLU"] * 2),
        ("KITE is accurate (MMLU (64.8%) and WikiText (61.2%)).", ["MMLU", "WikiText"]),
        ("KITE reaches 81.5% accuracy on Cora and 70.3% accuracy on Citeseer.", ["Cora", "Citeseer"]),
        ("Experiments on MMLU and WikiText show that KITE gains 3% in accuracy.", ["MMLU and WikiText"]),
        ("KITE reaches 81% accuracy across five public benchmarks.", ["five public benchmarks"]),
        ("KITE reaches 81% accuracy.", [None]),
        ("KITE reaches 81.1%, 82.2% accuracy on MMLU and WikiText, respectively.", ["MMLU", "WikiText"]),
    ],
)
def test_dataset(text: str, expected: list[str | None]) -> None:
    assert [r.dataset for r in found(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KITE reaches 61.5% accuracy, compared to 26.2% for the second-best entry.", ["KITE", "second-best entry"]),
        ("KITE reaches a score of 77.0 on MMLU, while BERT reaches 79.5.", ["KITE", "BERT"]),
        ("KITE reaches 92% accuracy, where the second-best entry reaches 83%.", ["KITE", "second-best entry"]),
        ("Human accuracy is 86.8%, and KITE reaches 80.1% accuracy.", ["Human", "KITE"]),
        ("KITE has an accuracy of 61%, exceeding the 57% accuracy of BERT.", ["KITE", "BERT"]),
        ("KITE gains 26% over BERT, which has an accuracy of 66%.", ["KITE", "BERT"]),
        ("KITE beats BERT (75%) and RoBERTa (77%).", ["BERT", "RoBERTa"]),
        ("KITE outperforms BERT although it is ten times smaller.", ["KITE"]),
    ],
)
def test_method(text: str, expected: list[str | None]) -> None:
    assert [r.method for r in found(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KITE gains 3% over BERT and 5% over RoBERTa in accuracy.", ["BERT", "RoBERTa"]),
        ("KITE outperforms BERT by 3%.", ["BERT"]),
        ("KITE improves accuracy by 3% over strong baselines.", ["strong baselines"]),
        ("KITE reaches 61.5% accuracy, compared to 26.2% for BERT.", ["BERT", None]),
    ],
)
def test_comparator(text: str, expected: list[str | None]) -> None:
    assert [r.comparator for r in found(text)] == expected


def test_each_strategy_is_measured_and_named_by_the_results_it_fills() -> None:
    known = judging.rows()
    named = {
        s.__name__.replace("_", ".", 1) for s in (*slots.METRIC, *slots.DATASET, *holders.METHOD, *holders.COMPARATOR)
    }
    assert named <= set(known)
    (one,) = found("KITE reaches 81.2% accuracy on MMLU.")
    assert one.rules == ("result.default", "metric.behind", "method.subject", "dataset.behind")


def test_confidence_falls_with_slots_that_are_less_sure() -> None:
    (sure,) = found("KITE reaches 81.2% accuracy on MMLU.")
    (unsure,) = found("MMLU is hard and an 81.2% accuracy is seen.")
    assert 0 < unsure.confidence < sure.confidence < 1


@pytest.mark.parametrize(
    "unit", ["the model ", "than the best ", "on A 1% ", "and on ", "ACC (1%) ", "1% for the a-b ", "from 1 to "]
)
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    def run(size: int) -> object:
        return found("KITE reaches 81% accuracy on MMLU " + unit * (size // len(unit)) + ".")

    assert growth(run, 1_000) < LINEAR
