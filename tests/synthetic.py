"""Papers with extractions that no extractor made: few names in all combinations, so that papers tie them together."""

from __future__ import annotations

import random
from typing import Final

from kg.catalog import Cached
from kg.ids import digest
from kg.model import Claim, Entity, EntityType, Extraction, Mention, Paper, PaperIds, Relation, Result, Role, Span

# Names that rules join, part, abbreviate or make variants of one another.
_NAMES: Final[dict[EntityType, tuple[str, ...]]] = {
    "Method": (
        *("SAM", "segment anything model", "Sharpness-Aware Minimization", "BERT", "Bert", "BERT model", "BERT-base"),
        *(
            "Llama",
            "Llama-3",
            "Llama-3-8B",
            "LLMs",
            "large language model",
            "LLM agents",
            "large language model agents",
        ),
    ),
    "Task": ("QA", "question answering", "RAP", "SAM"),
    "Dataset": ("ImageNet", "ImageNet-21k", "QuizBench", "COCO", "COCO dataset", "SAM"),
    "Benchmark": ("QuizBench", "MMLU", "MMLU-Pro", "COCO"),
    "Metric": ("F1", "F1 score", "macro-F1", "accuracy", "Accuracy", "error rate", "RAP"),
}
_LONG: Final = {
    "SAM": ("segment anything model", "Sharpness-Aware Minimization", "sharpness aware minimisation"),
    "QA": ("question answering",),
    "LLMs": ("large language model", "large language models"),
    "RAP": ("rapid answer planning", "recall at point"),
    "BERT": ("Bert", "BERT encoder"),
}
_TEXT: Final = "One thing is better than another thing here. A second sentence says it again, with 81.5 and 81.4."
_SENTENCES: Final = (Span("text", 0, 45), Span("text", 46, len(_TEXT)))


def cached(number: int, chance: random.Random) -> Cached:
    """A paper of that number, extracted."""
    abstract = f"{_TEXT} {number}"
    paper = Paper(f"p{number}", f"Paper {number}", abstract, date="2024", ids=PaperIds(arxiv=f"2401.{number:05d}"))
    entities = _entities(chance)
    extraction = Extraction(paper.id, entities, _claims(entities, chance), _relations(entities, chance), "synthetic")
    return Cached(digest(str(number), length=40), paper, extraction)


def entity(type_: EntityType, role: Role, *names: str, confidence: float = 1.0) -> Entity:
    """An entity of these names that stands in the first sentence."""
    return Entity(names[0], type_, role, names, (Mention("text", 0, 3, "One"),), confidence)


def _entities(chance: random.Random) -> tuple[Entity, ...]:
    found: dict[str, Entity] = {}
    for _ in range(chance.randint(1, 6)):
        type_ = chance.choice(list(_NAMES))
        name = chance.choice(_NAMES[type_])
        names = [name, *chance.sample(_LONG.get(name, ()), min(len(_LONG.get(name, ())), chance.randint(0, 1)))]
        role: Role = chance.choice(("proposed", "used", "compared", "mentioned"))
        found.setdefault(name, entity(type_, role, *names, confidence=chance.choice((0.5, 0.9))))
    return tuple(found.values())


def _relations(entities: tuple[Entity, ...], chance: random.Random) -> tuple[Relation, ...]:
    methods = [e.name for e in entities if e.type == "Method"]
    data = [e.name for e in entities if e.type in ("Dataset", "Benchmark")]
    found = [Relation(a, "outperforms", b, chance.choice(_SENTENCES)) for a in methods for b in methods if a != b]
    found += [Relation(a, "evaluated_on", b, chance.choice(_SENTENCES), 0.7) for a in methods for b in data]
    return tuple(chance.sample(found, min(len(found), chance.randint(0, 4))))


def _claims(entities: tuple[Entity, ...], chance: random.Random) -> tuple[Claim, ...]:
    def one(*types: EntityType) -> str | None:
        return chance.choice([e.name for e in entities if e.type in types] or [None])

    return tuple(
        Claim(
            *(span.field, span.start, span.end, "result"),
            subject=one("Method"),
            results=tuple(
                Result(
                    chance.choice(("81.5", "81.4", "0.815")),
                    method=one("Method"),
                    dataset=one("Dataset", "Benchmark"),
                    metric=one("Metric") or "F1",
                )
                for _ in range(chance.randint(0, 3))
            ),
        )
        for span in chance.sample(_SENTENCES, chance.randint(0, 2))
    )
