"""The outcome of an evaluation: figures, mistakes, and what confidences are worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.evaluate.reliability import BINS, Reliability, reliability, sweep
from kg.evaluate.tally import FIGURES, Item, Judged, Mistake, Tally

# The figure that counts the items of a sort as they are judged.
_FIGURE: dict[Item, str] = {
    "entity": "entities",
    "claim": "claims_typed",
    "result": "results",
    "relation": "relations",
}


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
        """What was predicted of one sort: entity, claim, result or relation."""
        return [j for j in self.judged if j.item == item]

    def reliability(self, item: Item, *, equal: str = "width", bins: int = BINS) -> Reliability:
        """What the confidences of one sort are worth (:func:`kg.evaluate.reliability.reliability`)."""
        return reliability(self.of(item), equal=equal, bins=bins)

    def sweep(self, item: Item, levels: Iterable[float]) -> list[tuple[float, int, float, float]]:
        """What each threshold leaves of one sort: it, how many items, their precision and recall."""
        return sweep(self.of(item), self.figures[_FIGURE[item]].gold, levels=levels)

    def __str__(self) -> str:
        from kg.evaluate.report import lines

        return "\n".join(lines(self))
