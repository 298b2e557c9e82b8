"""The benchmark of the named questions holds together on the sample: every question is timed, beside raw pyoxigraph."""

from __future__ import annotations

import kg
from kg.query import questions
from tests.benchmarks.questions import FACTOR, PLUS, lines, measure


def test_a_question_costs_little_more_than_its_query(sample: kg.Graph) -> None:
    costs = list(measure(sample))
    assert {cost.name for cost in costs} == {question.name for question in questions()}
    assert all(cost.raw > 0 for cost in costs)
    assert len(list(lines(costs))) == len(costs) + 1
    # On a busy machine one may be held up; a real cost would show in most.
    slow = [cost.name for cost in costs if cost.ours > FACTOR * cost.raw + PLUS]
    assert len(slow) <= len(costs) // 10, slow
