"""Learning the types and subjects of claims: the same twice, labels by letter, a machine's chances, tables and back."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from kg.extract import about, linear
from kg.train import claims, steps, subjects
from kg.train.annotated import Annotated, annotated
from kg.train.linear import to_table
from kg.train.run import without
from kg.train.samples import CLAIMS

WORDS = ("reeds", "stones", "clouds", "markets", "lenses", "engines")
TEXTS = [
    {
        "id": f"p{n}",
        "title": None,
        "text": f"However, {w} fail often. We propose HERON for {w}. We find that {w} bend early. It was a plain day.",
    }
    for n, w in enumerate(WORDS)
]
TYPES = ("limitation", "contribution", "finding")
GOLD = [
    {
        "id": t["id"],
        "entities": [{"name": "HERON", "type": "Method", "role": "proposed", "surfaces": ["HERON"]}],
        "claims": [
            {"sentence": s + ".", "type": k, "subject": a, "hedged": False}
            for s, k, a in zip(str(t["text"]).split(". "), TYPES, (None, "HERON", "paper"), strict=False)
        ],
        "relations": [],
    }
    for t in TEXTS
]


@pytest.fixture(scope="module")
def papers() -> list[Annotated]:
    return annotated(TEXTS, GOLD)


def test_training_gives_the_annotated_types_and_the_same_twice(papers: list[Annotated]) -> None:
    model = claims.train(papers)
    wanted = [*TYPES, "none"] * len(WORDS)
    assert [model.best(e.features)[0] for e in claims.examples(papers)] == wanted
    assert to_table(model) == to_table(claims.train(papers))
    assert to_table(model) != to_table(claims.train(papers, seed=7))


def test_a_table_reads_back_as_the_model(papers: list[Annotated], tmp_path: Path) -> None:
    model = claims.train(papers)
    place = tmp_path / "claims.tsv"
    place.write_text(to_table(model), "utf-8")
    read = linear.load(place)
    assert read.classes == CLAIMS
    names = claims.examples(papers)[1].features
    assert read.chances(names) == pytest.approx(model.chances(names), abs=0.1)


def test_letters_label_the_papers_of_a_corpus(tmp_path: Path) -> None:
    corpus, labels = tmp_path / "corpus.jsonl.gz", tmp_path / "labels.tsv"
    with gzip.open(corpus, "wt", encoding="utf-8") as to:
        to.writelines(json.dumps({"id": t["id"], "abstract": t["text"]}) + "\n" for t in TEXTS)
    labels.write_text("# paper\tsentences\np1\tlcf.\np0\tlcfn\np2\tlc\nelsewhere\tn\n", "utf-8")
    first, second = claims.labelled([corpus], labels)
    assert [p.record["claims"][0]["type"] for p in (first, second)] == ["limitation"] * 2
    given = claims.examples([first, second])
    assert [CLAIMS[e.wanted.index(1.0)] for e in given] == ["limitation", "contribution", "finding"] * 2 + ["none"]


def test_a_machine_is_believed_in_all_but_theory() -> None:
    sure = tuple(float(c == "theory") for c in CLAIMS)
    result = tuple(float(c == "result") for c in CLAIMS)
    finding = tuple(float(c == "finding") for c in CLAIMS)
    assert claims.mixed(sure, result) == result
    assert claims.mixed(result, sure)[CLAIMS.index("theory")] == 1.0
    both = dict(zip(CLAIMS, claims.mixed(result, finding), strict=True))
    assert both["result"] == pytest.approx(claims.TRUST)
    assert both["finding"] == pytest.approx(1 - claims.TRUST)


def test_a_machines_chances_change_the_model(papers: list[Annotated]) -> None:
    spans = [(0, 26, "finding")]
    chances = [0.02 if c != "finding" else 0.88 for c in CLAIMS]
    record = GOLD[0] | {"sentences": [{"start": a, "end": b, "chances": chances} for a, b, _ in spans]}
    silver = annotated(TEXTS[:1], [record], 20.0)
    place = claims.examples(papers)[0].features
    column = CLAIMS.index("finding")
    assert claims.train([*papers, *silver]).chances(place)[column] > claims.train(papers).chances(place)[column] + 0.1


def test_a_machine_is_not_heard_on_papers_that_have_letters(papers: list[Annotated]) -> None:
    record = {"entities": [], "claims": [], "sentences": [{"start": 0, "end": 26, "chances": [1.0] * 7}]}
    silver = (record | {"id": "p0"}, record | {"id": "p1"}, {"id": "p2", "entities": [], "claims": []})
    data = steps.Data(texts=tuple(TEXTS), gold=(), silver=silver, marked=tuple(papers[:1]))
    assert [(p.document.paper.id, p.weight) for p in data.heard()] == [("p1", data.share)]


def test_what_is_held_back_is_not_heard_either(papers: list[Annotated]) -> None:
    record = {"entities": [], "claims": [], "sentences": [{"start": 0, "end": 26, "chances": [1.0] * 7}]}
    silver = tuple(record | {"id": t["id"]} for t in TEXTS)
    data = steps.Data(texts=tuple(TEXTS), gold=(), silver=silver, marked=tuple(papers))
    held = {p.document.paper.id for p in papers[0::2]}
    others = without(data, 0, 2)
    assert held
    assert not held & {p.document.paper.id for p in (*others.marked, *others.heard())}


def test_subjects_are_learned_and_the_same_twice(papers: list[Annotated]) -> None:
    model = subjects.train(papers)
    assert to_table(model) == to_table(subjects.train(papers))
    for paper in papers:
        before: str | None = ""
        for cast, said, wanted in subjects.spoken(paper):
            scores = [model.chances(f)[1] for f in about.features(cast, said, before)]
            best = about.candidates(cast, said)[scores.index(max(scores))]
            assert getattr(best, "name", best) == wanted
            before = wanted
