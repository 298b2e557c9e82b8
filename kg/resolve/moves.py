"""Which names that are written differently mean one thing: the rules, first that fits wins.

1. ``user``: the user's aliases.
2. ``abbreviation``: papers that spell an abbreviation out mean one thing by it: those that do not mean it too. Where
   papers differ, the long form of most wins if it has at least :data:`DOMINANT` of them, over all or among the long
   forms of the same type; else the abbreviation stays alone. A Metric is not taken for the Method that others explain.
   Among many papers one that explains a short abbreviation is not enough.
3. ``other name``: papers use it beside another name, and hardly ever alone.
4. ``two things``: papers introduce both a Method (or Task) and a Dataset (or Benchmark), or a Metric, of that name:
   what most papers use keeps the key, each other kind has one of its own. Else one thing has the type of most papers.
5. ``known``: the table ``known.tsv`` of well-known other names.
6. ``type word``: a name with its type word, where the name alone is there too (F1 score, BERT model).
7. ``abbreviation within``: a name that is another one with a word abbreviated (LLM agents, language model agents).
8. ``wording``: two long forms of one abbreviation, whose words begin alike (mean square error, mean squared error).

A rule looks only at what papers say of the name at hand and of the few others that they tie it to, so it can be asked
again for them alone. None compares letters: similar names (GPT-3, GPT-4) are as a rule two things.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping

from kg.forms import normal_form, without_type_word
from kg.model import ENTITY_TYPES, EntityType
from kg.resolve.abbreviations import is_marked, words
from kg.resolve.evidence import OWN
from kg.resolve.index import Index, Move, Use, Votes
from kg.resolve.known import known

# Share of the papers that explain an abbreviation which one long form must have to take the unexplained ones.
DOMINANT = 2 / 3
# Share of the papers with a name in which it must stand beside another for the rule "other name".
BESIDE = 1 / 3
# Share of the papers with an abbreviation that may give it a type which no paper that explains it does.
SLIP = 0.2
# Papers that must explain an abbreviation before it is read so within other names.
WELL_KNOWN = 2
# Share of the longer of two words that both must begin with to be two forms of one (recurrent and recursive are not).
ALIKE = 0.58
_SAME_WORD = {"net": "network", "nets": "network"}
# How often merges by each rule were right, of 37 to 47 drawn for each from the names of 43,010 abstracts and read one
# by one (a right and a wrong one added, so that none is certain); of the rule "other name" too few are left to tell.
CONFIDENCE = {
    "user": 1.0,
    "in its paper": 0.98,
    "abbreviation": 0.87,
    "other name": 0.5,
    "together": 0.91,
    "two things": 1.0,
    "known": 0.96,
    "type word": 0.94,
    "abbreviation within": 0.93,
    "wording": 0.86,
}
# Parts the key of a name from the kind of thing, where the name has two; no normal form holds it.
SEPARATE = "\x1e"
# Letters from which on a name, or one of small letters and capitals, is hardly made twice by chance.
_LONG, _SHORT = 8, 4
# Papers that must use a name beside another, where there are many papers, to be believed in those that do not.
_TOGETHER = 2
# Type words that leave a short abbreviation what it was.
_SAME_THING = frozenset({"model", "models", "method", "methods", "algorithm", "algorithms", "score", "scores"})
_SHORT_WORD = re.compile(r"[^\W_]*[A-Z][^\W_]*[A-Z][^\W_]*")

# Types between which papers waver for one thing.
_KIN: tuple[frozenset[EntityType], ...] = (frozenset({"Dataset", "Benchmark"}), frozenset({"Method", "Task"}))

_Rule = Callable[["_Case", EntityType], "str | None"]


def decide(key: str, uses: list[Use], index: Index) -> tuple[dict[EntityType, Move], set[str]]:
    """Where the entities of a key, used so, go by type; and the other keys that were looked at."""
    case = _Case(key, uses, index)
    moves: dict[EntityType, Move] = {}
    for type_ in case.types:
        for name, rule in _RULES:
            target = rule(case, type_)
            if target is not None and target != key and not index.wishes.parted(key, target):
                moves[type_] = Move(target, name, CONFIDENCE[name])
                break
    return moves, case.looked_at


class _Case:
    """One key and what is said of it."""

    def __init__(self, key: str, uses: list[Use], index: Index) -> None:
        self.key = key
        self.index = index
        self.uses = uses
        self.votes = index.votes(key)
        self.looked_at: set[str] = {vote.key for vote in self.votes}
        self.types = sorted({u.type for u in self.uses}, key=ENTITY_TYPES.index)
        self.name = best_name(self.uses)

    def has(self, key: str, type_: EntityType) -> bool:
        """Whether another key is there with a type that may be the same."""
        self.looked_at.add(key)
        return any(is_kin(use.type, type_) for use in self.index.uses(key))


def is_kin(one: EntityType, other: EntityType) -> bool:
    """Whether papers waver between two types for one thing."""
    return one == other or any({one, other} <= kin for kin in _KIN)


def best_name(uses: list[Use]) -> str:
    """The name that most papers use; among equals the one with most capitals, then the first in order."""
    counts: Counter[str] = Counter()
    for use in uses:
        counts[use.name] += use.papers
    return min(counts, key=by_use(counts), default="")


def by_use(counts: Mapping[str, int]) -> Callable[[str], tuple[int, int, str]]:
    """A key that sorts names by how many papers use them; among equals the one with most capitals comes first.

    >>> sorted({"net": 1, "NET": 1, "network": 2}, key=by_use({"net": 1, "NET": 1, "network": 2}))
    ['network', 'NET', 'net']
    """
    return lambda name: (-counts[name], -sum(map(str.isupper, name)), name)


def dominant(votes: list[Votes]) -> str | None:
    """The key that so many of the papers mean that the others may be taken to mean it; None if there is none."""
    counts: Counter[str] = Counter()
    for vote in votes:
        counts[vote.key] += vote.papers
    if not counts:
        return None
    best = min(counts, key=lambda key: (-counts[key], key))
    return best if counts[best] >= DOMINANT * counts.total() else None


# ---------------------------------------------------------------- the rules


def _user(case: _Case, _: EntityType) -> str | None:
    return case.index.wishes.same.get(case.key)


def _abbreviation(case: _Case, type_: EntityType) -> str | None:
    if sum(map(str.isupper, case.name)) < 2:
        return None  # a common word that is spelled like an abbreviation
    defined = [vote for vote in _agreeing(case) if vote.defined]
    fitting = [vote for vote in defined if is_kin(vote.type, type_)]
    if not fitting:
        # No paper explains it as a thing of this type: a slip of a few papers, or another thing of that name.
        mine = sum(use.papers for use in case.uses if use.rank and use.type == type_)
        target = dominant(defined) if mine <= SLIP * sum(use.papers for use in case.uses if use.rank) else None
    else:
        target = dominant(fitting) or dominant([vote for vote in fitting if vote.type == type_])
    return target if target and (not case.index.is_large() or _is_sure(case, target, defined)) else None


def _is_sure(case: _Case, target: str, defined: list[Votes]) -> bool:
    """Whether what a few papers say of an abbreviation holds among so many that it may have several meanings.

    Papers that introduce something by the bare name speak against it. One paper that explains it is enough only for a
    name that is not easily made twice.
    """
    papers = sum(vote.papers for vote in defined if vote.key == target)
    others = sum(use.papers for use in case.uses if use.rank == OWN)
    if papers < DOMINANT * (papers + others):
        return False
    letters = sum(map(str.isalnum, case.name))
    return papers > 1 or letters >= _LONG or (letters > _SHORT and is_marked(case.name) and not case.name.isupper())


def _agreeing(case: _Case) -> list[Votes]:
    """The votes, those for long forms that differ in wording alone counted for the first among them."""
    leader = {vote.key: _sibling(vote.key, case.votes, case.index) or vote.key for vote in case.votes}
    return [vote._replace(key=leader[vote.key]) for vote in case.votes]


def _other_name(case: _Case, type_: EntityType) -> str | None:
    beside = [vote for vote in case.votes if not vote.defined and is_kin(vote.type, type_)]
    alone = sum(use.papers for use in case.uses if use.rank)
    count = sum(vote.papers for vote in beside)
    if case.index.is_large() and count < _TOGETHER:
        return None
    return dominant(beside) if count >= BESIDE * (alone + count) else None


def _two_things(case: _Case, type_: EntityType) -> str | None:
    if not _SHORT_WORD.fullmatch(case.name):
        return None  # words that anybody may use
    introduced = {_kind(use.type) for use in case.uses if use.rank == OWN}
    if len(introduced) == 1 or _kind(type_) not in introduced or SEPARATE in case.key:
        return None
    papers: Counter[EntityType] = Counter()
    for use in case.uses:
        papers[_kind(use.type)] += use.papers
    first = min(introduced, key=lambda kind: (-papers[kind], ENTITY_TYPES.index(kind)))
    return None if _kind(type_) == first else f"{case.key}{SEPARATE}{_kind(type_)}"


def _kind(type_: EntityType) -> EntityType:
    """The first of the types between which papers waver for one thing."""
    return next((min(kin, key=ENTITY_TYPES.index) for kin in _KIN if type_ in kin), type_)


def _known(case: _Case, type_: EntityType) -> str | None:
    row = known().get(case.key)
    return row.key if row and is_kin(row.type, type_) else None


def _type_word(case: _Case, type_: EntityType) -> str | None:
    bare = without_type_word(case.name, type_)
    if bare is None:
        return None
    if len(bare) <= _SHORT and bare.isupper() and type_ == "Method" and words(case.name)[-1] not in _SAME_THING:
        return None  # MCP tools are not MCP
    key = normal_form(bare)
    case.looked_at.add(key)
    if len(words(case.name)) > len(words(bare)) + 1 and any(vote.defined for vote in case.index.votes(key)):
        return None  # MoE language models are no mixture of experts
    return key if case.has(key, type_) else None


def _within(case: _Case, type_: EntityType) -> str | None:
    if " " not in case.name.strip() and "-" not in case.name:
        return None
    spelled, changed = "", False
    for part in re.split(r"([\s-])", case.name):
        long = _spelled_out(part, case) if _SHORT_WORD.fullmatch(part) else None
        spelled += long or part
        changed |= long is not None
    key = normal_form(spelled)
    return key if changed and case.has(key, type_) else None


def _spelled_out(word: str, case: _Case) -> str | None:
    """What an abbreviation within a name stands for, if the papers that explain it leave no doubt."""
    form = normal_form(word)
    case.looked_at.add(form)
    votes = [vote for vote in case.index.votes(form) if vote.defined]
    key = dominant(votes)
    if key is None or sum(vote.papers for vote in votes) < WELL_KNOWN:
        return None
    case.looked_at.add(key)
    names = [use for use in case.index.uses(key) if normal_form(use.name) == key]
    return best_name(names) or None


def _wording(case: _Case, _: EntityType) -> str | None:
    for short in case.index.shorts(case.key):
        votes = case.index.votes(short)
        case.looked_at.update((short, *(vote.key for vote in votes)))
        target = _sibling(case.key, votes, case.index)
        if target:
            return target
    return None


def _sibling(key: str, votes: list[Votes], index: Index) -> str | None:
    """The long form of the same abbreviation with words that begin alike which most papers give, if another."""
    counts: Counter[str] = Counter()
    for vote in votes:
        if vote.defined:
            counts[vote.key] += vote.papers
    if len(counts) < 2 or key not in counts:
        return None
    alike = [k for k in counts if k == key or _alike(_words(k, index), _words(key, index))]
    best = min(alike, key=lambda k: (-counts[k], k))
    return None if best == key or index.wishes.parted(key, best) else best


def _words(key: str, index: Index) -> list[str]:
    """The words of a long form."""
    name = best_name([use for use in index.uses(key) if normal_form(use.name) == key])
    return [_SAME_WORD.get(word, word) for word in words(name)]


def _alike(some: list[str], others: list[str]) -> bool:
    if not some or len(some) != len(others):
        return False
    return all(_common(a, b) >= ALIKE * max(len(a), len(b)) for a, b in zip(some, others, strict=True))


def _common(a: str, b: str) -> int:
    """How many letters two words begin with alike."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


_RULES: tuple[tuple[str, _Rule], ...] = (
    ("user", _user),
    ("abbreviation", _abbreviation),
    ("other name", _other_name),
    ("two things", _two_things),
    ("known", _known),
    ("type word", _type_word),
    ("abbreviation within", _within),
    ("wording", _wording),
)
