"""Words in one spelling: singular and American, by the table ``spelling.tsv`` and the rules here.

The words come in lower case, one at a time. What comes out is a key for comparing names, not always a word: rules that
would never make one word out of two need no exceptions.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).parent / "spelling.tsv"
# Words of the table are also found at the end of compounds (hyperspectra, debias) if they have so many letters.
_IN_COMPOUNDS = {"plural": 6, "ending": 4, "not-ize": 4, "countable": 6}
_ES = ("sses", "shes", "xes", "zzes", "ches")


@lru_cache(maxsize=1)
def table() -> dict[str, dict[str, str]]:
    """Kind of entry -> what it is found by -> what it becomes (empty where there is nothing to say)."""
    found: dict[str, dict[str, str]] = {}
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            found.setdefault(row["kind"], {})[row["from"]] = row["to"] or ""
    return found


def _entry(kind: str, word: str) -> str | None:
    """The word or the end of it that the table has: the longest."""
    entries, least = table()[kind], _IN_COMPOUNDS[kind]
    if word in entries:
        return word
    return next((word[i:] for i in range(1, len(word) - least + 1) if word[i:] in entries), None)


@lru_cache(maxsize=1 << 14)
def singular(word: str) -> str:
    """The singular of a word in lower case; words of up to three letters stay as they are.

    >>> [singular(w) for w in ("networks", "matrices", "bias", "analyses", "entropies", "physics", "batches")]
    ['network', 'matrix', 'bias', 'analysis', 'entropy', 'physics', 'batch']
    """
    if len(word) <= 3:
        return word
    irregular = _entry("plural", word)
    if irregular:
        return word[: -len(irregular)] + table()["plural"][irregular]
    if not word.endswith("s") or word.endswith(("ss", "us", "is")) or word[-2].isdigit() or _has_no_plural(word):
        return word
    if word.endswith(_ES):
        return word[:-2]
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]


def _has_no_plural(word: str) -> bool:
    if word.endswith("ics"):
        return _entry("countable", word) is None
    return word in table()["keep"] or _entry("ending", word) is not None


@lru_cache(maxsize=1)
def _rules() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    parts = "|".join(sorted(table()["part"], key=lambda p: (-len(p), p)))
    stems = "|".join(sorted(table()["doubled"]))
    return (
        re.compile(parts),
        re.compile(f"((?:{stems}))l((?:ing|ed|er|able|ization|isation|ise|ize).{{0,4}})$"),
        re.compile(r"^(.{3,}?)is(e|ed|er|ing|able|ability|ation|ational)$"),
        re.compile(r"((?:anal|paral|catal|dial|hydrol|electrol))ys(e|ed|er|ing|able)$"),
    )


@lru_cache(maxsize=1 << 14)
def american(word: str) -> str:
    """A word in lower case as Americans spell it: optimization, color, modeling, analyze, center.

    >>> [american(w) for w in ("optimisation", "neighbourhood", "modelling", "analyser", "supervised", "catalogue")]
    ['optimization', 'neighborhood', 'modeling', 'analyzer', 'supervised', 'catalog']
    """
    if len(word) <= 3 or not word.isascii():
        return word
    parts, doubled, ise, yse = _rules()
    word = table()["word"].get(word, word)
    word = parts.sub(lambda m: table()["part"][m.group()], word)
    word = yse.sub(r"\1yz\2", doubled.sub(r"\1\2", word))
    match = ise.match(word)
    if match and not _entry("not-ize", match.group(1)) and not match.group(1).endswith("w"):
        return f"{match.group(1)}iz{match.group(2)}"
    return word
