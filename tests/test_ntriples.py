from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KgError
from kg.ntriples import integer, iri, literal, parse, share, split, text_of, triple, web_iri
from kg.vocab import XSD

HOSTILE = [
    'a" . <http://evil/s> <http://evil/p> "b',
    "> <http://evil/p> <http://evil/o> . <x",
    "back\\slash \\u0041 \\n",
    "line\nfeed\r\ttab\b\f\x01\x7f\x85\u2028\u2029",
    "\U0010ffff\u202e\u200b",
    "</script><img src=x onerror=alert(1)>",
    "'''\"\"\"",
    "@prefix kg: <http://evil/> .",
    "",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff")) | st.sampled_from(
    HOSTILE
)
S, P = iri("http://example.org/s"), iri("http://example.org/p")


def read_both(line: str) -> tuple[list[str], list[str]]:
    """The objects that pyoxigraph and RDFLib read from a line."""
    first = [str(t.object.value) for t in ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES)]
    return first, [str(o) for o in rdflib.Graph().parse(data=line + "\n", format="nt").objects()]


@given(TEXTS)
def test_a_text_is_one_literal_for_every_reader(text: str) -> None:
    line = triple(S, P, literal(text))
    assert "\n" not in line
    assert read_both(line) == ([text], [text])
    assert text_of(parse(line).object) == text


@given(TEXTS)
def test_literals_are_spelled_as_oxigraph_spells_them(text: str) -> None:
    assert literal(text) == str(ox.Literal(text))


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "\udfff", "\ufffe", "\uffff"])
def test_what_no_reader_takes_becomes_the_replacement_character(text: str) -> None:
    kept = "".join("\ufffd" if c in "\0\ufffe\uffff" or 0xD800 <= ord(c) < 0xE000 else c for c in text)
    line = triple(S, P, literal(text))
    line.encode("utf-8")
    assert read_both(line) == ([kept], [kept])


@given(TEXTS | st.text())
def test_an_iri_is_one_term_for_every_reader(text: str) -> None:
    line = triple(S, P, iri("http://example.org/" + text))
    assert len(read_both(line)[0]) == 1
    assert read_both(line)[0] == read_both(line)[1]
    parse(line)


@given(
    st.text() | st.sampled_from(HOSTILE),
    st.sampled_from(["http://", "https://example.org/", "https://h:80", "javascript:", "", "HTTP://a"]),
)
def test_a_web_address_is_an_http_iri_or_nothing(rest: str, start: str) -> None:
    found = web_iri(start + rest)
    if found is not None:
        ox.NamedNode(found[1:-1])
        assert found.startswith(("<http://", "<https://"))
        assert parse(triple(S, P, found)).object == found


def test_scripts_are_no_addresses() -> None:
    assert web_iri("javascript:alert(1)//http://example.org") is None
    assert web_iri("data:text/html,x") is None
    assert web_iri("https://user:secret@example.org/") is None


@given(st.floats(0, 1))
def test_shares_keep_their_spelling_in_a_store(value: float) -> None:
    store = ox.Store()
    store.load(triple(S, P, share(value)).encode(), format=ox.RdfFormat.N_TRIPLES)
    assert [str(q.object) for q in store] == [share(value)]
    assert abs(float(text_of(share(value))) - value) <= 0.00005


def test_integers_are_typed() -> None:
    assert integer(7) == f'"7"^^<{XSD}integer>'


@pytest.mark.parametrize(
    "line", ["", "_:b <http://p> <http://o> .", '<s> <p> "a" "b" .', "<s> <p> <o>", '<s> <p> "a\nb" .']
)
def test_what_is_no_triple_is_refused(line: str) -> None:
    with pytest.raises(KgError, match="not a triple"):
        parse(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        ".",
        "<a> <b>  .",
        "<a> <b> .",
        "_:b <p> <o> .",
        "<s> <p> _:b .",
        "<s> <p> <<( <a> <b> <c> )>> .",
        "<s> <p> <o>",
    ],
)
def test_what_has_not_the_form_of_a_triple_is_not_split(line: str) -> None:
    with pytest.raises(KgError, match="not a triple"):
        split(line)


@given(st.text())
def test_a_line_is_split_as_it_is_parsed(text: str) -> None:
    line = triple(S, P, literal(text))
    assert split(line) == parse(line) == split(line + "\n")
