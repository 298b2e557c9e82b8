"""What an evaluation counts: right, extra and missed items, mistakes, and how sure each item was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Item = Literal["entity", "claim", "result", "relation"]
ITEMS: tuple[Item, ...] = ("entity", "claim", "result", "relation")
FIGURES = (
    "mentions",
    "mentions_any",
    "entities",
    "entities_merged",
    "roles",
    "claims",
    "claims_typed",
    "results_value",
    "results",
    "relations",
)
SLOTS = ("metric", "method", "dataset", "comparator")


@dataclass(slots=True)
class Tally:
    """Counts of right, extra and missed items, and the figures that follow from them."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    def add(self, right: int, predicted: int, gold: int) -> None:
        """Count one paper: how many were right, of how many predicted and annotated ones."""
        self.right += right
        self.extra += predicted - right
        self.missed += gold - right

    @property
    def gold(self) -> int:
        """How many items are annotated."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """The share of the predicted that is right; 0 where nothing is predicted."""
        return self.right / (self.right + self.extra) if self.right + self.extra else 0.0

    @property
    def recall(self) -> float:
        """The share of the annotated that is found; 0 where nothing is annotated."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall.

        >>> round(Tally(right=1, extra=1, missed=0).f1, 3)
        0.667
        """
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something predicted but not annotated (``extra``), the reverse (``missed``), or a wrong label on the right thing.

    ``kind`` says what: ``entity/Task``, ``role/used``, ``claim/result``, ``result``, ``relation/based_on``.
    """

    paper: str
    fault: str
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A predicted item: how sure the extractor was of it, and whether it is right.

    An entity is right when it is paired with an annotated one of its type; a claim when its sentence is annotated with
    its type; a result when number, unit, kind, metric and dataset are all right, so that is what its confidence means;
    a relation when head, type and tail are. ``type`` is the entity, claim or relation type, or the kind of a result.
    """

    item: Item
    type: str
    confidence: float
    right: bool
