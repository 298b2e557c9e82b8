"""Learn what :mod:`kg.extract.results` weighs: which numbers are outcomes, their kind, and what fills their slots.

Each abstract is read with the annotated entities and with those that are found by a model that has not learned from it:
these end elsewhere, and are right two times in three. The same files give the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.evaluate import same
from kg.extract import entities as names
from kg.extract import (
    judging,
    nlp,
    offers,
    options,
    outcomes,
    ranking,
    results,
    roles,
    scene,
    standing,
    subjects,
    values,
)
from kg.extract.document import Document
from kg.extract.linear import Linear
from kg.extract.options import Option
from kg.extract.results import Reading
from kg.extract.scoring import Scored, judge
from kg.extract.values import Value
from kg.model import Entity
from kg.train import annotated
from kg.train.linear import Example, fit, one
from kg.train.ranking import Question
from kg.train.ranking import fit as rank
from kg.train.samples import paper_of

Record = Mapping[str, Any]
Judge = Callable[[Document], "list[Scored]"]
CLASSES = {"outcome": ("no", "yes"), "kind": ("absolute", "change")}
# How strongly weights are drawn to zero, and in fewer examples a feature is left out; chosen by cross-validation on the
# training abstracts.
PULL, LEAST = 1e-2, 2
# Slots: cross-validated on the training abstracts with their annotated entities, F1 with 5, 10, 20 is .905 .904 .906 of
# metrics, .767 .776 .781 of datasets, .768 .760 .761 of methods, .637 .630 .618 of comparators.
RIDGE = {"metric": 5.0, "dataset": 20.0, "method": 10.0, "comparator": 10.0}
# In fewer questions a feature of an option is left out.
FEWEST = 3
# What a reading of the annotated entities weighs. Cross-validated, metric and dataset are right together of .455 of 404
# numbers that people have annotated and of .389 of 3,518 that a machine has with 1, of .470 and .391 with 0.3 or 0.
GIVEN = 0.3
# What an annotation by people weighs: as above .475 and .394 with 1, .488 and .393 with 3.
PEOPLE = 3.0


@dataclass(slots=True)
class Learned:
    """Examples for the two models that classify, and questions for the four that rank."""

    examples: dict[str, list[Example]] = field(default_factory=lambda: {name: [] for name in CLASSES})
    questions: dict[str, list[Question]] = field(default_factory=lambda: {name: [] for name in results.SLOTS})

    def add(self, name: str, features: Sequence[str], index: int, weight: float) -> None:
        """An example of a class of a model."""
        self.examples[name].append(one(features, index, 2, weight))

    def ask(self, slot: str, options: Sequence[Sequence[str]], right: Sequence[bool], weight: float) -> None:
        """What the right options of a slot are; where none is right, nothing is learned."""
        if any(right):
            self.questions[slot].append(Question(options, right, weight))

    def models(self) -> dict[str, Linear]:
        """The six models; of a slot that nothing is known of there is none."""
        told = {name: fit(these, CLASSES[name], pull=PULL, least=LEAST) for name, these in self.examples.items()}
        return told | {
            slot: rank(these, least=FEWEST, ridge=RIDGE[slot]) for slot, these in self.questions.items() if these
        }


def learn(
    batches: Iterable[tuple[Iterable[Record], Iterable[Record], float]], judge: Judge = judge
) -> dict[str, Linear]:
    """The models from texts, annotation records (paired by id) and the weight that each of them has.

    ``judge`` says of a paper what may be a name (:func:`kg.train.found.judges`). ValueError where no record has a
    result.
    """
    learned = Learned()
    for texts, gold, weight in batches:
        by_id = {t["id"]: t for t in texts}
        for record in gold:
            if not tells(record):
                continue
            document = nlp.parse(paper_of(by_id[record["id"]]))
            judged = judge(document)
            for entities, share in readings(document, record, judged):
                add(learned, document, entities, record, weight * share, offers.of(judged))
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


def told_slots(record: Record) -> tuple[str, ...]:
    """The slots that an annotation fills; some annotations say nothing of methods and comparators.

    >>> told_slots({"claims": [{"results": [{"metric": "recall", "dataset": None}]}]})
    ('metric', 'dataset')
    """
    said = {slot for c in record["claims"] for r in c.get("results", ()) for slot in r}
    owned = bool(said & {"method", "comparator"})
    return tuple(s for s in results.SLOTS if owned or s in ("metric", "dataset"))


def readings(
    document: Document, record: Record, judged: Sequence[Scored]
) -> Iterator[tuple[tuple[Entity, ...], float]]:
    """Entities with which an abstract is read (annotated, and found among what is ``judged``), and what that weighs."""
    yield annotated.entities(document, record["entities"]), GIVEN
    yield roles.assign(document, names.find(document, judged)), 1.0


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


def add(
    learned: Learned,
    document: Document,
    entities: tuple[Entity, ...],
    record: Record,
    weight: float,
    offered: Mapping[str, offers.Places],
) -> None:
    """The examples of an abstract; ``offered`` is what may fill a slot."""
    named = subjects.named_in(document, entities)
    own = subjects.own_proposal(document, entities)
    context = scene.Context(document, entities, own, subjects.own_proposal(document, entities, data=True), offered)
    wanted = numbers_of(document, record)
    slots = told_slots(record)
    said: list[Record] = [{"name": e.name, "type": e.type, "surfaces": list(e.surfaces)} for e in entities]
    alike = same.pair_entities(record["entities"], said, lambda a, b: a == b or {a, b} <= {"Dataset", "Benchmark"})
    canon = same.canon_of(record, {"entities": said}, alike)
    for sentence in document.sentences:
        reading = results.read(context, sentence, named[sentence]) if sentence.field == "text" else None
        if reading:
            _add_sentence(learned, reading, wanted, canon, slots, weight)


def _add_sentence(
    learned: Learned,
    reading: Reading,
    wanted: Mapping[int, Record],
    canon: Mapping[str, int],
    slots: Sequence[str],
    weight: float,
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
        _add_slots(learned, reading, tuple(kept), gold, canon, slots, weight)


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
    canon: Mapping[str, int],
    slots: Sequence[str],
    weight: float,
) -> None:
    here = reading.scene(kept, tuple(r["kind"] for r in gold))
    for slot in slots:
        for index, result in enumerate(gold):
            wanted = _meant(canon, result.get(slot))
            found, answers = ranking.proposed(slot, here, reading.words, index)
            right = [_meant(canon, o.name) == wanted for o in found]
            owner = _key(canon, found, result.get("method"))
            rows = standing.features(slot, here, reading.words, index, found, answers, owner)
            learned.ask(slot, rows, right, weight)


def _key(canon: Mapping[str, int], found: Sequence[Option], name: str | None) -> str:
    """An annotated name as it is compared: the way an option writes it, if one means the same."""
    wanted = _meant(canon, name)
    return options.key(next((o.name for o in found if _meant(canon, o.name) == wanted), name))


def _meant(canon: Mapping[str, int], name: str | None) -> int | str:
    """The annotated entity that a name means, else the name as it is compared."""
    written = options.key(name)
    return canon.get(written, written)
