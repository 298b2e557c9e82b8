"""The tagger as a component of a spaCy pipeline of one's own.

    import spacy
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_tagger")
    nlp("We propose RoadNet, a graph neural network.").ents

It works best behind the tokeniser that it was trained with (:func:`kg.extract.nlp.language`).
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from kg.extract import spans, tagger
from kg.model import ENTITY_TYPES

# A range of words is a name from this probability on.
ACCEPTED = 0.5


@Language.factory("kg_tagger", assigns=["doc.ents", "doc.tensor"], default_config={"threshold": ACCEPTED})  # type: ignore[untyped-decorator]
def make(nlp: Language, name: str, threshold: float) -> Component:  # noqa: ARG001 - spaCy's signature
    """The component, with the shipped network."""
    return Component(threshold)


class Component:
    """Sets ``doc.tensor`` (words that are no white space x labels) and ``doc.ents``, which do not overlap."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold

    def __call__(self, doc: Doc) -> Doc:
        """The same document with its names."""
        words = [token for token in doc if not token.is_space]
        doc.tensor = tagger.load().chances([t.text for t in words])
        found = []
        for start, end, chances in sorted(spans.proposals(doc.tensor), key=lambda s: -sum(s[2])):
            if sum(chances) >= self.threshold:
                label = ENTITY_TYPES[max(range(len(chances)), key=lambda i: (chances[i], -i))]
                found.append(Span(doc, words[start].i, words[end - 1].i + 1, label=label))
        doc.ents = tuple(filter_spans(found))
        return doc
