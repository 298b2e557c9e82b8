from __future__ import annotations

import pytest

from kg.extract.linear import Linear, softmax
from kg.train.linear import to_table
from kg.train.ranking import Question, fit


def chances(model: Linear, options: list[list[str]]) -> list[float]:
    return [round(c, 3) for c in softmax(model.sums(row)[0] for row in options)]


def test_what_is_right_beside_others_is_learned_and_not_how_common_it_is() -> None:
    # Of "near" and "far" the near one is right, of "near" and "named" the named one.
    questions = [Question([["near"], ["far"]], [True, False])] * 12
    questions += [Question([["near"], ["named"]], [False, True])] * 12
    model = fit(questions, ridge=0.1)
    assert model.sums(["named"]) > model.sums(["near"]) > model.sums(["far"])


def test_chances_are_shares_where_nothing_draws_them_together() -> None:
    questions = [Question([["a"], ["b"]], [n % 4 > 0, n % 4 == 0]) for n in range(40)]
    assert chances(fit(questions, ridge=1e-6), [["a"], ["b"]]) == pytest.approx([0.75, 0.25], abs=0.01)


def test_several_right_options_share_what_is_right() -> None:
    questions = [Question([["a"], ["b"], ["c"]], [True, True, False])] * 20
    first, second, wrong = chances(fit(questions, ridge=0.01), [["a"], ["b"], ["c"]])
    assert first == second > 0.45
    assert wrong < 0.05


def test_a_question_counts_as_much_as_it_weighs() -> None:
    light = [Question([["a"], ["b"]], [True, False], 1.0)] * 5
    heavy = [Question([["a"], ["b"]], [False, True], 3.0)] * 5
    assert chances(fit(light + heavy, ridge=1e-6), [["a"], ["b"]]) == pytest.approx([0.25, 0.75], abs=0.01)


def test_strong_ridge_draws_weights_to_zero_and_rare_features_are_left_out() -> None:
    questions = [Question([["a"], ["b"]], [True, False])] * 10
    (weak,), (strong,) = (fit(questions, ridge=r).weights["a"] for r in (0.1, 50.0))
    assert 0 < strong < weak / 4
    assert "c" not in fit([*questions, Question([["c"], ["b"]], [True, False])], least=2).weights


def test_the_same_questions_give_the_same_table() -> None:
    questions = [Question([[f"a{n % 7}", "x"], [f"b{n % 5}", "y"]], [n % 3 > 0, n % 3 == 0]) for n in range(90)]
    assert to_table(fit(questions)) == to_table(fit(questions))
