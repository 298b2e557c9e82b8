from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.errors import UsageError
from kg.evaluate import FIGURES, evaluate, read
from tests.shared import need_shared

TEXT = {"id": "a", "title": "KITE: a parser", "text": "We propose KITE. It gains 3.1% accuracy on MMLU over BERT."}


def entity(name: str, kind: str, role: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "role": role, "surfaces": [name]}


def gold() -> dict[str, Any]:
    result = {"value": "3.1", "unit": "%", "kind": "change", "metric": "accuracy", "dataset": "MMLU"}
    return {
        "id": "a",
        "entities": [
            entity("KITE", "Method", "proposed"),
            entity("MMLU", "Benchmark", "evaluated_on"),
            entity("accuracy", "Metric", "measured"),
        ],
        "claims": [
            {"sentence": "We propose KITE.", "type": "contribution", "results": []},
            {"sentence": "It gains 3.1% accuracy on MMLU over BERT.", "type": "result", "results": [result]},
        ],
        "relations": [{"head": "KITE", "type": "evaluated_on", "tail": "MMLU"}],
    }


def test_gold_against_itself_is_perfect() -> None:
    found = evaluate([TEXT], [gold()], [gold()])
    assert {n: t.f1 for n, t in found.figures.items()} == dict.fromkeys(FIGURES, 1.0)
    assert found.mistakes == []


def test_nothing_predicted_is_all_missed() -> None:
    found = evaluate([TEXT], [gold()], [])
    assert all(t.f1 == 0 and t.missed == t.gold for t in found.figures.values())
    assert {m.fault for m in found.mistakes} == {"missed"}


def test_wrong_labels_are_named() -> None:
    said = gold()
    said["entities"][0]["role"] = "used"
    said["claims"][1]["type"] = "finding"
    said["claims"][1]["results"][0]["unit"] = "points"
    found = evaluate([TEXT], [gold()], [said])
    assert found.figures["entities"].f1 == 1
    assert found.figures["roles"].right == 2
    assert found.figures["claims"].right == 2
    assert found.figures["claims_typed"].right == 1
    assert found.figures["results_value"].right == 0
    kinds = {(m.fault, m.kind) for m in found.mistakes}
    assert {("wrong", "role/proposed->used"), ("wrong", "claim/result->finding"), ("extra", "result")} <= kinds


def test_dataset_and_benchmark_are_one_type_when_merged() -> None:
    said = gold()
    said["entities"][1]["type"] = "Dataset"
    found = evaluate([TEXT], [gold()], [said])
    assert found.figures["entities"].right == 2
    assert found.figures["entities_merged"].right == 3
    assert found.figures["relations"].right == 1


def test_rules_are_measured() -> None:
    said = gold()
    said["relations"] = [
        {"head": "KITE", "type": "evaluated_on", "tail": "MMLU", "rules": ["r.good"]},
        {"head": "KITE", "type": "based_on", "tail": "BERT", "rules": ["r.bad"]},
    ]
    found = evaluate([TEXT], [gold()], [said])
    assert (found.rules["r.good"].precision, found.rules["r.bad"].precision) == (1.0, 0.0)


def test_text_without_annotation_is_named() -> None:
    with pytest.raises(KeyError, match="'a' has no text"):
        evaluate([], [gold()], [])


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def damaged(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Predictions with faults of every sort, from the annotations themselves."""
    out = []
    for n, record in enumerate(records[::2]):
        said = json.loads(json.dumps(record))
        said["entities"] = [e for k, e in enumerate(said["entities"]) if (k + n) % 4]
        for k, e in enumerate(said["entities"]):
            e["surfaces"] = e["surfaces"][: 1 + k % 2]
            e["role"] = "used" if k % 3 == 0 else e["role"]
            e["type"] = "Dataset" if e["type"] == "Benchmark" and k % 2 else e["type"]
        for k, c in enumerate(said["claims"]):
            c["type"] = "finding" if k % 5 == 0 else c["type"]
            for r in c["results"]:
                r["unit"], r["dataset"] = (r["unit"], None) if k % 2 else ("points", r["dataset"])
        said["claims"] = said["claims"][1:]
        said["relations"] = said["relations"][::2] + [r | {"type": "outperforms"} for r in said["relations"][1::6]]
        out.append(said)
    return out


def test_same_figures_as_the_published_scorer(tmp_path: Path) -> None:
    scorer = need_shared("gold/score.py")
    texts, annotated = need_shared("gold/train.texts.jsonl"), need_shared("gold/train.gold.jsonl")
    said = damaged(lines(annotated))
    predicted = tmp_path / "said.jsonl"
    predicted.write_text("\n".join(json.dumps(r) for r in said), "utf-8")
    command = [sys.executable, str(scorer), str(texts), str(annotated), str(predicted), "--json"]
    expected = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    ours = evaluate(lines(texts), lines(annotated), said)
    for name, table in (
        ("figures", ours.figures),
        ("entity_types", ours.entity_types),
        ("claim_types", ours.claim_types),
    ):
        for key, figures in expected[name].items():
            t = table[key]
            assert [round(t.precision, 4), round(t.recall, 4), round(t.f1, 4), t.gold] == list(figures.values()), key


def test_slots_of_results_are_counted_and_answer_for_their_rules() -> None:
    def record(metric: str | None, **more: object) -> dict[str, object]:
        result = {"value": "81", "unit": "%", "kind": "absolute", "metric": metric, "method": "KITE", **more}
        claim = {"sentence": "KITE reaches 81%.", "type": "result", "results": [result]}
        return {"id": "1", "entities": [], "claims": [claim], "relations": []}

    text = {"id": "1", "title": None, "text": "KITE reaches 81%."}
    said = record("recall", rules=["result.default", "metric.behind", "method.subject"])
    found = evaluate([text], [record("accuracy")], [said])
    assert {k: (t.right, t.extra, t.missed) for k, t in found.slots.items()} == {
        "metric": (0, 1, 1),
        "method": (1, 0, 0),
        "dataset": (0, 0, 0),
        "comparator": (0, 0, 0),
    }
    assert {k: t.precision for k, t in found.rules.items()} == {
        "result.default": 1.0,
        "metric.behind": 0.0,
        "method.subject": 1.0,
    }


def test_read_names_file_and_line_of_what_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "1"}\n\n[1]\n', "utf-8")
    with pytest.raises(UsageError, match=r"gold\.jsonl:3: found '\[1\]'"):
        read(path)
    path.write_text('{"id": "1"}\n\n', "utf-8")
    assert read(path) == [{"id": "1"}]
