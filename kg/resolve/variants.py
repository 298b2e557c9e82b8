"""What a name is a variant of: Llama-3.1-8B-Instruct of Llama-3.1-8B, that of Llama-3.1, that of Llama.

The grammar is a table (``variants.tsv``). A row says what may stand behind a name (by the last sign: ``figure``,
``letter``, ``sign``; or as one of some words: ``word``) or before it (``start``), and what is left must be like
(``base``, a regular expression). Further rows are names that have a more general one by convention (mBERT), names that
only look like variants (``none``: GSM8K), names in plain letters that have variants (``family``), and common words that
have none (``stop``: phase 3). What comes out are names; whether anything bears them, the caller knows.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("variants.tsv")
LONGEST_CHAIN = 8
LONGEST_NAME = 120
# Kinds whose more general name may be a common word: recall@5 is a recall.
_COMMON = frozenset({"cut-off", "averaging", "n-gram", "order"})
_ENDS = " \t-_/,:;("
_GAP = re.compile(r"[ \-_]")
_LAST_GAP = re.compile(r"[ \-_@/(→]")
_FIGURE = re.compile(r"[0-9]")
_CAPITAL = re.compile(r"[A-Z]")
_INNER = re.compile(r"[A-Za-z]*(?:[a-z0-9][A-Z]|[A-Z]{2})|[A-Z][\w.-]*\d")
_BRACKETED = re.compile(r"(.+?) \(([^()]+)\)")
_LETTERS = re.compile(r"[A-Za-z]\W*\w|\w\W*[A-Za-z]")


class Variant(NamedTuple):
    """A more general name, and in what the name before it differs from it (version, size, language ...)."""

    base: str
    kind: str


class _Rule(NamedTuple):
    """What may stand there; ``words`` are last words of names that it is for, beside all with a figure."""

    kind: str
    pattern: re.Pattern[str]
    words: frozenset[str] = frozenset()


class _Grammar(NamedTuple):
    """The table, ready for use: rules by the last sign, bases of words behind and before, names, families, stops."""

    ends: dict[str, tuple[_Rule, ...]]
    behind: dict[str, tuple[_Rule, ...]]
    before: dict[str, tuple[_Rule, ...]]
    names: dict[str, Variant | None]
    firsts: frozenset[str]
    lasts: frozenset[str]
    families: frozenset[str]
    stops: frozenset[str]


@cache
def grammar() -> _Grammar:
    """The table as rules, in its order."""
    ends: dict[str, list[_Rule]] = {"figure": [], "letter": [], "sign": []}
    words: dict[str, dict[str, list[_Rule]]] = {"word": {}, "start": {}}
    names: dict[str, Variant | None] = {}
    plain: dict[str, set[str]] = {"family": set(), "stop": set()}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            kind, where, pattern, base = row["kind"], row["where"], row["pattern"], row["base"]
            if where in ends:
                words_of = frozenset(row["last_words"].split("|")) - {""}
                ends[where].append(_Rule(kind, re.compile(f"((?:{base}))(?:{pattern})"), words_of))
            elif where in words:
                flags = re.IGNORECASE if where == "start" and kind in {"averaging", "cut-off", "split"} else 0
                rule = _Rule(kind, re.compile("" if base == "proper" else base, flags))
                for word in pattern.split("|"):
                    words[where].setdefault(_GAP.sub(" ", word.casefold()), []).append(rule)
            elif where in plain:
                plain[where].add(pattern)
            else:
                names[_GAP.sub("", pattern)] = Variant(base, kind) if where == "name" else None
    return _Grammar(
        {where: tuple(rules) for where, rules in ends.items()},
        {word: tuple(rules) for word, rules in words["word"].items()},
        {word: tuple(rules) for word, rules in words["start"].items()},
        names,
        frozenset(word.split(" ", 1)[0] for word in words["start"]),
        frozenset(word.rsplit(" ", 1)[-1] for word in words["word"]).union(*(rule.words for rule in ends["letter"])),
        frozenset(plain["family"]),
        frozenset(plain["stop"]),
    )


@lru_cache(maxsize=1 << 15)
def variants_of(name: str) -> tuple[Variant, ...]:
    """The more general names of a name, nearest first; none of them is a single letter or without letters.

    >>> [tuple(v) for v in variants_of("Llama-3.1-8B-Instruct")]
    [('Llama-3.1-8B', 'tuning'), ('Llama-3.1', 'size'), ('Llama', 'version')]
    >>> [v.base for v in variants_of("COCO 2017 val")], [v.base for v in variants_of("macro-F1")]
    (['COCO 2017', 'COCO'], ['F1'])
    >>> [variants_of(n) for n in ("GSM8K", "T5", "phase 3", "computer vision")]
    [(), (), (), ()]
    """
    nearest = _nearest(name.strip()) if 3 <= len(name) <= LONGEST_NAME else None
    if nearest is None:
        return ()
    return (nearest, *variants_of(nearest.base))[:LONGEST_CHAIN]


def _nearest(name: str) -> Variant | None:
    rules = grammar()
    parts = name.replace("-", " ").replace("_", " ")
    key = parts.replace(" ", "")
    if key in rules.names:
        return rules.names[key]
    if name.endswith(")") and (bracketed := _BRACKETED.fullmatch(name)):
        outer, inner = bracketed.groups()
        found = _behind(f"{outer} {inner}", rules) or _behind(f"{outer}-{inner}", rules)
        if found:
            return found if found.base == outer else None
    return _behind(name, rules) or (_before(name, rules) if parts.split(" ", 1)[0].casefold() in rules.firsts else None)


def _behind(name: str, rules: _Grammar) -> Variant | None:
    """The name without its last part."""
    sign = name[-1:]
    where = "figure" if sign.isdigit() else "letter" if sign.isalpha() else "sign" if sign in ")]+" else ""
    if not where:
        return None
    last = _LAST_GAP.split(name)[-1].casefold() if where == "letter" else ""
    has_figure = where != "letter" or _FIGURE.search(last) is not None
    if not has_figure and last not in rules.lasts:
        return None
    for kind, pattern, words in rules.ends[where]:
        if (has_figure or last in words) and (match := pattern.fullmatch(name)):
            base = _base(name, match.end(1), kind, rules)
            if base:
                return Variant(base, kind)
    return _word_behind(name, rules) if where == "letter" else None


def _word_behind(name: str, rules: _Grammar) -> Variant | None:
    gaps = [match.start() for match in _GAP.finditer(name)][-3:]
    for gap in gaps:  # the longest group of words first
        for kind, pattern, _ in rules.behind.get(_GAP.sub(" ", name[gap + 1 :].casefold()), ()):
            base = _base(name, gap, kind, rules)
            if base and (pattern.fullmatch(base) if pattern.pattern else _is_proper(base, rules)):
                return Variant(base, kind)
    return None


def _before(name: str, rules: _Grammar) -> Variant | None:
    """The name without its first words."""
    gaps = [match.start() for match in _GAP.finditer(name)][:3]
    for gap in reversed(gaps):
        for kind, pattern, _ in rules.before.get(_GAP.sub(" ", name[:gap].casefold()), ()):
            rest = name[gap + 1 :].strip(_ENDS)
            if pattern.fullmatch(rest) and _LETTERS.search(rest):
                return Variant(rest, kind)
    return None


def _base(name: str, end: int, kind: str, rules: _Grammar) -> str | None:
    """The name up to ``end`` if that can be a name: not a letter, a number, a common word, or half a number."""
    if name[end - 1].isdigit() and name[end].isdigit():
        return None
    base = name[:end].rstrip(_ENDS)
    if not _LETTERS.search(base):
        return None
    last = base.rsplit(" ", 1)[-1]
    if last.casefold() in rules.stops or base.casefold() in rules.stops:
        return None
    return base if kind in _COMMON or _CAPITAL.search(base) or _is_proper(base, rules) else None


def _is_proper(base: str, rules: _Grammar) -> bool:
    """Whether the last word is a name by its shape, or the name of a family."""
    last = base.rsplit(" ", 1)[-1]
    if _INNER.match(last) or (last[-1].isdigit() and _CAPITAL.search(base)):
        return True
    stem = last.split("-", 1)[0]
    return last in rules.families or base in rules.families or (stem in rules.families and stem != last)
