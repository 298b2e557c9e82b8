"""Sentence ends: the traps of scientific text, exact offsets, nothing lost, linear time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.sentences import split
from tests.growth import LINEAR, growth


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


ONE = [
    "Lin et al. [4] trained it.",
    "As in Lin et al. (2020), it works.",
    "It handles lists, e.g. Chinese and English ones.",
    "See Fig. 2 and Eq. 3 for details.",
    "The gain is 1. 16 points over the baseline.",
    "The method of J. B. Smith and D. Knuth is older.",
    "The code is at https://example.org/a.b/c.html today.",
    "The model (it is small. It is fast.) works.",
    "We reach 64.8 J&F and 3.5 points more.",
    "Is it in the U.S. Senate records, i.e. the public ones?",
    "We compare A vs. B on two sets.",
    "Samples are i.i.d. Gaussian.",
    "It has no. 7 in the list.",
    "Yahoo! is a company name inside a sentence.",
]
SEVERAL = [
    ["It works.", "It is fast."],
    ["Does it work?", "Yes!", "It does (Fig. 3)."],
    ["It was shown by Lin et al.", "We extend it."],
    ["It uses vitamin C.", "We show why."],
    ["It costs 3 to 5.", "Then it stops."],
    ["It is open.", "vLLM runs it."],
    ['It says "stop."', "Then it stops."],
    ["We test images, text, etc.", "The results are good."],
    ["It has 20 classes.", "300 images are new."],
    ["We answer no.", "The rest is open."],
]


@pytest.mark.parametrize("text", ONE)
def test_a_stop_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize("parts", SEVERAL)
def test_sentences_are_separated(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_a_paragraph_ends_a_sentence_and_a_line_does_not() -> None:
    assert sentences("A heading\n\nIt runs over\ntwo lines.\nAnd on.") == [
        "A heading",
        "It runs over\ntwo lines.",
        "And on.",
    ]


def test_a_missing_space_is_seen_before_a_word_that_begins_sentences() -> None:
    assert sentences("It is new.We test it on node.Js too.") == ["It is new.", "We test it on node.Js too."]


def test_an_open_parenthesis_holds_nothing_together() -> None:
    assert sentences("A (broken one. It goes on.") == ["A (broken one.", "It goes on."]


def test_no_text_has_no_sentence() -> None:
    assert split("") == ()
    assert split(" \n ") == ()


@given(st.text(alphabet=st.sampled_from(list("aB1 .?!()[]\n\"'é…。-")), max_size=80))
def test_nothing_but_white_space_is_outside(text: str) -> None:
    spans = split(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in spans)
    assert all(x[1] <= y[0] for x, y in pairwise(spans))


@pytest.mark.parametrize("unit", ["(", ")", ".", "a.", "(a. ", " \n", "A. ", "[(."])
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    assert growth(lambda size: split(unit * (size // len(unit))), 5_000) < LINEAR


def test_a_parenthesis_does_not_reach_over_a_paragraph() -> None:
    assert sentences("One (opens.\n\nIt ends. It goes on) here.") == ["One (opens.", "It ends.", "It goes on) here."]
