r"""The form under which two spellings of a name are one: GPT4o and GPT-4o together, GPT-3.5 and GPT-35 apart.

Case, hyphens, spaces, plural, accents, British spelling, Greek letters and the remains of LaTeX fold. Digits, versions,
sizes and signs (``+``, ``#``, ``*``, ``@``) do not. The rules for single words are in :mod:`kg.spelling`, those for
signs in :mod:`kg.plain`; here words become a key. Most names are made of few different words, so words are remembered.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from kg.plain import plain
from kg.spelling import american, singular, table
from kg.type_words import without_type_word

__all__ = ["loose_form", "normal_form", "without_type_word"]

# What is longer is no name; only its case and spaces fold.
LONGEST = 400
# A name that needs cleaning first: quotes, brackets, LaTeX, other scripts, points that stand before no figure.
_ODD = re.compile(r"[^A-Za-z0-9+#*%=|\-_/@. ]|\.(?![0-9])|@\.")
_SEPARATORS = str.maketrans("-_/", "   ")
_PLURAL_ABBREVIATION = re.compile(r"\w*[A-Z]s")
# An S after capitals is part of the name (GPS, ATLAS, LiTS) unless they are a longer word: NEURAL NETWORKS.
_LONGEST_CAPITALS = 6
# The v of a version number: YOLOv8 is YOLO v8 and YOLO 8, SQuAD v2.0 is SQuAD 2.0.
_VERSION = re.compile(r"(.*?)v(\d[\w.+]*)")
# What stands before a v that belongs to the word although a number follows: HIV1, wav2vec, Conv2D, SARS-CoV2.
_OWN_V = frozenset(
    {"hi", "si", "hc", "hb", "hp", "cm", "eb", "rs", "co", "na", "ca", "di"}
    | {"de", "re", "le", "ke", "ge", "te", "me", "ua", "be"}
)
_OWN_V_ENDS = ("con", "wa", "sarsco")
_EDITION = re.compile(r"([a-z]*)(?:19|20)(\d\d)")
_NO_ARTICLE_BEFORE = frozenset({"star", "priori", "posteriori"})
_SQUARED = frozenset({"chi", "eta", "omega"})
_SCALES = {"dimensional": "d", "billion": "b", "million": "m"}
_VERSION_WORDS = frozenset({"version", "ver", "v"})


class _Word(NamedTuple):
    """A word as it counts inside a name, and as it counts at the end or among common words alone: in the singular."""

    inner: str
    common: str
    is_common: bool
    is_signal: bool


def normal_form(name: str) -> str:
    """The form under which two spellings of a name are one; never empty for a name that is not empty.

    >>> normal_form("MS COCO") == normal_form("MS-COCO"), normal_form("ResNet50") == normal_form("ResNet-50")
    (True, True)
    >>> normal_form("GPT-3.5") == normal_form("GPT-35"), normal_form("C++") == normal_form("C#")
    (False, False)
    >>> normal_form("SQuAD v2.0") == normal_form("SQuAD 2.0"), normal_form("YOLO v8") == normal_form("YOLOv8")
    (True, True)
    >>> normal_form("$k$-nearest neighbours") == normal_form("k nearest neighbors")
    True
    >>> normal_form("Large Language Models"), normal_form("β-VAEs"), normal_form("Poincaré optimisation")
    ('largelanguagemodel', 'betavae', 'poincareoptimization')
    """
    return _form(name)


@lru_cache(maxsize=4096)
def loose_form(name: str) -> str:
    """A name without case, hyphens, articles and plural endings, as the few names of one paper are compared.

    >>> loose_form("The Multi-Head Attentions")
    'multi head attention'
    """
    words = re.sub(r"[\s\-–—_/]+", " ", name.casefold()).strip(" .,;:'\"()")
    words = re.sub(r"^(the|a|an) ", "", words)
    return " ".join(w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words.split())


@lru_cache(maxsize=1 << 15)
def _form(name: str) -> str:
    if len(name) > LONGEST:
        return "".join(name.casefold().split()) or name
    text = plain(name) if _ODD.search(name) else name
    parts = text.translate(_SEPARATORS).split()
    if not parts:
        return name.strip() or name
    words = [_word(part) for part in parts]
    if len(words) == 1:
        return words[0].common or name.strip()
    if False not in [word.is_common for word in words]:
        keys = [word.common for word in words]
    else:
        keys = [word.inner for word in words]
        keys[-1] = words[-1].common
    if True in [word.is_signal for word in words]:
        keys = _phrases(keys, article=text.lstrip(" -_/")[len(parts[0]) :][:1].isspace())
    return _joined(keys)


def _joined(keys: list[str]) -> str:
    """The words without spaces, but for one between figures: Llama-3.1-8B is not Llama-3.18B."""
    key = keys[0]
    for part in keys[1:]:
        if part[0] == "v" and part[1:2].isdigit():
            part = part[1:]
        if key[-1].isdigit() and (part[0].isdigit() or part[0] == "."):
            key += " "
        key += part
    return key


@lru_cache(maxsize=1 << 15)
def _word(word: str) -> _Word:
    lower = one = word.casefold()
    if len(word) > 2 and _PLURAL_ABBREVIATION.fullmatch(word):
        lower = one = lower[:-1]
    elif word.isupper():
        one = table()["capitals"].get(lower) or (
            singular(lower) if len(word) > _LONGEST_CAPITALS and word[-1] == "S" else lower
        )
    elif word[-1] != "S":
        one = singular(lower)
    inner, common = _with_edition(american(lower)), _with_edition(american(one))
    is_common = word.isalpha() and (word.islower() or word.istitle())
    return _Word(inner, common, is_common, common in _signals() or bool(_EDITION.fullmatch(common)))


def _with_edition(word: str) -> str:
    """A word without the sign of its version and the century of its year (YOLOv8, WMT2014)."""
    match = _VERSION.fullmatch(word)
    if match:
        before = match.group(1)
        return word if len(before) < 2 or before in _OWN_V or before.endswith(_OWN_V_ENDS) else before + match.group(2)
    match = _EDITION.fullmatch(word)
    return match.group(1) + match.group(2) if match and match.group(1) in table()["series"] else word


@lru_cache(maxsize=1)
def _signals() -> frozenset[str]:
    words = {"the", "a", "an", "and", "to", "at", "net", "squared", "square"} | _VERSION_WORDS | set(_SCALES)
    return frozenset(words | set(table()["number"]) | set(table()["ordinal"]))


def _phrases(keys: list[str], *, article: bool) -> list[str]:
    """The words where one of them depends on its neighbours; ``article`` says that a space follows the first."""
    out: list[str] = []
    for place, key in enumerate(keys):
        before, after = out[-1] if out else "", keys[place + 1] if place + 1 < len(keys) else ""
        if after and _is_dropped(key, before, after, article=article):
            continue
        out.append(_between(key, before, after))
    return out


def _is_dropped(key: str, before: str, after: str, *, article: bool) -> bool:
    if key in {"a", "an"}:
        return before == "as" or (not before and article and after not in _NO_ARTICLE_BEFORE)
    return key == "the" or (key in _VERSION_WORDS and bool(before) and after[0].isdigit())


def _between(key: str, before: str, after: str) -> str:
    """What a word becomes between two others: text to image is text2image, two-stage 2-stage, precision at 5 @5."""
    entries = table()
    if after in entries["counted"]:
        return entries["number"].get(key) or entries["ordinal"].get(key) or key
    if not before:
        return key
    if after and key == "and":
        return "&"
    if after and key == "to" and not before[-1].isdigit() and not after[0].isdigit():
        return "2"
    if key == "at" and (after[:1].isdigit() or after in {"k", "n"}):
        return "@"
    if key in _SCALES and before[-1].isdigit():
        return _SCALES[key]
    if key in {"squared", "square"} and (len(before) == 1 or before in _SQUARED):
        return "2"
    if key == "net" and before in entries["net"]:
        return "network"
    return key[2:] if before in entries["series"] and _EDITION.fullmatch(key) else key
