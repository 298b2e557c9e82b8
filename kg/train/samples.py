"""Annotated abstracts as what a model learns from: tokens with labels, sentences, entities and pairs of entities."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.extract import nlp
from kg.extract.document import Document
from kg.model import CLAIM_TYPES, ENTITY_TYPES, RELATION_TYPES, ROLES, FieldName, Paper

# Outside, then begin and inside of each type.
LABELS = ("O", *(f"{part}-{kind}" for kind in ENTITY_TYPES for part in "BI"))
CLAIMS = ("none", *CLAIM_TYPES)
RELATIONS = ("none", *RELATION_TYPES)
_FIELDS: tuple[FieldName, FieldName] = ("title", "text")


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity as ranges of tokens; ``kind`` and ``role`` are indices into ENTITY_TYPES and ROLES."""

    name: str
    kind: int
    role: int
    places: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Sample:
    """A paper as tokens, the title before the abstract, with what is annotated.

    ``sentences`` are ranges of tokens of the abstract with the index of the claim type and whether it is hedged (None:
    not known).
    ``pairs`` are indices of ``things`` (head, tail) with the index of their relation; pairs not listed have none.
    """

    id: str
    document: Document
    words: list[str]
    places: list[tuple[FieldName, int, int]]
    labels: list[int] = field(default_factory=list)
    sentences: list[tuple[int, int, int, bool | None]] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    pairs: dict[tuple[int, int], int] = field(default_factory=dict)


def read(path: str | Path) -> list[dict[str, Any]]:
    """The JSON records of a file, one per line."""
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines() if line.strip()]


def paper_of(record: Mapping[str, Any]) -> Paper:
    """The paper of a record with id, title and text (or abstract)."""
    return Paper(record["id"], record.get("title"), record["text"] if "text" in record else record["abstract"])


def beginning(text: str) -> str:
    """The first letters of a text, by which copies are recognised.

    >>> beginning("We show: it works.")
    'weshowitworks'
    """
    return "".join(c for c in text[:300].lower() if c.isalnum())[:100]


def samples(
    texts: Iterable[Mapping[str, Any]], gold: Mapping[str, Mapping[str, Any]] | None = None
) -> Iterator[Sample]:
    """A sample for each text, with the labels of its annotation if there is one."""
    for record in texts:
        sample = unlabelled(paper_of(record))
        if gold is not None and record["id"] in gold:
            label(sample, gold[record["id"]])
        yield sample


def unlabelled(paper: Paper) -> Sample:
    """The tokens and sentences of a paper."""
    document = nlp.parse(paper)
    words: list[str] = []
    places: list[tuple[FieldName, int, int]] = []
    for name, read in zip(_FIELDS, (document.title, document.text), strict=True):
        words += read.words
        places += [(name, start, start + len(word)) for word, start in zip(*read, strict=True)]
    sample = Sample(paper.id, document, words, places)
    for s in document.sentences:
        if s.field == "text" and (span := range_of(sample, "text", s.start, s.end)):
            sample.sentences.append((*span, 0, False))
    return sample


def range_of(sample: Sample, name: FieldName, start: int, end: int) -> tuple[int, int] | None:
    """The tokens that lie within a range of code points, None if there are none."""
    inside = [i for i, (f, s, e) in enumerate(sample.places) if f == name and s >= start and e <= end]
    return (inside[0], inside[-1] + 1) if inside else None


def label(sample: Sample, record: Mapping[str, Any]) -> None:
    """Put the annotation of a paper on its sample."""
    entities = record["entities"]
    spans = list(_occurrences(sample, entities))
    sample.labels = [0] * len(sample.words)
    for index, start, end in spans:
        kind = ENTITY_TYPES.index(entities[index]["type"])
        sample.labels[start] = 1 + 2 * kind
        sample.labels[start + 1 : end] = [2 + 2 * kind] * (end - start - 1)
    if "claims" not in record:
        return
    sample.things = [
        Thing(
            e["name"],
            ENTITY_TYPES.index(e["type"]),
            ROLES.index(e["role"]),
            tuple(sorted((s, t) for k, s, t in spans if k == i)),
        )
        for i, e in enumerate(entities)
    ]
    named = {e["name"]: i for i, e in enumerate(entities)}
    for r in record["relations"]:
        if r["head"] in named and r["tail"] in named:
            sample.pairs[named[r["head"]], named[r["tail"]]] = RELATIONS.index(r["type"])
    label_sentences(sample, record["claims"])


def label_sentences(sample: Sample, claims: Iterable[Mapping[str, Any]]) -> None:
    """Put the annotated claims of a paper on the sentences of its sample."""
    text = sample.document.paper.abstract
    said = []
    for claim in claims:
        start = claim.get("start", text.find(claim["sentence"]) if "sentence" in claim else -1)
        if start >= 0:
            end = claim.get("end", start + len(claim.get("sentence", "")))
            said.append((start, end, CLAIMS.index(claim["type"]), claim.get("hedged")))
    found = []
    for first, last, _, _ in sample.sentences:
        start, end = sample.places[first][1], sample.places[last - 1][2]
        hit = next((c for c in said if min(end, c[1]) - max(start, c[0]) >= 0.5 * max(end - start, c[1] - c[0])), None)
        found.append((first, last, hit[2] if hit else 0, hit[3] if hit else False))
    sample.sentences = found


def _occurrences(sample: Sample, entities: list[Mapping[str, Any]]) -> Iterator[tuple[int, int, int]]:
    """Index of the entity and range of tokens for each place of its surfaces, longest first, without overlap."""
    order = sorted(((s, i) for i, e in enumerate(entities) for s in set(e["surfaces"])), key=lambda p: (-len(p[0]), p))
    for name in _FIELDS:
        text = sample.document.paper.text_of(name)
        starts = {s: i for i, (f, s, _) in enumerate(sample.places) if f == name}
        ends = {e: i + 1 for i, (f, _, e) in enumerate(sample.places) if f == name}
        taken = [False] * len(text)
        for surface, index in order:
            for match in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", text):
                if any(taken[match.start() : match.end()]):
                    continue
                taken[match.start() : match.end()] = [True] * len(surface)
                if match.start() in starts and match.end() in ends:
                    yield index, starts[match.start()], ends[match.end()]


def spans_of(labels: Iterable[int]) -> list[tuple[int, int, int]]:
    """Start, end and index of the type of the names in a sequence of labels.

    >>> spans_of([0, 1, 2, 0, 3])
    [(1, 3, 0), (4, 5, 1)]
    """
    found: list[tuple[int, int, int]] = []
    for i, code in enumerate(labels):
        kind, inside = (code - 1) // 2, code and code % 2 == 0
        if inside and found and found[-1][1] == i and found[-1][2] == kind:
            found[-1] = (found[-1][0], i + 1, kind)
        elif code:
            found.append((i, i + 1, kind))
    return found
