"""Learn what :mod:`kg.extract.results` weighs: which numbers are outcomes, their kind, and what fills their slots.

    python -m kg.train.results TEXTS.jsonl GOLD.jsonl [--more TEXTS.jsonl GOLD.jsonl WEIGHT] [-o FOLDER]

Each abstract is read with the annotated entities and again with some of them left out, because the finder of entities
misses some too: then a measure is told by its words alone. The same files give the same tables.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.extract import judging, nlp, outcomes, ranking, results, scene, subjects, values
from kg.extract.document import Document
from kg.extract.linear import Linear
from kg.extract.results import Reading
from kg.extract.values import Value
from kg.files import whole
from kg.model import Entity, Kind, Mention
from kg.train.linear import Example, fit, one, to_table
from kg.train.samples import paper_of, read

Record = Mapping[str, Any]
CLASSES = {"outcome": ("no", "yes"), "kind": ("absolute", "change"), "metric": ("no", "yes"), "dataset": ("no", "yes")}
# How strongly weights are drawn to zero; chosen by cross-validation on the training abstracts.
PULLS = {"outcome": 1e-2, "kind": 1e-2, "metric": 1e-2, "dataset": 1e-2}
# In fewer examples a feature is left out.
LEAST = {"outcome": 2, "kind": 2, "metric": 3, "dataset": 4}
# Features that name words; of a dataset, cross-validated, they say nothing that holds for other abstracts.
_WORDS = re.compile(r"head=|[ab]gap=|[ab]edge=|[ab]near=|[ab]front=|front=|[ab]then=|none&[ab]=|with=|first=")
# What a second reading weighs.
AGAIN = 0.5
# How many of the measures and of the data are left out in the second reading of an abstract.
LEFT_OUT = {"Metric": 0.5, "Dataset": 0.2, "Benchmark": 0.2}


@dataclass(slots=True)
class Learned:
    """Examples for each model."""

    examples: dict[str, list[Example]] = field(default_factory=lambda: {name: [] for name in CLASSES})

    def add(self, name: str, features: Sequence[str], index: int, weight: float) -> None:
        """An example of a class of a model."""
        self.examples[name].append(one(features, index, 2, weight))

    def models(self) -> dict[str, Linear]:
        """The four models."""
        return {
            name: fit(these, CLASSES[name], pull=PULLS[name], least=LEAST[name])
            for name, these in self.examples.items()
        }


def learn(batches: Iterable[tuple[Iterable[Record], Iterable[Record], float]]) -> dict[str, Linear]:
    """The models from texts, annotation records (paired by id) and the weight that each of them has.

    ValueError where none of them has a result.
    """
    learned = Learned()
    for texts, gold, weight in batches:
        by_id = {t["id"]: t for t in texts}
        for record in gold:
            if not tells(record):
                continue
            document = nlp.parse(paper_of(by_id[record["id"]]))
            for entities, share in readings(document, record):
                add(learned, document, entities, record, weight * share)
    if not all(learned.examples.values()):
        raise ValueError("no annotated results: give annotations whose claims have results")
    return learned.models()


def tells(record: Record) -> bool:
    """Whether an annotation says which numbers are outcomes; a machine's, with chances, may leave them out.

    >>> tells({"claims": [{"chance": 0.9, "results": []}]}), tells({"claims": [{"results": []}]})
    (False, True)
    """
    claims = record["claims"]
    return any(c.get("results") for c in claims) or not any("chance" in c for c in claims)


def readings(document: Document, record: Record) -> Iterator[tuple[tuple[Entity, ...], float]]:
    """The annotated entities, and once more with some left out, always the same ones; each with what it weighs."""
    whole_ = annotated(document, record["entities"])
    yield whole_, 1.0
    chance = random.Random(str(record["id"]))
    kept = tuple(e for e in whole_ if chance.random() >= LEFT_OUT.get(e.type, 0.0))
    if kept != whole_:
        yield kept, AGAIN


def annotated(document: Document, records: Sequence[Record]) -> tuple[Entity, ...]:
    """Annotated entities with their mentions: the surfaces, longest first, where they do not overlap."""
    order = sorted(
        ((s, i) for i, e in enumerate(records) for s in set(e["surfaces"])), key=lambda p: (-len(p[0]), p[0])
    )
    found: dict[int, list[Mention]] = {}
    for name in ("title", "text"):
        text = document.paper.text_of(name)
        taken = [False] * len(text)
        for surface, index in order:
            for m in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", text):
                if not any(taken[m.start() : m.end()]):
                    taken[m.start() : m.end()] = [True] * len(surface)
                    found.setdefault(index, []).append(Mention(name, m.start(), m.end(), surface))
    return tuple(
        Entity(e["name"], e["type"], e["role"], tuple(e["surfaces"]), tuple(found.get(i, ())))
        for i, e in enumerate(records)
    )


def numbers_of(document: Document, record: Record) -> dict[int, Record]:
    """Where each annotated number stands in the abstract; one that is not found is left out."""
    text = document.paper.abstract
    found: dict[int, Record] = {}
    for claim in record["claims"]:
        start = claim["start"] if "start" in claim else text.find(claim["sentence"])
        if start < 0:
            continue
        free = list(values.find(text[start : claim.get("end", start + len(claim.get("sentence", "")))]))
        for result in claim.get("results", ()):
            value = _same(free, result)
            if value:
                free.remove(value)
                found[start + value.start] = result
    return found


def _same(free: Sequence[Value], result: Record) -> Value | None:
    alike = [v for v in free if _amount(v.written) == _amount(str(result["value"]))]
    same = [v for v in alike if v.unit == result.get("unit")]
    return next(iter(same or alike), None)


def _amount(written: str) -> str:
    plain = written.replace(",", "").replace("−", "-").lstrip("+-~≈ ")
    try:
        return f"{float(plain):g}"
    except ValueError:
        return plain.casefold()


def add(learned: Learned, document: Document, entities: tuple[Entity, ...], record: Record, weight: float) -> None:
    """The examples of an abstract."""
    named = subjects.named_in(document, entities)
    own = subjects.own_proposal(document, entities)
    context = scene.Context(document, entities, own, subjects.own_proposal(document, entities, data=True))
    wanted = numbers_of(document, record)
    names = {ranking.normal(s): i for i, e in enumerate(record["entities"]) for s in (*e["surfaces"], e["name"])}
    for sentence in document.sentences:
        reading = results.read(context, sentence, named[sentence]) if sentence.field == "text" else None
        if reading:
            _add_sentence(learned, reading, wanted, names, weight)


def _add_sentence(
    learned: Learned, reading: Reading, wanted: Mapping[int, Record], names: Mapping[str, int], weight: float
) -> None:
    kept: list[Value] = []
    gold: list[Record] = []
    for index, value in enumerate(reading.everything):
        rule = reading.said_of(index, kept[-1] if kept else None)
        result = wanted.get(reading.sentence.start + value.start)
        if rule != "never":
            row = outcomes.features(reading.words, reading.everything, index, rule)
            learned.add("outcome", row, int(result is not None), weight)
        if result is not None:
            kept.append(value)
            gold.append(result)
    if kept:
        _add_kinds(learned, reading, tuple(kept), gold, weight)
        _add_slots(learned, reading, tuple(kept), gold, names, weight)


def _add_kinds(
    learned: Learned, reading: Reading, kept: tuple[Value, ...], gold: Sequence[Record], weight: float
) -> None:
    for index, result in enumerate(gold):
        said, _, rule = judging.kind_rule(reading.text, kept, index)
        last = gold[index - 1]["kind"] if index else None
        row = outcomes.kind_features(reading.text, reading.words, kept, index, f"{said} {rule}", last)
        learned.add("kind", row, int(result["kind"] == "change"), weight)


def _add_slots(
    learned: Learned,
    reading: Reading,
    kept: tuple[Value, ...],
    gold: Sequence[Record],
    names: Mapping[str, int],
    weight: float,
) -> None:
    kinds: tuple[Kind, ...] = tuple(r["kind"] for r in gold)
    here = reading.scene(kept, kinds)

    def same(name: str | None) -> int | str | None:
        return names.get(ranking.normal(name), ranking.normal(name)) if name else None

    for slot in results.SLOTS:
        last: str | None = None
        for index, result in enumerate(gold):
            found, answers = ranking.proposed(slot, here, reading.words, index)
            rows = ranking.features(here, reading.words, index, found, answers, last)
            for option, row in zip(found, rows, strict=True):
                if slot == "dataset":
                    row = [name for name in row if not _WORDS.match(name)]
                learned.add(slot, row, int(same(option.name) == same(result.get(slot))), weight)
            last = ranking.top(answers)[1]


def main(argv: Sequence[str] | None = None) -> None:
    """Read the arguments, learn, write the four tables."""
    parser = argparse.ArgumentParser(prog="python -m kg.train.results", description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--more", nargs=3, action="append", default=[], metavar=("TEXTS", "GOLD", "WEIGHT"))
    parser.add_argument("-o", "--out", type=Path, default=Path(results.__file__).parent / "model")
    o = parser.parse_args(argv)
    batches = [(o.texts, o.gold, 1.0), *((Path(t), Path(g), float(w)) for t, g, w in o.more)]
    for name, model in learn((read(t), read(g), w) for t, g, w in batches).items():
        with whole(o.out / f"results_{name}.tsv", force=True) as out:
            out.write(to_table(model).encode())


if __name__ == "__main__":
    main()
