from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import values
from tests.growth import LINEAR, growth


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("an accuracy of 81.2%", [("81.2", "%")]),
        ("1,234.5 tokens per second", [("1,234.5", "tokens per second")]),
        ("a 1.3-1.7x speedup", [("1.3-1.7", "x")]),
        ("50%-68% of cases", [("50", "%"), ("68", "%")]),
        ("12--18% less", [("12--18", "%")]),
        ("from 38% to 74%", [("38", "%"), ("74", "%")]),
        ("from 0.51 to 0.87", [("0.51", ""), ("0.87", "")]),
        ("reaches 0.97 to 0.98.", [("0.97 to 0.98", "")]),
        ("gains 1. 16% more", [("1. 16", "%")]),
        ("90.85 +- 2.22% and 8.68 ± 0.47", [("90.85", "%"), ("8.68", "")]),
        ("$0.31^{+0.02}_{-0.01}$", [("0.31", "")]),
        (r"up to $5.2\times$ and 45.2\%", [("5.2", "x"), ("45.2", "%")]),
        ("three times, twofold, twice", [("three", "x"), ("two", "x"), ("twice", "")]),
        ("2.3 percentage points or 11.8pp", [("2.3", "percentage points"), ("11.8", "pp")]),
        ("by 1.8dB in 22 ms", [("1.8", "dB"), ("22", "ms")]),
        ("an AUC of .91 (-4.11)", [(".91", ""), ("-4.11", "")]),
        ("wins 12 of 16", [("12 of 16", "")]),
        ("GPT-4, Qwen2.5-7B, COD10K, 5-shot, 3D, 8-bit", []),
        ("7.4×10^8 stars", [("7.4×10^8", "")]),
        ("drops from 51.2s to 22.8s", [("51.2", "s"), ("22.8", "s")]),
        ("473g of CO2, 5.4 mW, 12 mmHg", [("473", "g"), ("5.4", "mW"), ("12", "mmHg")]),
        ("93.5%/98.6% and 64.8/69.5 J&F", [("93.5", "%"), ("98.6", "%"), ("64.8", ""), ("69.5", "")]),
        ("mAP@10 of 28.5%", [("28.5", "%")]),
        ("ECE 0.096 to 0.034", [("0.096", ""), ("0.034", "")]),
        ("3.99 out of 5", [("3.99", "out of 5")]),
        ("solves 12/16 tasks", [("12/16", "")]),
        (r"\textbf{0.45} and x^{3}", [("0.45", "")]),
        ("0.1179 pm 0.0005", [("0.1179", "")]),
        ("a 50Msun star", [("50", "Msun")]),
    ],
)
def test_numbers_and_their_units(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(v.written, v.unit) for v in values.find(text)] == expected


def test_qualifiers_and_signs() -> None:
    up, more, gain, about = values.find("up to 5%, more than 60%, +3.5 points, ~9%")
    assert [up.qualifier, more.qualifier, gain.sign, about.qualifier] == ["up to", "more than", "+", "~"]


@given(st.text(alphabet="0123456789.,%x$^{}_-+~±to fromKM\\ ", max_size=60))
def test_offsets_give_what_is_written(text: str) -> None:
    found = values.find(text)
    assert all(v.start < v.end <= v.stop <= len(text) and text[v.start : v.end] == v.written for v in found)
    assert list(found) == sorted(found, key=lambda v: v.start)


@pytest.mark.parametrize("unit", ["1.", "1,000", "1-", "$", "9", "1 ", "^{", "1±", "two ", "from 1 to ", "1.5%, "])
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    assert growth(lambda size: values.find(unit * (size // len(unit))), 5_000) < LINEAR
