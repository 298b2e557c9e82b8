from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest

from kg import export
from kg.errors import ExistsError, KgError, UsageError
from kg.export import EXPORTS
from tests.export.hostile import DATASET, EDGES, METHOD, NAMES, OLDER, OTHER, PAPER, QUOTE, lines


def made(tmp_path: Path, name: str, source: list[str] | None = None) -> Path:
    place = tmp_path / f"out-{name}"
    export.run(lines() if source is None else source, place, format=name)
    return place


def content(place: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(place.iterdir())} if place.is_dir() else {"": place.read_bytes()}


def plain(text: str) -> str:
    """A text without what XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or unicodedata.category(c) not in ("Cc", "Cs") or c == "\x85")


@pytest.mark.parametrize("name", EXPORTS)
def test_same_bytes_every_time_and_nothing_left_over(tmp_path: Path, name: str) -> None:
    first = content(made(tmp_path / "1", name))
    doubled = [line for line in lines() for _ in range(2)]
    assert content(made(tmp_path / "2", name, doubled)) == first
    assert content(made(tmp_path / "3", name, [line + "\n" for line in lines()])) == first
    assert [p.name for p in (tmp_path / "1").iterdir()] == [f"out-{name}"]
    assert all(first.values())


@pytest.mark.parametrize("name", [name for name in EXPORTS if name != "nt"])  # N-Triples are passed on unread
def test_no_half_file_after_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(KgError, match="_:b"):
        made(tmp_path, name, [*lines(), "_:b <http://a> <http://b> ."])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", EXPORTS)
def test_an_empty_graph_can_be_written(tmp_path: Path, name: str) -> None:
    assert content(made(tmp_path, name, [])) is not None


@pytest.mark.parametrize("name", EXPORTS)
def test_nothing_is_overwritten_without_force(tmp_path: Path, name: str) -> None:
    place = made(tmp_path, name)
    before = content(place)
    with pytest.raises(ExistsError, match="force"):
        export.run([], place, format=name)
    assert content(place) == before
    export.run([], place, format=name, force=True)
    assert content(place) != before


def test_force_does_not_cost_a_folder_of_other_things(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.txt").write_text("years of work")
    with pytest.raises(ExistsError, match=r"thesis\.txt"):
        export.run(lines(), tmp_path / "home", format="csv", force=True)
    assert (tmp_path / "home" / "thesis.txt").exists()


def test_format_from_the_suffix_or_an_error_that_lists_them(tmp_path: Path) -> None:
    assert export.find(Path("a.JSONLD")).name == "jsonld"
    assert export.find(Path("a.gexf"), "nt").name == "nt"
    for place, name in ((tmp_path / "x.docx", None), (tmp_path / "x.nt", "word")):
        with pytest.raises(UsageError, match="graphml"):
            export.run([], place, format=name)
    with pytest.raises(UsageError, match="folder"):
        export.run([], Path("-"), format="csv")


def test_bytes_are_lines_too(tmp_path: Path) -> None:
    place = tmp_path / "a.nt"
    export.run([line.encode() for line in lines()], place)
    assert place.read_text(encoding="utf-8").split("\n") == [*lines(), ""]


# ---------------------------------------------------------------- JSON-LD


def by_rdflib(data: bytes, syntax: str) -> set[Any]:
    import rdflib

    # As written: "007" stays "007".
    rdflib.NORMALIZE_LITERALS = False
    try:
        return set(rdflib.Graph().parse(data=data, format=syntax))
    finally:
        rdflib.NORMALIZE_LITERALS = True


def by_oxigraph(data: bytes, syntax: str) -> set[str]:
    import pyoxigraph as ox

    format_ = {"json-ld": ox.RdfFormat.JSON_LD, "nt": ox.RdfFormat.N_TRIPLES}[syntax]
    return {str(quad) for quad in ox.parse(io.BytesIO(data), format=format_)}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("read", [by_rdflib, by_oxigraph])
def test_jsonld_gives_the_same_triples(tmp_path: Path, read: Callable[[bytes, str], set[Any]]) -> None:
    expected = read("".join(f"{line}\n" for line in lines()).encode(), "nt")
    assert len(expected) == len(lines())
    assert read(made(tmp_path, "jsonld").read_bytes(), "json-ld") == expected


def test_jsonld_is_readable_and_safe_in_a_page(tmp_path: Path) -> None:
    text = made(tmp_path, "jsonld").read_text(encoding="utf-8")
    assert "</script" not in text
    assert "\u2028" not in text
    nodes = {node["@id"]: node for node in json.loads(text)["@graph"]}
    assert nodes[METHOD]["@type"] == ["Method"]
    assert nodes[METHOD]["outperforms"] == OTHER
    assert nodes[OTHER]["prefLabel"] == NAMES[OTHER]
    assert len(re.findall(r'^\{"@id"', text, re.MULTILINE)) == len(nodes)


# ---------------------------------------------------------------- GraphML and GEXF


def check_network(network: nx.Graph[str]) -> None:
    assert network.is_directed()
    assert network.is_multigraph()
    assert set(network) == {PAPER, OLDER, METHOD, OTHER, DATASET}
    found = {(s, d["predicate"], t) for s, t, d in network.edges(data=True)}
    assert found == {(s, p.rpartition("#")[2], t) for s, p, t in EDGES}
    assert network.number_of_edges() == len(EDGES)
    assert {iri: network.nodes[iri]["label"] for iri in NAMES} == {iri: plain(name) for iri, name in NAMES.items()}
    assert network.nodes[METHOD]["papers"] == 2
    assert network.nodes[METHOD]["first_year"] == 2019
    assert network.nodes[DATASET]["aliases"] == "=two | one"
    assert (network.nodes[OLDER]["label"], network.nodes[PAPER]["date"]) == ("x1", "2024-01-02")
    edge = next(d for s, t, d in network.edges(data=True) if (s, t) == (METHOD, DATASET))
    assert (edge["belief"], edge["support"], edge["quote"], edge["paper"]) == (0.5, 5, QUOTE, PAPER)


def test_graphml_is_read_by_networkx(tmp_path: Path) -> None:
    check_network(nx.read_graphml(made(tmp_path, "graphml"), force_multigraph=True))


def test_gexf_is_read_by_networkx(tmp_path: Path) -> None:
    check_network(nx.read_gexf(made(tmp_path, "gexf")))


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_edge_ids_are_unique_and_no_attributes_differ_by_case_alone(tmp_path: Path, name: str) -> None:
    elements = list(ElementTree.parse(made(tmp_path, name)).getroot().iter())  # noqa: S314
    ids = [e.get("id") for e in elements if e.tag.endswith("}edge")]
    assert len(set(ids)) == len(ids) == len(EDGES)
    for owner in ("node", "edge"):
        keys = [e.get("attr.name") for e in elements if e.tag.endswith("}key") and e.get("for") == owner]
        groups = (g for g in elements if g.tag.endswith("}attributes") and g.get("class") == owner)
        names = [*keys, *(a.get("title") for g in groups for a in g)]
        assert names
        assert len({str(n).casefold() for n in names}) == len(names)


# ---------------------------------------------------------------- Cytoscape, tables


def test_cytoscape_json(tmp_path: Path) -> None:
    elements = json.loads(made(tmp_path, "cyjs").read_bytes())["elements"]
    nodes = {n["data"]["id"]: n["data"] for n in elements["nodes"]}
    assert nodes[OTHER]["label"] == NAMES[OTHER]
    assert nodes[DATASET]["aliases"] == ["=two", "one"]
    assert "venue" not in nodes[METHOD]
    ids = [e["data"]["id"] for e in elements["edges"]]
    assert len(set(ids)) == len(EDGES)
    assert all(e["data"]["source"] in nodes and e["data"]["target"] in nodes for e in elements["edges"])


def rows(place: Path) -> dict[str, dict[str, str]]:
    with place.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        first = str(next(iter(reader.fieldnames or [])))
        return {row[first]: row for row in reader}


def test_csv_is_safe_in_a_spreadsheet(tmp_path: Path) -> None:
    place = made(tmp_path, "csv")
    nodes, edges = rows(place / "nodes.csv"), rows(place / "edges.csv")
    assert list(nodes) == sorted(nodes)
    assert nodes[METHOD]["label"] == "'" + NAMES[METHOD]
    assert nodes[DATASET]["label"] == "'" + NAMES[DATASET]
    assert nodes[DATASET]["aliases"] == "'=two | one"
    assert nodes[OTHER]["label"] == NAMES[OTHER]
    assert (nodes[PAPER]["label"], nodes[PAPER]["venue"]) == ("'\tA title", "'+Venue")
    assert {e["quote"] for e in edges.values()} == {"'" + QUOTE}
    cells = [c for row in (*nodes.values(), *edges.values()) for c in row.values()]
    assert not any(c.startswith(("=", "+", "-", "@", "\t", "\r")) for c in cells)
    assert (place / "nodes.csv").read_bytes().startswith(b"id,type,label,aliases,papers,first_year,date,venue,url\r\n")


def test_neo4j_headers_lists_and_script(tmp_path: Path) -> None:
    place = made(tmp_path, "neo4j")
    nodes, edges = rows(place / "nodes.csv"), rows(place / "edges.csv")
    assert list(nodes[METHOD])[:6] == ["id:ID", ":LABEL", "label", "aliases:string[]", "papers:int", "first_year:int"]
    assert {":START_ID", ":END_ID", ":TYPE", "belief:double", "support:int"} <= set(next(iter(edges.values())))
    assert nodes[DATASET]["aliases:string[]"].split("\x1f") == ["=two", "one"]
    assert nodes[METHOD]["label"] == NAMES[METHOD]
    script = (place / "import.sh").read_text()
    assert "--array-delimiter=U+001F" in script
    assert "--multiline-fields=true" in script


def test_parquet_has_the_columns_of_the_csv(tmp_path: Path) -> None:
    from pyarrow import parquet

    nodes = {row["id"]: row for row in parquet.read_table(made(tmp_path, "parquet") / "nodes.parquet").to_pylist()}
    edges = parquet.read_table(tmp_path / "out-parquet" / "edges.parquet").to_pylist()
    assert nodes[OTHER]["label"] == NAMES[OTHER]
    assert nodes[DATASET]["aliases"] == ["=two", "one"]
    assert (nodes[METHOD]["papers"], nodes[METHOD]["first_year"], nodes[PAPER]["papers"]) == (2, 2019, None)
    assert {(e["source"], e["predicate"], e["target"]) for e in edges} == {
        (s, p.rpartition("#")[2], t) for s, p, t in EDGES
    }


def test_arrow_tables_come_in_batches_and_are_those_of_the_parquet_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyarrow import parquet

    from kg.export import arrow

    monkeypatch.setattr(arrow, "ROWS_PER_BATCH", 2)
    tables = arrow.to_arrow(lines())
    folder = made(tmp_path, "parquet")
    for name, table in zip(("nodes", "edges"), tables, strict=True):
        read = parquet.ParquetFile(folder / f"{name}.parquet")
        assert table.equals(read.read())
        assert read.num_row_groups == len(table.to_batches()) == -(-table.num_rows // 2) > 1
    assert [t.schema for t in arrow.to_arrow([])] == [t.schema for t in tables]
