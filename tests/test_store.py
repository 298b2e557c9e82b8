"""The published store: what it answers, what it refuses, and how it is switched."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kg import worker
from kg.errors import KgError, NotAGraphError, QueryTimeoutError, UsageError
from kg.store import Answer, Loading, change, check_query, loading, of_lines, open_file, open_folder, publish, published
from kg.vocab import XSD
from tests.growth import FACTOR, growth

LINES = [
    '<http://e/a> <http://e/p> "x" .',
    f'<http://e/a> <http://e/q> "1.50"^^<{XSD}decimal> .',
    f'<http://e/b> <http://e/q> "7"^^<{XSD}integer> .',
    f'<http://e/b> <http://e/r> "true"^^<{XSD}boolean> .',
]


def triples(folder: Path, lines: list[str]) -> Path:
    place = folder / "graph.nt"
    place.write_text("".join(line + "\n" for line in sorted(lines)), encoding="utf-8")
    return place


def test_cells_are_plain_values() -> None:
    rows = of_lines(LINES).query("SELECT ?o { ?s ?p ?o } ORDER BY ?p ?o").rows
    assert rows == (("x",), (Decimal("1.5"),), (7,), (True,))


def test_ask_and_construct() -> None:
    store = of_lines(LINES)
    assert store.query("ASK { <http://e/a> ?p ?o }").boolean is True
    assert store.query("CONSTRUCT WHERE { <http://e/a> <http://e/p> ?o }").triples == (LINES[0],)


def test_text_of_users_is_a_term_and_never_syntax() -> None:
    store = of_lines(LINES)
    text = "SELECT ?s ?name { ?s <http://e/p> ?name }"
    assert len(store.query(text, bindings={"name": "x"}).rows) == 1
    assert store.query(text, bindings={"name": 'x" } || true || ("" = "'}).rows == ()
    with pytest.raises(UsageError, match="not an IRI"):
        store.query(text, bindings={"name": "<http://e/ } { >"})


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { # comment\n SeRvIcE<http://example.org/>{ ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://example.org/> { ?s ?p ?o } }",
        # Oxigraph needs no space around the word, ends a comment at a carriage return and knows `<` from an IRI.
        "SELECT * { #\rSERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 1SERVICE <http://example.org/> { ?s ?p ?o } }",
        "PREFIX e: <http://e/> SELECT * { SERVICEe:x { ?s ?p ?o } }",
        "SELECT * { SERVICESILENT<http://example.org/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o FILTER(?o<9)SERVICE#>\n<http://example.org/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p <http://e#b> . ?s ?p ?o FILTER(?o<9)SERVICE#>\n<http://e/> #{\n { ?s ?p ?o } }",
        "SELECT * { #\r" + "{" * 2300 + "}" * 2300 + "\n}",
        "SELECT * { ?s ?p ?o FILTER(?o<" + "(" * 4000 + "1" + ")" * 4000 + ">2) }",
        "SELECT * { ?s ?p ?o FILTER(?o<1" + "+1" * 7000 + ">2) }",
        "SELECT * { ?s ?p ?o FILTER(?o<'x>'&&" + "(" * 4000 + "1" + ")" * 4000 + "='z') }",
        "SELECT * { ?s ?p ?o FILTER(?o<9)#>'''\n " + "{" * 2300 + "}" * 2300 + "#'''\n }",
        "SELECT * " + "{" * 2300 + "}" * 2300,
        "SELECT * { FILTER(" + "!" * 9400 + "true) }",
        "SELECT (1" + "+1" * 7100 + " AS ?x) {}",
        "SELECT * { ?s ?p '" + "x" * 20_000 + "' }",
    ],
    ids=lambda text: text[:40],
)
def test_hostile_queries_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        of_lines(LINES).query(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE' }",
        'SELECT * { ?s ?p """a "SERVICE" b""" }',
        "SELECT * { ?s <http://e/SERVICE> ?o } # SERVICE",
        "SELECT * { ?s ?p '\\u0041' }",
        "SELECT ?service ?x { ?service ?x ?o FILTER(?o<2 && ?x>1) }",
        "SELECT * { GRAPH <http://e/service?q=1> { ?s <urn:x-service:y> ?o } }",
        "BASE <http://e/> SELECT * { ?s <service> ?o . ?o <http://e/a'#b(c> ?x }",
    ],
)
def test_honest_queries_are_not(text: str) -> None:
    check_query(text)


@pytest.mark.parametrize("unit", ["SERVICE", "SERVICE:", "SERVICE #", "SERVICE a:", "\\:", "SERVICE \n"])
def test_refusing_takes_quadratic_time_at_worst(unit: str) -> None:
    store = of_lines([])

    def run(size: int) -> None:
        with pytest.raises(UsageError):
            store.query("SERVICE a:" + unit * (size // len(unit)))

    # The text is at most 16,384 characters long, so that the square is small. Cubic time would grow 512 times.
    assert growth(run, 2_000) < 3 * FACTOR**2


def test_a_row_that_cannot_be_computed_is_an_error_of_kg() -> None:
    store = of_lines(LINES)
    # The first row comes while the query is asked, what fails later comes while rows are taken.
    with pytest.raises(KgError):
        store.query("SELECT * { ?s ?p ?o }", bindings={"o": "<http://e/ >"})
    assert store.query("SELECT ?s ?o { ?s ?p ?o }", bindings={"o": "a\udcff"}).rows == ()


def test_a_syntax_error_says_where() -> None:
    with pytest.raises(UsageError, match="1:"):
        of_lines(LINES).query("SELEKT * {}")


NAMES = [f"{n:016x}" for n in range(9)]


def generations(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.is_dir())


def test_publishing_switches_and_keeps_one_generation_before(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    for count in (1, 2, 3):
        publish(triples(tmp_path, LINES[:count]), folder, NAMES[count])
        assert published(folder) == NAMES[count]
        assert len(open_folder(folder)) == count
    assert generations(folder) == NAMES[2:4]
    publish(triples(tmp_path, LINES[:1]), folder, NAMES[3])  # is there already
    assert len(open_folder(folder)) == 3


def test_a_reader_keeps_its_generation_while_another_is_published(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    publish(triples(tmp_path, LINES[:1]), folder, NAMES[0])
    reader = open_folder(folder)
    publish(triples(tmp_path, LINES), folder, NAMES[1])
    change(folder, NAMES[1], NAMES[2], LINES[:1], [])
    assert len(reader.query("SELECT * { ?s ?p ?o }").rows) == 1


def test_a_change_leaves_the_rest_and_the_generation_before(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    publish(triples(tmp_path, LINES[:3]), folder, NAMES[0])
    change(folder, NAMES[0], NAMES[1], LINES[:2], LINES[3:])
    assert sorted(open_folder(folder).lines()) == sorted(LINES[2:])
    assert generations(folder) == NAMES[:2]
    change(folder, NAMES[1], NAMES[2], [], LINES[:1])
    assert sorted(open_folder(folder).lines()) == sorted([LINES[0], *LINES[2:]])
    assert generations(folder) == NAMES[1:3]


@pytest.mark.parametrize(("out", "put", "found"), [(LINES[3:], [], "is not in the store"), ([], LINES[:1], "already")])
def test_a_change_that_does_not_fit_changes_nothing(tmp_path: Path, out: list[str], put: list[str], found: str) -> None:
    folder = tmp_path / "store"
    publish(triples(tmp_path, LINES[:2]), folder, NAMES[0])
    with pytest.raises(KgError, match=found):
        change(folder, NAMES[0], NAMES[1], out, put)
    assert generations(folder) == [published(folder)] == NAMES[:1]


def test_what_is_no_graph_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotAGraphError, match="kg build"):
        open_folder(tmp_path)
    (tmp_path / "x.ttl").write_text("<a> <b> .", encoding="utf-8")
    with pytest.raises(NotAGraphError, match=r"x\.ttl"):
        open_file(tmp_path / "x.ttl")
    with pytest.raises(NotAGraphError, match=r"\.ttl"):
        open_file(tmp_path / "x.docx")


def test_a_query_in_its_own_process_gives_the_same_and_stops_in_time(tmp_path: Path) -> None:
    place = triples(tmp_path, LINES)
    asked = "SELECT ?s ?o { ?s <http://e/q> ?o } ORDER BY ?s"
    here = worker.open_store(place).query(asked)
    assert worker.query(place, asked, bindings=None, seconds=30) == here != Answer()
    with pytest.raises(UsageError):
        worker.query(place, "SELEKT", bindings=None, seconds=30)
    many = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(40)) + "}"
    with pytest.raises(QueryTimeoutError, match="--timeout"):
        worker.query(place, many, bindings=None, seconds=1)


def test_a_store_that_lost_triples_is_not_published(tmp_path: Path) -> None:
    place = tmp_path / "graph.nt"
    place.write_text(LINES[0] + "\n" + LINES[0] + "\n", encoding="utf-8")
    with pytest.raises(KgError, match="1 of 2 triples"):
        publish(place, tmp_path / "store", NAMES[0])
    with pytest.raises(NotAGraphError):
        open_folder(tmp_path / "store")


def test_a_store_that_was_not_finished_is_in_nobodys_way(tmp_path: Path) -> None:
    folder = tmp_path / "store"

    def fill(line: str, *, stop: bool = False) -> Loading:
        with loading(folder) as load:
            load.put((line + "\n").encode())
            if stop:
                raise KeyboardInterrupt
            load.publish(NAMES[0], 1)
        return load

    with pytest.raises(KeyboardInterrupt) as kept:
        fill(LINES[0], stop=True)
    with pytest.raises(SyntaxError) as broken:
        fill("no triple")
    assert list(folder.iterdir()) == []
    # Both errors are still held, and with them all that is in their frames.
    load = fill(LINES[0])
    assert (kept.type, broken.type, len(open_folder(folder))) == (KeyboardInterrupt, SyntaxError, 1)
    with pytest.raises(RuntimeError, match="closed"):
        load.put(b"")
