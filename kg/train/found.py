"""Annotated papers as extraction will see them: with entities and roles that were found by models that never saw them.

A model of relations that learns from annotated entities alone believes every name that it is given. What is found is
right two times in three, and the confidence of an entity says how likely; so pairs are learned from both.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from kg.evaluate.same import canon_of, pair_entities, refer
from kg.extract import entities as reading
from kg.extract import roles as reading_roles
from kg.extract import scoring
from kg.extract.document import Document
from kg.extract.linear import Linear
from kg.extract.scoring import Scored
from kg.model import Entity
from kg.train import entities, roles
from kg.train.annotated import Annotated, Record

_DATA = {"Dataset", "Benchmark"}


def unseen(papers: Sequence[Annotated], seed: int = 0, folds: int = 2) -> list[Annotated]:
    """The papers with the entities that models find which have learned from the other papers, in the same order.

    The relations of each record are those of the annotated ones whose ends are found, by the names that were found;
    ``annotated`` is how many there are in all.
    """
    examples = entities.of_papers(papers)
    result = list(papers)
    for fold in range(folds):
        others = [n for n in range(len(papers)) if n % folds != fold]
        names = entities.fit([examples[n] for n in others], seed)
        parts = roles.train([papers[n] for n in others], seed)
        for n in range(fold, len(papers), folds):
            result[n] = _read(papers[n], names, parts)
    return result


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


def _read(paper: Annotated, names: Linear, parts: Linear) -> Annotated:
    found = reading.find(paper.document, scoring.judge(paper.document, names))
    using = reading_roles.by_type(parts)
    seen = reading_roles.features(paper.document, found)
    named = tuple(
        dataclasses.replace(e, role=reading_roles.likeliest(using, e.type, n)) for e, n in zip(found, seen, strict=True)
    )
    record = dict(paper.record)
    record["annotated"] = len(record["relations"])
    record["relations"] = list(_relations(paper.record, named))
    return dataclasses.replace(paper, entities=named, record=record)


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
