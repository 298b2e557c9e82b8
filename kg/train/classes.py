"""Classes of words that stand in the same surroundings, learned from unlabelled abstracts; writes ``classes.tsv``.

    python -m kg.train.classes CORPUS.jsonl.gz... [without=TEXTS.jsonl]

Two words are of one class if the words two places to the left and right of them are alike: positive pointwise mutual
information, its first singular vectors, and k-means over them (see Levy and Goldberg, "Neural Word Embedding as
Implicit Matrix Factorization", 2014). A table line is a word, its fine class and its coarse class. The same input gives
the same file on the same kind of machine.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.extract.lexicon import HERE
from kg.model import Paper
from kg.train.samples import beginning, read
from kg.train.steps import write

COMMON = 25  # a word must occur this often to have a class
CONTEXTS = 1500  # the most frequent words, each at four places, are what a word is known by
PLACES = (-2, -1, 1, 2)
DIMENSIONS = 80
FINE, COARSE = 300, 60
ROUNDS = 15

_WORD = re.compile(r"[^\W\d_]+|\d[\d.,]*|[^\w\s]")


def corpus(paths: Iterable[Path], without: frozenset[str]) -> Iterator[Paper]:
    """The papers of JSONL files (id, title, abstract), but for those whose text begins like a known one."""
    for path in paths:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                if beginning(record["abstract"]) not in without:
                    yield Paper(record["id"], record.get("title"), record["abstract"])


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without hyphens; numbers are ``0`` and signs stand for themselves.

    >>> words_of("We pre-train 3 CNNs.")
    ['we', 'pre', 'train', '0', 'cnns', '.']
    """
    return ["0" if w[0].isdigit() else w for w in _WORD.findall(text.lower()) if w not in "-–"]


def counted(texts: Iterable[list[str]]) -> tuple[list[str], Any]:
    """The common words, and how often each stands beside each frequent word at each place."""
    import numpy as np

    kept = list(texts)
    total = Counter(w for words in kept for w in words)
    order = sorted((w for w in total if total[w] >= COMMON), key=lambda w: (-total[w], w))
    index = {w: i for i, w in enumerate(order)}
    table = np.zeros((len(order), CONTEXTS * len(PLACES)), dtype=np.float32)
    flat = np.array([index.get(w, -1) for words in kept for w in (*words, "", "")], dtype=np.int64)
    for number, place in enumerate(PLACES):
        here, there = (flat[-place:], flat[:place]) if place < 0 else (flat[:-place], flat[place:])
        seen = (here >= 0) & (there >= 0) & (there < CONTEXTS)
        cells = here[seen] * table.shape[1] + there[seen] + number * CONTEXTS
        table += np.bincount(cells, minlength=table.size).reshape(table.shape).astype(np.float32)
    return order, table


def vectors_of(table: Any) -> Any:
    """The first singular vectors of the positive pointwise mutual information, each row of length one."""
    import numpy as np

    total = table.sum()
    rows, columns = table.sum(1, keepdims=True), table.sum(0, keepdims=True) ** 0.75
    columns *= total / columns.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        weighed = np.log(table * total / (rows * columns))
    weighed[~np.isfinite(weighed) | (weighed < 0)] = 0
    random = np.random.default_rng(0).standard_normal((table.shape[1], DIMENSIONS + 20)).astype(np.float32)
    basis, _ = np.linalg.qr(weighed @ random)
    for _ in range(2):
        basis, _ = np.linalg.qr(weighed @ (weighed.T @ basis))
    left, sizes, _ = np.linalg.svd(basis.T @ weighed, full_matrices=False)
    vectors = (basis @ left)[:, :DIMENSIONS] * np.sqrt(sizes[:DIMENSIONS])
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def classes_of(vectors: Any, count: int) -> Any:
    """The class of each row by k-means over directions; the first centres are the rows of frequent words."""
    import numpy as np

    centres = vectors[np.linspace(0, min(len(vectors) - 1, 6 * count), count).astype(int)].copy()
    nearest = np.zeros(len(vectors), dtype=int)
    for _ in range(ROUNDS):
        nearest = (vectors @ centres.T).argmax(1)
        for number in range(count):
            members = vectors[nearest == number]
            if len(members):
                mean = members.mean(0)
                centres[number] = mean / max(np.linalg.norm(mean), 1e-9)
    return nearest


def main(*paths: str) -> None:
    """Read the corpus and write the table of the lexicon."""
    left_out = [path.removeprefix("without=") for path in paths if path.startswith("without=")]
    known = frozenset(beginning(r["text"]) for path in left_out for r in read(path))
    papers = corpus([Path(path) for path in paths if not path.startswith("without=")], known)
    order, table = counted(words_of(f"{paper.title or ''} . {paper.abstract}") for paper in papers)
    vectors = vectors_of(table)
    fine, coarse = classes_of(vectors, FINE), classes_of(vectors, COARSE)
    lines = sorted(f"{w}\t{a}\t{b}\n" for w, a, b in zip(order, fine, coarse, strict=True) if w.isalpha())
    write(HERE / "classes.tsv", "".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
