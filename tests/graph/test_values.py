from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.graph.values import canonical, numbers_of
from kg.ntriples import literal
from kg.vocab import XSD


@pytest.mark.parametrize(
    ("printed", "numbers"),
    [
        ("64.8", ["64.8"]),
        ("64.80", ["64.8"]),
        ("1,234", ["1234"]),
        ("-0.5", ["-0.5"]),
        ("−0.5", ["-0.5"]),
        ("+3", ["3"]),
        ("$12$", ["12"]),
        ("1.5M", ["1500000"]),
        ("2 million", ["2000000"]),
        ("70K", ["70000"]),
        ("1. 16", ["1.16"]),
        ("1.3-1.7", ["1.3", "1.7"]),
        ("1.7–1.3", ["1.3", "1.7"]),
        ("9--11", ["9", "11"]),
        ("2 to 3", ["2", "3"]),
        ("1-2M", ["1000000", "2000000"]),
        ("-9.1$ to $-3", ["-9.1", "-3"]),
        ("twice", []),
        ("3 out of 5", []),
        ("3/4", []),
        ("1,23", []),
        ("1.2.3", []),
        ("5 and 6", []),
        ("٣", []),
        ("1" * 19, []),
        ("1." + "0" * 30 + "1", []),
        ("", []),
    ],
)
def test_printed_values(printed: str, numbers: list[str]) -> None:
    assert [canonical(n) for n in numbers_of(printed)] == numbers


@given(st.text("0123456789.,-–+ KMBto$", max_size=24))
def test_every_number_keeps_its_spelling_in_a_store(printed: str) -> None:
    for number in numbers_of(printed):
        term = literal(canonical(number), XSD + "decimal")
        store = ox.Store()
        store.load(f"<http://s> <http://p> {term} .".encode(), format=ox.RdfFormat.N_TRIPLES)
        assert [str(q.object) for q in store] == [term]


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=4))
def test_a_plain_decimal_is_itself(value: Decimal) -> None:
    assert numbers_of(str(value)) == (value,)
