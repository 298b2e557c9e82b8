"""Which names become one entity, which stay apart, and whether each merge has a reason."""

from __future__ import annotations

import pytest

from kg.model import Entity, EntityType
from kg.resolve import Names, is_abbreviation, resolve


def entity(name: str, *surfaces: str, type: EntityType = "Method") -> Entity:  # noqa: A002
    return Entity(name, type, "used", (name, *surfaces))


def labels(names: Names) -> list[str]:
    return [e.label for e in names]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT4o", "GPT-4o"),
        ("Llama 2", "LLaMA-2"),
        ("ResNet50", "ResNet-50"),
        ("MS COCO", "MS-COCO"),
        ("METASCALE", "MetaScale"),
        ("large language model", "Large Language Models"),
        ("the Transformer", "Transformers"),
        ("pre-training", "pretraining"),
        ("SQuAD v2.0", "SQuAD 2.0"),
        ("YOLO v8", "YOLOv8"),
        ("naïve Bayes", "nai\u0308ve Bayes"),
        ("Wasserstein–GAN", "Wasserstein-GAN"),
    ],
)
def test_spellings_of_one_name_are_one(one: str, other: str) -> None:
    assert len(labels(resolve([[entity(one)], [entity(other)]]))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-3.5", "GPT-35"),
        ("GPT-3", "GPT-4"),
        ("C++", "C"),
        ("C++", "C#"),
        ("ImageNet-1k", "ImageNet-21k"),
        ("SQuAD 1.1", "SQuAD 2.0"),
        ("BERT-base", "BERT-large"),
        ("F1@5", "F1@10"),
        ("Llama-3.1-8B", "Llama-3.1-70B"),
        ("Llama-3.1-8B", "Llama-3.18B"),
        ("Llama-3.1-8B", "Llama-3.1-8B-Instruct"),
        ("MMLU", "MMLU-Pro"),
        ("BERT", "ALBERT"),
        ("loss", "los"),
        ("wav2vec", "wav2vec 2.0"),
    ],
)
def test_different_things_stay_apart(one: str, other: str) -> None:
    assert len(labels(resolve([[entity(one)], [entity(other)]]))) == 2


def test_a_papers_own_long_form_decides() -> None:
    mine = entity("retrieval-augmented planning", "RAP")
    theirs = entity("reasoning via planning", "RAP")
    names = resolve([[mine], [theirs], [entity("RAP")]])
    assert names.of(mine).iri != names.of(theirs).iri
    # Two long forms compete one to one: the unexplained one stays alone.
    assert names.of(entity("RAP")).iri not in {names.of(mine).iri, names.of(theirs).iri}


def test_the_dominant_long_form_takes_the_unexplained() -> None:
    sam = entity("segment anything model", "SAM")
    other = entity("sharpness-aware minimization", "SAM")
    names = resolve([[sam], [sam], [sam], [other], [entity("SAM")]])
    assert names.of(entity("SAM")) == names.of(sam)
    assert {m.reason for m in names.merges() if m.iri == names.of(sam).iri and m.surface == "SAM"} == {
        "abbreviation; the papers that spell it out mean this"
    }


def test_the_long_form_is_found_when_the_short_one_is_the_name() -> None:
    names = resolve([[entity("DPO", "direct preference optimization")], [entity("direct preference optimization")]])
    assert len(labels(names)) == 1


def test_the_type_of_most_papers_wins_and_the_reason_is_kept() -> None:
    data, bench = entity("MOSE", type="Dataset"), entity("MOSE", type="Benchmark")
    names = resolve([[data], [bench], [bench]])
    assert [(e.type, e.label) for e in names] == [("Benchmark", "MOSE")]
    assert [m.reason for m in names.merges()] == ["typed Benchmark by 2, Dataset by 1 papers"]


def test_every_other_name_has_a_reason_and_order_plays_no_part() -> None:
    papers = [[entity("BERT", "BERT model")], [entity("bert")], [entity("Bert"), entity("GPT-2")], [entity("BERT")]]
    names, backwards = resolve(papers), resolve(reversed(papers))
    assert list(names) == list(backwards)
    assert list(names.merges()) == list(backwards.merges())
    assert {m.surface for m in names.merges()} == {"BERT model", "Bert", "bert"}
    assert all(m.reason and m.justification.startswith("semapv:") and 0 < m.confidence <= 1 for m in names.merges())


@pytest.mark.parametrize("short", ["model", "A", "the DPO", "dpo", "XYZ"])
def test_what_is_no_abbreviation(short: str) -> None:
    assert not is_abbreviation(short, "direct preference optimization")


def test_a_name_by_which_papers_introduce_two_kinds_of_things_has_two_nodes() -> None:
    method, data = Entity("ATLAS", "Method", "proposed", ("ATLAS",)), Entity("ATLAS", "Dataset", "proposed", ("ATLAS",))
    names = resolve([[method], [data], [entity("ATLAS")], [entity("ATLAS", type="Benchmark")]])
    assert names.of(method).type == "Method"
    assert names.of(data).type == "Dataset"
    assert names.of(entity("ATLAS")) == names.of(method)
    assert names.of(entity("ATLAS", type="Benchmark")) == names.of(data)
    # A Metric of that name is introduced by none: a slip.
    slip = entity("ATLAS", type="Metric")
    assert resolve([[method], [method], [slip]]).of(slip).type == "Method"
