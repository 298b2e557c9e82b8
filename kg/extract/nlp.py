r"""The only door to spaCy: a paper becomes tokens and sentences. The library is loaded once, at the first use.

The tokeniser is made for abstracts: a hyphen, slash, bracket or LaTeX sign inside a word is a token of its own, so that
the ends of names fall on the ends of tokens (``ResNet-50-based``, ``pre-training/fine-tuning``, ``$\mathcal{O}$``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from kg.extract.document import Document, Sentence
from kg.extract.sentences import split
from kg.model import FieldName, Paper

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc as _Doc

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
    from spacy.tokenizer import Tokenizer

    nlp = spacy.blank("en")
    nlp.tokenizer = Tokenizer(
        nlp.vocab,
        rules={word: [{65: word}] for word in _WITH_STOPS},
        prefix_search=_PREFIX.search,
        suffix_search=_SUFFIX.search,
        infix_finditer=_INFIX.finditer,
        token_match=_ADDRESS.match,
    )
    return nlp


def tokens(text: str) -> Doc:
    """The tokens of a text; ``token.idx`` is the offset in code points, and nothing of the text is lost."""
    return language().make_doc(text)


def code_of(text: str) -> int:
    """The number (64 bits) that stands for a text in spaCy, the same on every machine; 0 for an empty one.

    >>> code_of("")
    0
    """
    from spacy.strings import get_string_id

    return int(get_string_id(text)) if text else 0


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
