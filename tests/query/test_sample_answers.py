"""Each named question has an answer that is known to be right among its rows on the bundled sample."""

from __future__ import annotations

from decimal import Decimal

import pytest

import kg
from kg.query import questions

# Question, parameters, cells that one row must have together; facts of the literature or of the sample's own sentences.
KNOWN: list[tuple[str, dict[str, object], dict[str, object]]] = [
    ("adoption", {"type": "Method", "since": 2015}, {"name": "Transformer", "year": 2017}),
    ("best_methods_for_task", {"task": "image classification"}, {"method": "ResNet"}),
    (
        "best_results_for_task",
        {"task": "machine translation"},
        {"dataset": "WMT 2014 English-to-German", "metric": "BLEU", "method": "Transformer", "value": Decimal("28.4")},
    ),
    ("claims_about", {"entity": "BERT"}, {"type": "contribution", "year": 2018}),
    ("claims_saying", {"words": "next sentence prediction"}, {"type": "finding", "year": 2019}),
    ("claims_without_numbers", {"entity": "BERT"}, {"text": "BERT outperforms GPT and ELMo on GLUE."}),
    ("co_used_datasets", {"dataset": "SQuAD"}, {"first": "SQuAD", "second": "GLUE"}),
    ("confidence_audit", {}, {"what": "edge", "kind": "outperforms"}),
    ("conflicts", {}, {"conflict": "different values"}),
    ("coverage", {}, {"kind": "Paper", "count": 69}),
    ("datasets_by_year", {"task": "object detection"}, {"year": 2014, "dataset": "ImageNet", "type": "Dataset"}),
    ("datasets_for_task", {"task": "question answering"}, {"dataset": "SQuAD"}),
    ("datasets_proposed", {"since": 2018, "until": 2021}, {"year": 2021, "dataset": "GSM8K"}),
    ("doubtful_edges", {"relation": "outperforms"}, {"relation": "outperforms"}),
    ("emerging", {"since": 2020, "type": "Method"}, {"name": "GPT-3", "firstYear": 2020}),
    ("evidence", {"head": "QLoRA", "relation": "basedOn", "tail": "LoRA"}, {"year": 2023, "field": "text"}),
    ("first_mentions", {"entity": "Transformer"}, {"year": 2017, "role": "proposes", "issued": "2017-06-12"}),
    ("gaps", {"task": "image classification"}, {"method": "Vision Transformer", "benchmark": "COCO"}),
    (
        "head_to_head",
        {"first": "BERT", "second": "DistilBERT"},
        {"dataset": "SQuAD v1.1", "metric": "F1", "firstValue": "93.2", "secondValue": "86.9", "better": "higher"},
    ),
    (
        "leaderboard",
        {"benchmark": "SQuAD"},
        {"method": "BERT", "metric": "F1", "value": Decimal("93.2"), "dataset": "SQuAD v1.1", "better": "higher"},
    ),
    ("limitations", {"entity": "BERT"}, {"about": "BERT", "year": 2019}),
    ("lineage", {"method": "BERT"}, {"side": "ancestor", "depth": 1, "method": "BERT", "basedOn": "Transformer"}),
    ("lineage", {"method": "LoRA"}, {"side": "descendant", "depth": 1, "method": "QLoRA"}),
    ("methods_proposed", {"task": "machine translation"}, {"method": "Transformer", "year": 2017}),
    ("metric_usage", {}, {"metric": "F1", "better": "higher"}),
    ("metrics_for_task", {"task": "machine translation"}, {"metric": "BLEU", "better": "higher"}),
    ("most_compared_baselines", {"task": "image classification"}, {"method": "VGG"}),
    ("names", {"entity": "Microsoft COCO"}, {"kind": "label", "name": "COCO"}),
    ("outperformed_by", {"method": "ALBERT"}, {"worse": "BERT", "year": 2019}),
    ("outperforms", {"method": "BERT"}, {"better": "XLNet", "year": 2019}),
    ("papers_about", {"entity": "BERT", "role": "proposes"}, {"relation": "proposes", "year": 2018}),
    ("papers_by_belief", {"entity": "BERT"}, {"relation": "proposes", "year": 2018}),
    ("resources", {}, {"about": "this paper"}),
    ("results_of", {"method": "BERT"}, {"dataset": "GLUE", "value": Decimal("80.5"), "kind": "absolute", "year": 2018}),
    ("tasks_for_method", {"method": "BERT"}, {"task": "natural language inference"}),
    ("trends", {"type": "Method", "since": 2020}, {"year": 2020, "name": "Transformer"}),
    ("variants", {"entity": "SQuAD"}, {"name": "SQuAD v2.0", "variantOf": "SQuAD"}),
]
# What the small graph of this folder answers, because the sample may hold none.
ELSEWHERE = {"corroborations"}


def test_every_question_has_a_known_answer() -> None:
    assert {name for name, *_ in KNOWN} | ELSEWHERE == {q.name for q in questions()}


@pytest.mark.parametrize(("name", "params", "cells"), KNOWN, ids=lambda value: value if isinstance(value, str) else "")
def test_the_known_answer_is_among_the_rows(
    sample: kg.Graph, name: str, params: dict[str, object], cells: dict[str, object]
) -> None:
    rows = sample.query(name=name, **params).to_records()  # type: ignore[arg-type]
    assert any(all(row[column] == cell for column, cell in cells.items()) for row in rows), rows[:5]


def test_scores_of_a_variant_or_another_metric_are_ranked_apart(sample: kg.Graph) -> None:
    board = sample.leaderboard("SQuAD")
    groups: dict[object, set[tuple[object, ...]]] = {}
    for row in board.to_records():
        groups.setdefault(row["board"], set()).add((row["dataset"], row["metric"], row["setting"], row["qualifier"]))
    assert len(groups) >= 3
    assert all(len(kinds) == 1 for kinds in groups.values()), groups
    bert = next(r for r in board.to_records() if r["method"] == "BERT" and r["value"] == Decimal("93.2"))
    assert bert["apart"] == "another variant"
    assert bert["rank"] == 1
