"""Learn which method a paper is about: writes ``heads.tsv``, which :mod:`kg.extract.heads` reads.

What is right is the method that most of a paper's annotated relations begin with; of several, each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from kg.extract import heads
from kg.extract.linear import Linear
from kg.extract.pairs import Reading
from kg.train import ranking
from kg.train.annotated import Annotated

# Chosen by cross-validation over all annotated abstracts; 3 and 10 are as good.
RIDGE = 5.0


def questions(papers: Sequence[Annotated]) -> list[ranking.Question | None]:
    """For each paper its methods and which of them are right, None where no relation begins with a method."""
    return [_question(paper) for paper in papers]


def _question(paper: Annotated) -> ranking.Question | None:
    counts = Counter(r["head"] for r in paper.record["relations"])
    methods = [i for i, e in enumerate(paper.entities) if e.type == "Method"]
    begun = [counts[paper.entities[i].name] for i in methods]
    if not any(begun):
        return None
    reading = Reading(paper.document, paper.entities)
    options = [list(chain.from_iterable(blocks)) for blocks in heads.features(reading)]
    return ranking.Question(options, [count == max(begun) for count in begun], paper.weight)


def fit(asked: Sequence[ranking.Question | None]) -> Linear:
    """The model of all papers of which something is known; one without weights where there is none."""
    known = [question for question in asked if question]
    return ranking.fit(known, ridge=RIDGE) if known else Linear(ranking.CLASSES, {})


def unseen(asked: Sequence[Sequence[ranking.Question | None]], folds: int = 3) -> list[Linear]:
    """For each paper a model that has not learned from it; ``asked`` are several readings of the same papers."""
    count = len(asked[0])
    models = [fit([q for row in asked for n, q in enumerate(row) if n % folds != fold]) for fold in range(folds)]
    return [models[n % folds] for n in range(count)]
