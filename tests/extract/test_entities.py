"""Entities: names, types, all mentions, one group per name; rules hold where their examples say; the floors."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import candidates, entities, known, lists, rules, scoring
from kg.extract.nlp import parse
from kg.forms import normal_form
from kg.model import ENTITY_TYPES, Entity, Mention, Paper
from tests.shared import need_shared

TITLE = "RoadNet: Graph Attention Networks for Traffic Forecasting"
TEXT = (
    "Traffic forecasting is hard. We propose RoadNet, a graph attention network that is trained by reinforcement "
    "learning (RL). Planners that are RL-based and large language models (LLMs) are compared. On the METR-LA "
    "dataset and the PEMS-BAY benchmark, RoadNet reaches an accuracy of 93.1%. An LLM is slower. "
    "The code is at https://example.org/RoadNet."
)


def found(title: str | None, text: str) -> dict[str, Entity]:
    return {e.name: e for e in entities.find(parse(Paper("1", title, text)))}


def surfaces_of(found: dict[str, Entity]) -> dict[str, Entity]:
    return {s: e for e in found.values() for s in e.surfaces}


def test_names_and_types_of_a_plain_abstract() -> None:
    by_surface = surfaces_of(found(TITLE, TEXT))
    assert by_surface["RoadNet"].type == "Method"
    assert by_surface["RL"].type == "Method"
    assert by_surface["METR-LA"].type in {"Dataset", "Benchmark"}
    assert by_surface["PEMS-BAY"].type == "Benchmark"
    assert by_surface["accuracy"].type == "Metric"
    assert by_surface["Traffic forecasting"].type == "Task"


def test_both_halves_of_an_abbreviation_are_one_entity_named_by_the_long_form() -> None:
    by_name = found(TITLE, TEXT)
    assert {"RL", "reinforcement learning"} <= set(by_name["reinforcement learning"].surfaces)
    assert {"LLM", "LLMs"} <= set(by_name["large language models"].surfaces)


def test_a_name_is_found_everywhere_but_in_addresses() -> None:
    by_surface = surfaces_of(found(TITLE, TEXT))
    places = [(m.field, m.start) for m in by_surface["RoadNet"].mentions]
    assert places == [("title", 0), ("text", TEXT.index("RoadNet")), ("text", TEXT.index("RoadNet reaches"))]
    assert any(TEXT[m.end :].startswith("-based") for m in by_surface["RL"].mentions)


def test_stand_ins_are_no_entities() -> None:
    text = "We present our method. The model is good. This approach beats existing approaches and the baseline."
    assert found(None, text) == {}


def test_nothing_is_found_in_nothing() -> None:
    assert found(None, "") == {}
    assert found("", " \n ") == {}


PIECES = [
    "GPT-4o",
    "(LLMs)",
    "large language models",
    "BERT",
    ",",
    ".",
    "F1",
    "of",
    "93.1%",
    "on",
    "MMLU",
    "$x$",
    "<b>",
]
HOSTILE = st.lists(st.sampled_from([*PIECES, "\x00", "é", "数据", "--", "/", "\n"]), max_size=40).map(" ".join)


@settings(deadline=None)
@given(HOSTILE, HOSTILE)
def test_laws_of_entities(title: str, text: str) -> None:
    paper = Paper("1", title, text)
    got = entities.find(parse(paper))
    assert len({e.name for e in got}) == len(got)
    for entity in got:
        assert entity.type in ENTITY_TYPES
        assert 0 < entity.confidence <= 1
        assert entity.rules
        assert entity.name in entity.surfaces
        assert entity.mentions
        assert {m.text for m in entity.mentions} == set(entity.surfaces)
        assert all(paper.text_of(m.field)[m.start : m.end] == m.text for m in entity.mentions)
    spans = sorted((m.field, m.start, m.end) for e in got for m in e.mentions)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))
    assert entities.find(parse(paper)) == got


def test_longest_name_wins_a_place() -> None:
    document = parse(Paper("1", None, "graph neural networks and neural networks"))
    mentions = entities.locate(document, {0: ["neural networks"], 1: ["graph neural networks"]})
    assert mentions == {
        0: [Mention("text", 26, 41, "neural networks")],
        1: [Mention("text", 0, 21, "graph neural networks")],
    }


@pytest.mark.parametrize("rule", rules.load(), ids=lambda r: r.id)
def test_each_rule_holds_in_its_example_only(rule: rules.Rule) -> None:
    def fires(text: str) -> bool:
        title, body = (text, "") if rule.place else (None, text)
        spans = candidates.find(parse(Paper("1", title, body)))
        read = [rule_id for ids in rules.marks(body).values() for rule_id in ids]
        return rule.id in read or any(rule.id in rules.fired(c) for c in spans.values())

    assert fires(rule.example)
    assert not fires(rule.counter_example)
    assert 0 < rule.precision <= 1
    assert rule.count > 0


@pytest.mark.parametrize("suffix", known.suffixes(), ids=lambda s: s.id)
def test_each_suffix_extends_a_known_name_in_its_example_only(suffix: known.Suffix) -> None:
    assert known.without_suffix(suffix.example)[1] in suffix.types
    assert suffix.pattern.search(suffix.example)
    assert known.without_suffix(suffix.counter_example) == (suffix.counter_example, known.NONE)


@pytest.mark.parametrize(
    "name",
    [
        "PASCAL VOC 2007",
        "WMT 2014 English-to-German",
        "SQuAD v1.1",
        "ImageNet ILSVRC-2012",
        "COCO test-dev",
        "CIFAR-10",
    ],
)
def test_year_version_languages_and_split_belong_to_the_name_of_data(name: str) -> None:
    by_surface = surfaces_of(found(None, f"RoadNet is a network for many tasks. It reaches a score of 81.2 on {name}."))
    assert by_surface[name].type in {"Dataset", "Benchmark"}


@pytest.mark.parametrize("quantity", ["39.92 BLEU", "300x300", "v1.1", "2020s", "400 language models", "6B model"])
def test_a_quantity_is_no_name(quantity: str) -> None:
    spans = candidates.find(parse(Paper("1", None, f"RoadNet has {quantity} here.")))
    assert not any(" ".join(c.words) == quantity for c in spans.values())
    assert candidates.find(parse(Paper("1", None, "It is tested on 20 Newsgroups.")))["20 newsgroup"]


def test_a_name_in_the_position_of_scored_data_is_data() -> None:
    text = "RoadNet reaches 81.5% accuracy on Cora, 70.3% accuracy on Citeseer and 79.0% accuracy on Pubmed."
    by_surface = surfaces_of(found(None, text))
    assert all(by_surface[name].type in {"Dataset", "Benchmark"} for name in ("Cora", "Citeseer", "Pubmed"))


def test_members_of_a_list_tell_of_each_other() -> None:
    text = "It beats GAT on Cora, RoadWeb and PubMed."
    assert [[name for _, name in items] for items in lists.members(text)] == [["Cora", "RoadWeb", "PubMed"]]
    told = lists.told(text, rules.marks(text))
    assert "listed=Dataset" in told[text.index("RoadWeb")]
    assert text.index("GAT") not in told


def test_a_well_known_name_has_at_least_the_least_chance_of_its_type() -> None:
    raised = known.at_least((0.1, 0.0, 0.2, 0.1, 0.0), ("WebVid-10M",), "webvid-10m")
    assert raised[2] + raised[3] == pytest.approx(known.SURE["Dataset"])
    assert raised[2] > raised[3]
    assert sum(raised) <= 1
    assert known.at_least((0.1, 0.0, 0.2, 0.1, 0.0), ("RoadWeb",), "roadweb") == (0.1, 0.0, 0.2, 0.1, 0.0)


def test_keys_join_variants_and_keep_versions() -> None:
    assert candidates.key_of(("Language", "Models")) == candidates.key_of(("language", "model"))
    assert candidates.key_of(("GPT-3",)) != candidates.key_of(("GPT-4",))
    assert normal_form(candidates.key_of(("fine-tuning",))) == normal_form(candidates.key_of(("fine", "tuning")))


def test_a_possessive_and_a_latex_command_are_no_part_of_a_name() -> None:
    spans = candidates.find(parse(Paper("1", None, "RoadNet's loss is $\\mathrm{LSE}$.")))
    assert {"roadnet", "lse"} <= set(spans)
    assert not any("mathrm" in key or "'s" in key for key in spans)


def test_floors_on_annotated_abstracts(tmp_path: Path) -> None:
    texts, gold = need_shared("gold/dev.texts.jsonl"), need_shared("gold/dev.gold.jsonl")
    lines = []
    for line in texts.read_text("utf-8").splitlines():
        record = json.loads(line)
        named = entities.find(parse(Paper(record["id"], record["title"], record["text"])))
        shown = [
            {
                "name": e.name,
                "type": e.type,
                "role": e.role,
                "surfaces": e.surfaces,
                "mentions": [{"field": m.field, "start": m.start, "end": m.end} for m in e.mentions],
            }
            for e in named
        ]
        lines.append(json.dumps({"id": record["id"], "entities": shown, "claims": [], "relations": []}))
    predicted = tmp_path / "predicted.jsonl"
    predicted.write_text("\n".join(lines), "utf-8")
    command = [sys.executable, str(need_shared("gold/score.py")), str(texts), str(gold), str(predicted), "--json"]
    figures = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["figures"]
    assert figures["mentions"]["f1"] >= 0.63
    assert figures["entities"]["f1"] >= 0.59


@given(st.floats(0.0, 1.0))
def test_steps_are_those_of_the_log_odds(chance: float) -> None:
    assert scoring.step_of(chance) == scoring.exact_step_of(chance)
