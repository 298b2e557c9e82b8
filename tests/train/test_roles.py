from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kg.extract import linear as tables
from kg.model import ROLES
from kg.train import linear, roles
from kg.train.annotated import Annotated, annotated
from tests.train.made import papers


def share(given: list[Annotated], found: list[Annotated]) -> float:
    pairs = [
        (e.role, f.role) for a, b in zip(given, found, strict=True) for e, f in zip(a.entities, b.entities, strict=True)
    ]
    return sum(a == b for a, b in pairs) / len(pairs)


def test_roles_of_papers_never_seen_are_learned() -> None:
    given = annotated(*papers())
    assert share(given[18:], roles.assigned(roles.train(given[:18]), given[18:])) == 1


def test_the_chances_of_a_machine_are_what_is_wanted() -> None:
    texts, records = papers(1)
    records[0]["entities"][0]["roles"] = [0.7, 0, 0, 0, 0, 0.3, 0]
    first, second, *_ = roles.examples(annotated(texts, records, 0.25))
    assert (list(first.wanted), first.weight) == ([0.7, 0, 0, 0, 0, 0.3, 0], 0.25)
    assert list(second.wanted) == [0, 0, 0, 0, 0, 1, 0]


def test_the_same_papers_give_the_same_table(tmp_path: Path) -> None:
    given = [*annotated(*papers(6)), *annotated(*papers(6), 0.5)]
    once, place = linear.to_table(roles.train(given)), tmp_path / "roles.tsv"
    assert linear.to_table(roles.train(given)) == once
    place.write_text(once, "utf-8")
    assert tables.load(place).classes == ROLES
    assert len(once.splitlines()) > 50


def test_a_record_without_its_text_is_named() -> None:
    texts, records = papers(2)
    with pytest.raises(KeyError, match="1"):
        annotated(texts[:1], records)


def test_ridge_keeps_the_weights_of_rare_features_small() -> None:
    def example(*names: str, yes: bool) -> Any:
        return linear.one(names, int(yes), 2)

    rare = [example("rare", yes=True), *[example("common", yes=n % 10 > 0) for n in range(200)]]
    free, held = (linear.fit(rare, ("no", "yes"), least=1, pull=0.0, ridge=r) for r in (0.0, 5.0))
    assert abs(held.weights["rare"][1]) < 0.5 * abs(free.weights["rare"][1])
    assert abs(held.weights["common"][1]) > 0.8 * abs(free.weights["common"][1])
