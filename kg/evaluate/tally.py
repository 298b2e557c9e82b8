"""What an evaluation counts: right, extra and missed items, mistakes, and how sure each item was."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Evaluation:
    """All figures by name, by entity, claim and relation type, by rule (precision alone counts), and the mistakes.

    ``slots`` counts metric, method, dataset and comparator of the results whose number is right. ``judged`` holds every
    predicted item, from which :mod:`kg.evaluate.reliability` tells what the confidences are worth.
    """

    figures: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIGURES})
    entity_types: dict[str, Tally] = field(default_factory=dict)
    claim_types: dict[str, Tally] = field(default_factory=dict)
    relation_types: dict[str, Tally] = field(default_factory=dict)
    slots: dict[str, Tally] = field(default_factory=dict)
    rules: dict[str, Tally] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)

    def commonest(self, count: int = 20) -> list[tuple[str, str, int]]:
        """The commonest kinds of mistake: fault, kind, how often."""
        kinds = Counter((m.fault, m.kind) for m in self.mistakes)
        return [(f, k, n) for (f, k), n in sorted(kinds.items(), key=lambda i: (-i[1], i[0]))[:count]]

    def examples(self, fault: str, kind: str, count: int) -> list[Mistake]:
        """Some mistakes of a kind, spread evenly over all of them, so that one paper does not fill the list."""
        these = [m for m in self.mistakes if (m.fault, m.kind) == (fault, kind)]
        count = min(count, len(these))
        return [these[i * len(these) // count] for i in range(count)]

    def of(self, item: Item) -> list[Judged]:
        """What was predicted of one sort."""
        return [j for j in self.judged if j.item == item]
