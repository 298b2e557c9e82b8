"""Which option fills a slot: each is weighed by what stands between it and the number, and the likeliest is taken.

The rules of :mod:`kg.extract.slots` and :mod:`kg.extract.holders` propose; what they say is a feature of an option
(:mod:`kg.extract.standing`) among others.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.extract import data_options, holders, measured_options, method_options, options, slots, standing
from kg.extract.linear import Linear, softmax
from kg.extract.options import Option
from kg.extract.outcomes import Words
from kg.extract.scene import Scene
from kg.forms import loose_form

# What no rule has proposed.
CHOSEN = "chosen"
# The rules that propose, of each slot.
RULES = {
    "metric": slots.METRIC,
    "dataset": slots.DATASET,
    "method": holders.METHOD,
    "comparator": holders.COMPARATOR,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What fills a slot, the rule that proposes it (``metric.behind``; None for an empty slot) and how likely it is.

    ``key`` is the name as names are compared.
    """

    name: str | None
    rule: str | None
    chance: float
    key: str


def proposed(slot: str, scene: Scene, words: Words, index: int) -> tuple[list[Option], dict[str, str | None]]:
    """The options of a slot, and what each rule says, "" where it says there is none."""
    answers = slots.answers(RULES[slot], scene, index)
    if slot == "metric":
        found = measured_options.find(scene, words, index)
    else:
        found = data_options.find(scene, index) if slot == "dataset" else list(method_options.find(scene))
    known = {loose_form(o.name) for o in found if o.name}
    for rule, name in answers.items():
        if name and loose_form(name) not in known:
            known.add(loose_form(name))
            found.append(Option(name, -1, -1, "rule", more=(f"by={rule}",)))
    return found, answers


def choose(model: Linear, slot: str, scene: Scene, words: Words, index: int, method: str | None = None) -> Choice:
    """The likeliest name, of equal ones the first; a name's chance is that of all the options that say it.

    ``method`` is the ``key`` of the method of this number, where it is known.
    """
    found, answers = proposed(slot, scene, words, index)
    rows = standing.features(slot, scene, words, index, found, answers, method)
    chances = softmax(map(model.first, rows))
    keys = [options.key(o.name) for o in found]
    total: dict[str, float] = {}
    for name, chance in zip(keys, chances, strict=True):
        total[name] = total.get(name, 0.0) + chance
    best = max(total, key=lambda k: total[k])
    if best == "-":
        return Choice(None, None, total[best], best)
    said = next((r for r, n in answers.items() if n and loose_form(n) == best), f"{slot}.{CHOSEN}")
    return Choice(found[keys.index(best)].name, said, total[best], best)
