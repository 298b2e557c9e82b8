"""What each step of training does: a function of the data and of the folder that it writes into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.evaluate.same import Record
from kg.files import whole
from kg.train.annotated import Annotated, annotated

# A text (id, title, text) and its annotation.
Pair = tuple[Record, Record]


@dataclass(frozen=True, slots=True)
class Data:
    """What is learned from: texts (id, title, text) and their annotations by people, and by a machine.

    An abstract that a machine has annotated counts ``share`` of one that people have, its numbers a third of that. Of
    ``marked`` papers the types of the claims alone are known; ``named`` and ``numbered`` are papers (text and
    annotation) whose names or numbers alone are. ``words`` are folders with what a teacher read. Everything that is
    drawn is drawn from ``seed``.
    """

    texts: tuple[Record, ...]
    gold: tuple[Record, ...]
    silver: tuple[Record, ...] = ()
    share: float = 0.3
    marked: tuple[Annotated, ...] = ()
    words: tuple[Path, ...] = ()
    named: tuple[Pair, ...] = ()
    numbered: tuple[Pair, ...] = ()
    seed: int = 0

    def of(self, records: Iterable[Record]) -> list[Record]:
        """The texts of annotations, in their order."""
        by_id = {t["id"]: t for t in self.texts}
        return [by_id[r["id"]] for r in records]

    def has(self, what: str) -> bool:
        """Whether there are annotated entities, claims, results or relations, or a teacher's words, to learn from."""
        if what == "words":
            return bool(self.words)
        if what == "results":
            return any(claim.get("results") for r in (*self.gold, *self.silver) for claim in r["claims"])
        return any(r[what] for r in (*self.gold, *self.silver))

    def papers(self) -> list[Annotated]:
        """Every paper whose names are annotated, those of people first, those that a machine labelled last."""
        return [
            *annotated(self.of(self.gold), self.gold),
            *annotated([t for t, _ in self.named], [r for _, r in self.named]),
            *annotated(self.of(self.silver), self.silver, self.share),
        ]

    def claiming(self) -> list[Annotated]:
        """The papers that people have annotated with claims; one without any teaches nothing of them."""
        told = [r for r in self.gold if r["claims"]]
        return annotated(self.of(told), told)

    def heard(self) -> list[Annotated]:
        """The papers to whose sentences a machine has given the chance of each type of claim, and nobody a type."""
        marked = {m.document.paper.id for m in self.marked}
        told = [r for r in self.silver if r.get("sentences") and r["id"] not in marked]
        return annotated(self.of(told), told, self.share)


def tagger(data: Data, out: Path) -> None:
    """The network that proposes names, from what a teacher read (:mod:`kg.train.label`)."""
    from kg.train import student

    student.write(student.learn([t for folder in data.words for t in student.texts_of(folder)], seed=data.seed), out)


def entities(data: Data, out: Path) -> None:
    """Weights of what the tagger and the words say for a candidate's being an entity, and of what type."""
    from kg.train import entities as room
    from kg.train import linear

    papers = [p for p in data.papers() if p.weight == 1]  # the tagger has seen the others
    write(out / "entities.tsv", linear.to_table(room.fit(room.of_papers(papers), data.seed)))


def claims(data: Data, out: Path) -> None:
    """Weights of what a sentence says for the type of its claim."""
    from kg.train import claims as room
    from kg.train import linear

    papers = [*data.claiming(), *data.marked, *data.heard()]
    write(out / "claims.tsv", linear.to_table(room.train(papers, data.seed)))


def roles(data: Data, out: Path) -> None:
    """Weights of how a paper speaks of an entity for its role."""
    from kg.train import linear
    from kg.train import roles as room

    write(out / "roles.tsv", linear.to_table(room.train(data.papers(), data.seed)))


def subjects(data: Data, out: Path) -> None:
    """Weights of what a claim may be about."""
    from kg.train import linear
    from kg.train import subjects as room

    write(out / "subjects.tsv", linear.to_table(room.train(data.claiming(), data.seed)))


def results(data: Data, out: Path) -> None:
    """Weights of what stands around a number: is it an outcome, of what kind, and what fills its slots."""
    from kg.train import found, linear
    from kg.train import results as room

    judge = found.judges([p for p in data.papers() if p.weight == 1], data.seed)
    batches = [
        (data.of(data.gold), data.gold, room.PEOPLE),
        ([t for t, _ in data.numbered], [r for _, r in data.numbered], 1.0),
        (data.of(data.silver), data.silver, data.share),
    ]
    for name, model in room.learn(batches, judge).items():
        write(out / f"results_{name}.tsv", linear.to_table(model))


def relations(data: Data, out: Path) -> None:
    """Weights of what a paper says of a method for its being about it, and of what stands between two names."""
    from kg.train import found, heads, linear
    from kg.train import relations as room

    # What a machine labelled brought nothing here (F1 of relations 0.312 with it, 0.310 without).
    given, read = found.unseen([p for p in data.papers() if p.weight == 1], data.seed)
    asked = [heads.questions(given), heads.questions(read)]
    model = room.train(given, read, heads.unseen(asked), seed=data.seed)
    write(out / "heads.tsv", linear.to_table(heads.fit([q for row in asked for q in row])))
    write(out / "relations.tsv", linear.to_table(model))


def write(place: Path, text: str) -> None:
    """Replace a table."""
    with whole(place, force=True) as to:
        to.write(text.encode())
