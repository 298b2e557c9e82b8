"""Every named question on the bundled sample: the same rows from Oxigraph, RDFLib and Comunica.

RDFLib gives them in the same order too. Comunica sorts texts by locale ("chain" before "Chinchilla", where SPARQL says
by code point), so its rows are compared as a multiset; no question cuts the sample's rows off where that would matter.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rdflib

import kg
from kg.query import Question, bind, questions
from kg.store import Answer
from tests.contract.comunica import ask, need_comunica

Row = tuple[object, ...]
XSD = "http://www.w3.org/2001/XMLSchema#"


def calls(question: Question) -> Iterator[dict[str, object]]:
    """The example of a question, and the same with its required parameters alone."""
    example = dict(part.split("=", 1) for part in shlex.split(question.example))
    needed = {p.name: example[p.name] for p in question.params if p.required}
    yield dict(example)
    if needed != example:
        yield dict(needed)


CALLS = [(question, call) for question in questions() for call in calls(question)]
IDS = [f"{question.name}-{'-'.join(map(str, call.values()))}" for question, call in CALLS]


def text_of(graph: kg.Graph, question: Question, call: dict[str, object]) -> str:
    entities = {p.name for p in question.params if p.type == "entity"}
    return bind(question, {k: f"<{graph.find(str(v))}>" if k in entities else v for k, v in call.items()})


def plain(value: object) -> object:
    """A value as all engines can give it: a number as a float of nine digits, for each prints its own way."""
    if isinstance(value, bool) or value is None:
        return value
    return round(float(value), 9) if isinstance(value, int | float | Decimal) else str(value)


def of_rdflib(term: Any) -> object:
    return plain(term.toPython() if isinstance(term, rdflib.Literal) else term)


def of_comunica(cell: list[str] | None) -> object:
    if cell is None:
        return None
    kind, value, datatype = cell
    if kind == "literal" and datatype in {XSD + name for name in ("integer", "decimal", "double", "float")}:
        return plain(Decimal(value))
    return value == "true" if datatype == XSD + "boolean" else value


@pytest.fixture(scope="module")
def answers(sample: kg.Graph) -> list[Answer]:
    return [sample.store.query(text_of(sample, question, call)) for question, call in CALLS]


@pytest.fixture(scope="module")
def triples(sample: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("contract") / "graph.nt"
    place.write_text("".join(line + "\n" for line in sample.lines()), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def rdf(triples: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(triples)


@pytest.fixture(scope="module")
def comunica(sample: kg.Graph, triples: Path) -> list[dict[str, Any]]:
    return ask(need_comunica(), triples, [text_of(sample, question, call) for question, call in CALLS])


def test_every_question_says_something_of_the_sample(answers: list[Answer]) -> None:
    said = {question.name for (question, _), answer in zip(CALLS, answers, strict=True) if answer.rows}
    # That two papers report one score to the digit is rare; kg/sample may have none.
    assert {q.name for q in questions()} - said <= {"corroborations"}


@pytest.mark.parametrize("place", range(len(CALLS)), ids=IDS)
def test_rdflib_gives_the_same_rows_in_the_same_order(
    place: int, sample: kg.Graph, answers: list[Answer], rdf: rdflib.Graph
) -> None:
    question, call = CALLS[place]
    found: Any = rdf.query(text_of(sample, question, call))
    assert tuple(str(v) for v in found.vars) == answers[place].columns
    assert [tuple(map(of_rdflib, row)) for row in found] == [tuple(map(plain, row)) for row in answers[place].rows]


@pytest.mark.parametrize("place", range(len(CALLS)), ids=IDS)
def test_comunica_gives_the_same_rows(place: int, answers: list[Answer], comunica: list[dict[str, Any]]) -> None:
    found = comunica[place]
    assert "error" not in found, found
    assert tuple(found["columns"]) == answers[place].columns
    theirs: Counter[Row] = Counter(tuple(map(of_comunica, row)) for row in found["rows"])
    assert theirs == Counter(tuple(map(plain, row)) for row in answers[place].rows)
