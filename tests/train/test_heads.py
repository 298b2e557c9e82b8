from __future__ import annotations

from kg.extract import heads as read
from kg.extract.pairs import Reading
from kg.train import heads, ranking
from kg.train.annotated import annotated
from tests.train.made import papers


def test_what_papers_never_seen_are_about_is_learned() -> None:
    given = annotated(*papers())
    model = heads.fit(heads.questions(given[:18]))
    for paper in given[18:]:
        reading = Reading(paper.document, paper.entities, model)
        assert reading.entities[reading.own].role == "proposed"
        assert max(reading.chances) > 0.8


def test_each_paper_has_a_model_that_has_not_learned_from_it() -> None:
    questions = [ranking.Question([[f"only in {n}"], ["other"]], [True, False]) for n in range(6)] * 2
    models = heads.unseen([questions[:6], [*questions[6:11], None]])
    assert len(models) == 6
    for number, model in enumerate(models):
        known = {name for name in model.weights if name.startswith("only")}
        assert f"only in {number}" not in known
    assert "only in 1" in models[0].weights


def test_a_paper_without_relations_asks_nothing_and_nothing_asked_weighs_nothing() -> None:
    texts, records = papers(1)
    records[0]["relations"] = []
    given = annotated(texts, records)
    assert heads.questions(given) == [None]
    model = heads.fit(heads.questions(given))
    reading = Reading(given[0].document, given[0].entities)
    methods = sum(reading.methods)
    assert [c for c in read.chances(reading, model) if c] == [1 / methods] * methods
