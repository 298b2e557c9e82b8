"""A paper made ready for reading: its two fields as tokens, and its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.model import FieldName, Paper


class Tokens(NamedTuple):
    """The words and signs of a text, and the code points where they start; white space is none of them."""

    words: Sequence[str]
    starts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a field without white space around it; the title is one sentence, ``index`` counts in the field."""

    field: FieldName
    start: int
    end: int
    index: int


@dataclass(frozen=True, slots=True)
class Document:
    """A paper with the tokens of both fields and its sentences in reading order, the title first."""

    paper: Paper
    title: Tokens
    text: Tokens
    sentences: tuple[Sentence, ...]

    def words_of(self, sentence: Sentence) -> str:
        """The exact text of a sentence."""
        return self.paper.text_of(sentence.field)[sentence.start : sentence.end]
