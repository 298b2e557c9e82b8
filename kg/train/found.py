"""Annotated papers as extraction will see them: with entities and roles that were found by models that never saw them.

A model of relations that learns from annotated entities alone believes every name that it is given. What is found is
right two times in three, and the confidence of an entity says how likely; so pairs are learned from both.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from kg.evaluate.same import canon_of, pair_entities, refer
from kg.extract import entities as reading
from kg.extract import scoring
from kg.extract.document import Document
from kg.extract.linear import Linear
from kg.extract.scoring import Scored
from kg.model import ROLES, Entity
from kg.train import batches, entities, roles
from kg.train.annotated import Annotated, Record
from kg.train.linear import Example

_DATA = {"Dataset", "Benchmark"}
# These models are learned in batches, which takes a twentieth of the time of those that are shipped.
_LEAST = 2
_EPOCHS = 4, 6  # of entities and of roles


def unseen(papers: Sequence[Annotated], seed: int = 0, folds: int = 3) -> tuple[list[Annotated], list[Annotated]]:
    """The papers as models read them that have learned from the other papers, in the same order, twice.

    First with their annotated entities and the roles that are given to these, then with the entities that are found.
    The relations of each record of the latter are those of the annotated ones whose ends are found, by the names that
    were found; ``annotated`` is how many there are in all.
    """
    named = entities.of_papers(papers)
    parted = [roles.examples([paper]) for paper in papers]
    given, found = list(papers), list(papers)
    for fold in range(folds):
        others = [n for n in range(len(papers)) if n % folds != fold]
        names = _fit([e for n in others for e in named[n]], entities.CLASSES, _EPOCHS[0], seed)
        parts = _fit([e for n in others for e in parted[n]], ROLES, _EPOCHS[1], seed)
        given[fold::folds] = roles.assigned(parts, papers[fold::folds])
        found[fold::folds] = roles.assigned(parts, [_read(paper, names) for paper in papers[fold::folds]])
    return given, found


def judges(papers: Sequence[Annotated], seed: int = 0, folds: int = 3) -> Callable[[Document], list[Scored]]:
    """What says of a paper which of its strings may be names, by a model that has not learned from it.

    With fewer papers than ``folds`` the weights in use say it.
    """
    if len(papers) < folds:
        return scoring.judge
    examples = entities.of_papers(papers)
    models = [entities.fit([e for n, e in enumerate(examples) if n % folds != fold], seed) for fold in range(folds)]
    place = {p.document.paper.id: n % folds for n, p in enumerate(papers)}
    return lambda document: scoring.judge(document, models[place.get(document.paper.id, 0)])


def _fit(examples: Sequence[Example], classes: tuple[str, ...], epochs: int, seed: int) -> Linear:
    return batches.fit(examples, classes, [classes] * len(examples), epochs=epochs, least=_LEAST, seed=seed)


def _read(paper: Annotated, names: Linear) -> Annotated:
    """A paper with the entities that are found, not yet with their roles."""
    found = reading.find(paper.document, scoring.judge(paper.document, names))
    relations = list(_relations(paper.record, found))
    record = {**paper.record, "annotated": len(paper.record["relations"]), "relations": relations}
    return dataclasses.replace(paper, entities=found, record=record)


def _relations(record: Record, found: Sequence[Entity]) -> Iterator[dict[str, str]]:
    """The annotated relations in the names that were found."""
    said: list[Record] = [{"name": e.name, "type": e.type, "surfaces": list(e.surfaces)} for e in found]
    merged = pair_entities(record["entities"], said, lambda a, b: a == b or {a, b} <= _DATA)
    canon = canon_of(record, {"entities": said}, merged)
    means: dict[object, list[str]] = {}
    for e in found:
        means.setdefault(refer(canon, e.name), []).append(e.name)
    for r in record["relations"]:
        for head in means.get(refer(canon, r["head"]), ()):
            for tail in means.get(refer(canon, r["tail"]), ()):
                yield {"head": head, "type": r["type"], "tail": tail}
