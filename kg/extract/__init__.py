"""From a paper to what it says: entities, then their roles, then claims with results, then relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.config import Config
from kg.model import Extraction, Paper

# Changes whenever the same paper would give another extraction; caches are keyed by it.
VERSION = "6"

_DEFAULT = Config()


def extract(papers: Iterable[Paper], *, config: Config = _DEFAULT) -> Iterator[Extraction]:
    """The extraction of each paper, one for one and in order; what is less sure than ``config`` asks is left out.

    A claim or relation whose entity is left out loses it: the relation goes, the claim's slot keeps the words.

    >>> [e.id for e in extract([])]
    []
    """
    from kg.extract import claims, entities, nlp, relations, roles

    for paper in papers:
        document = nlp.parse(paper)
        named = roles.assign(document, entities.find(document))
        named = tuple(e for e in named if e.confidence >= config.min_confidence)
        said = tuple(c for c in claims.find(document, named) if c.confidence >= config.min_confidence)
        tied = tuple(r for r in relations.find(document, named, said) if r.confidence >= config.min_confidence)
        yield Extraction(paper.id, named, said, tied, VERSION)
