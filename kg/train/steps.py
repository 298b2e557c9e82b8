"""What each step of training does: a function of the data and of the folder that it writes into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.evaluate.same import Record
from kg.files import whole


@dataclass(frozen=True, slots=True)
class Data:
    """What is learned from: texts (id, title, text) and their annotations, unlabelled papers, labels by machine."""

    texts: tuple[Record, ...]
    gold: tuple[Record, ...]
    corpus: tuple[Path, ...] = ()
    silver: tuple[Record, ...] = ()
    seed: int = 0

    def of(self, gold: Iterable[Record]) -> list[Record]:
        """The texts of these annotations, in their order."""
        by_id = {t["id"]: t for t in self.texts}
        return [by_id[r["id"]] for r in gold]


def entities(data: Data, out: Path) -> None:
    """Weights of the features of words and their surroundings."""
    from kg.extract.lexicon import fit

    papers = fit.examples(data.of(data.gold), {r["id"]: r for r in data.gold})
    write(out / "weights.tsv", fit.to_table(fit.train(papers, data.seed)))


def write(place: Path, text: str) -> None:
    """Replace a table."""
    with whole(place, force=True) as to:
        to.write(text.encode())
