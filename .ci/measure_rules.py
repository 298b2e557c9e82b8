"""Measure the rule tables of kg/extract/patterns on annotated papers and write precision and count into them.

    python .ci/measure_rules.py TEXTS.jsonl GOLD.jsonl

The entities are the annotated ones, so that a rule answers for itself and not for the entity finder. A rule for claims
answers for what it says by itself, whatever the model makes of it; "no claim" is right where none is annotated.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.evaluate import Tally, evaluate
from kg.extract import claims, relations, roles
from kg.extract import rules as entity_rules
from kg.extract.document import Document
from kg.extract.nlp import parse
from kg.model import Entity, Extraction, FieldName, Mention, Paper
from kg.records import extraction_to_record
from kg.train import entities as names
from kg.train.annotated import annotated as annotated_papers

PATTERNS = Path(claims.__file__).parent / "patterns"


def lines(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines() if line.strip()]


def mentions(text: str, records: list[dict[str, Any]], name: FieldName) -> Iterator[tuple[int, Mention]]:
    taken = [False] * len(text)
    order = sorted(
        ((s, i) for i, e in enumerate(records) for s in set(e["surfaces"])), key=lambda p: (-len(p[0]), p[0])
    )
    for surface, i in order:
        for m in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", text):
            if not any(taken[m.start() : m.end()]):
                taken[m.start() : m.end()] = [True] * len(surface)
                yield i, Mention(name, m.start(), m.end(), m.group())


def annotated(document: Document, records: list[dict[str, Any]]) -> tuple[Entity, ...]:
    paper = document.paper
    found = [*mentions(paper.title or "", records, "title"), *mentions(paper.abstract, records, "text")]
    return tuple(
        Entity(e["name"], e["type"], e["role"], tuple(e["surfaces"]), tuple(m for k, m in found if k == i))
        for i, e in enumerate(records)
    )


def decided(document: Document, entities: tuple[Entity, ...], gold: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """The rule that decides each sentence by itself, with whether what it says is annotated."""
    said = {document.paper.abstract.find(c["sentence"]): c["type"] for c in gold["claims"]}
    for sentence in claims.read(document, entities)[0]:
        yield sentence.rule.id, sentence.rule.type == said.get(sentence.sentence.start)


def measure(texts: str, gold: str) -> dict[str, Tally]:
    by_id = {t["id"]: t for t in lines(texts)}
    said = []
    by_itself: dict[str, Tally] = defaultdict(Tally)
    for record in lines(gold):
        text = by_id[record["id"]]
        document = parse(Paper(record["id"], text.get("title"), text.get("text") or text["abstract"]))
        given = annotated(document, record["entities"])
        named = roles.assign(document, given)
        found = claims.find(document, given)
        edges = relations.find(document, given, found)
        said.append(extraction_to_record(Extraction(record["id"], named, found, edges), document.paper))
        for rule, right in decided(document, given, record):
            by_itself[rule].add(int(right), 1, int(right))
    return evaluate(by_id.values(), lines(gold), said).rules | by_itself


def write(name: str, tallies: dict[str, Tally]) -> None:
    path = PATTERNS / name
    table = json.loads(path.read_text("utf-8"))
    rows = {r["id"]: r for r in table.get("rules", ())} | table.get("confidence", {})
    for rule, row in rows.items():
        tally = tallies.get(rule, Tally())
        row |= {"precision": round(tally.precision, 3), "count": tally.right + tally.extra}
        if row["precision"] < 0.5:
            print(f"{name}: {rule} is right in {row['precision']:.2f} of {row['count']}: mend or remove it")
    path.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", "utf-8")


def write_entities(texts: str, gold: str) -> None:
    """The rules of entities: what is found under each in one half by what was learned from the other."""
    figures = names.rules(annotated_papers(lines(texts), lines(gold)))
    rows = [json.loads(line) for line in entity_rules.PLACE.read_text("utf-8").splitlines() if line.strip()]
    for row in rows:
        row["precision"], row["count"] = figures.get(row["id"], (0.0, 0))
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    entity_rules.PLACE.write_text(text, "utf-8")


if __name__ == "__main__":
    measured = measure(*sys.argv[1:3])
    write_entities(*sys.argv[1:3])
    for table in ("claims.json", "roles.json", "relations.json", "results.json"):
        write(table, measured)
