"""Learn the weights of :mod:`kg.extract.scoring` from annotated abstracts and write ``weights.tsv``.

    python -m kg.extract.lexicon.fit TEXTS.jsonl GOLD.jsonl

TEXTS has id, title and text, GOLD the entities with their surfaces, as the annotation guide says. Every candidate of a
paper is one example: its features, and its type or none. The model is a multinomial logistic regression, trained by
AdaGrad and averaged over its second half. The same input gives the same file.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.extract import candidates, nlp, scoring
from kg.extract.lexicon import HERE
from kg.files import whole
from kg.model import ENTITY_TYPES, Paper

# Features of one candidate, and the index of its type; len(ENTITY_TYPES) is no entity.
Example = tuple[list[str], int]

EPOCHS = 12
RATE = 0.15
PULL = 1e-3  # towards zero, at each step
LEAST = 2  # a feature must be seen this often in training
SMALLEST = 0.1  # weights below are left out of the table


def examples(
    texts: Iterable[Mapping[str, Any]],
    gold: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, tuple[str, ...]] | None = None,
) -> list[list[Example]]:
    """The examples of each paper, in order."""
    found = []
    for record in texts:
        document = nlp.parse(Paper(record["id"], record["title"], record["text"]))
        spans = candidates.find(document)
        setting = scoring.setting_of(document, spans, names)
        types = _types(gold[record["id"]]["entities"])
        found.append([(scoring.features(c, setting), types.get(key, len(ENTITY_TYPES))) for key, c in spans.items()])
    return found


def _types(entities: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    return {
        candidates.key_of(tuple(surface.split())): ENTITY_TYPES.index(entity["type"])
        for entity in entities
        for surface in entity["surfaces"]
        if surface.split()
    }


def train(papers: Sequence[Sequence[Example]], seed: int = 0) -> dict[str, tuple[float, ...]]:
    """The weights of the features for each type."""
    import numpy as np

    counts = Counter(name for paper in papers for names, _ in paper for name in names)
    index = {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= LEAST))}
    data = [(np.array([index[n] for n in names if n in index]), label) for paper in papers for names, label in paper]
    weights = np.zeros((len(index), len(ENTITY_TYPES)))
    squares = np.full(weights.shape, 1e-2)
    total = np.zeros_like(weights)
    order = np.random.default_rng(seed)
    for epoch in range(EPOCHS):
        for number in order.permutation(len(data)):
            rows, label = data[number]
            sums = weights[rows].sum(0)
            top = max(0.0, float(sums.max()))
            chances = np.exp(sums - top)
            chances /= chances.sum() + np.exp(-top)
            if label < len(ENTITY_TYPES):
                chances[label] -= 1
            step = chances[None, :] + PULL * weights[rows]
            squares[rows] += step * step
            weights[rows] -= RATE * step / np.sqrt(squares[rows])
        if epoch >= EPOCHS // 2:
            total += weights
    total /= EPOCHS - EPOCHS // 2
    return {name: tuple(float(w) for w in total[i]) for name, i in index.items()}


def to_table(weights: Mapping[str, tuple[float, ...]]) -> str:
    """The weights as lines of tab-separated cells, sorted, small ones left out."""
    lines = ["# feature\t" + "\t".join(ENTITY_TYPES)]
    kept = (n for n in sorted(weights) if max(map(abs, weights[n])) >= SMALLEST and "\t" not in n)
    lines += [n + "".join(f"\t{w:.2f}" for w in weights[n]) for n in kept]
    return "\n".join(lines) + "\n"


def records(path: str) -> list[dict[str, Any]]:
    """The JSON records of a file."""
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines() if line.strip()]


def main(texts: str, gold: str) -> None:
    """Learn from the two files and write the table of this folder."""
    papers = examples(records(texts), {r["id"]: r for r in records(gold)})
    with whole(HERE / "weights.tsv", force=True) as out:
        out.write(to_table(train(papers)).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
