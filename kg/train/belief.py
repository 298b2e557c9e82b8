"""Fit what :mod:`kg.graph.belief` says from edges that were read beside their sentences; writes ``belief.tsv``.

    python -m kg.train.belief [EDGES.jsonl.gz] [-o TABLE] [--folds 10]

``kg/train/belief.jsonl.gz`` has 605 edges out of a graph of 11,010 abstracts (8,000 of arXiv, 3,010 of other sources):
466 relations between entities, drawn by relation, number of papers (194 with two or more) and confidence, and 139 roles
of papers, drawn by role and confidence; within a stratum by the hash of the edge. A language model read each with the
annotation guide at hand, once, and nobody has checked it: an edge is right if at least one of its sentences (up to four
of the most confident papers) states it in the sense of the guide, and if names that were merged are one thing. A record
has the ends, the predicate, for each paper its sentences' confidences, and the verdict, but no text.

Three forms are compared by cross-validation: the chance that not all papers are wrong (``noisy or``), the same with
fitted confidences and a systematic error for each relation (``systematic``: INDRA's form), and a logistic curve in the
log odds of the best confidence and the logarithms of the numbers of papers and of sentences per paper (``logistic``),
with and without what is particular to each relation. Log loss, Brier score and calibration error of all relations, then
of those with two or more papers (ten folds, dealt by the hash)::

    noisy or, as it was       0 weights   0.565   0.193   0.174   0.480   0.158   0.143
    noisy or, fitted          2 weights   0.483   0.159   0.035   0.409   0.132   0.038
    systematic                6 weights   0.478   0.158   0.024   0.391   0.127   0.045
    logistic                  3 weights   0.488   0.160   0.038   0.419   0.133   0.065
    logistic, sentences       4 weights   0.479   0.158   0.032   0.412   0.130   0.085
    logistic, by relation     7 weights   0.488   0.161   0.059   0.404   0.129   0.066
    logistic, both            8 weights   0.479   0.159   0.043   0.398   0.126   0.082

The systematic form is shipped: no other is better, and it cannot fall with a further paper. Sentences do help the
curve, but the wrong way: of edges with one paper and one confidence those with more sentences are right less often.
A role has one paper, and is believed as its entity is: no fit of slope and shift made that better by cross-validation.

A belief is the chance that the papers state the edge, which is more than that an annotator has noted it with the same
names: of 1,189 relations found in 169 annotated abstracts (new to the weights, known to the calibration) 35 % are
annotated where 52 % are believed. Of 30 that are not annotated though their confidence is 0.5 or more, 17 were read as
stated.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.evaluate import Judged, reliability
from kg.files import whole
from kg.graph.belief import AS_IT_IS, MAX_BELIEF, PLACE, Trust, log_odds
from kg.vocab import KG, RELATION_PROPERTY, ROLE_PROPERTY

Floats = NDArray[np.float64]
EDGES = Path(__file__).with_name("belief.jsonl.gz")
RELATIONS = tuple(sorted(iri.removeprefix(KG) for iri in RELATION_PROPERTY.values()))
ROLES = tuple(sorted(iri.removeprefix(KG) for iri in ROLE_PROPERTY.values()))

# A systematic error is drawn to 5 % (its log odds to -3) as strongly as about one example of even odds would, what is
# particular to a relation to nothing as eight would; what is common to all is hardly drawn at all.
_USUAL, _DRAWN, _TOGETHER, _FREE = 3.0, 0.3, 2.0, 0.01
_STEPS = 60


@dataclass(frozen=True, slots=True)
class ReadEdge:
    """An edge that was read: of each paper the confidences of its sentences, highest first; and the verdict."""

    predicate: str
    papers: tuple[tuple[float, ...], ...]
    right: bool

    @property
    def best(self) -> list[float]:
        """The best confidence of each paper."""
        return [sentences[0] for sentences in self.papers]


def read(place: Path = EDGES) -> list[ReadEdge]:
    """The edges of a file, in its order.

    >>> edges = read()
    >>> len(edges), sum(len(e.papers) > 1 for e in edges)
    (605, 194)
    """
    with gzip.open(place, "rt", encoding="utf-8") as lines:
        records = map(json.loads, lines)
        return [
            ReadEdge(r["predicate"], tuple(tuple(c) for _, c in sorted(r["papers"].items())), r["right"])
            for r in records
        ]


# ---------------------------------------------------------------- the forms

# What a form says of edges under its weights, and the weights to begin with and how strongly each is drawn to that.
Form = Callable[[Floats, Sequence[ReadEdge]], Floats]


@dataclass(frozen=True, slots=True)
class Shape:
    """A form to be fitted: what it says, where its weights begin, and how strongly each is drawn to that."""

    name: str
    says: Form
    start: tuple[float, ...]
    pull: tuple[float, ...]


def _sigmoid(x: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(x, -30, 30)))
    return found


def trust_of(weights: Floats, predicate: str) -> Trust:
    """The row of a relation under the weights of the systematic form: log slope, shift, an error for each relation."""
    error = 0.0
    if len(weights) > 2:
        error = float(_sigmoid(weights[2 + RELATIONS.index(predicate)] - _USUAL))
    return Trust(float(np.exp(weights[0])), float(weights[1]), error)


def _systematic(weights: Floats, edges: Sequence[ReadEdge]) -> Floats:
    """What :meth:`Trust.of` says under the row of each edge's relation, for all edges at once."""
    odds, relation = _columns(tuple(edges))
    wrong: Floats = 1 - _sigmoid(np.exp(weights[0]) * odds + weights[1])
    errors = _sigmoid(weights[2:] - _USUAL) if len(weights) > 2 else np.zeros(len(RELATIONS))
    found: Floats = (1 - errors[relation]) * (1 - wrong.prod(axis=1))
    return found


@lru_cache(maxsize=32)
def _columns(edges: tuple[ReadEdge, ...]) -> tuple[Floats, NDArray[np.intp]]:
    """The log odds of each edge's papers, a row each, filled up with papers that say nothing; and its relation."""
    nothing = -1e9
    odds = np.full((len(edges), max((len(e.papers) for e in edges), default=0)), nothing)
    for row, edge in zip(odds, edges, strict=True):
        row[: len(edge.papers)] = [log_odds(c) for c in edge.best]
    return odds, np.array([RELATIONS.index(e.predicate) for e in edges], dtype=np.intp)


def _logistic(*, sentences: bool, alone: bool) -> Form:
    def says(weights: Floats, edges: Sequence[ReadEdge]) -> Floats:
        rows = [_features(e, sentences=sentences, alone=alone) for e in edges]
        return _sigmoid(np.array(rows) @ weights)

    return says


def _features(edge: ReadEdge, *, sentences: bool, alone: bool) -> list[float]:
    papers = len(edge.papers)
    row = [1.0, log_odds(max(edge.best)), float(np.log(papers))]
    if sentences:
        row.append(float(np.log(sum(map(len, edge.papers)) / papers)))
    if alone:
        row += [float(edge.predicate == r) for r in RELATIONS]
    return row


_SYSTEMATIC = Shape(
    "systematic", _systematic, (0.0,) * 2 + (0.0,) * len(RELATIONS), (_FREE,) * 2 + (_DRAWN,) * len(RELATIONS)
)


def _curve(name: str, *, sentences: bool = False, alone: bool = False) -> Shape:
    count = 3 + sentences
    own = len(RELATIONS) if alone else 0
    start = (0.0, 1.0) + (0.0,) * (count - 2 + own)
    return Shape(name, _logistic(sentences=sentences, alone=alone), start, (_FREE,) * count + (_TOGETHER,) * own)


SHAPES = (
    Shape("noisy or, as it was", lambda _, edges: np.array([AS_IT_IS.of(e.best) for e in edges]), (), ()),
    Shape("noisy or, fitted", _systematic, (0.0,) * 2, (_FREE,) * 2),
    _SYSTEMATIC,
    _curve("logistic"),
    _curve("logistic, sentences", sentences=True),
    _curve("logistic, by relation", alone=True),
    _curve("logistic, both", sentences=True, alone=True),
)


# ---------------------------------------------------------------- fitting


def fit(shape: Shape, edges: Sequence[ReadEdge]) -> Floats:
    """The weights under which the verdicts are likeliest, by Fisher's scoring with halved steps; always the same."""
    right = np.array([float(e.right) for e in edges])
    start, pull = np.array(shape.start), np.array(shape.pull)

    def loss(weights: Floats) -> float:
        return float(_surprise(shape.says(weights, edges), right).sum() + (pull * (weights - start) ** 2).sum() / 2)

    weights, now = start, loss(start) if len(start) else 0.0
    for _ in range(_STEPS if len(start) else 0):
        said = np.clip(shape.says(weights, edges), 1e-6, 1 - 1e-6)
        slopes = _slopes(shape, weights, edges)
        weigh = 1 / (said * (1 - said))
        down = slopes.T @ (weigh * (right - said)) - pull * (weights - start)
        step = np.linalg.solve((slopes * weigh[:, None]).T @ slopes + np.diag(pull), down)
        size = next((s for s in 0.5 ** np.arange(20) if loss(weights + s * step) < now - 1e-10), None)
        if size is None:
            break
        weights = weights + size * step
        now = loss(weights)
    return weights


def _slopes(shape: Shape, weights: Floats, edges: Sequence[ReadEdge]) -> Floats:
    """How what is said changes with each weight, by central differences."""
    width = 1e-5
    moved = [
        (shape.says(weights + d, edges) - shape.says(weights - d, edges)) / (2 * width)
        for d in width * np.eye(len(weights))
    ]
    return np.stack(moved, axis=1)


def _surprise(said: Floats, right: Floats) -> Floats:
    kept = np.clip(said, 1e-3, MAX_BELIEF)
    found: Floats = -(right * np.log(kept) + (1 - right) * np.log(1 - kept))
    return found


def unseen(shape: Shape, edges: Sequence[ReadEdge], folds: int) -> Floats:
    """What the form says of each edge after it was fitted to the edges of the other folds."""
    said = np.zeros(len(edges))
    for fold in range(folds):
        weights = fit(shape, [e for n, e in enumerate(edges) if n % folds != fold])
        said[fold::folds] = shape.says(weights, edges[fold::folds])
    return said


def figures(said: Floats, edges: Sequence[ReadEdge]) -> tuple[float, float, float]:
    """Log loss, Brier score and expected calibration error (bins of equal count)."""
    right = np.array([float(e.right) for e in edges])
    judged = [Judged("relation", e.predicate, float(p), e.right) for p, e in zip(said, edges, strict=True)]
    error = reliability(judged, equal="count").error
    return float(_surprise(said, right).mean()), float(((said - right) ** 2).mean()), error


def report(edges: Sequence[ReadEdge], folds: int) -> list[str]:
    """A line for each form with its cross-validated figures: of all edges, and of those of two or more papers."""
    lines = []
    several = [n for n, e in enumerate(edges) if len(e.papers) > 1]
    for shape in SHAPES:
        said = unseen(shape, edges, folds)
        shown = (*figures(said, edges), *figures(said[several], [edges[n] for n in several]))
        lines.append(f"{shape.name:<24}{len(shape.start):>3} weights" + "".join(f"{x:>8.3f}" for x in shown))
    return lines


def learn(edges: Iterable[ReadEdge]) -> dict[str, Trust]:
    """The row of each relation."""
    weights = fit(_SYSTEMATIC, [e for e in edges if e.predicate in RELATIONS])
    return {r: trust_of(weights, r) for r in RELATIONS}


def to_table(trusts: Mapping[str, Trust], edges: Iterable[ReadEdge]) -> str:
    """The rows as the lines that :func:`kg.graph.belief.load` reads, with the number of examples of each."""
    known = [e.predicate for e in edges]
    lines = ["# predicate\tslope\tshift\tsystematic\tcount"]
    for name, trust in sorted(trusts.items()):
        cells = (f"{trust.slope:.4f}", f"{trust.shift:.4f}", f"{trust.systematic:.4f}", str(known.count(name)))
        lines.append("\t".join((name, *cells)))
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str] | None = None) -> None:
    """Read the arguments, tell how good each form is, fit, write the table."""
    parser = argparse.ArgumentParser(prog="python -m kg.train.belief", description=__doc__)
    parser.add_argument("edges", type=Path, nargs="?", default=EDGES)
    parser.add_argument("-o", "--out", type=Path, default=PLACE)
    parser.add_argument("--folds", type=int, default=10)
    o = parser.parse_args(argv)
    edges = read(o.edges)
    print("\n".join(report([e for e in edges if e.predicate in RELATIONS], o.folds)))
    roles = [e for e in edges if e.predicate in ROLES]
    shown = figures(np.array([e.best[0] for e in roles]), roles)
    print(f"{'roles, as they are':<35}" + "".join(f"{x:>8.3f}" for x in shown))
    with whole(o.out, force=True) as out:
        out.write(to_table(learn(edges), edges).encode())


if __name__ == "__main__":
    main()
