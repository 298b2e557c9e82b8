"""Learn what type of claim a sentence is: writes ``claims.tsv``, which :mod:`kg.extract.claims` reads.

A sentence has the type of the claim that shares half of it, else none. The papers of a corpus that
``kg/train/claims.tsv`` labels are learned from too: a line of it is the id of a paper and a letter for each sentence of
its abstract, so that one can learn from texts that may not be passed on. These letters are by a language model that
read each abstract with the annotation guide at hand; no person has checked them.

Silver records give each sentence the chance of each type, by a machine that has seen too few proofs to know one: the
chance of a theory, and a part of the others, is that which the model gives that has learned from all else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.extract import claims, nlp
from kg.extract.document import Sentence
from kg.extract.linear import Linear
from kg.extract.wording import features
from kg.model import CLAIM_TYPES
from kg.train import linear
from kg.train.annotated import Annotated
from kg.train.notes import records
from kg.train.samples import CLAIMS, paper_of

LABELS = Path(__file__).parent / "claims.tsv"
# Sentences with another letter are unsure and not learned from.
LETTERS: Mapping[str, str] = {
    "n": "none",
    "c": "contribution",
    "r": "result",
    "f": "finding",
    "t": "theory",
    "l": "limitation",
    "s": "resource",
}

EPOCHS = 8
# The weights are the mean of those that this many orders of the examples give.
ORDERS = 3
# Smaller steps than elsewhere: F1 of the type over five folds of the labelled papers 0.861 for 0.852.
RATE = 0.04
# Features in fewer examples are left out; of so many examples, those in fewer than the higher number.
LEAST, LEAST_OF_MANY, MANY = 2, 3, 10_000
# How much the machine's chances count against those of the model that has learned from the others.
TRUST = 0.7
# Of many examples, features whose weights are all smaller are left out: half of them, which change nothing.
SLIGHT = 0.1


def examples(papers: Iterable[Annotated], people: Linear | None = None) -> list[linear.Example]:
    """An example per sentence of the abstracts, but for those that a record lists as ``unsure``.

    Records with chances are a machine's; ``people`` is the model that has learned from the others.
    """
    found = []
    for paper in papers:
        sentences, formal = claims.read(paper.document, paper.entities)
        told = [s.told for s in sentences]
        unsure = set(paper.record.get("unsure", ()))
        chances = {s["start"]: s["chances"] for s in paper.record.get("sentences", ())}
        for index, sentence in enumerate(s.sentence for s in sentences):
            names = features(told, index, formal=formal)
            if people and sentence.start in chances:
                wanted = mixed(chances[sentence.start], people.chances(names))
            else:
                wanted = _wanted(paper, sentence)
            if index not in unsure:
                found.append(linear.Example(names, wanted, paper.weight))
    return found


def mixed(machine: Sequence[float], people: Sequence[float]) -> tuple[float, ...]:
    """The chances of a machine for all types but theory, mixed with those of people's model, and its theory.

    >>> [round(c, 2) for c in mixed((0.5, 0, 0.5, 0, 0, 0, 0), (0, 0, 0.5, 0.5, 0, 0, 0))]
    [0.17, 0.0, 0.33, 0.5, 0.0, 0.0, 0.0]
    """
    theory = CLAIMS.index("theory")
    rest = [i for i in range(len(CLAIMS)) if i != theory]
    shares = [sum(chances[i] for i in rest) or 1.0 for chances in (machine, people)]
    parts = [TRUST * m / shares[0] + (1 - TRUST) * p / shares[1] for m, p in zip(machine, people, strict=True)]
    whole = sum(parts[i] for i in rest)
    left = 1 - people[theory]
    return tuple(people[theory] if i == theory else left * part / whole for i, part in enumerate(parts))


def _wanted(paper: Annotated, sentence: Sentence) -> tuple[float, ...]:
    """The probability of each class: 1 for the type of the claim that shares half of the sentence, else for none."""
    start, end = sentence.start, sentence.end
    for claim in paper.record["claims"]:
        first = claim["start"] if "start" in claim else paper.document.paper.abstract.find(claim["sentence"])
        last = claim["end"] if "end" in claim else first + len(claim["sentence"])
        if first >= 0 and 2 * (min(end, last) - max(start, first)) >= max(end - start, last - first):
            return tuple(float(c == claim["type"]) for c in CLAIMS)
    return tuple(float(c == claims.NONE) for c in CLAIMS)


def train(papers: Iterable[Annotated], seed: int = 0) -> Linear:
    """The model that gives the annotated types; the same papers in the same order give the same weights."""
    kept = list(papers)
    people = [p for p in kept if "sentences" not in p.record]
    machine = [p for p in kept if "sentences" in p.record]
    given = examples(people or machine)
    if people and machine:
        given += examples(machine, _fit(given, seed))
    return _fit(given, seed)


def _fit(given: Sequence[linear.Example], seed: int) -> Linear:
    least, slight = (LEAST, 0.0) if len(given) < MANY else (LEAST_OF_MANY, SLIGHT)
    model = linear.fit(given, CLAIMS, epochs=EPOCHS, least=least, rate=RATE, seed=seed, orders=ORDERS)
    return Linear(CLAIMS, {name: row for name, row in model.weights.items() if max(map(abs, row)) >= slight})


def labelled(corpora: Iterable[Path], labels: Path = LABELS) -> Iterator[Annotated]:
    """The papers of corpora that have labels, in the order of the labels.

    A paper that no corpus has, or whose sentences are not as many as its letters, is left out.
    """
    lines = (line for line in labels.read_text("utf-8").splitlines() if not line.startswith("#"))
    letters = dict(line.split("\t") for line in lines)
    texts = {r["id"]: r for path in corpora for r in records(path) if r["id"] in letters}
    for name, types in letters.items():
        if name in texts:
            document = nlp.parse(paper_of(texts[name]))
            sentences = [s for s in document.sentences if s.field == "text"]
            if len(sentences) == len(types):
                yield Annotated(document, (), _record(sentences, types))


def _record(sentences: Sequence[Sentence], letters: str) -> dict[str, Any]:
    """The claims of sentences with these letters, and the indices of those that are unsure."""
    said = [{"start": s.start, "end": s.end, "type": LETTERS.get(x)} for s, x in zip(sentences, letters, strict=True)]
    unsure = [s.index for s, x in zip(sentences, letters, strict=True) if x not in LETTERS]
    return {"claims": [c for c in said if c["type"] in CLAIM_TYPES], "unsure": unsure}
