"""What stands between an option and a number, as features: the words, the clause, other numbers and other options.

Beside where it stands: how it was found, and which rules propose it. What fills the slot of the number before is no
feature: learned from annotated neighbours, it carries mistakes on (cross-validated, results with all slots .633 with it
and .653 without).
:mod:`kg.train.results` learns the weights.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from kg.extract import looks
from kg.extract.linear import BIAS
from kg.extract.options import Option, key
from kg.extract.outcomes import Words, unit_class
from kg.extract.scene import Scene
from kg.forms import loose_form

# Slots that are filled with someone: whether a number is a level or a difference says much for them.
OWNED = ("method", "comparator")


def _bucket(count: int) -> str:
    for most in (0, 1, 2, 3, 5, 8, 13, 21):
        if count <= most:
            return str(most)
    return "far"


def features(
    slot: str,
    scene: Scene,
    words: Words,
    index: int,
    found: Sequence[Option],
    answers: Mapping[str, str | None],
    method: str | None = None,
) -> list[list[str]]:
    """The features of each option.

    ``answers`` are what the rules say, ``method`` is the method of this number, where it is known, as
    :func:`kg.extract.options.key` gives it.
    """
    unit, kind = unit_class(scene.kept[index]), scene.kinds[index]
    named = tuple(sorted({o.start for o in found if o.source in ("entity", "known0.7", "known0.5") and o.start >= 0}))
    distinct = len({o.name for o in found if o.source == "entity" and o.start >= 0})
    marks, clause = _said(answers), scene.clause(index)
    near = looks.around(scene, slot, distinct)
    place = _shared if slot in OWNED else _place
    rows = []
    for option in found:
        name, source = key(option.name), option.source
        row = [BIAS, f"src={source}", f"src={source}&u={unit}", f"src={source}&k={kind}"]
        row.append(f"src={source}&n={min(distinct, 3)}")
        row += _proposed(option, name, answers, marks, kind if slot in OWNED else None)
        if slot in OWNED:
            row += _owned(option, name, kind)
            if slot == "comparator" and method is not None:
                row.append(f"is method={name == method}&{source}")
        elif option.name:
            row += _called(option, name, unit)
        if not option.name:
            row += _of_none(words, scene, index, unit, kind)
        if slot not in OWNED:
            row += looks.features(option, name, near, kind)
        if option.start >= 0:
            row += place(scene, words, index, option, clause, named)
        elif option.name:
            row += [f"away={option.away}", f"away={option.away}&n={min(distinct, 2)}", f"away={option.away}&u={unit}"]
        rows.append(row)
    return rows


def _proposed(
    option: Option,
    name: str,
    answers: Mapping[str, str | None],
    marks: Mapping[str, Sequence[str]],
    kind: str | None,
) -> Iterator[str]:
    """Which rules propose the option, and whether the first that answers does; ``kind`` is that of an owned number."""
    first, answer = top(answers)
    rules = marks.get(name, ()) if option.name else ()
    for rule in rules:
        yield f"rule={rule}"
        yield f"rule={rule}&src={option.source}"
        if kind:
            yield f"rule={rule}&k={kind}"
    if first and answer == name:
        yield from ("top", f"top={first}", f"top&src={option.source}")
    elif option.name is None:
        yield f"not={first}"
    if kind and option.name is None:
        yield f"not={first}&k={kind}"


def _owned(option: Option, name: str, kind: str) -> Iterator[str]:
    if option.source not in ("entity", "none"):
        yield f"head={name.rsplit(' ', 1)[-1]}"
        yield f"{option.source}&n={name.count(' ')}"
    for more in option.more:
        yield f"{more}&{option.source}"
        yield f"{more}&{option.source}&{kind}"


def _called(option: Option, name: str, unit: str) -> Iterator[str]:
    head = name.rsplit(" ", 1)[-1]
    yield f"head={head}"
    yield f"head={head}&u={unit}"
    for more in option.more:
        yield f"{more}&{option.source}"


def top(answers: Mapping[str, str | None]) -> tuple[str | None, str]:
    """The first rule that answers, and its answer as it is compared ("-" for none)."""
    rule, name = next(((r, n) for r, n in answers.items() if n is not None), (None, None))
    return rule, loose_form(name) if name else "-"


def _said(answers: Mapping[str, str | None]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule, name in answers.items():
        if name:
            found.setdefault(loose_form(name), []).append(rule)
    return found


def _of_none(words: Words, scene: Scene, index: int, unit: str, kind: str) -> list[str]:
    value = scene.kept[index]
    before, behind = words.before(value.start, 2), words.behind(value.stop, 2)
    return [f"none&u={unit}&k={kind}", *(f"none&b={t}" for t in before), *(f"none&a={t}" for t in behind)]


# What may stand between a number and a name and tell whether they belong together.
_TELLING = (",", ";", "and", "(", ")", "while", "but", "than", "over", "compared")


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
        gap = " ".join(between)
        row += [f"{side}gap={gap}", f"{side}gap={gap}&{source}"]
    if between:
        row += [f"{side}near={between[0 if ahead else -1]}", f"{side}edge={between[-1 if ahead else 0]}"]
        if ahead:
            row.append(f"{side}edge={between[-1]}&src={source}")
    row += [f"{side}has={t}" for t in _TELLING if t in between]
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


# The options of method and comparator are the same, so where they stand is told once.
_shared = lru_cache(maxsize=128)(_place)
