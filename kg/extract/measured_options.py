"""What a number may measure: the options of the slot ``metric``, each where it is named.

Entities, measures of the registry with the words that qualify them, nouns in the place where a measure stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg import metrics as registry
from kg.extract.options import NONE, REACH, Option, elsewhere, lists, offered
from kg.extract.outcomes import Words
from kg.extract.scene import Measure, Scene

# A share of occasions names no measure.
_OCCASIONS = re.compile(r"of the time")


def find(scene: Scene, words: Words, index: int) -> list[Option]:
    """What the number may measure, None last."""
    here = scene.kept[index].start
    near = [m for m in scene.measures if abs(m.start - here) <= REACH]
    near = [m for m in near if not _OCCASIONS.match(scene.words, m.start - 7, m.end)]
    found = [_measure(m) for m in near]
    for m in near:
        found += _qualified(scene, words, m)
        if m.weight == 1:
            found += _parts(scene, m)
    first = index - 1 if scene.is_risen(index) else index
    found += _nouns_before(scene, words, scene.kept[first].start)
    found += _nouns_behind(scene, words, scene.kept[index].stop, scene.stop(index))
    found += [o for o in offered(scene, "metric", found) if abs(o.start - here) <= REACH]
    found += elsewhere(scene, ("Metric",), 3)
    return [*found, NONE]


def _measure(m: Measure) -> Option:
    return Option(m.name, m.start, m.end, "entity" if m.weight == 1 else f"known{m.weight}")


def _qualified(scene: Scene, words: Words, measure: Measure) -> Iterator[Option]:
    """A known measure with one to three of the words before it ("mean localization" error)."""
    start = measure.start
    near = list(zip(words.before(start, 3), words.starts_before(start, 3), strict=True))
    for count, (token, place) in enumerate(reversed(near), 1):
        if (
            not token[0].isalpha()
            or (token in lists()["stops"] and token not in ("average", "overall"))
            or start - place > 26
        ):
            break
        if scene.words[place : measure.start].count(" ") != count:
            break
        start = place
        source = f"more{count}" if measure.weight < 1 else f"longer{count}"
        yield Option(scene.words[place : measure.end], place, measure.end, source, more=(f"with={token}",))


def _parts(scene: Scene, measure: Measure) -> Iterator[Option]:
    """What a measure of several words may be without some: the known measure in it, and its last word."""
    text = scene.words[measure.start : measure.end]
    last = text.rfind(" ") + 1
    if not last:
        return
    known = {(start, end) for start, end, _ in registry.find(text)}
    for start, end in sorted(known | {(last, len(text))}):
        if (start, end) != (0, len(text)):
            more = (f"known={(start, end) in known}", f"ends={end == len(text)}", f"less={text[:start].count(' ')}")
            yield Option(text[start:end], measure.start + start, measure.start + end, "part", more=more)


def _nouns_before(scene: Scene, words: Words, start: int) -> Iterator[Option]:
    """The noun phrase before "of", "by", "is" and the number ("cuts the loading time by 40%")."""
    near = list(zip(words.before(start, 16), words.starts_before(start, 16), strict=True))
    end = len(near)
    while end and near[end - 1][0] in lists()["glue"]:
        end -= 1
    if end in (0, len(near)):
        return
    yield from _phrases(scene, near[:end], "noun before")


def _nouns_behind(scene: Scene, words: Words, start: int, stop: int) -> Iterator[Option]:
    """The noun phrase behind the number ("3% higher yield", "a 9% drop in cloud calls")."""
    near = [p for p in zip(words.behind(start, 14), words.starts_behind(start, 14), strict=True) if p[1] < stop]
    begin = 0
    while begin < len(near) and near[begin][0] in lists()["skipped"]:
        begin += 1
    run: list[tuple[str, int]] = []
    for token, place in near[begin : begin + 4]:
        if not _is_noun(token):
            break
        run.append((token, place))
    if not run:
        return
    yield from _phrases(scene, run, "noun behind")
    if run[-1][0] in lists()["changes"] and len(run) > 1:
        yield from _phrases(scene, run[:-1], "noun changed")


def _is_noun(token: str) -> bool:
    return token not in lists()["stops"] and (token[0].isalpha() or token in ("<Method>", "<Task>", "<Metric>"))


def _phrases(scene: Scene, near: list[tuple[str, int]], source: str) -> Iterator[Option]:
    """The last words of a stretch as a phrase, and each of its endings."""
    last, place = near[-1]
    end = _end_of(scene, last, place)
    taken, previous = 0, end
    for token, start in reversed(near):
        if taken == 4 or not _is_noun(token) or (taken and scene.words[_end_of(scene, token, start) : previous] != " "):
            break
        taken, previous = taken + 1, start
        yield Option(scene.words[start:end], start, end, source, more=(f"words={taken}", f"first={token[:8]}"))


def _end_of(scene: Scene, token: str, place: int) -> int:
    if token[0] != "<":
        return place + len(token)
    return next((n.end for n in scene.named if n.start == place), place + 1)
