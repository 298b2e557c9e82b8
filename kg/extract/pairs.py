"""Which two entities of a paper may be related, and what title and abstract say of the two: features of pairs.

A pair is a Method (the head) and a Method, Task, Dataset or Benchmark (the tail) that share a sentence, or that do not
and of which the head may be the method that the paper is about (:mod:`kg.extract.heads`), for which "we", "our method"
or "it" may stand wherever the tail is named. A method and a dataset are a pair wherever they are named, and where a
paper proposes no method of its own, any two in neighbouring sentences are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, pairwise

from kg.extract import heads
from kg.extract.document import Document
from kg.extract.ends import Block, in_common, known, step_of
from kg.extract.linear import Linear
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
# From this chance on a paper may be about a method, which is then paired with all else.
_MAY_LEAD = 0.2
# So many lines that name a tail are asked whether they mean a head.
_LINES = 4
# So many words between two names are read one by one, and so many before a name.
_WORDS = 40
# So many words between two names count by themselves, whatever their class.
_NEAR = 15


@dataclass(frozen=True, slots=True)
class Pair:
    """Indices of two entities, what is known of the two, and where a line names both (``apart``: none does).

    ``near`` has for such a line, by its index in the paper, the words that name head and tail and the names between.
    """

    head: int
    tail: int
    block: Block
    near: dict[int, tuple[int, int, int]]

    @property
    def apart(self) -> bool:
        """Whether no line names both."""
        return not self.near


@dataclass(frozen=True)
class Reading:
    """A paper as its pairs are read: lines, where each entity is named, and the method that the paper is about.

    ``leading`` are the weights that tell which one that is, in the place of those in use.
    """

    document: Document
    entities: tuple[Entity, ...]
    leading: Linear | None = None

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
    def proposed(self) -> int:
        """The index of the first method that the paper proposes, -1 if there is none."""
        own = own_proposal(self.document, self.entities)
        return next((i for i, e in enumerate(self.entities) if e is own), -1)

    @cached_property
    def chances(self) -> list[float]:
        """For each entity how likely it is the method that the paper is about."""
        return heads.chances(self, self.leading)

    @cached_property
    def steps(self) -> list[int]:
        """The same in steps."""
        return [step_of(chance) for chance in self.chances]

    @cached_property
    def own(self) -> int:
        """The index of the method that the paper is most likely about, -1 if it has no method."""
        best = max(range(len(self.entities)), key=self.chances.__getitem__, default=-1)
        return best if best >= 0 and self.methods[best] else -1

    @cached_property
    def parts(self) -> list[str]:
        """For each entity its part in the paper: the first letter of its role; ``own`` if the paper is about it."""
        found = [e.role[0] for e in self.entities]
        if self.own >= 0:
            found[self.own] = "own" if self.entities[self.own].role == "proposed" else f"own {found[self.own]}"
        return found

    @cached_property
    def ranks(self) -> list[tuple[int, int]]:
        """For each entity how many of its type are named before it, and how many there are."""
        counts: dict[str, int] = {}
        found = [("", 0)] * len(self.entities)
        for i in sorted(range(len(found)), key=lambda i: next(iter(self.where[i].items()), (len(self.lines), 0))):
            group = GROUPS.get(self.entities[i].type, "")
            found[i] = (group, counts.get(group, 0))
            counts[group] = counts.get(group, 0) + 1
        return [(rank, counts[group]) for group, rank in found]

    def known(self, index: int) -> tuple[str, str, str, int, int, int]:
        """What is known of an entity whatever its part in the paper; found once."""
        return self._known[index]

    @cached_property
    def _known(self) -> list[tuple[str, str, str, int, int, int]]:
        zones = [line.zone[0] for line in self.lines]
        return [known(e, lines, zones) for e, lines in zip(self.entities, self.where, strict=True)]

    @cached_property
    def methods(self) -> list[bool]:
        """For each entity whether it is a method."""
        return [e.type == "Method" for e in self.entities]

    def before(self, way: str, number: int, place: int, part: str) -> Block:
        """What stands before a name of a line, for a pair whose head has this part in the paper; found once."""
        found = self._before.get((way, number, place, part))
        if found is None:
            found = tuple([f"{way}{name} {part}" for name in _before(self.lines[number], place)])
            self._before[way, number, place, part] = found
        return found

    @cached_property
    def _before(self) -> dict[tuple[str, int, int, str], Block]:
        return {}

    @cached_property
    def sort(self) -> str:
        """What the paper proposes: a method, data, or neither."""
        if self.proposed >= 0:
            return "method"
        data = any(e.role == "proposed" and e.type in ("Dataset", "Benchmark") for e in self.entities)
        return "data" if data else "none"


def pairs(reading: Reading) -> Iterator[Pair]:
    """The pairs of a paper that may be related, in a fixed order."""
    together = _together(reading)
    new = min(3, sum(e.role == "proposed" and e.type == "Method" for e in reading.entities))
    for head, tail in sorted([*together, *_apart(reading, together)]):
        near = together.get((head, tail), {})
        heads, tails = reading.where[head], reading.where[tail]
        distance = 0 if near else min([abs(a - b) for a in heads for b in tails], default=9)
        ends = reading.parts[head], reading.parts[tail]
        block = _both(reading.sort, *ends, min(distance, 4), min(3, len(near)), new)
        names = in_common(reading.entities[head].name, reading.entities[tail].name)
        yield Pair(head, tail, (*block, *names), near)


def by_line(reading: Reading, pair: Pair) -> dict[int, tuple[Block, ...]]:
    """What the lines of a pair say, by index: those that name both, or where there is none those that name the tail."""
    if pair.near:
        return {n: _line(reading, n, pair.head, pair.tail, *at) for n, at in pair.near.items()}
    tails = islice(reading.where[pair.tail].items(), _LINES)
    return {n: _tail(reading, n, place, pair.head, pair.tail) for n, place in tails}


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


def _apart(reading: Reading, together: dict[tuple[int, int], dict[int, tuple[int, int, int]]]) -> set[tuple[int, int]]:
    """Further pairs, which share no line."""
    kinds = [e.type for e in reading.entities]
    tails = [i for i, kind in enumerate(kinds) if kind in GROUPS]
    heads = [i for i, e in enumerate(reading.entities) if e.type == "Method" and e.role != "mentioned"][:_HEADS]
    wanted = [(head, tail) for tail in tails if GROUPS[kinds[tail]] == "D " for head in heads]
    leading = [i for i, chance in enumerate(reading.chances) if chance >= _MAY_LEAD or i == reading.own]
    wanted += [(head, tail) for tail in tails for head in leading if head != tail]
    if reading.proposed < 0:
        named: list[list[int]] = [sorted({i for _, i in line.places}) for line in reading.lines]
        near = [
            (head, tail)
            for first, second in pairwise(named)
            for a, b in ((a, b) for a in first[:_BETWEEN] for b in second[:_BETWEEN])
            for head, tail in ((a, b), (b, a))
        ]
        wanted += [(h, t) for h, t in near if h != t and kinds[h] == "Method" and kinds[t] in GROUPS]
    return {pair for pair in wanted if pair not in together}


@lru_cache(maxsize=4096)
def _both(sort: str, head: str, tail: str, distance: int, shared: int, new: int) -> Block:
    """What the parts of the two in the paper say, and how near they are named."""
    near = "same" if shared else "next" if distance == 1 else "far"
    ends = f"{sort} {head} {tail}"
    found = (
        f"ends={ends}",
        f"{near}:ends={ends}",
        f"{near}:ends={ends} of {new}",
        f"shared={shared} {ends}",
        f"{near}:head={head}",
        f"{near}:tail={tail}",
    )
    return found if shared else (*found, f"distance={distance} {head} {tail}")


def _line(reading: Reading, number: int, head: int, tail: int, at: int, to: int, names: int) -> tuple[Block, ...]:
    """What a line that names both says: the words between, those around, and what else is named."""
    line = reading.lines[number]
    words = line.words
    order = "<" if at < to else ">"
    left, right = (at, to) if at < to else (to, at)
    h, t = reading.parts[head], reading.parts[tail]
    far, names = _bucket(right - left), min(3, names)
    inner = words[left + 1 : min(right, left + 1 + _WORDS)]
    around: Block = (
        f"left={order}{plain(words[left - 1]) if left else '^'}",
        f"right={order}{plain(words[right + 1]) if right + 1 < len(words) else '$'}",
    )
    if inner:
        around += (
            f"first={order}{plain(inner[0])}",
            f"last={order}{plain(inner[-1])}",
            f"last2={order}{' '.join(inner[-2:])}",
        )
    if len(inner) <= 3:
        around += (f"words={order}{' '.join(inner)}",)
    clear = order == "<" and not any(at < p < to and i != tail and reading.methods[i] for p, i in line.places)
    return (
        _place(order, line.zone[0], reading.sort, h, t, far, names, clear),
        around,
        _words(order, tuple(inner[:_NEAR])),
        _between(_cues(inner), order, f"{h} {t}", names),
        reading.before("tail:", number, to, h),
    )


@lru_cache(maxsize=1 << 14)
def _words(order: str, inner: Block) -> Block:
    """The words between two names that are no names themselves."""
    return tuple([f"in={order}{word}" for word in dict.fromkeys(map(plain, inner)) if not is_name(word)])


@lru_cache(maxsize=4096)
def _place(order: str, zone: str, sort: str, head: str, tail: str, far: int, names: int, clear: bool) -> Block:  # noqa: FBT001 - part of a key
    """How two names stand in a line."""
    ends = f"{head} {tail}"
    found = (
        f"order={order}{zone}",
        f"order={order} {sort} {ends}",
        f"zone={zone} {sort} {ends}",
        f"far={order}{far}",
        f"far={order}{far} {ends}",
        f"between={order}{names}",
        f"between={order}{names} {ends}",
    )
    return (*found, f"clear={clear:d} {ends}") if order == "<" else found


def _cues(inner: Block) -> Block:
    """The cue words between two names, cut as the table has them, and signs that matter; "list" where all joins."""
    found = dict.fromkeys(word[:6] for word in inner if word[:6] in CUES)
    if not found and all(map(joins, inner)):
        found["list"] = None
    if "(" in inner and ")" not in inner:
        found["("] = None
    if ";" in inner:
        found[";"] = None
    return tuple(found)


@lru_cache(maxsize=4096)
def _between(marks: Block, order: str, ends: str, names: int) -> Block:
    """What the cue words and signs between two names say."""
    cues = {mark: CUES[mark] for mark in marks if mark in CUES}
    found = [f"word={order}{word}" for word in cues]
    if cues:
        kinds = list(cues.values())
        found += (f"firstcue={order}{kinds[0]}", f"lastcue={order}{kinds[-1]}")
        for cue in dict.fromkeys(kinds):
            found += (f"cue={order}{cue}", f"cue={order}{cue} {ends}")
    else:
        found.append(f"nocue={order}{names > 0:d} {ends}")
    if "list" in marks:
        found.append(f"list={order} {ends}")
    if "(" in marks:
        found.append(f"opened={order}")
    if ";" in marks:
        found.append("semicolon")
    return tuple(found)


def _tail(reading: Reading, number: int, place: int, head: int, tail: int) -> tuple[Block, ...]:
    """What a line that names the tail alone says of a head that it may mean."""
    line = reading.lines[number]
    part = reading.parts[head]
    led = any(p < place and reading.methods[i] for p, i in line.places)
    ends = f"{reading.sort} {part} {reading.parts[tail]}"
    return (
        _alone(line.zone[0], part, ends, f"{reading.speaks[number]:d}{led:d}", plain(line.words[0])),
        reading.before("alone:", number, place, part),
    )


@lru_cache(maxsize=4096)
def _alone(zone: str, part: str, ends: str, speaks: str, opens: str) -> Block:
    return f"alone={zone} {ends}", f"speaks={speaks}{zone} {part}", f"speaks={speaks} {ends}", f"opens={part} {opens}"


def _before(line: Line, place: int) -> Block:
    """The cue words and the word before a name, and before the list that it is part of."""
    words = line.words
    begin = max(0, place - _WORDS)
    nearest, second, *_ = (*dict.fromkeys(filter(None, line.cues[begin:place][::-1])), "", "")
    first = at = place
    while at > begin and joins(words[at - 1]):
        at -= 1
        first = at if is_name(words[at]) else first
    before = plain(words[first - 1]) if first else "^"
    found = (f"cue={nearest}" if nearest else "nocue", f"before={before}")
    return (*found, f"cues={nearest} {second}") if second else found


def _bucket(count: int) -> int:
    """A distance in words, coarser the longer it is.

    >>> [_bucket(n) for n in (1, 3, 5, 8, 15, 90)]
    [1, 3, 4, 7, 12, 20]
    """
    return count if count < 4 else next(b for b in (20, 12, 7, 4) if count >= b)
