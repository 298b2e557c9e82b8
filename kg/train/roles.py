"""Learn the roles of entities: writes ``roles.tsv``, which :mod:`kg.extract.roles` reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from kg.extract import roles
from kg.extract.linear import Linear
from kg.model import ROLES
from kg.train import linear
from kg.train.annotated import Annotated

# Chosen by cross-validation over the training abstracts: 0.815 of the roles are right with 1, 0.823 with 10, 0.825
# with 30.
RIDGE = 30.0
EPOCHS = 8
ORDERS = 3
LEAST = 2


def examples(papers: Sequence[Annotated]) -> list[linear.Example]:
    """An example per entity: each feature for all types and for its type alone."""
    found = []
    for paper in papers:
        seen = roles.features(paper.document, paper.entities)
        for entity, names, given in zip(paper.entities, seen, paper.record["entities"], strict=True):
            group = roles.GROUPS[entity.type]
            wanted = given.get("roles") or [float(role == entity.role) for role in ROLES]
            found.append(linear.Example([*names, *(group + n for n in names)], wanted, paper.weight))
    return found


def train(papers: Sequence[Annotated], seed: int = 0) -> Linear:
    """The model that gives the annotated roles; the same papers in the same order give the same weights."""
    return linear.fit(
        examples(papers), ROLES, epochs=EPOCHS, least=LEAST, pull=0.0, ridge=RIDGE, seed=seed, orders=ORDERS
    )


def assigned(model: Linear, papers: Sequence[Annotated]) -> list[Annotated]:
    """The papers with the roles that a model gives in the place of the annotated ones."""
    using = roles.by_type(model)
    found = []
    for paper in papers:
        names = roles.features(paper.document, paper.entities)
        given = (roles.likeliest(using, e.type, n) for e, n in zip(paper.entities, names, strict=True))
        named = tuple(dataclasses.replace(e, role=r) for e, r in zip(paper.entities, given, strict=True))
        found.append(dataclasses.replace(paper, entities=named))
    return found
