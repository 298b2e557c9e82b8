"""From a paper to what it says: entities, then their roles, then claims with results, then relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.config import Config
from kg.errors import UsageError
from kg.model import Extraction, Paper

# Changes whenever the same paper would give another extraction; caches are keyed by it.
VERSION = "9"

_DEFAULT = Config()


def extract(papers: Iterable[Paper], *, config: Config = _DEFAULT) -> Iterator[Extraction]:
    """The extraction of each paper, one for one and in order; what is less sure than ``config`` asks is left out.

    A relation whose entity is left out goes with it; a result's slot keeps the words. UsageError says where the model
    of ``config`` was learned for another extractor.

    >>> [e.id for e in extract([])]
    []
    """
    from kg.extract import calibration, weights

    own = config.model
    if own and own.extractor != VERSION:
        raise UsageError(f"{own.path}: learned for extractor {own.extractor}, this is {VERSION}; run kg train again")

    def each() -> Iterator[Paper]:
        # Before each paper, not once: two streams with two models may be read in turn.
        for paper in papers:
            weights.use(own.path if own else None)
            yield paper

    for found in uncalibrated(each()):
        yield calibration.at_least(calibration.calibrated(found, calibration.load()), config.min_confidence)


def uncalibrated(papers: Iterable[Paper]) -> Iterator[Extraction]:
    """The extraction of each paper with the raw scores of its parts as confidences, from which calibration learns."""
    from kg.extract import claims, entities, nlp, offers, relations, reported, roles

    for paper in papers:
        document = nlp.parse(paper)
        judged = entities.judged(document)
        named = roles.assign(document, entities.find(document, judged))
        said = claims.find(document, named, offers.of(judged))
        related = relations.find(document, named, said)
        yield Extraction(paper.id, reported.with_measures(document, named, said), said, related, VERSION)
