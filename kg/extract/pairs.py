"""Which two entities of a paper may be related, and what title and abstract say of the two: features of pairs.

A pair is a Method (the head) and a Method, Task, Dataset or Benchmark (the tail) that share a sentence, or that do not
and of which the head is the paper's own method, for which "we", "our method" or "it" may stand wherever the tail is
named. A method and a dataset are a pair wherever they are named, and where a paper proposes no method of its own, any
two in neighbouring sentences are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from kg.extract.document import Document
from kg.extract.lines import CUES, Line, is_name, joins, lines, plain
from kg.extract.subjects import own_proposal
from kg.model import Entity, EntityType

# Features of one kind of tail say nothing of the others.
GROUPS: dict[EntityType, str] = {"Method": "M ", "Task": "T ", "Dataset": "D ", "Benchmark": "D "}
_SPEAKS = frozenset({"we", "our", "us", "it", "its", "this", "proposed"})
# Two names of a sentence with more names than this between them are no pair, which bounds the time.
_BETWEEN = 12
# So many methods at most are paired with each dataset and benchmark of the paper, wherever they are named.
_HEADS = 12
# So many words between two names are read one by one, and so many before a name.
_WORDS = 40


@dataclass(frozen=True, slots=True)
class Pair:
    """Indices of two entities, features of the two, and features by line (its index in the paper) that names them.

    Where no line names both (``apart``) the lines are those that name the tail.
    """

    head: int
    tail: int
    group: str
    apart: bool
    names: list[str]
    by_line: dict[int, list[str]]

    @property
    def features(self) -> list[str]:
        """All features of the pair, without doubles, in a fixed order."""
        return list(dict.fromkeys([*self.names, *(name for names in self.by_line.values() for name in names)]))


@dataclass(frozen=True)
class Reading:
    """A paper as its pairs are read: lines, where each entity is named, and the paper's own method."""

    document: Document
    entities: tuple[Entity, ...]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The sentences of the paper."""
        return lines(self.document, self.entities)

    @cached_property
    def where(self) -> list[dict[int, int]]:
        """For each entity the lines that name it, with the index of the first word that does."""
        found: list[dict[int, int]] = [{} for _ in self.entities]
        for number, line in enumerate(self.lines):
            for place, index in line.places:
                found[index].setdefault(number, place)
        return found

    @cached_property
    def speaks(self) -> list[bool]:
        """For each line whether the authors may speak of their own work in it."""
        return [not _SPEAKS.isdisjoint(line.words) for line in self.lines]

    @cached_property
    def own(self) -> int:
        """The index of the paper's own method, -1 if there is none."""
        own = own_proposal(self.document, self.entities)
        return next((i for i, e in enumerate(self.entities) if e is own), -1)

    @cached_property
    def parts(self) -> list[str]:
        """For each entity its part in the paper: ``own`` or the first letter of its role."""
        return ["own" if i == self.own else e.role[0] for i, e in enumerate(self.entities)]

    @cached_property
    def sort(self) -> str:
        """What the paper proposes: a method, data, or neither."""
        if self.own >= 0:
            return "method"
        data = any(e.role == "proposed" and e.type in ("Dataset", "Benchmark") for e in self.entities)
        return "data" if data else "none"


def of_entity(reading: Reading, index: int) -> list[str]:
    """What is known of an entity as one end of its pairs."""
    entity = reading.entities[index]
    zones = "".join(sorted({reading.lines[n].zone[0] for n in reading.where[index]}))
    words = entity.name.split() or [""]
    capital = any(c.isupper() for c in entity.name[1:])
    return [
        f"part={reading.parts[index]}",
        f"zones={zones}",
        f"count={min(3, len(entity.mentions))}",
        f"capital={capital:d}{min(3, len(words))}",
        f"noun={words[-1].lower().rstrip('s')}",
    ]


def pairs(reading: Reading) -> Iterator[Pair]:
    """The pairs of a paper that may be related, in a fixed order."""
    together = _together(reading)
    new = min(3, sum(e.role == "proposed" and e.type == "Method" for e in reading.entities))
    for (head, tail), near in sorted((together | _apart(reading, together)).items()):
        group = GROUPS[reading.entities[tail].type]
        ends = f"{reading.sort} {reading.parts[head]} {reading.parts[tail]}"
        by_line = {n: [group + name for name in _line(reading, n, head, tail, *at)] for n, at in near.items()}
        if near:
            distance = 0
        else:
            first = reading.where[head]
            distance = min((abs(a - b) for a in first for b in reading.where[tail]), default=9)
            by_line = {
                n: [group + name for name in _tail(reading, n, place, head, tail)]
                for n, place in reading.where[tail].items()
            }
        names = _both(reading, head, tail, ends, min(distance, 4), len(near), new)
        yield Pair(head, tail, group, not near, [group + name for name in names], by_line)


def _together(reading: Reading) -> dict[tuple[int, int], dict[int, tuple[int, int, int]]]:
    """Pairs that share a line -> line -> the closest two words that name head and tail, and the names between."""
    kinds = [e.type for e in reading.entities]
    found: dict[tuple[int, int], dict[int, tuple[int, int, int]]] = {}
    for number, line in enumerate(reading.lines):
        places = line.places
        for left, (a, i) in enumerate(places):
            for between, (b, j) in enumerate(places[left + 1 : left + 2 + _BETWEEN]):
                if i == j:
                    continue
                for head, tail, at in ((i, j, (a, b, between)), (j, i, (b, a, between))):
                    if kinds[head] == "Method" and kinds[tail] in GROUPS:
                        near = found.setdefault((head, tail), {})
                        if number not in near or abs(near[number][0] - near[number][1]) > b - a:
                            near[number] = at
    return found


def _apart(
    reading: Reading, together: dict[tuple[int, int], dict[int, tuple[int, int, int]]]
) -> dict[tuple[int, int], dict[int, tuple[int, int, int]]]:
    """Further pairs, which share no line."""
    kinds = [e.type for e in reading.entities]
    tails = [i for i, kind in enumerate(kinds) if kind in GROUPS]
    heads = [i for i, e in enumerate(reading.entities) if e.type == "Method" and e.role != "mentioned"][:_HEADS]
    wanted = [(head, tail) for tail in tails if GROUPS[kinds[tail]] == "D " for head in heads]
    if reading.own >= 0:
        wanted += [(reading.own, tail) for tail in tails if tail != reading.own]
    else:
        named: list[list[int]] = [sorted({i for _, i in line.places}) for line in reading.lines]
        near = [
            (head, tail)
            for first, second in pairwise(named)
            for a, b in ((a, b) for a in first[:_BETWEEN] for b in second[:_BETWEEN])
            for head, tail in ((a, b), (b, a))
        ]
        wanted += [(h, t) for h, t in near if h != t and kinds[h] == "Method" and kinds[t] in GROUPS]
    return {pair: {} for pair in wanted if pair not in together}


def _both(reading: Reading, head: int, tail: int, ends: str, distance: int, shared: int, new: int) -> list[str]:
    near = "same" if shared else "next" if distance == 1 else "far"
    h, t = reading.parts[head], reading.parts[tail]
    found = [
        f"ends={ends}",
        f"{near}:ends={ends}",
        f"{near}:ends={ends} of {new}",
        f"shared={min(3, shared)} {ends}",
        f"{near}:head={h}",
        f"{near}:tail={t}",
    ]
    if not shared:
        found.append(f"distance={distance} {h} {t}")
    return found


def _line(reading: Reading, number: int, head: int, tail: int, at: int, to: int, names: int) -> Iterator[str]:
    """What a line that names both says: the words between, those around, and what else is named."""
    line = reading.lines[number]
    words = line.words
    order = "<" if at < to else ">"
    left, right = min(at, to), max(at, to)
    ends = f"{reading.parts[head]} {reading.parts[tail]}"
    zone = line.zone[0]
    far = _bucket(right - left)
    yield f"order={order}{zone}"
    yield f"order={order} {reading.sort} {ends}"
    yield f"zone={zone} {reading.sort} {ends}"
    yield f"far={order}{far}"
    yield f"far={order}{far} {ends}"
    yield f"between={order}{min(3, names)}"
    yield f"between={order}{min(3, names)} {ends}"
    yield f"left={order}{plain(words[left - 1]) if left else '^'}"
    yield f"right={order}{plain(words[right + 1]) if right + 1 < len(words) else '$'}"
    inner = words[left + 1 : min(right, left + 1 + _WORDS)]
    if len(inner) <= 3:
        yield f"words={order}{' '.join(inner)}"
    if inner:
        yield f"first={order}{plain(inner[0])}"
        yield f"last={order}{plain(inner[-1])}"
        yield f"last={order}{' '.join(inner[-2:])}"
    yield from _between(inner, order, ends, names)
    if order == "<":
        clear = not any(reading.entities[i].type == "Method" for p, i in line.places if at < p < to and i != tail)
        yield f"clear={clear:d} {ends}"
    for name in _before(words, to, reading.parts[head]):
        yield "tail:" + name


def _between(inner: tuple[str, ...], order: str, ends: str, names: int) -> Iterator[str]:
    """What the words between two names say."""
    found = [(word[:6], cue) for word in inner if (cue := CUES.get(word[:6]))]
    for word in dict.fromkeys(word for word, _ in found):
        yield f"word={order}{word}"
    for cue in dict.fromkeys(cue for _, cue in found):
        yield f"cue={order}{cue}"
        yield f"cue={order}{cue} {ends}"
    if found:
        yield f"firstcue={order}{found[0][1]}"
        yield f"lastcue={order}{found[-1][1]}"
    else:
        yield f"nocue={order}{names > 0:d} {ends}"
        if all(joins(word) for word in inner):
            yield f"list={order} {ends}"
    if "(" in inner and ")" not in inner:
        yield f"opened={order}"
    if ";" in inner:
        yield "semicolon"


def _tail(reading: Reading, number: int, place: int, head: int, tail: int) -> Iterator[str]:
    """What a line that names the tail alone says of a head that it may mean."""
    line = reading.lines[number]
    zone, part = line.zone[0], reading.parts[head]
    speaks = reading.speaks[number]
    led = any(reading.entities[i].type == "Method" for p, i in line.places if p < place)
    yield f"alone={zone} {reading.sort} {part} {reading.parts[tail]}"
    yield f"speaks={speaks:d}{led:d}{zone} {part}"
    yield f"speaks={speaks:d}{led:d} {reading.sort} {part} {reading.parts[tail]}"
    yield f"opens={part} {plain(line.words[0])}"
    for name in _before(line.words, place, part):
        yield "alone:" + name


def _before(words: tuple[str, ...], place: int, part: str) -> Iterator[str]:
    """The cue words and the word before a name, and before the list that it is part of."""
    nearest = ""
    for at in range(place - 1, max(-1, place - _WORDS), -1):
        if cue := CUES.get(words[at][:6]):
            if not nearest:
                nearest = cue
                yield f"cue={cue} {part}"
            elif cue != nearest:
                yield f"cues={nearest} {cue} {part}"
                break
    if not nearest:
        yield f"nocue {part}"
    begin = max(0, place - _WORDS)
    first = at = place
    while at > begin and joins(words[at - 1]):
        at -= 1
        first = at if is_name(words[at]) else first
    yield f"before={plain(words[first - 1]) if first else '^'} {part}"


def _bucket(count: int) -> int:
    """A distance in words, coarser the longer it is.

    >>> [_bucket(n) for n in (1, 3, 5, 8, 15, 90)]
    [1, 3, 4, 7, 12, 20]
    """
    return count if count < 4 else next(b for b in (20, 12, 7, 4) if count >= b)
