"""Learn the curves of :mod:`kg.extract.calibration` from extractions beside annotations; writes ``calibration.tsv``.

    python -m kg.train.calibration TEXTS GOLD [--said EXTRACTIONS]... [--labels CORPUS...] [-o TABLE] [--folds 5]

The extractions carry raw scores (:func:`kg.extract.uncalibrated`). They must come from weights that have not seen the
annotated abstracts, or the scores are too good: ``kg train`` makes such extractions fold by fold. Without ``--said``
the abstracts are read now, with the weights that are there, which is right only for abstracts new to them. With
``--labels`` the claims of further papers count, those of the corpora that ``kg/train/claims.tsv`` labels, as far as the
extractions have them: they come from more fields than the annotated ones.

A curve has a slope for its sort of item and a shift for its type. Both are found by Newton's method for the logistic
regression of "right" on the log odds of the score; the shift of a type is drawn towards that of its sort as strongly
as :data:`PULL` examples would, so that a rare type stays near the others. Before the table is written, the error is
told as cross-validation over papers gives it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.evaluate import ITEMS, Judged, check, evaluate, read, reliability
from kg.evaluate.same import Record
from kg.extract.calibration import ANY, PLACE, Curve, Curves, confidence, log_odds
from kg.files import whole
from kg.model import Paper
from kg.train.annotated import Annotated
from kg.train.claims import labelled

Floats = NDArray[np.float64]

PULL = 20.0
# A sort of item with fewer examples than this keeps its raw scores.
LEAST = 30
_STEPS = 50


def fit(judged: Iterable[Judged]) -> dict[tuple[str, str], Curve]:
    """The curve of each sort of item and of each of its types that occurs; items carry raw scores.

    >>> half = [Judged("claim", "theory", 0.9, number % 2 == 0) for number in range(100)]
    >>> confidence(fit(half), "claim", "theory", 0.9)
    0.5
    """
    items = list(judged)
    found: dict[tuple[str, str], Curve] = {}
    for item in ITEMS:
        these = [j for j in items if j.item == item]
        if len(these) >= LEAST:
            found |= {(item, kind): curve for kind, curve in _curves(these).items()}
    return found


def _curves(judged: Sequence[Judged]) -> dict[str, Curve]:
    types = sorted({j.type for j in judged})
    odds = np.array([log_odds(j.confidence) for j in judged])
    of_type = np.array([[float(j.type == kind) for kind in types] for j in judged])
    right = np.array([float(j.right) for j in judged])
    weights = _logistic(np.column_stack([odds, np.ones(len(odds)), of_type]), right, len(types))
    if weights[0] < 0:  # the score says nothing: the types alone do
        weights[1:] = _logistic(np.column_stack([np.ones(len(odds)), of_type]), right, len(types))
        weights[0] = 0.0
    slope, shift, *more = map(float, weights)
    return {ANY: Curve(slope, shift)} | {
        kind: Curve(slope, shift + extra) for kind, extra in zip(types, more, strict=True)
    }


def _logistic(columns: Floats, right: Floats, drawn: int) -> Floats:
    """The weights of a logistic regression; the last ``drawn`` of them are drawn to 0."""
    pull = np.full(columns.shape[1], 1e-3)
    # One example of even odds has the curvature 1/4.
    pull[columns.shape[1] - drawn :] = PULL / 4
    weights = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-columns @ weights))
        slope = columns.T @ (chances - right) + pull * weights
        bend = (columns * (chances * (1 - chances))[:, None]).T @ columns + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-9:
            break
    return weights


def applied(judged: Iterable[Judged], curves: Curves) -> list[Judged]:
    """The items with confidences in place of raw scores."""
    return [Judged(j.item, j.type, confidence(curves, j.item, j.type, j.confidence), j.right) for j in judged]


def cross_validated(papers: Sequence[Sequence[Judged]], folds: int) -> list[Judged]:
    """The items of all papers, each with the confidence that curves learned from the papers of other folds give it."""
    found: list[Judged] = []
    for fold in range(folds):
        seen = [j for n, paper in enumerate(papers) if n % folds != fold for j in paper]
        found += applied((j for paper in papers[fold::folds] for j in paper), fit(seen))
    return found


def judged_papers(texts: Sequence[Record], gold: Sequence[Record], said: Sequence[Record]) -> list[list[Judged]]:
    """The predicted items of each annotated paper that was read, right or wrong."""
    there = {r["id"] for r in said}
    return [evaluate(texts, [record], said).judged for record in gold if record["id"] in there]


def judged_claims(papers: Iterable[Annotated], said: Sequence[Record]) -> list[list[Judged]]:
    """The predicted claims of each paper of which the types of the claims alone are known; the unsure are left out."""
    by_id = {r["id"]: r for r in said}
    found = []
    for paper in papers:
        source, unsure = paper.document.paper, set(paper.record.get("unsure", ()))
        if source.id not in by_id:
            continue
        skipped = {s.start for s in paper.document.sentences if s.field == "text" and s.index in unsure}
        given = [c for c in by_id[source.id]["claims"] if c["start"] not in skipped]
        wanted = [
            c if "sentence" in c else {**c, "sentence": source.abstract[c["start"] : c["end"]]}
            for c in paper.record["claims"]
        ]
        nothing = {"id": source.id, "entities": [], "relations": []}
        text = {"id": source.id, "title": source.title, "text": source.abstract}
        judged = evaluate([text], [nothing | {"claims": wanted}], [nothing | {"claims": given}]).judged
        found.append([j for j in judged if j.item == "claim"])
    return found


def to_table(curves: Curves, judged: Iterable[Judged]) -> str:
    """The curves as the lines that :func:`kg.extract.calibration.load` reads, with the number of examples of each."""
    items = list(judged)
    lines = ["# item\ttype\tslope\tshift\tcount"]
    for (item, kind), curve in sorted(curves.items()):
        count = sum(j.item == item and kind in (ANY, j.type) for j in items)
        lines.append(f"{item}\t{kind}\t{curve.slope:.4f}\t{curve.shift:.4f}\t{count}")
    return "\n".join(lines) + "\n"


def raw(texts: Iterable[Record]) -> list[Record]:
    """What the extractor reads out of the texts now, with raw scores."""
    from kg.extract import uncalibrated
    from kg.records import extraction_to_record

    found: list[Record] = []
    for record in texts:
        paper = Paper(record["id"], record.get("title"), record["text"] if "text" in record else record["abstract"])
        found += [extraction_to_record(e, paper) for e in uncalibrated([paper])]
    return found


def report(papers: Sequence[Sequence[Judged]], folds: int) -> list[str]:
    """For each sort of item: how many, the error of its raw scores, and that of cross-validated confidences."""
    before = [j for paper in papers for j in paper]
    after = cross_validated(papers, folds)
    lines = [f"{'':<12}{'items':>7}{'right':>7}{'raw':>8}{'widths':>8}{'counts':>8}{'chance':>8}"]
    for item in ITEMS:
        a, b = [j for j in before if j.item == item], [j for j in after if j.item == item]
        if a:
            wide, even = reliability(b), reliability(b, equal="count")
            errors = f"{reliability(a).error:>8.3f}{wide.error:>8.3f}{even.error:>8.3f}{wide.chance:>8.3f}"
            lines.append(f"{item:<12}{len(a):>7,}{wide.right:>7.3f}{errors}")
    return lines


def write(curves: Curves, judged: Iterable[Judged], place: Path) -> None:
    """Replace a table."""
    with whole(place, force=True) as out:
        out.write(to_table(curves, judged).encode())


def main(argv: Sequence[str] | None = None) -> None:
    """Read the arguments, learn, tell the errors, write the table."""
    parser = argparse.ArgumentParser(prog="python -m kg.train.calibration", description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--said", type=Path, action="append", default=[])
    parser.add_argument("--labels", nargs="+", type=Path, default=[], metavar="CORPUS")
    parser.add_argument("-o", "--out", type=Path, default=PLACE)
    parser.add_argument("--folds", type=int, default=5)
    o = parser.parse_args(argv)
    texts, gold = check([o.texts], [o.gold])
    said: list[Record] = [r for path in o.said for r in read(path)] if o.said else raw(texts)
    papers = judged_papers(texts, gold, said)
    if o.labels:
        papers += judged_claims(labelled(o.labels), said)
    print("\n".join(report(papers, o.folds)))
    judged = [j for paper in papers for j in paper]
    write(fit(judged), judged, o.out)


if __name__ == "__main__":
    main()
