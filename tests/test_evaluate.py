from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kg
from kg import sample
from kg.errors import UsageError
from kg.evaluate import FIGURES, Evaluation, Judged, check, evaluate, lines, read, reliability, sweep, to_record
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
    said = damaged(read(annotated))
    predicted = tmp_path / "said.jsonl"
    predicted.write_text("\n".join(json.dumps(r) for r in said), "utf-8")
    command = [sys.executable, str(scorer), str(texts), str(annotated), str(predicted), "--json"]
    expected = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    ours = evaluate(read(texts), read(annotated), said)
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


def test_results_and_slots_that_are_wrong_are_mistakes_with_what_was_meant() -> None:
    said = gold()
    said["claims"][1]["results"][0] |= {"metric": "recall", "kind": "absolute"}
    found = evaluate([TEXT], [gold()], [said])
    shown = {m.kind: m.what for m in found.mistakes}
    assert shown["result/metric"] == "3.1 %: recall, not accuracy"
    assert shown["result/kind"] == "3.1 %: absolute, not change"
    assert "result/dataset" not in shown


def test_every_predicted_item_is_judged_with_its_confidence() -> None:
    said = gold()
    said["entities"][0] |= {"confidence": 0.9}
    said["entities"][1] |= {"confidence": 0.4, "type": "Dataset"}
    said["claims"][0] |= {"confidence": 0.7}
    said["claims"][1] |= {"confidence": 0.6, "type": "finding"}
    twice = said["claims"][1]["results"][0] | {"confidence": 0.3}
    said["claims"][1]["results"] = [twice, dict(twice)]
    said["relations"].append({"head": "KITE", "type": "based_on", "tail": "BERT", "confidence": 0.2})
    found = evaluate([TEXT], [gold()], [said])
    assert {(j.item, j.type, j.confidence, j.right) for j in found.judged} == {
        ("entity", "Method", 0.9, True),
        ("entity", "Dataset", 0.4, False),
        ("entity", "Metric", 1.0, True),
        ("claim", "contribution", 0.7, True),
        ("claim", "finding", 0.6, False),
        ("result", "change", 0.3, True),
        ("result", "change", 0.3, False),
        ("relation", "evaluated_on", 1.0, True),
        ("relation", "based_on", 0.2, False),
    }
    assert len(found.judged) == 9


def items(*pairs: tuple[float, bool]) -> list[Judged]:
    return [Judged("entity", "Task", confidence, right) for confidence, right in pairs]


def test_the_calibration_error_is_the_mean_distance_of_the_bins() -> None:
    judged = items(*[(0.95, True)] * 6, *[(0.95, False)] * 2, (0.15, False), (0.1, True))
    found = reliability(judged)
    assert [(b.count, b.right) for b in found.bins] == [(2, 0.5), (8, 0.75)]
    assert found.error == pytest.approx(0.2 * (0.5 - 0.125) + 0.8 * (0.95 - 0.75))
    assert reliability([]).error == 0
    assert reliability(items((1.0, True))).bins[0].count == 1


def test_bins_of_equal_count_never_part_equal_confidences() -> None:
    judged = items(*[(0.5, n % 2 == 0) for n in range(30)], *[(0.6 + n / 1000, True) for n in range(70)])
    found = reliability(judged, equal="count")
    assert [b.count for b in found.bins] == [30, *[10] * 7]
    assert found.bins[0].right == 0.5
    assert reliability(list(reversed(judged)), equal="count") == found


def test_chance_is_the_error_of_confidences_that_are_right() -> None:
    # 400 items in each of two bins, every confidence right on average over many draws: sqrt(2/pi * p (1-p) / n).
    judged = items(*[(0.25, n % 4 == 0) for n in range(400)], *[(0.75, n % 4 != 0) for n in range(400)])
    found = reliability(judged)
    assert found.error == 0
    assert found.chance == pytest.approx(0.01727, abs=1e-4)


def test_a_threshold_trades_recall_for_precision() -> None:
    judged = items((0.9, True), (0.8, True), (0.5, False), (0.4, True))
    assert sweep(judged, 6, levels=(0.0, 0.6, 0.95)) == [(0.0, 4, 0.75, 0.5), (0.6, 2, 1.0, 2 / 6), (0.95, 0, 1.0, 0.0)]


def test_the_report_fits_eighty_columns_and_shows_examples() -> None:
    said = gold()
    said["id"] = "a"
    said["entities"][0]["name"] = said["entities"][0]["surfaces"][0] = "K" * 200 + "\n" + "E" * 200
    found = evaluate([TEXT], [gold()], [said])
    shown = list(lines(found, errors=2, rules=True))
    assert max(map(len, shown)) <= 80
    assert not any("\n" in line or line != line.rstrip() for line in shown)
    text = "\n".join(shown)
    for head in ("figures", "entities by type", "relations by type", "calibration", "confidence", "commonest mistakes"):
        assert f"\n{head}" in f"\n{text}"
    assert "a: KITE" in text
    assert list(lines(Evaluation()))


def test_the_record_is_json_and_agrees_with_the_figures() -> None:
    found = evaluate([TEXT], [gold()], [])
    record = json.loads(json.dumps(to_record(found, errors=1)))
    assert record["figures"]["entities"] == {"p": 0, "r": 0, "f1": 0, "gold": 3, "said": 0}
    assert record["calibration"] == {}
    assert [m["examples"][0]["what"] for m in record["mistakes"] if m["kind"] == "entity/Method"] == ["KITE"]
    full = to_record(evaluate([TEXT], [gold()], [gold()]))
    assert full["calibration"]["entities"]["error_equal_widths"] == 0
    assert full["mistakes"] == []


def written(folder: Path, name: str, *records: dict[str, Any]) -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
    return path


def test_good_annotations_pass_the_check(tmp_path: Path) -> None:
    texts, annotated = written(tmp_path, "t.jsonl", TEXT), written(tmp_path, "g.jsonl", gold())
    assert check([texts], [annotated]) == ([TEXT], [gold()])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda g: g.update(id="b"), r"g\.jsonl:1: 'b': has no text in .*t\.jsonl; give the texts"),
        (lambda g: g["entities"][0].update(type="Model"), "unknown type 'Model'; give one of Method, Task"),
        (lambda g: g["entities"][0].update(role="main"), "unknown role 'main'"),
        (lambda g: g["entities"][0].update(surfaces=["Kite"]), "surface 'Kite' is in neither title nor abstract"),
        (lambda g: g["entities"][0].update(surfaces=[""]), "surface '' is in neither"),
        (lambda g: g["entities"][0].update(surfaces="KITE"), "found surfaces 'KITE'; give a list"),
        (lambda g: g["entities"][0].pop("role"), "an item has no 'role'"),
        (lambda g: g["claims"][0].update(type="idea"), "unknown claim type 'idea'"),
        (lambda g: g["claims"][0].update(sentence="We propose a kite."), "is not in the abstract"),
        (lambda g: g["claims"][1]["results"][0].update(kind="level"), "unknown kind 'level'"),
        (lambda g: g["claims"][1]["results"][0].update(value=""), "empty value"),
        (lambda g: g["relations"][0].update(type="usedFor"), "unknown relation type 'usedFor'"),
        (lambda g: g["relations"][0].update(tail="BERT"), "tail 'BERT' of a relation is no entity"),
        (lambda g: g.update(claims=None), "found claims 'None'; give a list"),
    ],
)
def test_what_is_wrong_with_an_annotation_is_said_with_its_place(tmp_path: Path, change: Any, message: str) -> None:
    record = gold()
    change(record)
    texts, annotated = written(tmp_path, "t.jsonl", TEXT), written(tmp_path, "g.jsonl", record)
    with pytest.raises(UsageError, match=message) as raised:
        check([texts], [annotated])
    assert str(raised.value).startswith(f"{annotated}:1: ")


def test_records_that_stand_twice_are_refused(tmp_path: Path) -> None:
    once, twice = written(tmp_path, "t.jsonl", TEXT), written(tmp_path, "g.jsonl", gold(), gold())
    with pytest.raises(UsageError, match=r"g\.jsonl:2: 'a': is annotated a second time"):
        check([once], [twice])
    with pytest.raises(UsageError, match=r"tt\.jsonl:2: 'a' stands a second time"):
        check([written(tmp_path, "tt.jsonl", TEXT, TEXT)], [twice])


def test_the_shared_annotations_pass_the_check() -> None:
    for name in ("train", "dev"):
        texts, annotated = need_shared(f"gold/{name}.texts.jsonl"), need_shared(f"gold/{name}.gold.jsonl")
        assert len(check([texts], [annotated])[1]) > 100


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg.cli", "evaluate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_prints_the_report_or_json_and_names_what_is_wrong(tmp_path: Path) -> None:
    said = gold() | {"entities": [entity("KITE\x1b[31m", "Method", "used")]}
    texts, annotated = written(tmp_path, "t.jsonl", TEXT), written(tmp_path, "g.jsonl", gold())
    predicted = written(tmp_path, "p.jsonl", said)
    shown = run(annotated, "--texts", texts, "--predicted", predicted, "--errors", 3)
    assert shown.returncode == 0
    assert "extra entity/Method" in shown.stdout
    assert "\x1b" not in shown.stdout
    record = json.loads(run(annotated, "--texts", texts, "--json").stdout)
    assert record["figures"]["claims"]["gold"] == 2
    assert record["figures"]["claims"]["said"] > 0
    refused = run(written(tmp_path, "bad.jsonl", gold() | {"id": "zz"}), "--texts", texts)
    assert refused.returncode == 2
    assert "bad.jsonl:1: 'zz': has no text" in refused.stderr


def test_the_sample_is_annotated_as_the_check_asks_and_can_be_measured() -> None:
    assert len(check([sample.path()], [sample.gold()])[1]) == 12
    found = kg.evaluation(sample=True)
    assert all(0.2 < found.figures[name].f1 <= 1 for name in ("mentions", "entities", "claims", "results_value"))
    assert str(found).startswith("figures ")
    assert found.reliability("entity").count == len(found.of("entity"))
    (low, kept, _, recall), (_, fewer, _, less) = found.sweep("entity", (0.0, 0.7))
    assert (low, kept) == (0.0, len(found.of("entity")))
    assert kept > fewer
    assert recall == pytest.approx(found.figures["entities"].recall)
    assert less < recall


def test_what_is_to_be_measured_is_asked_for_once(tmp_path: Path) -> None:
    texts, annotated = written(tmp_path, "t.jsonl", TEXT), written(tmp_path, "g.jsonl", gold())
    assert kg.evaluation(annotated, texts=texts, predicted=annotated).figures["roles"].f1 == 1
    for wrong in ({}, {"gold": annotated}, {"texts": texts, "sample": True}, {"gold": annotated, "sample": True}):
        with pytest.raises(UsageError, match="give gold and texts, or sample=True"):
            kg.evaluation(**wrong)
