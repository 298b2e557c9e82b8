from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kg.extract import linear as tables
from kg.extract import relations as read
from kg.train import batches, found, linear, relations, roles
from kg.train.annotated import Annotated, annotated
from tests.train.made import papers


def test_edges_of_papers_never_seen_are_learned() -> None:
    given = annotated(*papers())
    model = relations.train(given[:18])
    judged = [j for pairs in relations.seen(given[18:]) for j in relations.chances(model, pairs)]
    least = dict(zip(model.classes, model.weights[read.LEAST], strict=True))
    right = [truth for kind, chance, truth in judged if chance >= least[kind]]
    wanted = [truth for _, _, truth in judged if truth != read.NONE]
    assert len(wanted) == 4 * 6
    assert sorted(right) == sorted(wanted)


def test_what_a_machine_says_of_pairs_is_what_is_wanted() -> None:
    texts, records = papers(1)
    head, tail = records[0]["entities"][0]["name"], records[0]["entities"][1]["name"]
    records[0]["pairs"] = [{"head": head, "tail": tail, "chances": [0.4, 0, 0, 0, 0.6]}]
    (pairs,) = relations.seen(annotated(texts, records, 0.3))
    wanted = [row for _, _, row, weight in pairs if weight == 0.3]
    assert (0.4, 0.0, 0.0, 0.0, 0.6) in wanted
    assert (0.0, 0.0, 0.0, 1.0, 0.0) in wanted
    assert (1.0, 0.0, 0.0, 0.0, 0.0) in wanted


def test_the_chance_with_the_best_f1_parts_edges_from_others() -> None:
    judged = [("based_on", 0.9, "based_on"), ("based_on", 0.6, "none"), ("based_on", 0.3, "based_on")]
    assert relations.best([*judged, *[("used_for", 0.2, "none")] * 9], 2) == 0.3
    assert relations.best([*judged, *[("used_for", 0.4, "none")] * 9], 2) == 0.9
    assert relations.best([("based_on", 0.9, "none")], 1) == 0.5


def test_relations_whose_ends_are_not_found_make_it_worth_while_to_say_more() -> None:
    judged = [("based_on", 0.9, "based_on"), *[("based_on", 0.5, "none")] * 2, ("used_for", 0.3, "used_for")]
    assert relations.best(judged, 2) == 0.9
    assert relations.best(judged, 9) == 0.3


def test_found_entities_are_learned_from_with_the_relations_whose_ends_are_found() -> None:
    given = annotated(*papers(24))
    named, read_again = found.unseen(given)
    assert [p.record["id"] for p in named] == [p.record["id"] for p in read_again] == [p.record["id"] for p in given]
    assert [[e.name for e in p.entities] for p in named] == [[e.name for e in p.entities] for p in given]
    for before, after in zip(given, read_again, strict=True):
        names = {e.name for e in after.entities}
        assert after.record["annotated"] == len(before.record["relations"])
        assert all({r["head"], r["tail"]} <= names for r in after.record["relations"])
    assert any(p.record["relations"] for p in read_again)
    assert relations.train(given, read_again).weights != relations.train(given).weights


def test_each_paper_is_read_by_models_that_have_not_seen_it(monkeypatch: pytest.MonkeyPatch) -> None:
    given = annotated(*papers(9))
    learned: list[int] = []

    def fit(examples: list[linear.Example], classes: tuple[str, ...], *_: object, **__: object) -> tables.Linear:
        learned.append(len(examples))
        return tables.Linear(classes, {})

    def assigned(_model: tables.Linear, those: list[Annotated]) -> list[Annotated]:
        told.append({p.record["id"] for p in those})
        return those

    told: list[set[str]] = []
    monkeypatch.setattr(batches, "fit", fit)
    monkeypatch.setattr(roles, "assigned", assigned)
    found.unseen(given)
    assert told == [{n for n in "012345678" if int(n) % 3 == fold} for fold in (0, 0, 1, 1, 2, 2)]
    entities_of_six = sum(len(p.entities) for p in given[:6])
    assert learned[1::2] == [entities_of_six] * 3


def test_a_relation_is_kept_under_the_names_that_were_found() -> None:
    texts, records = papers(1)
    (paper,) = annotated(texts, records)
    (first, *others) = paper.entities
    short = dataclasses.replace(first, name="Short", surfaces=("Short", *first.surfaces))
    kept = list(found._relations(paper.record, (short, *others)))
    wanted = [r for r in records[0]["relations"] if first.name in (r["head"], r["tail"])]
    assert wanted
    assert [r for r in kept if "Short" in (r["head"], r["tail"])] == [
        {k: "Short" if v == first.name else v for k, v in r.items()} for r in wanted
    ]
    assert not [r for r in found._relations(paper.record, tuple(others)) if first.name in (r["head"], r["tail"])]


def test_the_table_keeps_the_chances_from_which_on_there_is_an_edge(tmp_path: Path) -> None:
    given = annotated(*papers(8))
    once, place = linear.to_table(relations.train(given)), tmp_path / "relations.tsv"
    assert linear.to_table(relations.train(given)) == once
    place.write_text(once, "utf-8")
    model = tables.load(place)
    none, *least = model.weights[read.LEAST]
    assert (model.classes[0], none) == (read.NONE, 0)
    assert all(0 < chance <= 1 for chance in least)
