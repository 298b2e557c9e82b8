from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kg.errors import KgError
from kg.export import turtle
from kg.ntriples import iri, literal, triple
from kg.vocab import KG, PREFIXES, TYPE, XSD
from tests.graph.example import graph, papers
from tests.test_ntriples import HOSTILE, TEXTS

LOCALS = st.text("abcXYZ019.-_/#%+é ", max_size=8)
IRIS = st.builds(
    lambda ns, local: iri(ns + local), st.sampled_from([*PREFIXES.values(), "http://example.org/"]), LOCALS
)
LEXICAL = st.sampled_from(["1", "+1", "01", "1.0", ".5", "1.", "true", "1e3", "x", "-0.50", ""])
TYPED = st.builds(
    literal, LEXICAL, st.sampled_from([XSD + t for t in ("integer", "decimal", "boolean", "double", "gYear")])
)
LINES = st.lists(st.builds(triple, IRIS, IRIS | st.just(f"<{TYPE}>"), IRIS | TEXTS.map(literal) | TYPED))


def write(lines: list[str]) -> bytes:
    out = io.BytesIO()
    assert turtle.write(lines, out) == len(set(lines))
    return out.getvalue()


def nt(data: bytes, kind: ox.RdfFormat) -> list[str]:
    return sorted(f"{t} ." for t in ox.parse(data, format=kind))


@given(LINES)
def test_turtle_says_what_the_lines_say(lines: list[str]) -> None:
    lines = sorted(lines)
    assert nt(write(lines), ox.RdfFormat.TURTLE) == nt("\n".join(sorted(set(lines))).encode(), ox.RdfFormat.N_TRIPLES)


def _count(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def _hostile() -> list[str]:
    return sorted(triple(iri(KG + text), iri(KG + "text"), literal(text)) for text in HOSTILE)


@pytest.mark.parametrize("lines", [graph(papers()), _hostile()], ids=["papers", "hostile"])
def test_every_reader_counts_the_same_triples(lines: list[str], tmp_path: Path) -> None:
    if not (shutil.which("rapper") and shutil.which("serdi")):
        pytest.skip("rapper and serdi are not installed (Debian: raptor2-utils, serdi)")
    place = tmp_path / "g.ttl"
    place.write_bytes(write(lines))
    assert f"returned {len(lines)} triples" in _count("rapper", "-c", "-i", "turtle", str(place))
    rows = _count("serdi", "-e", "-i", "turtle", "-o", "ntriples", str(place)).split("\n")
    assert len(rows) == len(lines) + 1
    read = rdflib.Graph().parse(place)
    assert isomorphic(read, rdflib.Graph().parse(data="\n".join(lines) + "\n", format="nt"))
    assert len(read) == len(lines)
    assert not any(isinstance(term, rdflib.BNode) for row in read for term in row)


def test_same_bytes_for_the_same_papers_in_any_order() -> None:
    assert write(graph(papers())) == write(graph(reversed(papers())))


def test_adding_a_paper_twice_changes_nothing_but_the_count() -> None:
    def facts(lines: list[str]) -> list[str]:
        return [line for line in lines if "/build/" not in line]

    assert facts(graph([*papers(), papers()[0]])) == facts(graph(papers()))


def test_local_names_that_readers_disagree_on_are_written_in_full() -> None:
    assert turtle.term(iri(PREFIXES["paper"] + "arxiv-2401.00001")) == "paper:arxiv-2401.00001"
    assert turtle.term(iri(PREFIXES["paper"] + "x.")) == f"<{PREFIXES['paper']}x.>"
    assert turtle.term(iri(PREFIXES["paper"] + "x/abstract#char=1,2")).startswith("<")


def test_numbers_are_bare_only_where_every_reader_keeps_their_digits() -> None:
    rdflib.NORMALIZE_LITERALS = False
    try:
        for text in ("0", "-7", "007", "+7", "-0"):
            _kept(text, XSD + "integer")
        for text in ("0.5", "-0.50", "64.8", ".5", "+1.0", "01.5", "0.000001", "0.0000001", "-0.00000012"):
            _kept(text, XSD + "decimal")
    finally:
        rdflib.NORMALIZE_LITERALS = True
    assert [turtle.term(literal(t, XSD + "decimal"))[:1] for t in ("64.8", "0.0000001")] == ["6", '"']


def _kept(text: str, kind: str) -> None:
    (found,) = rdflib.Graph().parse(data=write([triple("<http://a>", "<http://b>", literal(text, kind))])).objects()
    assert str(found) == text


def test_a_blank_node_is_refused() -> None:
    with pytest.raises(KgError, match="without blank nodes"):
        turtle.write(["_:a <http://p> <http://o> ."], io.BytesIO())
