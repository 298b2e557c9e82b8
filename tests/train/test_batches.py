from __future__ import annotations

from kg.train import batches
from kg.train.linear import Example, one


def test_a_class_that_an_example_cannot_have_takes_nothing_from_the_others() -> None:
    examples = [one(["a", "x"], 0, 3), one(["a", "y"], 1, 3)] * 100
    model = batches.fit(examples, ("p", "q", "r"), [("p", "q")] * 200)
    assert all(row[2] == 0 for row in model.weights.values())
    assert [model.best([name])[0] for name in ("x", "y")] == ["p", "q"]


def test_rare_features_are_left_out_and_the_heavier_example_counts_more() -> None:
    examples = [Example(["a"], (1, 0), 3.0), Example(["a"], (0, 1), 1.0), one(["rare"], 1, 2)] * 2
    model = batches.fit(examples, ("p", "q"), [("p", "q")] * len(examples))
    assert set(model.weights) == {"a"}
    model = batches.fit(examples * 40, ("p", "q"), [("p", "q")] * len(examples) * 40, least=3)
    assert 0.68 < model.chances(["a"])[0] < 0.82


def test_the_same_examples_give_the_same_weights() -> None:
    examples = [one([f"f{n % 7}", f"g{n % 5}"], n % 3 == 0, 2) for n in range(1500)]
    once, again = (batches.fit(examples, ("p", "q"), [("p", "q")] * 1500, seed=4) for _ in range(2))
    assert once == again
    assert once != batches.fit(examples, ("p", "q"), [("p", "q")] * 1500, seed=5)
