"""Every named question on a graph small enough to answer by hand, by Oxigraph and by RDFLib: the same rows in order."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rdflib

from kg.ids import BASE
from kg.query import Question, bind, find_question, questions
from kg.store import Store, open_file

GRAPH = Path(__file__).with_name("small.ttl")
BERT, QA, NLI = BASE + "method/bert", BASE + "task/qa", BASE + "task/nli"
ROBERTA = BASE + "method/roberta"
GLUE, SQUAD, ERROR = BASE + "benchmark/glue", BASE + "dataset/squad", BASE + "metric/error"

# name, parameters, the expected rows (cut to the columns named first)
CASES: list[tuple[str, dict[str, object], tuple[str, ...], list[tuple[object, ...]]]] = [
    (
        "leaderboard",
        {"benchmark": GLUE},
        ("method", "metric", "value", "valueText", "setting", "year", "paper", "quote"),
        [  # units, settings and variants stand apart, the variant's scores last
            ("ALBERT", "agreement", None, "1.3-1.7", None, None, "Three", "Sentence three."),
            ("BERT", "score", Decimal("80.5"), "80.5", None, 2018, "One", "Sentence one."),
            ("BERT", "score", Decimal("79.9"), "79.9", None, None, "Three", "Sentence three."),
            ("RoBERTa", "score", Decimal("88.5"), "88.50", "ensemble", 2019, "Two", "Sentence two."),
            ("GPT", None, None, "twice", None, 2019, "Two", "Sentence two."),
            ("BERT-large", "score", Decimal("82.1"), "82.1", None, 2019, "Two", "Sentence two."),
        ],
    ),
    (  # an error rate is better low; a method without a node keeps its words
        "leaderboard",
        {"benchmark": SQUAD, "metric": "Error rate"},
        ("method", "metric", "value", "unit"),
        [("our ensemble", "error rate", Decimal("5.2"), "%"), ("BERT", "error rate", Decimal("6.8"), "%")],
    ),
    ("leaderboard", {"benchmark": GLUE, "metric": "error rate"}, ("method",), []),
    (
        "results_of",
        {"method": BASE + "method/albert"},
        ("dataset", "metric", "value", "unit", "valueText", "kind", "direction", "paper"),
        [
            ("GLUE", "agreement", None, None, "1.3-1.7", "absolute", None, "Three"),
            ("GLUE", "score", Decimal("0.9"), "points", "0.9", "change", "up", "Three"),
        ],
    ),
    ("results_of", {"method": BASE + "method/roberta"}, ("dataset", "comparator"), [("GLUE", "BERT")]),
    (
        "best_methods_for_task",
        {"task": QA},
        ("method", "outperforms", "outperformedBy", "datasets", "papers"),
        [("RoBERTa", 2, 1, 2, 2), ("BERT", 1, 1, 2, 3), ("GPT", 0, 1, 0, 1)],
    ),
    (
        "datasets_for_task",
        {"task": QA},
        ("dataset", "type", "papers", "firstYear", "lastYear"),
        [("GLUE", "Benchmark", 2, 2018, 2019), ("RACE", "Dataset", 1, 2019, 2019), ("SQuAD", "Dataset", 1, 2018, 2018)],
    ),
    (  # the only paper on the task has no date
        "datasets_for_task",
        {"task": NLI},
        ("dataset", "papers", "firstYear", "lastYear"),
        [("GLUE", 1, None, None), ("SQuAD", 1, None, None)],
    ),
    (
        "outperforms",
        {"method": BERT},
        ("better", "belief", "support", "year", "paper", "quote"),
        [
            ("RoBERTa", Decimal("0.95"), 2, None, "Three", "Sentence three."),
            ("RoBERTa", Decimal("0.95"), 2, 2019, "Two", "Sentence two."),
        ],
    ),
    (
        "lineage",
        {"method": BASE + "method/albert"},
        ("side", "method", "basedOn", "paper", "quote"),
        [
            ("ancestor", "ALBERT", "BERT", "Three", "Sentence three."),
            ("descendant", "TinyALBERT", "ALBERT", "Three", "Sentence three."),
        ],
    ),
    (
        "lineage",
        {"method": BERT},
        ("side", "method", "basedOn"),
        [("descendant", "ALBERT", "BERT"), ("descendant", "RoBERTa", "BERT"), ("descendant", "TinyALBERT", "ALBERT")],
    ),
    ("gaps", {}, ("task", "method", "benchmark", "others"), [("question answering", "GPT", "GLUE", 2)]),
    (
        "gaps",
        {"task": QA, "atLeast": 1},
        ("method", "benchmark", "others"),
        [("GPT", "GLUE", 2), ("BERT", "RACE", 1), ("GPT", "RACE", 1), ("GPT", "SQuAD", 1), ("RoBERTa", "SQuAD", 1)],
    ),
    ("gaps", {"task": NLI, "atLeast": 1}, ("method",), []),
    (
        "trends",
        {"atLeast": "1", "type": "method"},
        ("year", "type", "name", "papers"),
        [
            (2018, "Method", "BERT", 1),
            (2018, "Method", "GPT", 1),
            (2019, "Method", "BERT", 1),
            (2019, "Method", "BERT-large", 1),
            (2019, "Method", "RoBERTa", 1),
        ],
    ),
    (
        "trends",
        {"entity": GLUE, "since": 2019, "until": "2019", "atLeast": 1},
        ("year", "type", "name", "papers"),
        [(2019, "Benchmark", "GLUE", 1)],
    ),
    (
        "trends",
        {"entity": GLUE, "until": 2018, "atLeast": 1},
        ("year", "name"),
        [(2018, "GLUE")],
    ),
    ("trends", {}, ("year",), []),
    ("co_used_datasets", {}, ("first", "second", "papers"), [("GLUE", "SQuAD", 2), ("GLUE", "RACE", 1)]),
    ("co_used_datasets", {"dataset": SQUAD}, ("first", "second", "papers"), [("SQuAD", "GLUE", 2)]),
    ("co_used_datasets", {"atLeast": 2}, ("first", "second"), [("GLUE", "SQuAD")]),
    (
        "metric_usage",
        {},
        ("metric", "papers", "results", "datasets"),
        [("score", 3, 6, 2), ("error rate", 2, 2, 1)],
    ),
    (
        "papers_about",
        {"entity": BERT},
        ("relation", "year", "paper", "url", "belief", "quote"),
        [
            ("proposes", 2018, "One", "https://example.org/1", Decimal("0.95"), "Sentence one."),
            ("comparesWith", None, "Three", None, Decimal("0.7"), "Sentence three."),
            ("comparesWith", 2019, "Two", None, Decimal("0.8"), "Sentence two."),
            ("uses", 2019, "Two", None, Decimal("0.9"), "Sentence two."),
        ],
    ),
    (
        "limitations",
        {},
        ("about", "text", "hedged", "year", "paper"),
        [
            (None, "Large models are slow.", False, None, "Three"),
            ("BERT", "BERT was undertrained.", False, 2019, "Two"),
        ],
    ),
    ("limitations", {"entity": BERT}, ("text",), [("BERT was undertrained.",)]),
    ("claims_without_numbers", {}, ("about", "hedged", "paper"), [("ALBERT", True, "Three")]),
    ("claims_without_numbers", {"entity": BERT}, ("about",), []),
    (
        "claims_saying",
        {"words": "NEXT sentence"},
        ("type", "polarity", "text", "year"),
        [
            ("finding", "positive", "Next sentence prediction helps.", 2018),
            ("finding", "negative", "Next Sentence Prediction does not help.", 2019),
        ],
    ),
    ("claims_saying", {"words": '"} UNION { ?s ?p ?o } #'}, ("text",), []),
    (
        "most_compared_baselines",
        {},
        ("method", "papers", "outperformedBy"),
        [("BERT", 2, 1), ("GPT", 1, 1), ("RoBERTa", 1, 1)],
    ),
    (
        "most_compared_baselines",
        {"task": QA},
        ("method", "papers", "outperformedBy"),
        [("BERT", 1, 1), ("GPT", 1, 1)],
    ),
    ("resources", {}, ("about", "text"), [("this paper", "Code is at https://example.org/code.")]),
    ("resources", {"entity": BERT}, ("text",), []),
    (
        "coverage",
        {},
        ("kind", "count", "meanConfidence"),
        [
            ("Paper", 3, None),
            ("Method", 7, None),
            ("Task", 2, None),
            ("Dataset", 2, None),
            ("Benchmark", 2, None),
            ("Metric", 2, None),
            ("result claim", 4, Decimal("0.75")),
            ("finding claim", 2, Decimal("0.8")),
            ("limitation claim", 2, Decimal("0.8")),
            ("resource claim", 1, Decimal("1")),
            ("Result", 10, Decimal("0.878")),
            ("Statement", 12, Decimal("0.821")),
        ],
    ),
    (
        "conflicts",
        {},
        ("conflict", "about", "belief", "firstQuote", "firstPaper", "secondQuote", "secondPaper"),
        [
            (
                *("disputed claim", "BERT", Decimal("0.64"), "Next sentence prediction helps.", "One"),
                *("Next Sentence Prediction does not help.", "Two"),
            ),
        ],
    ),
    ("conflicts", {"entity": BASE + "method/roberta"}, ("conflict",), []),
    ("corroborations", {}, ("agreement",), []),
    (  # each score beside each: which differ in unit or setting is for the reader to see
        "head_to_head",
        {"first": BERT, "second": ROBERTA},
        ("dataset", "metric", "firstValue", "secondValue", "firstUnit", "secondUnit", "secondSetting", "firstPaper"),
        [
            ("GLUE", "score", "80.5", "88.50", None, "%", "ensemble", "One"),
            ("GLUE", "score", "79.9", "88.50", "%", "%", "ensemble", "Three"),
        ],
    ),
    (
        "outperformed_by",
        {"method": ROBERTA},
        ("worse", "belief", "support", "year", "quote"),
        [
            ("BERT", Decimal("0.95"), 2, None, "Sentence three."),
            ("BERT", Decimal("0.95"), 2, 2019, "Sentence two."),
            ("ALBERT", Decimal("0.6"), 1, 2019, "Sentence two."),
        ],
    ),
    (
        "evidence",
        {"head": ROBERTA, "relation": "outperforms", "tail": BERT},
        ("quote", "belief", "support", "year", "field", "start", "end"),
        [
            ("Sentence two.", Decimal("0.95"), 2, 2019, "text", 10, 24),
            ("Sentence three.", Decimal("0.95"), 2, None, "text", 20, 34),
        ],
    ),
    (
        "evidence",
        {"head": BASE + "paper/two", "relation": "USES", "tail": BERT},
        ("quote", "paper"),
        [("Sentence two.", "Two")],
    ),
    ("evidence", {"head": BERT, "relation": "basedOn", "tail": ROBERTA}, ("quote",), []),
    (
        "best_results_for_task",
        {"task": QA},
        ("dataset", "metric", "unit", "setting", "better", "method", "value", "year"),
        [
            ("GLUE", "score", None, None, None, "BERT", Decimal("80.5"), 2018),
            ("GLUE", "score", "%", None, None, "BERT", Decimal("79.9"), None),
            ("GLUE", "score", "%", "ensemble", None, "RoBERTa", Decimal("88.5"), 2019),
            ("SQuAD", "error rate", "%", None, "lower", "BERT", Decimal("6.8"), 2018),
        ],
    ),
    (
        "methods_proposed",
        {"task": QA},
        ("method", "year", "paper", "url"),
        [("RoBERTa", 2019, "Two", None), ("BERT", 2018, "One", "https://example.org/1")],
    ),
    ("methods_proposed", {"task": QA, "until": 2018}, ("method",), [("BERT",)]),
    ("methods_proposed", {"task": QA, "limit": "1"}, ("method",), [("RoBERTa",)]),
    (
        "tasks_for_method",
        {"method": BERT},
        ("task", "support", "belief", "year", "quote"),
        [
            ("question answering", 2, Decimal("0.75"), 2018, "Sentence one."),
            ("question answering", 2, Decimal("0.75"), 2019, "Sentence two."),
        ],
    ),
    (
        "datasets_by_year",
        {"task": QA},
        ("year", "dataset", "type", "papers"),
        [
            (2018, "GLUE", "Benchmark", 1),
            (2018, "SQuAD", "Dataset", 1),
            (2019, "GLUE", "Benchmark", 1),
            (2019, "RACE", "Dataset", 1),
        ],
    ),
    ("datasets_by_year", {"task": QA, "since": 2019}, ("dataset",), [("GLUE",), ("RACE",)]),
    ("datasets_proposed", {}, ("year", "dataset", "type", "paper"), [(2018, "GLUE dev", "Benchmark", "One")]),
    ("datasets_proposed", {"task": QA, "until": 2018}, ("dataset",), [("GLUE dev",)]),
    ("datasets_proposed", {"task": NLI}, ("dataset",), []),
    ("datasets_proposed", {"since": 2019}, ("dataset",), []),
    (
        "first_mentions",
        {"entity": BERT},
        ("name", "year", "issued", "paper", "role", "papers"),
        [("BERT", 2018, "2018-10-11", "One", "proposes", 2)],
    ),
    (
        "emerging",
        {"since": 2019, "atLeast": 1},
        ("name", "type", "firstYear", "lastYear", "papers"),
        [
            ("RACE", "Dataset", 2019, 2019, 1),
            ("BERT-large", "Method", 2019, 2019, 1),
            ("RoBERTa", "Method", 2019, 2019, 1),
        ],
    ),
    ("emerging", {"since": 2018, "type": "Method"}, ("name", "firstYear", "papers"), [("BERT", 2018, 2)]),
    (
        "metrics_for_task",
        {"task": NLI},
        ("metric", "better", "papers", "firstYear"),
        [("error rate", "lower", 1, None), ("score", None, 1, None)],
    ),
    (
        "papers_about",
        {"entity": BERT, "role": "compareswith"},
        ("relation", "paper"),
        [("comparesWith", "Three"), ("comparesWith", "Two")],
    ),
    (
        "papers_by_belief",
        {"entity": BERT},
        ("belief", "relation", "year", "paper", "url"),
        [
            (Decimal("0.95"), "proposes", 2018, "One", "https://example.org/1"),
            (Decimal("0.9"), "uses", 2019, "Two", None),
            (Decimal("0.8"), "comparesWith", 2019, "Two", None),
            (Decimal("0.7"), "comparesWith", None, "Three", None),
        ],
    ),
    (
        "doubtful_edges",
        {"limit": 2},
        ("belief", "head", "relation", "tail", "paper", "quote"),
        [
            (Decimal("0.6"), "ALBERT", "outperforms", "RoBERTa", "Three", "Sentence three."),
            (Decimal("0.6"), "RoBERTa", "outperforms", "ALBERT", "Two", "Sentence two."),
        ],
    ),
    ("doubtful_edges", {"relation": "usedFor"}, ("belief", "head"), [(Decimal("0.75"), "BERT")] * 2),
    (
        "confidence_audit",
        {},
        ("what", "kind", "band", "count"),
        [
            ("claim", "finding", "0.7 to 0.9", 2),
            ("claim", "limitation", "0.7 to 0.9", 2),
            ("claim", "resource", "0.9 and more", 1),
            ("claim", "result", "0.5 to 0.7", 1),
            ("claim", "result", "0.7 to 0.9", 1),
            ("claim", "result", "0.9 and more", 2),
            ("edge", "basedOn", "0.9 and more", 3),
            ("edge", "comparesWith", "0.7 to 0.9", 2),
            ("edge", "outperforms", "0.5 to 0.7", 2),
            ("edge", "outperforms", "0.9 and more", 2),
            ("edge", "proposes", "0.9 and more", 1),
            ("edge", "usedFor", "0.7 to 0.9", 1),
            ("edge", "uses", "0.9 and more", 1),
            ("result", "absolute", "0.7 to 0.9", 1),
            ("result", "absolute", "0.9 and more", 7),
            ("result", "change", "0.7 to 0.9", 1),
            ("result", "change", "0.9 and more", 1),
        ],
    ),
    (
        "claims_about",
        {"entity": BERT},
        ("type", "text", "polarity", "confidence", "year"),
        [
            ("result", "BERT scores 79.9 on GLUE.", "positive", Decimal("0.9"), None),
            ("result", "BERT scores 80.5 on GLUE.", "positive", Decimal("0.9"), 2018),
            ("finding", "Next sentence prediction helps.", "positive", Decimal("0.8"), 2018),
            ("finding", "Next Sentence Prediction does not help.", "negative", Decimal("0.8"), 2019),
            ("limitation", "BERT was undertrained.", "positive", Decimal("0.8"), 2019),
        ],
    ),
    ("limitations", {"limit": 1}, ("text",), [("Large models are slow.",)]),
    (
        "variants",
        {"entity": BERT},
        ("name", "variantOf", "papers", "results"),
        [("BERT", None, 3, 4), ("BERT-large", "BERT", 1, 1), ("BERT-large-wwm", "BERT-large", 0, 0)],
    ),
    (
        "names",
        {"entity": BERT},
        ("kind", "name"),
        [("label", "BERT"), ("other name", "BERT model"), ("exactly", "http://example.org/Q1")],
    ),
    (
        "adoption",
        {"limit": 3},
        ("name", "type", "total", "year", "papers"),
        [
            ("BERT", "Method", 3, 2018, 1),
            ("BERT", "Method", 3, 2019, 1),
            ("GLUE", "Benchmark", 3, 2018, 1),
            ("GLUE", "Benchmark", 3, 2019, 1),
            ("score", "Metric", 3, 2018, 1),
            ("score", "Metric", 3, 2019, 1),
        ],
    ),
    ("adoption", {"entity": BERT, "since": 2019}, ("name", "total", "year"), [("BERT", 3, 2019)]),
    ("adoption", {"type": "task"}, ("name", "year"), [("question answering", 2018), ("question answering", 2019)]),
    ("names", {"entity": BASE + "method/large"}, ("name",), [("BERT-large",), ("BERT",)]),
]
IDS = [f"{name}-{number}" for number, (name, *_) in enumerate(CASES)]


@pytest.fixture(scope="module")
def oxigraph() -> Store:
    return open_file(GRAPH)


@pytest.fixture(scope="module")
def rdf() -> rdflib.Graph:
    return rdflib.Graph().parse(GRAPH)


def in_python(term: Any) -> object:
    return term.toPython() if isinstance(term, rdflib.Literal) else None if term is None else str(term)


def test_every_question_has_a_case_and_says_how_it_is_called() -> None:
    assert len(questions()) >= 28
    assert {q.name for q in questions()} == {name for name, *_ in CASES}
    for question in questions():
        assert question.title[0].islower(), question.name
        assert not question.title.endswith("."), question.name
        assert len(question.title) <= 100, question.name
        assert bool(question.example) == bool(question.params), question.name
        for param in question.params:
            assert param.help, question.name
            assert not (param.required and param.default), question.name


@pytest.mark.parametrize(("name", "params", "columns", "rows"), CASES, ids=IDS)
def test_the_answer_is_the_known_one_on_oxigraph(
    name: str, params: dict[str, object], columns: tuple[str, ...], rows: list[tuple[object, ...]], oxigraph: Store
) -> None:
    answer = oxigraph.query(bind(find_question(name), params))
    places = [answer.columns.index(column) for column in columns]
    assert [tuple(row[i] for i in places) for row in answer.rows] == rows


@pytest.mark.parametrize(("name", "params", "columns", "rows"), CASES, ids=IDS)
def test_rdflib_gives_the_same_rows_in_the_same_order(
    name: str,
    params: dict[str, object],
    columns: tuple[str, ...],  # noqa: ARG001
    rows: list[tuple[object, ...]],  # noqa: ARG001
    oxigraph: Store,
    rdf: rdflib.Graph,
) -> None:
    text = bind(find_question(name), params)
    ours = oxigraph.query(text)
    found: Any = rdf.query(text)
    assert tuple(str(v) for v in found.vars) == ours.columns
    assert [tuple(map(in_python, row)) for row in found] == list(ours.rows)


@pytest.mark.parametrize("question", questions(), ids=lambda q: q.name)
def test_rdflib_finds_nothing_where_there_is_nothing(question: Question, oxigraph: Store, rdf: rdflib.Graph) -> None:
    """A group of no rows is no row: RDFLib gives an empty one, which a careless join would fill with everything."""
    values: dict[str, object] = {"entity": BASE + "method/absent", "int": 9, "year": 2100, "limit": 3}
    params = {p.name: values.get(p.type, p.choices[0] if p.choices else "zzz") for p in question.params}
    text = bind(question, params)
    assert len(list(rdf.query(text))) == len(oxigraph.query(text).rows)


@pytest.mark.parametrize("question", questions(), ids=lambda q: q.name)
def test_the_file_as_it_stands_is_a_query(question: Any, oxigraph: Store) -> None:
    assert oxigraph.query(question.text).columns
