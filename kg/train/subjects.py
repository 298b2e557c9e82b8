"""Learn what claims are about: writes ``subjects.tsv``, which :mod:`kg.extract.about` reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.extract import about
from kg.extract.about import Cast, Said
from kg.extract.linear import Linear
from kg.extract.subjects import named_in, own_proposal
from kg.extract.wording import words_of
from kg.model import Entity
from kg.train import linear
from kg.train.annotated import Annotated

# Chosen by cross-validation over the training abstracts.
PULL = 1e-2
EPOCHS = 8


def spoken(paper: Annotated) -> Iterator[tuple[Cast, Said, str | None]]:
    """The annotated claims of a paper in the order of its text, each with its subject; a machine gives none."""
    if "sentences" in paper.record:
        return
    document = paper.document
    own, own_data = own_proposal(document, paper.entities), own_proposal(document, paper.entities, data=True)
    cast = about.cast_of(paper.entities, own, own_data)
    named = named_in(document, paper.entities)
    by_start = {c.get("start", document.paper.abstract.find(c["sentence"])): c for c in paper.record["claims"]}
    for sentence in document.sentences:
        claim = by_start.get(sentence.start) if sentence.field == "text" else None
        if claim and "subject" in claim:
            text = document.words_of(sentence)
            said = Said(text, words_of(text), sentence.start, claim["type"], named[sentence])
            yield cast, said, claim["subject"]


def examples(papers: Iterable[Annotated]) -> list[linear.Example]:
    """An example per candidate of each claim."""
    found = []
    for paper in papers:
        before: str | None = ""
        for cast, said, wanted in spoken(paper):
            given = zip(about.candidates(cast, said), about.features(cast, said, before), strict=True)
            for candidate, names in given:
                name = candidate.name if isinstance(candidate, Entity) else candidate
                found.append(linear.one(names, int(name == wanted), len(about.CLASSES), paper.weight))
            before = wanted
    return found


def train(papers: Iterable[Annotated], seed: int = 0) -> Linear:
    """The model that gives the annotated subjects; the same papers in the same order give the same weights."""
    return linear.fit(examples(papers), about.CLASSES, epochs=EPOCHS, pull=PULL, seed=seed)
