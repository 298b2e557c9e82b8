from __future__ import annotations

import bz2
import gzip
import json
from pathlib import Path

import pytest

from kg.links import formats, read
from kg.links.base import DATA, MAX_NAME, Thing, address
from kg.links.kept import COLUMNS, to_line
from kg.model import ENTITY_TYPES, EntityType, Note, Rejected
from tests.links import made
from tests.links.made import CSO_TOPICS, PWC, WIKIDATA, claim, dump, item

METHOD: frozenset[EntityType] = frozenset({"Method"})
TASK: frozenset[EntityType] = frozenset({"Task"})
TOPIC = METHOD | TASK
ANY: frozenset[EntityType] = frozenset()
ALL: frozenset[EntityType] = frozenset(ENTITY_TYPES)

PUFFIN_SORT = Thing(WIKIDATA + "Q9000001", "puffin sort", ("PS", "burrow sort"), METHOD, "Wikidata")
TIDE = Thing(WIKIDATA + "Q9000003", "tide forecasting", (), ANY, "Wikidata")
COUNTING = Thing(CSO_TOPICS + "bird_counting", "bird counting", ("bird census",), TOPIC, "CSO")
CXX = Thing(CSO_TOPICS + "c%2B%2B_birds", "c++ birds", (), TOPIC, "CSO")
PWC_TASK = Thing(PWC + "task/bird-counting", "Bird Counting", (), TASK, "Papers with Code")
GANNETS = Thing(PWC + "dataset/gannet-counts", "Gannet Counts", (), DATA, "Papers with Code")


def untyped(thing: Thing, *aliases: str) -> Thing:
    return Thing(thing.iri, thing.label, aliases, ANY, thing.source)


# File name, text, format, things.
FILES: dict[str, tuple[str, str, list[Thing]]] = {
    "dump": (
        made.WIKIDATA_DUMP,
        "wikidata",
        [
            PUFFIN_SORT,
            Thing(WIKIDATA + "Q9000002", "Gannet Counts", (), DATA, "Wikidata"),
            TIDE,
            Thing(WIKIDATA + "Q9000004", "puffin network", (), METHOD, "Wikidata"),
            Thing(WIKIDATA + "Q9000007", "Skua-7", (), ANY, "Wikidata"),
        ],
    ),
    "results csv": (made.RESULTS_CSV, "wikidata_results", [PUFFIN_SORT, TIDE]),
    "results tsv": (
        made.RESULTS_TSV,
        "wikidata_results",
        [PUFFIN_SORT, Thing(TIDE.iri, 'tide "forecasting"', source="Wikidata")],
    ),
    "plain tsv": (made.PLAIN_TSV, "wikidata_results", [untyped(PUFFIN_SORT, "PS", "burrow sort")]),
    "results json": (made.RESULTS_JSON, "wikidata_results", [untyped(PUFFIN_SORT, "PS", "burrow sort"), TIDE]),
    "plain json": (made.PLAIN_JSON, "wikidata_results", [untyped(PUFFIN_SORT)]),
    "openalex lines": (
        made.OPENALEX_LINES,
        "openalex",
        [
            Thing("https://openalex.org/T19999", "Puffin Sorting", source="OpenAlex topics"),
            Thing("https://openalex.org/C2779999999", "Puffin sort", source="OpenAlex concepts"),
            Thing(WIKIDATA + "Q9000001", "Puffin sort", source="OpenAlex concepts"),
        ],
    ),
    "openalex page": (
        made.OPENALEX_PAGE,
        "openalex",
        [Thing("https://openalex.org/T19999", "Puffin Sorting", source="OpenAlex topics")],
    ),
    "methods": (
        made.METHODS,
        "papers_with_code",
        [Thing(PWC + "method/pufnet", "PufNet", ("Puffin Network",), METHOD, "Papers with Code")],
    ),
    "datasets": (
        made.DATASETS,
        "papers_with_code",
        [
            GANNETS,
            PWC_TASK,
            Thing(PWC + "dataset/auks", "AUKS", ("Auks under Kelp Shadows",), DATA, "Papers with Code"),
        ],
    ),
    "evaluation tables": (
        made.TABLES,
        "papers_with_code",
        [
            Thing(
                PWC + "task/bird-counting-aerial",
                "Bird Counting (Aerial)",
                ("Aerial Bird Counting",),
                TASK,
                "Papers with Code",
                close_only=True,
            ),
            GANNETS,
            Thing(PWC + "task/night-counting", "Night Counting", (), TASK, "Papers with Code", close_only=True),
        ],
    ),
    "cso csv": (made.CSO_CSV, "cso", [COUNTING, CXX]),
    "cso turtle": (made.CSO_TURTLE, "rdf", [COUNTING, CXX]),
    "skos": (
        made.SKOS_TRIPLES,
        "rdf",
        [Thing("http://example.org/birds/1", "puffin sort", ("burrow sort",), ANY, "SKOS")],
    ),
    "table": (
        made.TABLE,
        "table",
        [
            Thing("https://example.org/pufnet", "PufNet", (), METHOD, "own table"),
            Thing("https://example.org/auks", "AUKS", (), ANY, "own table"),
        ],
    ),
    "bare table": (
        made.BARE_TABLE,
        "table",
        [
            Thing("https://example.org/pufnet", "PufNet", (), METHOD, "own table"),
            Thing("https://example.org/auks", "AUKS", (), ANY, "own table"),
        ],
    ),
    "sssom": (
        made.SSSOM,
        "sssom",
        [
            Thing("https://example.org/bird/7", "PufNet", ("puffin network",), ALL, "own mappings"),
            Thing("https://example.org/bird/8", "AUKS", (), ALL, "own mappings", close_only=True),
        ],
    ),
    "kept": ("\t".join(COLUMNS) + "\n" + to_line(PUFFIN_SORT) + "\n", "kept", [PUFFIN_SORT]),
}


def put(folder: Path, text: str | bytes) -> Path:
    path = folder / "links.dat"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def things(path: Path) -> list[Thing]:
    return [x for x in read(path) if isinstance(x, Thing)]


def rejected(path: Path) -> list[Rejected]:
    return [x for x in read(path) if isinstance(x, Rejected)]


@pytest.mark.parametrize("name", FILES)
def test_each_format_is_known_by_its_content_and_gives_its_things(name: str, tmp_path: Path) -> None:
    text, format_, expected = FILES[name]
    head = text.encode()[:65_536]
    assert next(f.name for f in formats() if f.sniff(head, "")) == format_
    assert list(read(put(tmp_path, text))) == expected


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lambda data: b"\xef\xbb\xbf" + data])
@pytest.mark.parametrize("name", FILES)
def test_every_wrapping_gives_the_same(name: str, pack: object, tmp_path: Path) -> None:
    text, _, expected = FILES[name]
    assert list(read(put(tmp_path, pack(text.encode())))) == expected  # type: ignore[operator]


@pytest.mark.parametrize("name", FILES)
def test_windows_line_ends_give_the_same(name: str, tmp_path: Path) -> None:
    text, _, expected = FILES[name]
    assert list(read(put(tmp_path, text.replace("\r\n", "\n").replace("\n", "\r\n")))) == expected


def test_every_format_has_a_file_here() -> None:
    assert {format_ for _, format_, _ in FILES.values()} == {f.name for f in formats()}


# ---------------------------------------------------------------- Wikidata


def test_a_line_passed_over_by_its_pattern_is_passed_over_when_parsed_too(tmp_path: Path) -> None:
    """The pattern is a short cut: written so that it does not fit, the same items come out."""
    entities = [item("Q1", "a film", P31="Q11424"), item("Q2", "an algorithm", P31="Q8366")]
    spaced = "[\n" + ",\n".join(json.dumps(e) for e in entities) + "\n]\n"
    assert things(put(tmp_path, spaced)) == things(put(tmp_path, dump(*entities)))
    assert [t.label for t in things(put(tmp_path, spaced))] == ["an algorithm"]


def test_a_class_that_fits_outweighs_one_that_does_not(tmp_path: Path) -> None:
    both = item("Q3", "song generator", P31="Q7366") | {
        "claims": {"P31": [claim("P31", "Q7366"), claim("P31", "Q7397")]}
    }
    assert [t.types for t in things(put(tmp_path, dump(both)))] == [METHOD]


def test_only_what_an_item_is_tells_its_type(tmp_path: Path) -> None:
    about_a_film = item("Q3", "scene cutter", P31="Q8366", P921="Q11424")
    by_someone = item("Q4", "tide model", P61="Q5")
    found = things(put(tmp_path, dump(about_a_film, by_someone)))
    assert [(t.label, t.types) for t in found] == [("scene cutter", METHOD), ("tide model", ANY)]


def test_a_deprecated_class_does_not_count(tmp_path: Path) -> None:
    old = item("Q3", "tide model") | {"claims": {"P31": [claim("P31", "Q8366", rank="deprecated")]}}
    assert [t.types for t in things(put(tmp_path, dump(old)))] == [ANY]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"type":"item","id":"Q4","labels":{"en":{"language":"en","value":"cut', "Q4"),
        ('{"type":"item","id":"Q4> <http://e","labels":{"en":{"language":"en","value":"x y"}}}', "Q4>"),
        ('{"type":"item","labels":{"en":{"language":"en","value":"x y"}}}', "None"),
        ('{"type":"item","id":"Quux","labels":{"en":{"language":"en","value":"x y"}}}', "Quux"),
        ("17", "17"),
        ('{"type":"item","id":"Q4","labels":{"en":{"language":"en","value":"\\u0000"}}}', "?"),
        ("[" * 100_000, "[[["),
    ],
)
def test_a_bad_entity_is_told_with_its_line_and_the_next_goes_on(line: str, found: str, tmp_path: Path) -> None:
    path = put(tmp_path, dump(item("Q1", "first"), line, item("Q2", "second")))
    assert [t.label for t in things(path)] == ["first", "second"]
    (bad,) = rejected(path)
    assert bad.where == f"{path}:3"
    assert found in bad.what
    assert bad.why


@pytest.mark.parametrize(
    "broken",
    [
        {"labels": {"en": "x"}},
        {"labels": [1], "aliases": 3, "claims": "no"},
        {"labels": {"en": {"value": 7}}},
        {"claims": {"P31": [None, {"mainsnak": {"datavalue": {"value": {"id": ["Q5"]}}}}]}},
        {"aliases": {"en": [None, {"value": None}, "x"]}},
    ],
)
def test_entities_of_any_shape_raise_nothing(broken: dict[str, object], tmp_path: Path) -> None:
    found = list(read(put(tmp_path, dump(item("Q1", "first"), item("Q5", "x y") | broken))))
    assert found[0] == Thing(WIKIDATA + "Q1", "first", source="Wikidata")


def test_an_item_without_a_label_in_the_language_of_the_query_is_told(tmp_path: Path) -> None:
    (bad,) = rejected(put(tmp_path, f"item,itemLabel\n{WIKIDATA}Q7,Q7\n{WIKIDATA}Q8,eight\n"))
    assert bad.what == "Q7"
    assert "language" in bad.why


def test_comments_in_a_table_are_passed_over(tmp_path: Path) -> None:
    path = put(tmp_path, "# mine, all of it\nname,iri\n# PufNet,https://example.org/p\nAUKS,https://example.org/q\n")
    assert [x.label for x in read(path) if isinstance(x, Thing)] == ["AUKS"]
    assert not rejected(path)


def test_quotation_marks_around_cells_are_none_of_the_name(tmp_path: Path) -> None:
    path = put(tmp_path, 'name\tiri\n"PufNet ""large"""\thttps://example.org/p\nso "called"\thttps://example.org/q\n')
    assert [x.label for x in read(path) if isinstance(x, Thing)] == ['PufNet "large"', 'so "called"']


# ---------------------------------------------------------------- hostile and broken files

HOSTILE_ADDRESSES = (
    "javascript:alert(1)",
    "http://e/a> <http://e/b> <http://e/c",
    "http://e/a b",
    "http://e/a\x01",
    'http://e/"',
    "http://e/{x}",
    "http://e/%zz",
    "https://",
    "//example.org/x",
    "file:///etc/passwd",
    "ftp://example.org/x",
    "http://user:pw@example.org/x",
    "https://example.org/" + "x" * 3000,
    "",
)


@pytest.mark.parametrize("bad", HOSTILE_ADDRESSES)
def test_no_address_leaves_its_brackets(bad: str, tmp_path: Path) -> None:
    assert address(bad) is None
    path = put(tmp_path, f"name\tiri\ttype\nPufNet\t{bad}\tMethod\nAUKS\thttps://example.org/auks\tDataset\n")
    assert [t.label for t in things(path)] == ["AUKS"]
    assert rejected(path)[0].where == f"{path}:2"


def test_letters_of_other_scripts_are_percent_encoded_in_addresses() -> None:
    assert address("https://Example.org/Lärm#x") == "https://example.org/L%C3%A4rm#x"


@pytest.mark.parametrize("label", ["", "   ", "\x1b", "...", "x" * (MAX_NAME + 1)])
def test_what_is_no_name_is_told(label: str, tmp_path: Path) -> None:
    path = put(tmp_path, f"name\tiri\nPufNet\thttps://example.org/p\n{label}\thttps://example.org/q\n")
    assert [t.label for t in things(path)] == ["PufNet"]
    (bad,) = rejected(path)
    assert bad.where == f"{path}:3"
    assert "\x1b" not in bad.what + bad.why


def test_control_characters_and_line_ends_do_not_stay_in_names(tmp_path: Path) -> None:
    text = dump(item("Q1", "puffin\x1b[31m\n sort\u0000\u202e", "a\tb"))
    assert [(t.label, t.aliases) for t in things(put(tmp_path, text))] == [("puffin[31m sort", ("a b",))]


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("name,iri,type\nPufNet,https://e.org/1,Methid\n", 2, "Method, Task, Dataset, Benchmark, Metric"),
        ('name,iri\n"PufNet,https://e.org/1\nAUKS,https://e.org/2\n', 2, "quotation marks"),
        ("name,iri\nPufNet\n", 2, "name, address and type"),
        ("subject_label\tpredicate_id\tobject_id\nx y\towl:sameAs\thttp://e.org/1\n", 2, "skos:closeMatch"),
        ("subject_label\tpredicate_id\tobject_id\nx y\tskos:broadMatch\thttp://e.org/1\n", 2, "skos:closeMatch"),
        ("subject_label\tpredicate_id\tobject_id\nx y\tskos:exactMatch\tBIRD:1\n", 2, "curie_map"),
        (
            "subject_label\tpredicate_modifier\tpredicate_id\tobject_id\nx y\tNot\tskos:exactMatch\thttp://e.org/1\n",
            2,
            "alone",
        ),
        ("subject_label\tpredicate_id\tobject_id\n\tskos:exactMatch\thttp://e.org/1\n", 2, "label"),
        (made.RESULTS_CSV + "https://example.org/Q1,x y,,\n", 5, "?itemLabel"),
        (made.RESULTS_CSV + f"{WIKIDATA}Q1,x y\n", 5, "4 belong"),
        (made.RESULTS_TSV + f"<{WIKIDATA}Q1>\tx y\t\tMethid\n", 4, "Method, Task"),
        (made.OPENALEX_LINES + '{"id": "https://openalex.org/S7", "display_name": "x y"}\n', 3, "no topic"),
        (made.OPENALEX_LINES + "{cut\n", 3, "JSON"),
        (made.CSO_CSV + '"<x>",no,"y"\n', 8, "statement"),
        (made.CSO_CSV + '"<http://e/1>","<http://e/2>"\n', 8, "statement"),
        (made.CSO_CSV + '"<http://e/1>","<http://e/2>","x","y"\n', 8, "statement"),
        (made.SKOS_TRIPLES + "<http://e/1> nonsense .\n", 4, "not read"),
    ],
)
def test_each_bad_record_is_told_with_its_line_and_a_remedy(text: str, line: int, remedy: str, tmp_path: Path) -> None:
    (bad,) = rejected(put(tmp_path, text))
    assert bad.where == f"{tmp_path / 'links.dat'}:{line}"
    assert remedy in bad.why
    assert bad.what


@pytest.mark.parametrize("value", [{"url": "https://example.org/method/x", "full_name": "x"}, {"name": "x"}, 7, None])
def test_what_is_no_page_of_papers_with_code_is_told(value: object, tmp_path: Path) -> None:
    path = put(tmp_path, json.dumps([*json.loads(made.METHODS), value]))
    assert [t.label for t in things(path)] == ["PufNet"]
    assert rejected(path)


def test_a_table_within_a_table_without_end_is_read_as_deep_as_is_meant(tmp_path: Path) -> None:
    table: dict[str, object] = {"task": "bottom", "categories": [], "datasets": [], "subtasks": []}
    for n in range(60):
        table = {"task": f"level {n}", "categories": [], "datasets": [], "subtasks": [table]}
    assert len(things(put(tmp_path, json.dumps([table])))) == 21


@pytest.mark.parametrize("data", [b"", b"   ", b"\x89PNG\r\n\x1a\n\x00\x00", b"just a line of text\n", b"{}", b"[]"])
def test_a_file_that_is_no_vocabulary_is_told(data: bytes, tmp_path: Path) -> None:
    (bad,) = read(put(tmp_path, data))
    assert isinstance(bad, Rejected)
    assert "answers of query.wikidata.org" in bad.why


def test_a_vocabulary_that_names_nothing_is_told(tmp_path: Path) -> None:
    (bad,) = read(put(tmp_path, "item,itemLabel\nhttp://www.wikidata.org/entity/,\n".splitlines(keepends=True)[0]))
    assert isinstance(bad, Rejected)
    (bad,) = read(put(tmp_path, dump(item("Q5", "someone", P31="Q5"))))
    assert isinstance(bad, Rejected)
    assert bad.what == "nothing to link to"


def test_a_cut_file_keeps_the_things_before_the_cut_and_says_so(tmp_path: Path) -> None:
    whole = gzip.compress(dump(*(item(f"Q{n}", f"thing {n * 7919 % 10007}") for n in range(1, 5000))).encode())
    path = put(tmp_path, whole[: len(whole) // 2])
    assert len(things(path)) > 100
    assert "damaged" in rejected(path)[-1].what


def test_bytes_of_an_older_encoding_are_read_and_noted(tmp_path: Path) -> None:
    path = put(tmp_path, "name,iri\nPoincaré sort,https://example.org/p\n".encode("latin-1"))
    assert [t.label for t in things(path)] == ["Poincaré sort"]
    assert any(isinstance(x, Note) for x in read(path))
