"""Claims of different papers that support or dispute one another.

Two claims can be compared if they answer one question: which of two methods is better, or what a method scores on a
dataset by a metric (same unit and setting). Each paper gives its answers as lines; sorted, all answers to one question
stand together, so memory holds one question at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from kg import vocab
from kg.graph.edges import EntityOf, claim_at
from kg.graph.values import canonical, numbers_of
from kg.ids import claim_iri, normal_form, paper_iri
from kg.model import Claim, Extraction, Paper, ResolvedEntity, Result
from kg.ntriples import literal, triple

# A claim is tied to at most this many others for each answer, the first by IRI: a thousand papers with one answer
# would make a million links that say no more than twenty thousand do.
MAX_LINKS = 20

BETTER, WORSE, NOT_BETTER, NOT_WORSE = ">", "<", "!>", "!<"
_MIRRORED = {BETTER: WORSE, NOT_BETTER: NOT_WORSE}
_DENIED = {BETTER: NOT_BETTER}
# Answers to "which is better" that cannot both be true; two different values always are such.
_EXCLUDES = {BETTER: {WORSE, NOT_BETTER}, WORSE: {BETTER, NOT_WORSE}, NOT_BETTER: {BETTER}, NOT_WORSE: {WORSE}}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a claim of a paper answers to a question that other papers may answer too (claim and paper are IRIs)."""

    question: str
    answer: str
    claim: str
    paper: str


def answers_of(paper: Paper, extraction: Extraction, entity_of: EntityOf) -> Iterator[Answer]:
    """The answers that the claims of a paper give; a softened claim gives none."""
    home = paper_iri(paper)
    nodes = {e.name: entity_of(e) for e in extraction.entities}
    for relation in extraction.relations:
        head, tail = nodes.get(relation.head), nodes.get(relation.tail)
        claim = claim_at(relation.evidence, extraction.claims)
        if relation.type == "outperforms" and head and tail and claim and not claim.hedged:
            yield from _comparison(home, claim, head, tail)
    for claim in extraction.claims:
        if not claim.hedged and claim.polarity == "positive":
            for result in claim.results:
                yield from _score(home, claim, result, nodes)


def _comparison(home: str, claim: Claim, head: ResolvedEntity, tail: ResolvedEntity) -> Iterator[Answer]:
    if head.iri == tail.iri or not head.type == tail.type == "Method":
        return
    first, second = sorted((head.iri, tail.iri))
    answer = BETTER if claim.polarity == "positive" else _DENIED[BETTER]
    if head.iri != first:
        answer = _MIRRORED[answer]
    yield Answer(_question("better", first, second), answer, _claim(home, claim), home)


def _score(home: str, claim: Claim, result: Result, nodes: dict[str, ResolvedEntity]) -> Iterator[Answer]:
    numbers = numbers_of(result.value)
    parts = [_part(slot, getattr(result, slot), nodes) for slot in ("method", "dataset", "metric")]
    if result.kind == "absolute" and not result.qualifier and len(numbers) == 1 and all(parts):
        question = _question("score", *parts, result.unit, result.setting or "")
        yield Answer(question, canonical(numbers[0]), _claim(home, claim), home)


def _part(slot: str, name: str | None, nodes: dict[str, ResolvedEntity]) -> str:
    """What a slot adds to a question: its node, or for a metric that is none the normal form of its words."""
    node = nodes.get(name or "")
    if node and node.type in vocab.RESULT_SLOTS[slot][2]:
        return node.iri
    return normal_form(name) if name and slot == "metric" else ""


def _question(*parts: str) -> str:
    # Escaped as literals are, so that no text can hold the tab that separates the parts of a line.
    return " ".join(literal(part) for part in parts)


def _claim(home: str, claim: Claim) -> str:
    return claim_iri(home, claim.field, claim.start, claim.end)


def answer_line(answer: Answer) -> str:
    """An answer as one line that sorts by question, answer, claim."""
    return "\t".join((answer.question, answer.answer, answer.claim, answer.paper))


def answer_from_line(line: str) -> Answer:
    """The answer that :func:`answer_line` wrote."""
    return Answer(*line.split("\t"))


def agreement_facts(answers: Iterable[Answer]) -> Iterator[str]:
    """The lines of ``kg:supports`` and ``kg:disputes``, both ways; ``answers`` are sorted by question.

    Claims of one paper are not compared with each other. A line may come twice, from two questions.
    """
    for question, group in groupby(answers, key=lambda a: a.question):
        by_answer: dict[str, list[Answer]] = defaultdict(list)
        for answer in group:
            by_answer[answer.answer].append(answer)
        compared = question.startswith(literal("better"))
        for mine in sorted(by_answer):
            for other in sorted(by_answer):
                excluded = other in _EXCLUDES[mine] if compared else other != mine
                if mine == other or excluded:
                    yield from _links(by_answer[mine], by_answer[other], excluded=excluded)


def _links(mine: list[Answer], others: list[Answer], *, excluded: bool) -> Iterator[str]:
    predicate = f"<{vocab.DISPUTES if excluded else vocab.SUPPORTS}>"
    others = sorted(others, key=lambda a: (a.claim, a.paper))
    for answer in mine:
        left = MAX_LINKS
        for other in others:
            if left and other.paper != answer.paper:
                left -= 1
                yield triple(f"<{answer.claim}>", predicate, f"<{other.claim}>")
                yield triple(f"<{other.claim}>", predicate, f"<{answer.claim}>")
            elif not left:
                break
