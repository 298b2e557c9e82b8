r"""The only door to spaCy: a paper becomes tokens and sentences. The library is loaded once, at the first use.

The tokeniser is made for abstracts: a hyphen, slash, bracket or LaTeX sign inside a word is a token of its own, so that
the ends of names fall on the ends of tokens (``ResNet-50-based``, ``pre-training/fine-tuning``, ``$\mathcal{O}$``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.extract.document import Document, Sentence, Tokens
from kg.extract.sentences import split
from kg.model import FieldName, Paper

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokenizer import Tokenizer
    from spacy.vocab import Vocab

# Inside a word these stand alone; a full stop or comma only between letters, so that numbers stay whole.
_INFIX = re.compile(
    r"[-‐‑‒–—―−/\\_(){}\[\]<>«»“”\"$^~=+*|@:;!?·•×…]"
    r"|\.{2,9}"
    r"|(?<=[^\W\d]),(?=[^\W\d])"
    r"|(?<=[^\W\d_]{2})\.(?=[A-Z][a-z])"
    r"|(?<=\d),(?!\d)"
)
_PREFIX = re.compile(r"^(?:\.{2,9}|[^\w\s.]|_|\.(?!\d))")
_SUFFIX = re.compile(r"(?:\.{2,9}|['’][sS]|[^\w\s.]|_|\.)$")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,300}[\w/]$")
# Strings between white space whose tokens are kept, those of 4,000 abstracts; 13 MB.
KEPT = 1 << 16
# Words that keep their full stop.
_WITH_STOPS = ("e.g.", "i.e.", "E.g.", "I.e.", "al.", "cf.", "vs.", "etc.", "resp.", "Fig.", "Eq.", "w.r.t.", "i.i.d.")


@lru_cache(maxsize=1)
def language() -> Language:
    """The English pipeline with the tokeniser of this module and no trained part."""
    import spacy

    nlp = spacy.blank("en")
    nlp.tokenizer = _tokenizer(nlp.vocab)
    return nlp


def _tokenizer(vocab: Vocab) -> Tokenizer:
    from spacy.tokenizer import Tokenizer

    return Tokenizer(
        vocab,
        rules={word: [{65: word}] for word in _WITH_STOPS},
        prefix_search=_PREFIX.search,
        suffix_search=_SUFFIX.search,
        infix_finditer=_INFIX.finditer,
        token_match=_ADDRESS.match,
    )


@lru_cache(maxsize=1)
def _plain() -> Tokenizer:
    """The tokeniser over words of which nothing is noted but whether they are white space.

    That takes half the time for each new word, and none for the tables of English.
    """
    from spacy.attrs import IS_SPACE
    from spacy.vocab import Vocab

    return _tokenizer(Vocab(lex_attr_getters={IS_SPACE: str.isspace}))


def tokens(text: str) -> Tokens:
    """The tokens of a text, those of :func:`language`; nothing but white space is lost.

    >>> tokens("We test ResNet-50.")
    Tokens(words=['We', 'test', 'ResNet', '-', '50', '.'], starts=[0, 3, 8, 14, 15, 17])
    """
    known, strings = _known(), text.split()
    if len(known) > KEPT:
        known.clear()
        _plain.cache_clear()  # spaCy keeps every string that it has seen
    cut = [known.get(string, ()) for string in strings]
    if () in cut:
        fresh = list(dict.fromkeys([s for s, these in zip(strings, cut, strict=True) if not these]))
        known.update(zip(fresh, _cut(fresh), strict=True))
        cut = [known[s] for s in strings]
    words: list[str] = []
    starts: list[int] = []
    place = 0
    for string, these in zip(strings, cut, strict=True):
        place = text.index(string, place)
        for word in these:
            words.append(word)
            starts.append(place)
            place += len(word)
    return Tokens(words, starts)


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, ...]]:
    """The tokens of strings without white space, which are the same wherever a string stands."""
    return {}


def _cut(strings: list[str]) -> Iterator[tuple[str, ...]]:
    """The tokens of each string; spaCy is asked, in one go, where it is not plainly a word, or a word and a sign."""
    plainly = [_plainly(s) for s in strings]
    hard = " ".join([s for s, cut in zip(strings, plainly, strict=True) if not cut])
    asked = iter(_plain()(hard) if hard else ())
    for cut in plainly:
        if cut:
            yield cut
            continue
        token = next(asked)
        found = [token.text]
        while not token.whitespace_ and (token := next(asked, None)):
            found.append(token.text)
        yield tuple(found)


def _plainly(string: str) -> tuple[str, ...]:
    if string.isalnum():
        return (string,)
    if string[-1] in ",.;:)" and string[:-1].isalpha() and string not in _WITH_STOPS:
        return string[:-1], string[-1]
    return ()


def code_of(text: str) -> int:
    """The number (64 bits) that stands for a text in spaCy, the same on every machine; 0 for an empty one.

    >>> code_of("")
    0
    """
    return _coder()(text) if text else 0


@lru_cache(maxsize=1)
def _coder() -> Callable[[str], int]:
    from spacy.strings import get_string_id

    found: Callable[[str], int] = get_string_id
    return found


def parse(paper: Paper) -> Document:
    """A paper as tokens and sentences; offsets refer to its untouched title and abstract.

    >>> document = parse(Paper("1", "A title", "We test ResNet-50. It works."))
    >>> [document.words_of(s) for s in document.sentences]
    ['A title', 'We test ResNet-50.', 'It works.']
    >>> document.text.words[:5]
    ['We', 'test', 'ResNet', '-', '50']
    """
    found = [_title(paper)] if (paper.title or "").strip() else []
    found += _sentences("text", paper.abstract)
    return Document(paper, tokens(paper.title or ""), tokens(paper.abstract), tuple(found))


def _title(paper: Paper) -> Sentence:
    title = paper.title or ""
    start = len(title) - len(title.lstrip())
    return Sentence("title", start, len(title.rstrip()), 0)


def _sentences(name: FieldName, text: str) -> list[Sentence]:
    return [Sentence(name, start, end, index) for index, (start, end) in enumerate(split(text))]
