r"""The only door to spaCy: a paper becomes tokens and sentences. The library is loaded once, at the first use.

The tokeniser is made for abstracts: a hyphen, slash, bracket or LaTeX sign inside a word is a token of its own, so that
the ends of names fall on the ends of tokens (``ResNet-50-based``, ``pre-training/fine-tuning``, ``$\mathcal{O}$``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from kg.extract.document import Document, Sentence
from kg.extract.sentences import split
from kg.model import FieldName, Paper

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokenizer import Tokenizer
    from spacy.tokens import Doc as _Doc
    from spacy.vocab import Vocab

    Doc: TypeAlias = _Doc

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


def tokens(text: str) -> Doc:
    """The tokens of a text; ``token.idx`` is the offset in code points, and nothing of the text is lost.

    Their texts, offsets and ``is_space`` are given; other attributes of words are those of :func:`language`.
    """
    return _plain()(text)


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
    >>> [t.text for t in document.text][:5]
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
