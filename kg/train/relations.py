"""Learn the relations between entities: writes ``relations.tsv``, which :mod:`kg.extract.relations` reads.

The roles that the pairs are seen with, and the method that a paper is about, are those of models that have not learned
from the paper, as they will be.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from itertools import repeat

from kg.extract import relations
from kg.extract.linear import Linear, softmax
from kg.extract.pairs import GROUPS, Reading
from kg.model import RELATION_TYPES
from kg.train import batches, linear
from kg.train.annotated import Annotated

CLASSES = (relations.NONE, *RELATION_TYPES)
# Pairs of annotated entities tell what relations are, pairs of found ones what they are worth: with both F1 of held-out
# abstracts is 0.350 (of found entities) and 0.620 (of annotated ones), with the first alone 0.340 and 0.620, with the
# second alone 0.347 and 0.590.
# Chosen by cross-validation over all annotated abstracts: F1 0.382 with 4 rounds and 0.3, 0.385 with these.
EPOCHS = 6
SHRINK = 1.0
# A difference of F1 that chance makes: it is this flat for least chances from 0.19 to 0.25.
LEVEL = 0.001
# For each pair: its features, what its tail's type allows, how likely each class is, and the weight of its paper.
Seen = tuple[list[str], tuple[str, ...], tuple[float, ...], float]


def seen(papers: Sequence[Annotated], leading: Sequence[Linear] = ()) -> list[list[Seen]]:
    """The pairs of each paper; the entities carry the roles that the pairs are seen with.

    ``leading`` is for each paper the model that tells which method it is about (:mod:`kg.train.heads`).
    """
    found = []
    models: Iterable[Linear | None] = leading or repeat(None, len(papers))
    for paper, model in zip(papers, models, strict=True):
        wanted = _wanted(paper)
        reading = Reading(paper.document, paper.entities, model)
        these: list[Seen] = []
        for pair, names in relations.features(reading):
            kinds = (relations.NONE, *relations.POSSIBLE[paper.entities[pair.tail].type])
            group = GROUPS[paper.entities[pair.tail].type]
            these.append(
                ([group + name for name in names], kinds, wanted.get((pair.head, pair.tail), _NO), paper.weight)
            )
        found.append(these)
    return found


_NO = tuple(float(c == relations.NONE) for c in CLASSES)


def _wanted(paper: Annotated) -> dict[tuple[int, int], tuple[float, ...]]:
    """The chance of each class for pairs by index: what people annotated is certain, ``pairs`` of a machine are not."""
    index = {e.name: i for i, e in enumerate(paper.entities)}
    found: dict[tuple[int, int], tuple[float, ...]] = {}
    for r in paper.record["relations"]:
        if r["head"] in index and r["tail"] in index:
            found[index[r["head"]], index[r["tail"]]] = tuple(float(c == r["type"]) for c in CLASSES)
    for r in paper.record.get("pairs", ()):
        if r["head"] in index and r["tail"] in index:
            found[index[r["head"]], index[r["tail"]]] = tuple(map(float, r["chances"]))
    return found


def fit(papers: Sequence[Sequence[Seen]], seed: int = 0) -> Linear:
    """The model of pairs, without the chance from which on they are edges."""
    pairs = [pair for these in papers for pair in these]
    given = [linear.Example(names, wanted, weight) for names, _, wanted, weight in pairs]
    allowed = [kinds for _, kinds, *_ in pairs]
    return batches.fit(given, CLASSES, allowed, epochs=EPOCHS, shrink=SHRINK, seed=seed)


def train(
    papers: Sequence[Annotated],
    found: Sequence[Annotated] = (),
    leading: Sequence[Linear] = (),
    folds: int = 2,
    seed: int = 0,
) -> Linear:
    """The model of annotated papers, with the chance from which on pairs make the best F1 in unseen papers.

    ``found`` are the same papers with entities that were found (:mod:`kg.train.found`), in the same order: if given,
    they are learned from, too, and F1 is that of their pairs.
    """
    data = seen(papers, leading)
    more = seen(found, leading) if found else [[] for _ in papers]
    people = [n for n, paper in enumerate(papers) if paper.weight == 1]
    judged = []
    for fold in range(folds):
        held = set(people[fold::folds])
        model = fit([*_others(data, held), *_others(more, held)], seed)
        judged += [pair for n in sorted(held) for pair in chances(model, (more if found else data)[n])]
    wanted = sum(p.record.get("annotated", len(p.record["relations"])) for p in (found or papers) if p.weight == 1)
    model = fit([*data, *more], seed)
    least = (0.0, *[best(judged, wanted)] * len(RELATION_TYPES))
    return dataclasses.replace(model, weights={**model.weights, relations.LEAST: least})


def _others(data: Sequence[Sequence[Seen]], held: set[int]) -> list[Sequence[Seen]]:
    return [pairs for n, pairs in enumerate(data) if n not in held]


def chances(model: Linear, pairs: Sequence[Seen]) -> list[tuple[str, float, str]]:
    """For each pair its likeliest relation, the chance of that, and what is annotated."""
    found = []
    for names, kinds, wanted, _ in pairs:
        sums = dict(zip(model.classes, model.sums(names), strict=True))
        row = dict(zip(kinds, softmax(sums[k] for k in kinds), strict=True))
        kind = max(kinds[1:], key=lambda k: row[k])
        found.append((kind, row[kind], CLASSES[max(range(len(CLASSES)), key=lambda i: wanted[i])]))
    return found


def best(judged: Sequence[tuple[str, float, str]], wanted: int) -> float:
    """The chance from which on pairs make the best F1, all relations together; 0.5 where none is right.

    Of chances that make nearly the same F1 it is the highest: what is said is surer then, and less is said. ``wanted``
    is how many relations there are, with those that are no pair. It is one chance for all: where chances are true, F1
    of all is best with half of it as the least chance of each.

    >>> best([("used_for", 0.9, "used_for"), ("based_on", 0.4, "based_on"), ("used_for", 0.2, "none")], 2)
    0.4
    """
    order = sorted((-chance, truth != likeliest) for likeliest, chance, truth in judged)
    right, made = 0, [(0.0, 0.5)]
    for number, (chance, wrong) in enumerate(order, 1):
        right += not wrong
        made.append((2 * right / (number + wanted), -chance))
    top = max(f1 for f1, _ in made)
    return round(next(least for f1, least in made if f1 >= top - LEVEL), 2)
