"""Measure the rule tables of kg/extract/patterns on annotated papers and write precision and count into them.

    python .ci/measure_rules.py TEXTS.jsonl GOLD.jsonl

The entities are the annotated ones, so that a rule answers for itself and not for the entity finder. A rule for claims
answers for what it says by itself, whatever the model makes of it; "no claim" is right where none is annotated.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.evaluate import Tally, evaluate
from kg.extract import claims, relations, roles
from kg.extract import rules as entity_rules
from kg.extract.document import Document
from kg.model import Entity, Extraction
from kg.records import extraction_to_record
from kg.train import entities as names
from kg.train.annotated import annotated
from kg.train.samples import read

PATTERNS = Path(claims.__file__).parent / "patterns"


def decided(document: Document, entities: tuple[Entity, ...], gold: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """The rule that decides each sentence by itself, with whether what it says is annotated."""
    said = {document.paper.abstract.find(c["sentence"]): c["type"] for c in gold["claims"]}
    for sentence in claims.read(document, entities)[0]:
        yield sentence.rule.id, sentence.rule.type == said.get(sentence.sentence.start)


def measure(texts: str, gold: str) -> dict[str, Tally]:
    papers = annotated(read(texts), read(gold))
    said = []
    by_itself: dict[str, Tally] = defaultdict(Tally)
    for paper in papers:
        document, given, record = paper.document, paper.entities, paper.record
        named = roles.assign(document, given)
        found = claims.find(document, given)
        edges = relations.find(document, given, found)
        said.append(extraction_to_record(Extraction(record["id"], named, found, edges), document.paper))
        for rule, right in decided(document, given, record):
            by_itself[rule].add(int(right), 1, int(right))
    return evaluate(read(texts), read(gold), said).rules | by_itself


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
    figures = names.rules(annotated(read(texts), read(gold)))
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
