from __future__ import annotations

from collections.abc import Sequence

import pytest

from kg.extract import scoring
from kg.extract.linear import Linear
from kg.train import entities, found
from kg.train.annotated import annotated
from kg.train.linear import Example
from tests.train.made import papers


def test_each_paper_is_judged_by_what_was_learned_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    given = annotated(*papers(9))
    shown: list[Sequence[Sequence[Example]]] = []
    fit = entities.fit

    def noted(examples: Sequence[Sequence[Example]], seed: int) -> Linear:
        shown.append(examples)
        return fit(examples, seed)

    monkeypatch.setattr(entities, "fit", noted)
    judge = found.judges(given)
    assert [len(examples) for examples in shown] == [6, 6, 6]
    for number, paper in enumerate(given):
        assert judge(paper.document) == scoring.judge(paper.document, fit(shown[number % 3]))
        assert entities.of_papers([paper])[0] not in shown[number % 3]


def test_from_two_papers_nothing_is_learned() -> None:
    assert found.judges(annotated(*papers(2))) is scoring.judge
