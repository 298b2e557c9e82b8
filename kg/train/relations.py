"""Learn the relations between entities: writes ``relations.tsv``, which :mod:`kg.extract.relations` reads.

Called as ``python -m kg.train.relations TEXTS GOLD [--silver TEXTS RECORDS] [--weight 0.3] [-o TABLE]``.

The roles that the pairs are seen with are those of models that have not learned from the paper, as they will be.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from kg.extract import relations
from kg.extract.linear import Linear, softmax
from kg.extract.pairs import GROUPS, Reading
from kg.files import whole
from kg.model import RELATION_TYPES
from kg.train import linear, roles
from kg.train.annotated import Annotated, annotated
from kg.train.samples import read

CLASSES = (relations.NONE, *RELATION_TYPES)
# Chosen by cross-validation over the training abstracts (F1 0.574 with 3, 0.580 with 10, 0.580 with 30).
RIDGE = 10.0
EPOCHS = 8
FEWEST = 3

# For each pair: its features, what its tail's type allows, how likely each class is, and the weight of its paper.
Seen = tuple[list[str], tuple[str, ...], tuple[float, ...], float]


def seen(papers: Sequence[Annotated]) -> list[list[Seen]]:
    """The pairs of each paper; the entities carry the roles that the pairs are seen with."""
    found = []
    for paper in papers:
        wanted = _wanted(paper)
        reading = Reading(paper.document, paper.entities)
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
    """The model of pairs, without the chances from which on they are edges."""
    given = [linear.Example(names, wanted, weight) for pairs in papers for names, _, wanted, weight in pairs]
    return linear.fit(given, CLASSES, epochs=EPOCHS, least=FEWEST, pull=0.0, ridge=RIDGE, seed=seed)


def train(papers: Sequence[Annotated], folds: int = 2, seed: int = 0) -> Linear:
    """The model of annotated papers (weight 1) and others, with the chances that gave the best F1 in unseen papers."""
    data = seen(papers)
    people = [n for n, paper in enumerate(papers) if paper.weight == 1]
    judged = []
    for fold in range(folds):
        held = set(people[fold::folds])
        model = fit([pairs for n, pairs in enumerate(data) if n not in held], seed)
        judged += [pair for n in sorted(held) for pair in chances(model, data[n])]
    model = fit(data, seed)
    least = tuple(best(judged, kind) if kind != relations.NONE else 0.0 for kind in CLASSES)
    return dataclasses.replace(model, weights={**model.weights, relations.LEAST: least})


def chances(model: Linear, pairs: Sequence[Seen]) -> list[tuple[str, float, str]]:
    """For each pair its likeliest relation, the chance of that, and what is annotated."""
    found = []
    for names, kinds, wanted, _ in pairs:
        sums = dict(zip(model.classes, model.sums(names), strict=True))
        row = dict(zip(kinds, softmax(sums[k] for k in kinds), strict=True))
        kind = max(kinds[1:], key=lambda k: row[k])
        found.append((kind, row[kind], CLASSES[max(range(len(CLASSES)), key=lambda i: wanted[i])]))
    return found


def best(judged: Sequence[tuple[str, float, str]], kind: str) -> float:
    """The chance from which on pairs of a kind make the best F1; 0.5 where none is right.

    >>> best([("used_for", 0.9, "used_for"), ("used_for", 0.4, "used_for"), ("used_for", 0.2, "none")], "used_for")
    0.4
    """
    order = sorted((-chance, truth != kind) for likeliest, chance, truth in judged if likeliest == kind)
    wanted = sum(truth == kind for _, _, truth in judged)
    top, least, right = 0.0, 0.5, 0
    for number, (chance, wrong) in enumerate(order, 1):
        right += not wrong
        if right and 2 * right / (number + wanted) > top:
            top, least = 2 * right / (number + wanted), -chance
    return round(least, 2)


def main(argv: Sequence[str] | None = None) -> None:
    """Read annotated abstracts, write the table."""
    parser = argparse.ArgumentParser(description="Learn the relations between entities")
    parser.add_argument("texts", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--silver", nargs=2, type=Path, metavar=("TEXTS", "RECORDS"))
    parser.add_argument("--weight", type=float, default=0.3, help="how much an abstract labelled by machine counts")
    parser.add_argument("-o", dest="place", type=Path, default=relations.PLACE)
    given = parser.parse_args(argv)
    papers = annotated(read(given.texts), read(given.gold))
    if given.silver:
        texts, records = given.silver
        papers += annotated(read(texts), read(records), given.weight)
    with whole(given.place, force=True) as to:
        to.write(linear.to_table(train(roles.unseen(papers))).encode())


if __name__ == "__main__":
    main()
