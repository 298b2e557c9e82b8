"""Claims of different papers that support or dispute one another.

Two claims can be compared if they answer one question: which of two methods is better, or what a method scores on a
dataset by a metric (same unit and setting). Each paper gives its answers as lines; sorted, all answers to one question
stand together, so memory holds one question at a time.

Two scores agree if rounding makes them one: 93.2 and 93.24 do, 93.2 and 93.3 do not. A share is compared as per cent
however it is printed (0.932, 93.2, 93.2%). "up to 93", "about 93" answer nothing, nor does what is softened. Who gives
two answers that exclude each other speaks of two cases that the words do not tell apart (with and without a trick, here
and there): such a paper disputes nobody on that question. A name that stands only inside longer ones ("BERT-base")
means another thing, and answers nothing either.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from heapq import merge
from itertools import combinations, groupby, islice
from typing import TypeAlias

from kg import vocab
from kg.forms import normal_form
from kg.graph.edges import EntityOf, claim_at
from kg.graph.values import numbers_of
from kg.ids import claim_iri, entity_iri, paper_iri
from kg.metrics import lookup
from kg.model import Claim, Entity, Extraction, Paper, ResolvedEntity, Result
from kg.ntriples import literal, triple

# On one question a claim names at most this many that support it and as many that dispute it, the first by IRI: a
# thousand papers with one answer would make a million links that say no more than twenty thousand do.
MAX_LINKS = 20

BETTER, WORSE, NOT_BETTER, NOT_WORSE = ">", "<", "!>", "!<"
_MIRRORED = {BETTER: WORSE, NOT_BETTER: NOT_WORSE}
_DENIED = {BETTER: NOT_BETTER}
# Answers to "which is better" that cannot both be true.
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
    entities = {e.name: e for e in extraction.entities}
    nodes = {name: entity_of(e) for name, e in entities.items()}
    for relation in extraction.relations:
        head, tail = nodes.get(relation.head), nodes.get(relation.tail)
        claim = claim_at(relation.evidence, extraction.claims)
        if relation.type != "outperforms" or not (head and tail and claim) or claim.hedged:
            continue
        if not any(_names_a_part(paper, claim, entities[end]) for end in (relation.head, relation.tail)):
            yield from _comparison(home, claim, head, tail)
    for claim in extraction.claims:
        if not claim.hedged and claim.polarity == "positive":
            for result in claim.results:
                named = [entities[n] for n in (result.method, result.dataset) if n in entities]
                if not any(_names_a_part(paper, claim, entity) for entity in named):
                    yield from _score(home, claim, result, nodes)


# What makes a name a part of another one: BERT in "BERT-base", "Distil-BERT", "BERT large", "BERT 110M".
_LONGER = re.compile(r"[-‐‑–]\w|\s(?:tiny|mini|small|base|large|huge|xl|\d+(?:\.\d+)?[bm])\b", re.IGNORECASE)
_BEFORE = re.compile(r"\w[-‐‑–]$")


def _names_a_part(paper: Paper, claim: Claim, entity: Entity) -> bool:
    """Whether a claim names the entity only as a part of longer names, so that it speaks of something else."""
    text = paper.text_of(claim.field)
    here = [m for m in entity.mentions if m.field == claim.field and claim.start <= m.start and m.end <= claim.end]
    return bool(here) and all(
        _LONGER.match(text, m.end) or _BEFORE.search(text, max(0, m.start - 2), m.start) for m in here
    )


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
        node = nodes.get(result.metric or "")
        metric = node.label if node and node.type == "Metric" else result.metric or ""
        value, unit = _in_percent(numbers[0], result.unit, metric)
        question = _question("score", *parts, unit, normal_form(result.setting) if result.setting else "")
        # Its own spelling: "71.30" has another precision than "71.3", and so has 1.5E+6 than 1500000.
        yield Answer(question, str(value), _claim(home, claim), home)


def _in_percent(value: Decimal, unit: str, metric: str) -> tuple[Decimal, str]:
    """A share as per cent, whichever way it is printed; other values and their units as they are.

    >>> [str(_in_percent(Decimal(v), u, "F1")[0]) for v, u in (("0.932", ""), ("93.2", ""), ("93.2", "%"))]
    ['93.2', '93.2', '93.2']
    """
    known = lookup(metric)
    if unit == "" and known is not None and (known.low, known.high) == (0, 1):
        return (value.scaleb(2) if abs(value) <= 1 else value), "%"
    return value, unit


def _part(slot: str, name: str | None, nodes: dict[str, ResolvedEntity]) -> str:
    """What a slot adds to a question: its node, or for a metric that is none the node that its words would make."""
    node = nodes.get(name or "")
    if node and node.type in vocab.RESULT_SLOTS[slot][2]:
        return node.iri
    return entity_iri("Metric", normal_form(name)) if name and slot == "metric" else ""


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
        sides: dict[str, set[_Said]] = defaultdict(set)
        for answer in group:
            sides[answer.answer].add((answer.claim, answer.paper))
        if sum(map(len, sides.values())) > 1:
            yield from _compared({answer: sorted(sides[answer]) for answer in sorted(sides)}, _stance_on(question))


# A claim and its paper; what one answer is to another: SUPPORTS, DISPUTES or "".
_Said: TypeAlias = tuple[str, str]
_Stance: TypeAlias = Callable[[str, str], str]


def _stance_on(question: str) -> _Stance:
    return _of_orders if question.startswith(literal("better")) else _of_scores


def _of_orders(mine: str, other: str) -> str:
    if mine == other:
        return vocab.SUPPORTS
    return vocab.DISPUTES if other in _EXCLUDES[mine] else ""


def _of_scores(mine: str, other: str) -> str:
    return vocab.SUPPORTS if agree(_decimal(mine), _decimal(other)) else vocab.DISPUTES


_decimal = lru_cache(maxsize=1024)(Decimal)


def agree(one: Decimal, other: Decimal) -> bool:
    """Whether two values are one when the finer is rounded to the places of the coarser.

    >>> [agree(Decimal("93.2"), Decimal(v)) for v in ("93.24", "93.25", "93.26", "93.20", "93", "93.3")]
    [True, True, False, True, True, False]
    """
    coarser = max(_places(one), _places(other))
    return abs(one - other) * 2 <= Decimal(1).scaleb(coarser)


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _compared(sides: Mapping[str, list[_Said]], stance: _Stance) -> Iterator[str]:
    torn = _torn(sides, stance)
    # Of others, as many as a claim can name besides those of its own paper.
    papers = Counter(paper for these in sides.values() for _, paper in these)
    most = MAX_LINKS + max(papers.values())
    settled = {answer: [said for said in these if said[1] not in torn] for answer, these in sides.items()}
    for mine in sides:
        stances = {other: stance(mine, other) for other in sides}
        for predicate, here in ((vocab.SUPPORTS, sides), (vocab.DISPUTES, settled)):
            others = merge(*(here[other] for other, found in stances.items() if found == predicate))
            yield from _links(here[mine], list(islice(others, most)), predicate)


def _torn(sides: Mapping[str, list[_Said]], stance: _Stance) -> set[str]:
    """The papers that give two answers which exclude each other."""
    answers: dict[str, list[str]] = defaultdict(list)
    for answer, these in sides.items():
        for paper in sorted({paper for _, paper in these}):
            answers[paper].append(answer)
    return {
        paper
        for paper, given in answers.items()
        if any(vocab.DISPUTES in (stance(a, b), stance(b, a)) for a, b in combinations(given, 2))
    }


def _links(mine: list[_Said], near: list[_Said], predicate: str) -> Iterator[str]:
    for claim, paper in mine:
        foreign = (other for other, its_paper in near if its_paper != paper)
        for other in islice(foreign, MAX_LINKS):
            yield triple(f"<{claim}>", f"<{predicate}>", f"<{other}>")
            yield triple(f"<{other}>", f"<{predicate}>", f"<{claim}>")
