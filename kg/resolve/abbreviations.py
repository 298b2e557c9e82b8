"""When one name is a short form of another: by its letters (Schwartz and Hearst 2003), or because a paper says so."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
# Fewest letters that a long form has more than its short form.
_LONGER = 3
# How many times as long as its abbreviation a word is at least.
_TIMES = 2.5


def words(name: str) -> list[str]:
    """The words of a name, in lower case.

    >>> words("F1-score of U-Net")
    ['f1', 'score', 'of', 'u', 'net']
    """
    return _WORD.findall(name.casefold())


def is_abbreviation(short: str, long: str) -> bool:
    """Whether a name can be the abbreviation of another: its signs stand in order at starts of, or within, the words.

    >>> is_abbreviation("STM", "space-time memory"), is_abbreviation("LLMs", "large language models")
    (True, True)
    >>> is_abbreviation("BERT", "large language models"), is_abbreviation("BERT", "BERT model")
    (False, False)
    """
    core = short[:-1] if short.endswith("s") and short[:-1].isupper() else short
    letters = [c for c in core.casefold() if c.isalnum()]
    spelled = words(long)
    if " " in core.strip() or not 2 <= len(letters) <= 10 or len(spelled) < 2 or sum(map(str.isupper, core)) < 2:
        return False
    if len(long) < len(core) + _LONGER or not spelled[0].startswith(letters[0]) or core.casefold() in spelled:
        return False
    rest = iter("".join(spelled))
    return all(letter in rest for letter in letters)


def is_short_form(short: str, long: str) -> bool:
    """Whether a name that a paper uses beside another abbreviates it: all of it, its end, or its one long word.

    >>> is_short_form("DPO", "direct preference optimization"), is_short_form("Video QA", "video question answering")
    (True, True)
    >>> is_short_form("PPG", "photoplethysmography"), is_short_form("transformer", "vision transformer")
    (True, False)
    """
    if len(long) < len(short) + _LONGER or sum(map(str.isupper, short)) < 2:
        return False
    if is_abbreviation(short, long):
        return True
    brief, spelled = words(short), words(long)
    if len(spelled) == 1:
        return len(brief) == 1 and _is_within(brief[0], short, long)
    common = len(brief) - 1
    if common < 1 or brief[:common] != spelled[:common]:
        return False
    return is_abbreviation(re.split(r"[\s-]", short)[-1], " ".join(spelled[common:]))


def _is_within(brief: str, short: str, long: str) -> bool:
    """Whether capitals stand in order within one plain word that begins with the first of them."""
    core = brief[:-1] if short.endswith("s") else brief
    if is_marked(long) or not short.removesuffix("s").isupper() or len(long) < _TIMES * len(core):
        return False
    rest = iter(long.casefold())
    return long.casefold().startswith(core[:1]) and all(letter in rest for letter in core)


def is_marked(name: str) -> bool:
    """Whether a name looks like one that was given: a capital or digit stands within one of its words.

    >>> is_marked("XGBoost"), is_marked("word2vec"), is_marked("Extreme gradient boosting")
    (True, True, False)
    """
    return any(c.isupper() or c.isdigit() for word in re.split(r"[\s-]", name) for c in word[1:])


def holds(long: str, short: str) -> bool:
    """Whether the words of a name are all among those of a longer one.

    >>> holds("vision transformer", "Transformer"), holds("GPT-4 Turbo", "GPT-4"), holds("BERT", "LLM")
    (True, True, False)
    """
    more, less = words(long), words(short)
    return len(more) > len(less) and set(less) <= set(more)
