"""Make weights from annotations: the steps of training in their order, each callable alone.

A step reads annotated abstracts (and, where it can use them, unlabelled or machine-labelled ones) and writes whole
files into the folder of a model. The steps after it read what the steps before it wrote; what a folder does not have,
the shipped weights give. The same files and the same seed give the same bytes on the same kind of machine.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from kg.config import MARK
from kg.errors import ExistsError, UsageError
from kg.evaluate import check, read
from kg.evaluate.same import Record, abstract_of
from kg.extract import VERSION, weights
from kg.extract.calibration import PLACE
from kg.files import whole
from kg.records import to_line
from kg.train import calibration, claims, notes, steps

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its name, what it learns, what it reads, the files that it writes, and the function that does it.

    ``reads`` are the annotations that it cannot do without (:meth:`kg.train.steps.Data.has`).
    """

    name: str
    help: str
    reads: str
    writes: tuple[str, ...]
    run: Callable[[steps.Data, Path], None]


_RESULTS = tuple(f"results_{name}.tsv" for name in ("outcome", "kind", "metric", "dataset", "method", "comparator"))
_RELATIONS = ("heads.tsv", "relations.tsv")
# In the order in which they build on each other. Calibration comes last and reads what all the others make.
STEPS: tuple[Step, ...] = (
    Step("tagger", "which words may be names", "words", ("tagger.npz",), steps.tagger),
    Step("entities", "which of them are, and of what type", "entities", ("entities.tsv",), steps.entities),
    Step("claims", "which sentences claim something, and what", "claims", ("claims.tsv",), steps.claims),
    Step("roles", "how a paper relates to what it names", "entities", ("roles.tsv",), steps.roles),
    Step("subjects", "what a claim is about", "claims", ("subjects.tsv",), steps.subjects),
    Step("results", "which numbers are outcomes, and of what", "results", _RESULTS, steps.results),
    Step("relations", "what holds between two that are named", "relations", _RELATIONS, steps.relations),
)
LAST = "calibration"


def names() -> tuple[str, ...]:
    """The names of all steps, in order."""
    return (*(step.name for step in STEPS), LAST)


def train(
    texts: Sequence[Path],
    gold: Sequence[Path],
    out: Path,
    *,
    words: Sequence[Path] = (),
    corpus: Sequence[Path] = (),
    silver: Sequence[Path] = (),
    share: float = 0.3,
    said: Sequence[Path] = (),
    only: str | None = None,
    folds: int = 5,
    seed: int = 0,
    force: bool = False,
    say: Say = lambda _: None,
) -> None:
    """Learn from annotated abstracts and write the folder of a model.

    ``silver`` are annotations that a machine made, whose texts stand in ``texts`` too; each counts ``share`` of one
    that people made, and none where people have annotated the same paper. The types of claims are also learned and
    calibrated from the papers of ``corpus`` whose sentences the project has labels for; its annotations of names and
    numbers (:mod:`kg.train.notes`) are learned from, too. ``words`` are folders that
    :mod:`kg.train.label` has written, for the tagger; without them the shipped one stands.

    For calibration the annotated papers are dealt into ``folds`` parts; what is learned from the others reads each
    part. Extractions of the annotated papers with raw scores, made elsewhere by weights that have not seen them, stand
    in for that as ``said``.

    Raises:
        UsageError: an annotation cannot be used (file and line are named), or ``only`` is no step.
        ExistsError: the folder holds something and neither ``force`` nor ``only`` is given.
    """
    if only is not None and only not in names():
        raise UsageError(f"there is no step {only!r}; the steps are {', '.join(names())}")
    if out.exists() and not out.is_dir():
        raise ExistsError(f"{out}: is no folder; give another place")
    if out.is_dir() and any(out.iterdir()) and not (force or only):
        raise ExistsError(f"{out}: holds something already; give --force to write into it, or another place")
    papers, people = check(texts, gold)
    known = {r["id"] for r in people}
    data = steps.Data(
        texts=tuple(_text(t) for t in papers),
        gold=tuple(people),
        silver=tuple(r for r in check(texts, silver)[1] if r["id"] not in known),
        share=share,
        marked=tuple(m for m in claims.labelled(corpus) if m.document.paper.id not in known) if corpus else (),
        words=tuple(words),
        named=tuple(p for p in notes.noted(corpus, notes.NAMES) if p[1]["id"] not in known) if corpus else (),
        numbered=tuple(p for p in notes.noted(corpus, notes.NUMBERS) if p[1]["id"] not in known) if corpus else (),
        seed=seed,
    )
    told = f"{len(data.silver):,} by machine, claims marked in {len(data.marked):,}"
    say(f"{len(data.gold):,} abstracts annotated by people, {told}, seed {seed}")
    try:
        _steps(data, out, only, say)
        if only in (None, LAST):
            _calibrate(data, out, said, folds, say)
        _sign(out, data, [*texts, *gold, *corpus, *silver, *said], folds)
    finally:
        weights.use(None)


def _text(record: Record) -> Record:
    return {"id": record["id"], "title": record.get("title"), "text": abstract_of(record)}


def _steps(data: steps.Data, out: Path, only: str | None, say: Say) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for step in STEPS:
        if only not in (None, step.name):
            continue
        if not data.has(step.reads):
            say(f"  {step.name:<12}left out: no {step.reads} are annotated; the shipped weights stand")
            continue
        begun = time.monotonic()
        # A step sees the files of those before it, and not those that it is about to replace.
        for name in step.writes:
            (out / name).unlink(missing_ok=True)
        weights.use(None)
        weights.use(out)
        step.run(data, out)
        say(_told(step.name, begun, step.help))


def _told(name: str, begun: float, what: str) -> str:
    return f"  {name:<12}{time.monotonic() - begun:>5.0f} s  {what}"


def _calibrate(data: steps.Data, out: Path, said: Sequence[Path], folds: int, say: Say) -> None:
    begun = time.monotonic()
    records = [r for path in said for r in read(path)] if said else unseen(data, out, folds)
    papers = calibration.judged_papers(data.texts, data.gold, records)
    papers += calibration.judged_claims(data.marked, records)
    judged = [j for paper in papers for j in paper]
    calibration.write(calibration.fit(judged), judged, out / PLACE.name)
    say(_told(LAST, begun, "what a score is worth"))
    for line in calibration.report(papers, max(2, folds)):
        say(f"    {line}")


def unseen(data: steps.Data, out: Path, folds: int) -> list[Record]:
    """Extractions of the annotated papers with raw scores, each by weights learned from the other parts.

    With fewer than two parts the weights in ``out`` read all of them, which have seen them: their scores are too good.
    """
    if folds < 2:
        return _read(data, out)
    found: list[Record] = []
    for fold in range(folds):
        with tempfile.TemporaryDirectory() as name:
            _steps(without(data, fold, folds), Path(name), None, lambda _: None)
            held = replace(data, gold=data.gold[fold::folds], marked=data.marked[fold::folds])
            found += _read(held, Path(name))
    return found


def without(data: steps.Data, fold: int, folds: int) -> steps.Data:
    """What is learned from where one part of the annotated papers is held back, from the machine's annotations too."""
    away = {m.document.paper.id for m in data.marked[fold::folds]} | {r["id"] for r in data.gold[fold::folds]}
    return replace(
        data,
        gold=_others(data.gold, fold, folds),
        marked=_others(data.marked, fold, folds),
        silver=tuple(r for r in data.silver if r["id"] not in away),
    )


def _others(items: tuple[T, ...], fold: int, folds: int) -> tuple[T, ...]:
    return tuple(item for n, item in enumerate(items) if n % folds != fold)


def _read(data: steps.Data, place: Path) -> list[Record]:
    """What the weights of a folder read out of the papers that are judged, with raw scores."""
    weights.use(None)
    weights.use(place)
    marked = (m.document.paper for m in data.marked)
    return calibration.raw([*data.of(data.gold), *({"id": p.id, "title": p.title, "text": p.abstract} for p in marked)])


def _sign(out: Path, data: steps.Data, files: Iterable[Path], folds: int) -> None:
    """Write what the folder is: by which extractor it is read, and from which files, by content, it was learned."""
    digests = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    record: Mapping[str, object] = {
        "extractor": VERSION,
        "seed": data.seed,
        "folds": folds,
        "annotated": len(data.gold),
        "learned_from": digests,
    }
    with whole(out / MARK, force=True) as to:
        to.write(to_line(dict(record)).encode() + b"\n")
