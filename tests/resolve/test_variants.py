"""The grammar of variants: every row's example and counter-example, what has no variant, any text. Pairs: pairs.tsv."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolve.variants import LONGEST_CHAIN, TABLE, grammar, variants_of


def rows(*wheres: str) -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [r for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if r["where"] in wheres]


GRAMMAR = rows("figure", "letter", "sign", "word", "start", "name")


@pytest.mark.parametrize("row", GRAMMAR, ids=lambda r: f"{r['kind']}:{r['example']}")
def test_each_rule_finds_its_example(row: dict[str, str]) -> None:
    chain = variants_of(row["example"])
    assert chain, row
    assert tuple(chain[0]) == (row["general"], row["kind"])


@pytest.mark.parametrize("row", [r for r in GRAMMAR if r["counter_example"]], ids=lambda r: r["counter_example"])
def test_no_rule_of_that_kind_finds_its_counter_example(row: dict[str, str]) -> None:
    chain = variants_of(row["counter_example"])
    assert not chain or chain[0].kind != row["kind"]


@pytest.mark.parametrize("row", rows("none"), ids=lambda r: r["pattern"])
def test_names_that_look_like_variants_are_none(row: dict[str, str]) -> None:
    assert variants_of(row["pattern"]) == ()


@pytest.mark.parametrize(
    "name",
    [
        *("C4", "D4RL", "S4", "T5", "L2", "F1", "word2vec", "GSM8K", "C++", "SO(3)", "BERT", "phase 3", "Type II"),
        *("Level 3", "computer vision", "Computer Vision", "Knowledge Base", "KS test", "Turing Test", "3D", "1.5"),
        *("mean squared error", "training time", "average precision", "BERTScore", "large language model", ""),
        *("language model", " ", "x", "8B", "ABC12020", "R@1", "deep learning", "Q-learning", "U-Net", "k-means"),
    ],
)
def test_what_has_no_more_general_name(name: str) -> None:
    assert variants_of(name) == ()


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("Llama-3.1-8B-Instruct", ["Llama-3.1-8B", "Llama-3.1", "Llama"]),
        ("BERT-large-uncased", ["BERT-large", "BERT"]),
        ("ViT-L/14@336", ["ViT-L/14", "ViT-L", "ViT"]),
        ("WMT14 (En-De)", ["WMT14", "WMT"]),
        ("COCO 2017 val", ["COCO 2017", "COCO"]),
        ("Qwen3-30B-A3B-Thinking-2507", ["Qwen3-30B-A3B-Thinking", "Qwen3-30B-A3B", "Qwen3", "Qwen"]),
        ("Mixtral-8x7B-Instruct-v0.1", ["Mixtral-8x7B-Instruct", "Mixtral-8x7B", "Mixtral"]),
        ("macro-F1@10", ["macro-F1", "F1"]),
        ("CUB-200-2011", ["CUB-200", "CUB"]),
    ],
)
def test_chains_go_nearest_first(name: str, chain: list[str]) -> None:
    assert [step.base for step in variants_of(name)] == chain


@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(
            ["GPT", "-", " ", "4", "8B", "v2", "(1)", "@5", "base", "val", "En-De", "macro", "F1", "é", "/"]
        ),
        max_size=9,
    ).map("".join)
)
def test_any_text_has_a_chain_that_ends(name: str) -> None:
    chain = variants_of(name)
    assert len(chain) <= LONGEST_CHAIN
    assert chain == variants_of(name)
    longer = name
    for step in chain:
        assert sum(map(str.isalnum, step.base)) >= 2
        assert any(map(str.isalpha, step.base))
        assert len(step.base) < len(longer) or longer in {r["pattern"] for r in rows("name")}
        longer = step.base


def test_the_table_has_no_row_twice() -> None:
    everything = rows("figure", "letter", "sign", "word", "start", "name", "none", "family", "stop")
    keys = [(r["kind"], r["where"], r["pattern"], r["base"]) for r in everything]
    assert len(keys) == len(set(keys))
    assert grammar().names
