"""Annotations as files: records read with their places, and checked against the texts that they annotate."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from kg.errors import UsageError
from kg.evaluate.same import Record, abstract_of
from kg.model import CLAIM_TYPES, ENTITY_TYPES, RELATION_TYPES, ROLES


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a file with one JSON object per line: texts, annotations or extractions, empty lines left out.

    UsageError names file and line of what is no object with an ``id``.
    """
    return [record for _, record in _placed(path)]


def _placed(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each record with its place, ``file:line``."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is no UTF-8 text ({error.reason}); save it as UTF-8") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict) or "id" not in record:
            raise UsageError(f"{path}:{number}: found {line[:40]!r}; give one JSON object with an id per line")
        yield f"{path}:{number}", record


def check(texts: Sequence[Path], gold: Sequence[Path]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Texts and annotations of some files, as far as they can be used to measure or to learn.

    UsageError names file and line of the first annotation that cannot: its text is missing or there twice, a type or
    role is none of the known ones, a surface or sentence is not in its text, a relation or its end is no entity of it.
    """
    by_id: dict[str, dict[str, Any]] = {}
    for place, record in chain.from_iterable(map(_placed, texts)):
        if not isinstance(record.get("text", record.get("abstract")), str):
            raise UsageError(f"{place}: {record['id']!r} has no text; give the abstract as text (or abstract)")
        if record["id"] in by_id:
            raise UsageError(f"{place}: {record['id']!r} stands a second time; leave one of the two out")
        by_id[record["id"]] = record
    found: dict[str, dict[str, Any]] = {}
    for place, record in chain.from_iterable(map(_placed, gold)):
        wrong = next(_faults(record, by_id, texts, found), None)
        if wrong:
            raise UsageError(f"{place}: {record['id']!r}: {wrong}")
        found[record["id"]] = record
    return list(by_id.values()), list(found.values())


def _faults(record: Record, by_id: Record, texts: Sequence[Path], before: Record) -> Iterator[str]:
    """What is wrong with an annotation, and what to do."""
    if record["id"] in before:
        yield "is annotated a second time; leave one of the two out"
    if record["id"] not in by_id:
        yield f"has no text in {', '.join(map(str, texts))}; give the texts that were annotated"
        return
    for key in ("entities", "claims", "relations"):
        if not isinstance(record.get(key), list) or not all(isinstance(item, dict) for item in record[key]):
            yield f"found {key} {str(record.get(key))[:40]!r}; give a list of objects, empty where there are none"
            return
    text = by_id[record["id"]]
    fields = (text.get("title") or "", abstract_of(text))
    try:
        yield from _faults_of_entities(record, fields)
        yield from _faults_of_claims(record, fields[1])
        yield from _faults_of_relations(record)
    except KeyError as error:
        yield f"an item has no {error.args[0]!r}; give every key of the annotation guide"


def _faults_of_entities(record: Record, fields: tuple[str, str]) -> Iterator[str]:
    for entity in record["entities"]:
        yield from _unknown("type", entity["type"], ENTITY_TYPES)
        yield from _unknown("role", entity["role"], ROLES)
        if not isinstance(entity["surfaces"], list):
            yield f"found surfaces {str(entity['surfaces'])[:40]!r}; give a list of strings"
            return
        for surface in map(str, entity["surfaces"]):
            if not surface or not any(surface in field for field in fields):
                yield f"surface {surface!r} is in neither title nor abstract; copy it from there, letter by letter"


def _faults_of_claims(record: Record, abstract: str) -> Iterator[str]:
    for claim in record["claims"]:
        yield from _unknown("claim type", claim["type"], CLAIM_TYPES)
        if "start" not in claim and claim["sentence"] not in abstract:
            yield f"sentence {claim['sentence'][:60]!r} is not in the abstract; copy it from there, letter by letter"
        for result in claim.get("results", ()):
            yield from _unknown("kind", result["kind"], ("absolute", "change"))
            if not str(result["value"]).strip():
                yield "a result has an empty value; give the number as it is written"


def _faults_of_relations(record: Record) -> Iterator[str]:
    names = {entity["name"] for entity in record["entities"]}
    for relation in record["relations"]:
        yield from _unknown("relation type", relation["type"], RELATION_TYPES)
        for end in ("head", "tail"):
            if relation[end] not in names:
                yield f"{end} {relation[end]!r} of a relation is no entity of the record; give the name of one"


def _unknown(what: str, found: object, valid: tuple[str, ...]) -> Iterator[str]:
    if found not in valid:
        yield f"unknown {what} {found!r}; give one of {', '.join(valid)}"
