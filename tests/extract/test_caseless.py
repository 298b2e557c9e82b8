"""Patterns without case: the quick search against that of the regular expression library."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import claims, data_options, method_options, scene, subjects
from kg.extract.caseless import Caseless

PATTERNS = [
    *(rule.pattern for rule in claims.table().rules),
    *(claims.table().hedges.pattern, claims.table().negative.pattern, claims.table().own),
    *(subjects.OWN_WORDS, data_options.AT, method_options._COMPARES, scene._CUT),
]
SAID = [str(row[side]) for row in claims.rows() for side in ("example", "counter_example") if row.get(side)]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.pattern[:30])
def test_the_quick_search_finds_what_the_slow_one_does(pattern: Caseless) -> None:
    slow = re.compile(pattern.pattern, re.IGNORECASE)
    for text in (*SAID, *map(str.upper, SAID), *map(str.title, SAID), " ".join(SAID), "Über WE, déjà our method"):
        assert [m.span() for m in pattern.finditer(text)] == [m.span() for m in slow.finditer(text)]
        assert bool(pattern.search(text)) == bool(slow.search(text))


@given(st.text("aAbBzZİſ K.1", max_size=12))
def test_a_text_of_any_script_is_searched(text: str) -> None:
    slow = re.compile(r"[ak]\b|S\B|B1", re.IGNORECASE)
    assert [m.span() for m in Caseless(slow.pattern).finditer(text)] == [m.span() for m in slow.finditer(text)]
