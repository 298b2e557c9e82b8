"""Type words that a name can do without: "F1 score" is F1, "the BERT model" BERT; but "z-score" is not z.

What remains must look like a name: a figure, an inner capital or only capitals in its last word, or an entry of the
table (``type_words.tsv``). It has the words that may go for each type, names that look like common words (Adam),
abbreviations that mean something else alone (an EEG dataset is not EEG), and whole names.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kg.model import EntityType
from kg.plain import plain
from kg.spelling import american, singular

_TABLE = Path(__file__).parent / "type_words.tsv"
_SPLIT = re.compile(r"[\s\-_]+")
_PART = re.compile(r"[^\s\-_]+")
# Second halves of names: BERT-large, SWE-bench.
_HALVES = frozenset(
    {
        "bench",
        "eval",
        "net",
        "tiny",
        "mini",
        "small",
        "base",
        "medium",
        "large",
        "huge",
        "giant",
        "xl",
        "xxl",
        "cased",
        "uncased",
    }
)
_MOST_WORDS = 3
# ``drop-proper`` goes only where what remains has the shape of a name: a Transformer language model is no Transformer.
_KINDS = ("drop", "drop-proper", "name", "not")
_F = re.compile(r"[Ff]\d")
# A last word that is the name of a thing: GPT-4, BLEU, MetaScale, A*, k-NN; not Dice, 7B, 3D, F, LLM-based.
_PROPER = re.compile(r"(?=[^\d\W])(?:\w*\d[\w.]*|[A-Za-z]+[A-Z]\w*|[A-Z]\w*[*+]+)[*+]*|[A-Z]{2,}|\d[\w.]*[A-Z]{2,}\w*")
_FIGURE = re.compile(r"v?\d[\d.]*[A-Za-z]?\d*")
_ADJECTIVE = re.compile(
    r".*[\s\-](?:based|like|style|driven|guided|aware|free|only|enhanced|augmented|powered|assisted|inspired|trained|generated"
    r"|related|specific|level|centric|oriented|enabled|type|class|shot|to|of|in|on|for|and|or|vs|with|by|as|the|a)",
    re.IGNORECASE,
)


class _Table(NamedTuple):
    """For a type: type words, names, abbreviations to leave alone, whole names and their last words."""

    drop: frozenset[str]
    proper: frozenset[str]
    names: frozenset[str]
    others: frozenset[str]
    whole: dict[str, str]
    ends: frozenset[str]


def _key(words: list[str]) -> str:
    return " ".join(american(singular(word.casefold())) for word in words)


@lru_cache(maxsize=8)
def _table(type_: EntityType) -> _Table:
    found: dict[str, dict[str, str]] = {kind: {} for kind in (*_KINDS, "whole")}
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if type_ in row["types"].split("|"):
                key = row["name"] if row["kind"] == "not" else _key(_SPLIT.split(plain(row["name"])))
                found[row["kind"]][key] = row["bare"]
    ends = (key.rsplit(" ", 1)[-1] for kind in ("drop", "drop-proper", "whole") for key in found[kind])
    drop, proper, names, others = (frozenset(found[kind]) for kind in _KINDS)
    return _Table(drop, proper, names, others, found["whole"], frozenset(ends))


@lru_cache(maxsize=1 << 15)
def without_type_word(name: str, type_: EntityType) -> str | None:
    """The name without its last word(s) where these only say its type; None where something else would remain.

    The answer is a proposal: it holds if the shorter name stands for a thing of that type elsewhere.

    >>> without_type_word("F1-score", "Metric"), without_type_word("SQuAD 2.0 benchmark dataset", "Dataset")
    ('F1', 'SQuAD 2.0')
    >>> without_type_word("Dice coefficient", "Metric"), without_type_word("Adam optimiser", "Method")
    ('Dice', 'Adam')
    >>> [without_type_word(n, "Metric") for n in ("z-score", "F-score", "Inception score")]
    [None, None, None]
    >>> [without_type_word(n, "Method") for n in ("Ising model", "hidden Markov model", "LLM-based method", "7B model")]
    [None, None, None, None]
    """
    table = _table(type_)
    end = name.rstrip(" .,;:'\"”’").replace("-", " ").rsplit(None, 1)
    if len(end) < 2 or _key([end[1]]) not in table.ends:
        return None
    text = plain(name)
    parts = list(_PART.finditer(text))
    keys = [_key([part.group()]) for part in parts]
    if (whole := table.whole.get(" ".join(keys))) is not None:
        return whole
    for count in range(min(_MOST_WORDS, len(parts) - 1), 0, -1):
        rest = text[: parts[-count - 1].end()]
        word = " ".join(keys[-count:])
        if word not in table.drop and word not in table.proper:
            continue
        # "F1-score" is F1, but "LD-Score" and "deep Q-network" are names of their own.
        if not text[len(rest)].isspace() and not (type_ == "Metric" and _F.fullmatch(parts[-count - 1].group())):
            continue
        bare = without_type_word(rest, type_)
        if bare is None and ((word in table.drop and _is_listed(keys[:-count], table)) or _is_name(rest, table)):
            bare = rest
        if bare is not None:
            return bare
    return None


def _is_listed(keys: list[str], table: _Table) -> bool:
    return any(" ".join(keys[i:]) in table.names for i in range(max(0, len(keys) - 3), len(keys)))


def _is_name(rest: str, table: _Table) -> bool:
    """Whether what remains is a name by its shape."""
    words = rest.split()
    if table.others & {rest, words[-1]} or _ADJECTIVE.fullmatch(rest):
        return False
    if _FIGURE.fullmatch(words[-1]):  # Llama 2, but not "top 5"
        return len(words) > 1 and words[-2][0].isupper() and not _FIGURE.fullmatch(words[-2])
    parts = [part for part in words[-1].split("-") if part]
    first, last = bool(_PROPER.fullmatch(parts[0])), bool(_PROPER.fullmatch(parts[-1]))
    if len(parts) > 1 and _FIGURE.fullmatch(parts[-1]):  # CIFAR-10
        return parts[0][0].isupper()
    if len(parts) > 1 and parts[-1][0].isupper():  # U-Net
        return first or last or len(parts[0]) == 1 or any(map(_PROPER.fullmatch, words[:-1]))
    return last or (first and parts[-1] in _HALVES)
