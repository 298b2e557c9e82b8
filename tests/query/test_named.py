from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UsageError
from kg.query import Param, Question, bind, find_question, questions
from kg.query.named import literal, parse_question
from kg.store import of_lines

IRI = "https://w3id.org/kg-abstracts/method/x-1"
TWO_TEXTS = """# title: gives back what it was given
# param first (string, required): a text
# param second (string, required): another
# example: first=a second=b
SELECT ?_first ?_second WHERE { VALUES ?_first { UNDEF } VALUES ?_second { UNDEF } }
"""


def test_an_unknown_question_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no question 'leaderbord'; there are .*conflicts, .*leaderboard"):
        find_question("leaderbord")


def test_a_wrong_call_says_what_is_valid() -> None:
    board = find_question("leaderboard")
    with pytest.raises(UsageError, match=r"needs benchmark: .*benchmark=SQuAD"):
        bind(board, {})
    with pytest.raises(UsageError, match=r"needs benchmark"):
        bind(board, {"benchmark": None})
    with pytest.raises(UsageError, match=r"no parameter 'bench'; it has: benchmark, metric"):
        bind(board, {"bench": IRI})
    with pytest.raises(UsageError, match=r"it has: none"):
        bind(find_question("coverage"), {"x": "1"})
    with pytest.raises(UsageError, match=r"not one of Method, Task"):
        bind(find_question("trends"), {"type": "Paper"})


@pytest.mark.parametrize(
    "value",
    [
        "MOSE",
        "",
        "<>",
        "https://e.org/a b",
        "https://e.org/> } DROP",
        "https://e.org/\n",
        "<https://e.org/x",
        "https://e.org/{x}",
        'https://e.org/"',
        "https://e.org/\\u003e",
        5,
    ],
)
def test_an_entity_is_an_iri_and_nothing_else(value: object) -> None:
    with pytest.raises(UsageError, match="is not the IRI of an entity"):
        bind(find_question("outperforms"), {"method": value})


@pytest.mark.parametrize(
    ("name", "value"), [("atLeast", "2.5"), ("atLeast", "1 } #"), ("atLeast", True), ("atLeast", "²")]
)
def test_a_number_is_digits(name: str, value: object) -> None:
    with pytest.raises(UsageError, match="is not a whole number"):
        bind(find_question("trends"), {name: value})


def test_a_limit_is_a_number_of_rows_and_nought_means_all() -> None:
    question = find_question("limitations")
    assert bind(question, {}).count("LIMIT 200") == 1
    assert "LIMIT 7\n" in bind(question, {"limit": "7"})
    assert "LIMIT" not in bind(question, {"limit": 0})
    for wrong in ("-1", "1 OFFSET 2", "ten"):
        with pytest.raises(UsageError, match="is not a number of rows"):
            bind(question, {"limit": wrong})


def test_a_text_like_a_limit_stays_a_text() -> None:
    text = bind(find_question("claims_saying"), {"words": "LIMIT 200", "limit": 3})
    assert '"LIMIT 200"' in text
    assert "LIMIT 3" in text


@pytest.mark.parametrize("value", ["19", "20201", "MMXX", "-2020"])
def test_a_year_is_four_digits(value: str) -> None:
    with pytest.raises(UsageError, match="is not a year"):
        bind(find_question("trends"), {"since": value})


def test_brackets_around_an_iri_make_no_difference() -> None:
    question = find_question("outperforms")
    assert bind(question, {"method": f"<{IRI}>"}) == bind(question, {"method": IRI})


def required(param: Param) -> object:
    """A value that a parameter takes."""
    return {"entity": IRI, "string": param.choices[0] if param.choices else "x"}.get(param.type, 2020)


def test_an_optional_value_left_out_leaves_no_place() -> None:
    for question in questions():
        given = {p.name: required(p) for p in question.params if p.required}
        assert "UNDEF" not in bind(question, given)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.text(st.characters(codec="utf-8")))
def test_a_text_arrives_as_it_was_given(first: str, second: str) -> None:
    question = parse_question("echo", TWO_TEXTS)
    text = bind(question, {"first": first, "second": second})
    assert of_lines([]).query(text).rows == ((first, second.replace("\0", "\ufffd")),)


@pytest.mark.parametrize(
    "hostile",
    [
        '"} UNION { ?s ?p ?o } #',
        "\\",
        '\\"',
        "\n",
        "\\u0022 } #",
        "VALUES ?_second { UNDEF }",
        '"""',
        "\ud800",
        "<http://x>",
    ],
)
def test_hostile_text_stays_text(hostile: str) -> None:
    question = parse_question("echo", TWO_TEXTS)
    text = bind(question, {"first": hostile, "second": "b"})
    assert of_lines([]).query(text).rows == ((hostile.replace("\ud800", "\ufffd"), "b"),)


def test_a_literal_has_no_raw_quote_or_line_break() -> None:
    assert literal('a"\n\\') == '"a\\"\\n\\\\"'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT * { }", "needs a title"),
        ("# title: t\n# param x (entity, required): help\nSELECT * { }", "a place for each parameter"),
        ("# title: t\nSELECT * { VALUES ?_x { UNDEF } }", "a place for each parameter"),
        ("# title: t\n# param x (number, required): help\nSELECT * { VALUES ?_x { UNDEF } }", "not a parameter"),
        ("# title: t\n# param x: help\nSELECT * { VALUES ?_x { UNDEF } }", "not a parameter"),
        ("# title: t\nSELECT * { } LIMIT 5", "a place for each parameter"),
        ("# title: t\n# param limit (limit, default 6): help\nSELECT * { } LIMIT 5", "a place for each parameter"),
    ],
)
def test_a_broken_file_is_a_bug_that_names_itself(text: str, found: str) -> None:
    with pytest.raises(ValueError, match=rf"mine\.rq: .*{found}"):
        parse_question("mine", text)


def test_a_head_is_read_whole() -> None:
    question: Question = parse_question("echo", TWO_TEXTS)
    assert (question.title, question.example) == ("gives back what it was given", "first=a second=b")
    trend = find_question("trends").param("type")
    assert trend.choices == ("Method", "Task", "Dataset", "Benchmark", "Metric")
    assert find_question("gaps").param("atLeast").default == "2"
