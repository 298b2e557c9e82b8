"""Values of :mod:`kg.model` as JSON records and back: what ``kg read`` and ``kg extract`` write, one per line."""

from __future__ import annotations

import json
import re
from typing import Any

from kg.model import Claim, Entity, Extraction, Mention, Paper, PaperIds, Relation, Result, Span

Record = dict[str, Any]
_SURROGATES = re.compile("[\ud800-\udfff]")


def to_line(record: Record) -> str:
    """One record as one line of JSON: keys in the order given, text unescaped, no line break inside.

    >>> to_line({"b": "é", "a": 1})
    '{"b": "é", "a": 1}'
    """
    return json.dumps(record, ensure_ascii=False, allow_nan=False)


def paper_to_record(paper: Paper) -> Record:
    """The JSON form of a paper; keys without a value are left out.

    >>> paper_to_record(Paper("p1", None, "Text.", ids=PaperIds(arxiv="2401.00001")))
    {'id': 'p1', 'title': None, 'abstract': 'Text.', 'ids': {'arxiv': '2401.00001'}}
    """
    record: Record = {"id": paper.id, "title": paper.title, "abstract": paper.abstract}
    ids = {k: v for k in PaperIds.__slots__ if (v := getattr(paper.ids, k)) is not None}
    rest = {
        "date": paper.date,
        "authors": list(paper.authors),
        "author_count": paper.author_count,
        "venue": paper.venue,
        "source": paper.source,
        "url": paper.url,
        "ids": ids,
    }
    return record | {k: v for k, v in rest.items() if v not in (None, [], {})}


def paper_from_record(record: Record) -> Paper:
    """The paper that :func:`paper_to_record` wrote.

    >>> p = Paper("p1", "T", "Text.", date="2024", authors=("A. B.",))
    >>> paper_from_record(paper_to_record(p)) == p
    True
    """
    return Paper(
        id=record["id"],
        title=record.get("title"),
        abstract=record["abstract"],
        date=record.get("date"),
        authors=tuple(record.get("authors", ())),
        author_count=record.get("author_count"),
        venue=record.get("venue"),
        source=record.get("source"),
        url=record.get("url"),
        ids=PaperIds(**record.get("ids", {})),
    )


def mended(paper: Paper) -> Paper:
    r"""The paper with U+FFFD for each half character (lone surrogate), which UTF-8 cannot hold; offsets stay.

    >>> mended(Paper("p1", None, "a\ud800b")).abstract
    'a\ufffdb'
    """
    line = to_line(paper_to_record(paper))
    whole = _SURROGATES.sub("\ufffd", line)
    return paper if whole == line else paper_from_record(json.loads(whole))


def _result_to_record(result: Result) -> Record:
    record = {k: getattr(result, k) for k in Result.__slots__}
    record["rules"] = list(result.rules)
    return record


def _claim_to_record(claim: Claim, paper: Paper) -> Record:
    return {
        "sentence": paper.text_of(claim.field)[claim.start : claim.end],
        "field": claim.field,
        "start": claim.start,
        "end": claim.end,
        "type": claim.type,
        "subject": claim.subject,
        "hedged": claim.hedged,
        "polarity": claim.polarity,
        "results": [_result_to_record(r) for r in claim.results],
        "confidence": claim.confidence,
        "rules": list(claim.rules),
    }


def _entity_to_record(entity: Entity) -> Record:
    return {
        "name": entity.name,
        "type": entity.type,
        "role": entity.role,
        "surfaces": list(entity.surfaces),
        "mentions": [{k: getattr(m, k) for k in Mention.__slots__} for m in entity.mentions],
        "confidence": entity.confidence,
        "rules": list(entity.rules),
    }


def _relation_to_record(relation: Relation) -> Record:
    return {
        "head": relation.head,
        "type": relation.type,
        "tail": relation.tail,
        "evidence": {k: getattr(relation.evidence, k) for k in Span.__slots__},
        "confidence": relation.confidence,
        "rules": list(relation.rules),
    }


def extraction_to_record(extraction: Extraction, paper: Paper) -> Record:
    """The JSON form of an extraction; the paper gives each claim its sentence."""
    return {
        "id": extraction.id,
        "entities": [_entity_to_record(e) for e in extraction.entities],
        "claims": [_claim_to_record(c, paper) for c in extraction.claims],
        "relations": [_relation_to_record(r) for r in extraction.relations],
        "version": extraction.version,
    }


def _result_from_record(record: Record) -> Result:
    known = {k: record[k] for k in Result.__slots__ if k in record}
    return Result(**known | {"rules": tuple(record.get("rules", ()))})


def _claim_from_record(record: Record) -> Claim:
    known = {k: record[k] for k in Claim.__slots__ if k in record}
    results = tuple(_result_from_record(r) for r in record.get("results", ()))
    return Claim(**{"field": "text"} | known | {"results": results, "rules": tuple(record.get("rules", ()))})


def _entity_from_record(record: Record) -> Entity:
    known = {k: record[k] for k in Entity.__slots__ if k in record}
    mentions = tuple(Mention(**m) for m in record.get("mentions", ()))
    tuples = {
        "surfaces": tuple(record.get("surfaces", ())),
        "mentions": mentions,
        "rules": tuple(record.get("rules", ())),
    }
    return Entity(**known | tuples)


def _relation_from_record(record: Record) -> Relation:
    known = {k: record[k] for k in Relation.__slots__ if k in record}
    return Relation(**known | {"evidence": Span(**record["evidence"]), "rules": tuple(record.get("rules", ()))})


def entities_from_record(record: Record) -> tuple[Entity, ...]:
    """The entities alone of an extraction that :func:`extraction_to_record` wrote."""
    return tuple(_entity_from_record(e) for e in record.get("entities", ()))


def extraction_from_record(record: Record) -> Extraction:
    """The extraction that :func:`extraction_to_record` wrote.

    >>> e = Extraction("p1", (Entity("BERT", "Method", "used", ("BERT",)),), version="1")
    >>> extraction_from_record(extraction_to_record(e, Paper("p1", None, "BERT."))) == e
    True
    """
    return Extraction(
        id=record["id"],
        entities=entities_from_record(record),
        claims=tuple(_claim_from_record(c) for c in record.get("claims", ())),
        relations=tuple(_relation_from_record(r) for r in record.get("relations", ())),
        version=record.get("version", ""),
    )
