"""Which option fills a slot: each is weighed by what stands between it and the number, and the likeliest is taken.

The rules of :mod:`kg.extract.slots` propose; what they say is a feature of an option among others. Cross-validated on
the training abstracts, the weighed choice fills more metrics rightly than the first rule that answers, and as many
datasets as rules do that were written on those very abstracts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.extract import options, slots
from kg.extract.linear import BIAS, Linear
from kg.extract.options import Option
from kg.extract.outcomes import Words, unit_class
from kg.extract.scene import Scene

# What no rule has proposed.
CHOSEN = "chosen"
# Rules of language that are too rare to learn how good they are; how sure their answers are.
CERTAIN = ("metric.respectively", "metric.compared", "dataset.respectively", "dataset.paren")
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Choice:
    """What fills a slot, the rule that proposes it (``metric.behind``; None for an empty slot) and how likely it is.

    ``top`` is what the rules alone would have put there, as names are compared.
    """

    name: str | None
    rule: str | None
    chance: float
    top: str


def proposed(slot: str, scene: Scene, words: Words, index: int) -> tuple[list[Option], dict[str, str | None]]:
    """The options of a slot (``metric`` or ``dataset``), and what each rule says, "" where it says there is none."""
    answers = slots.answers(slots.METRIC if slot == "metric" else slots.DATASET, scene, index)
    found = options.metrics(scene, words, index) if slot == "metric" else options.datasets(scene, index)
    known = {normal(o.name) for o in found if o.name}
    for rule, name in answers.items():
        if name and normal(name) not in known:
            known.add(normal(name))
            found.append(Option(name, -1, -1, "rule", more=(f"by={rule}",)))
    return found, answers


def choose(model: Linear, slot: str, scene: Scene, words: Words, index: int, last: str | None) -> Choice:
    """The likeliest option, of equal ones the first; ``last`` is the ``top`` of the number before."""
    found, answers = proposed(slot, scene, words, index)
    for rule in CERTAIN:
        if answer := answers.get(rule):
            return Choice(answer, rule, SURE, normal(answer))
    chances = [model.chances(row)[1] for row in features(scene, words, index, found, answers, last)]
    best = max(range(len(found)), key=lambda i: (chances[i], -i))
    name = found[best].name
    said = next((r for r, n in answers.items() if name and n and normal(n) == normal(name)), f"{slot}.{CHOSEN}")
    return Choice(name, said if name else None, chances[best], top(answers)[1])


def top(answers: Mapping[str, str | None]) -> tuple[str | None, str]:
    """The first rule that answers, and its answer as it is compared ("-" for none)."""
    rule, name = next(((r, n) for r, n in answers.items() if n is not None), (None, None))
    return rule, normal(name) if name else "-"


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """A name without case, hyphens, articles and plural endings.

    >>> normal("The Multi-Head Attentions")
    'multi head attention'
    """
    words = re.sub(r"[\s\-–—_/]+", " ", name.casefold()).strip(" .,;:'\"()")
    words = re.sub(r"^(the|a|an) ", "", words)
    return " ".join(w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words.split())


def _bucket(count: int) -> str:
    for most in (0, 1, 2, 3, 5, 8, 13, 21):
        if count <= most:
            return str(most)
    return "far"


def features(
    scene: Scene,
    words: Words,
    index: int,
    found: Sequence[Option],
    answers: Mapping[str, str | None],
    last: str | None,
) -> list[list[str]]:
    """The features of each option; ``answers`` are what the rules say, ``last`` the ``top`` of the number before."""
    value = scene.kept[index]
    unit, kind = unit_class(value), scene.kinds[index]
    clause = scene.clause(index)
    marks = _said(answers)
    first, answer = top(answers)
    named = sorted({o.start for o in found if o.source in ("entity", "known0.7", "known0.5") and o.start >= 0})
    distinct = len({o.name for o in found if o.source == "entity" and o.start >= 0})
    gap = _gap(scene, words, index)
    rows = []
    for option in found:
        name = normal(option.name) if option.name else "-"
        source = option.source
        row = [
            BIAS,
            f"src={source}",
            f"src={source}&u={unit}",
            f"src={source}&k={kind}",
            f"src={source}&n={min(distinct, 3)}",
        ]
        rules = marks.get(name, ()) if option.name else ()
        row += [f"rule={r}" for r in rules]
        row += [f"rule={r}&src={source}" for r in rules]
        if first and answer == name:
            row += ["top", f"top={first}", f"top&src={source}"]
        elif option.name is None:
            row.append(f"not={first}")
        if index and last is not None:
            same = last == name
            row.append(f"last={same}&{gap}")
            row.append(f"last={same}&src={source}")
            row.append(f"last={same}")
        if option.name:
            head = name.rsplit(" ", 1)[-1]
            row += [f"head={head}", f"head={head}&u={unit}"]
            row += [f"{m}&{source}" for m in option.more]
        else:
            row += _of_none(words, scene, index, unit, kind)
        if option.start >= 0:
            row += _place(scene, words, index, option, clause, named)
        elif option.name:
            row += [f"away={option.away}", f"away={option.away}&n={min(distinct, 2)}", f"away={option.away}&u={unit}"]
        rows.append(row)
    return rows


def _said(answers: Mapping[str, str | None]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule, name in answers.items():
        if name:
            found.setdefault(normal(name), []).append(rule)
    return found


def _gap(scene: Scene, words: Words, index: int) -> str:
    if not index:
        return "first"
    between = words.between(scene.kept[index - 1].stop, scene.kept[index].start)
    return "list" if len(between) <= 3 else "near" if len(between) <= 9 else "far"


def _of_none(words: Words, scene: Scene, index: int, unit: str, kind: str) -> list[str]:
    value = scene.kept[index]
    before, behind = words.before(value.start, 2), words.behind(value.stop, 2)
    return [f"none&u={unit}&k={kind}", *(f"none&b={t}" for t in before), *(f"none&a={t}" for t in behind)]


def _place(
    scene: Scene, words: Words, index: int, option: Option, clause: tuple[int, int], named: Sequence[int]
) -> list[str]:
    value = scene.kept[index]
    ahead = option.start >= value.stop
    between = words.between(value.stop, option.start) if ahead else words.between(option.end, value.start)
    side = "a" if ahead else "b"
    source = option.source
    row = [
        f"{side}",
        f"{side}&src={source}",
        f"{side}={_bucket(len(between))}",
        f"{side}={_bucket(len(between))}&src={source}",
    ]
    if len(between) <= 4:
        row.append(f"{side}gap=" + " ".join(between))
    if between:
        row += [f"{side}near={between[0 if ahead else -1]}", f"{side}edge={between[-1 if ahead else 0]}"]
        if ahead:
            row.append(f"{side}edge={between[-1]}&src={source}")
    row += [
        f"{side}has={t}" for t in {",", ";", "and", "(", ")", "while", "but", "than", "over", "compared"} & set(between)
    ]
    crossed = sum(t == "0" for t in between)
    row.append(f"{side}numbers={min(crossed, 3)}")
    begin, end = sorted((option.end, value.start)) if not ahead else (value.stop, option.start)
    kept = sum(begin <= v.start < end for v in scene.kept)
    others = bisect_left(named, end) - bisect_left(named, begin + 1)
    row += [
        f"{side}kept={min(kept, 3)}",
        f"{side}others={min(max(others, 0), 3)}",
        f"{side}k&o={min(kept, 2)}{min(max(others, 0), 2)}",
    ]
    inside = clause[0] <= option.start < clause[1]
    row.append(f"{side}clause={inside}")
    row.append(f"{side}clause={inside}&{source}")
    front = words.before(option.start, 1)
    row.append(f"{side}front={front[-1] if front else '-'}")
    if front:
        row.append(f"front={front[-1]}&src={source}")
    follows = words.behind(option.end, 1)
    row.append(f"{side}then={follows[0] if follows else '-'}")
    if len(named) == len(scene.kept) > 1:
        row.append(
            f"aligned={option.start in named and named.index(option.start) == index}&{'respectively' in words.masked}"
        )
    return row
