from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import kg
from kg.cli import app
from kg.compare import COLUMNS, KINDS, compare, counts
from kg.errors import KgError
from kg.graph.belief import belief
from kg.ids import BASE, paper_iri, statement_iri
from kg.ntriples import integer, literal, triple
from kg.query.table import Table
from kg.store import of_lines
from kg.vocab import BUILD, KG, SKOS, TYPE
from tests.export.hostile import lines as hostile
from tests.graph.example import graph, papers, resolve

IRIS = [f"<{BASE}{n}>" for n in ("paper/x", "paper/x/abstract#char=0,1", "method/a", "method/b", "statement/1")]
PREDICATES = [f"<{p}>" for p in (TYPE, KG + "uses", KG + "states", SKOS + "prefLabel")]
OBJECTS = [*IRIS, f"<{KG}Paper>", f"<{KG}Method>", literal("a"), literal("b")]
GRAPHS = st.lists(
    st.builds(triple, *map(st.sampled_from, (IRIS, PREDICATES, OBJECTS))), max_size=12
).map(lambda lines: sorted(set(lines)))  # fmt: skip


def compared(before: list[str], after: list[str]) -> Table:
    return compare(before, after, (of_lines(after), of_lines(before)))


def test_a_paper_more() -> None:
    before, after = graph(papers()[:1]), graph(papers()[:2])
    rows = compared(before, after).to_records()
    assert [r["kind"] for r in rows] == sorted((str(r["kind"]) for r in rows), key=KINDS.index)
    found = {(r["change"], r["kind"], r["name"]): r for r in rows}
    assert [r["name"] for r in rows if r["kind"] == "paper"] == ["Heron revisited"]
    for name in ("Heron outperforms Gull", "Heron revisited uses Heron", "Heron revisited measures mAP"):
        assert ("added", "edge", name) in found
    assert ("added", "result", "Gull 69.8 mAP on Shoreline") in found
    assert ("added", "claim", "There, Gull has 69.8 mAP.") in found
    assert ("added", "sentence", "There, Gull has 69.8 mAP.") in found
    stated = found["changed", "edge", "Gull evaluatedOn Shoreline"]
    beliefs = [belief(c, "evaluatedOn") for c in ([0.8], [0.8, 0.5])]
    assert stated["was"] == f"belief {beliefs[0]}; support 1"
    assert str(stated["now"]).startswith(f"belief {beliefs[1]}; evidence paper/acl-2024.acl-long.1/abstract#char=")
    assert str(stated["now"]).endswith("; support 2")
    ends = (resolve(papers()[0][1].entities[i]).iri for i in (0, 4))
    source, target = ends
    assert stated["iri"] == statement_iri(source, KG + "evaluatedOn", target)
    assert not [r for r in rows if r["kind"] == "other"]
    assert not [r for r in rows if r["change"] == "removed"]


def test_the_other_way_is_the_other_way() -> None:
    one, two = graph(papers()[:2]), graph(papers()[1:])
    there, back = (compared(*pair).to_records() for pair in ((one, two), (two, one)))
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    flipped = {(opposite[str(r["change"])], r["kind"], r["name"], r["now"], r["was"], r["iri"]) for r in there}
    assert flipped == {tuple(r.values()) for r in back}
    assert {r["change"] for r in there} == set(opposite)


def test_equal_graphs_do_not_differ_whatever_built_them() -> None:
    lines = graph(papers())
    other = [line for line in lines if f"<{BASE}build/" not in line]
    me = f"<{BASE}build/1>"
    build = [triple(me, f"<{TYPE}>", f"<{BUILD}>"), triple(me, f"<{KG}version>", literal("9"))]
    assert len(other) < len(lines)
    assert len(compared(lines, sorted([*other, *build]))) == 0
    assert counts(compared(lines, lines)) == []


@given(GRAPHS, GRAPHS)
def test_no_difference_is_missed_and_none_is_made_up(before: list[str], after: list[str]) -> None:
    rows = compared(before, after)
    assert bool(len(rows)) == (before != after)
    assert all(change == "changed" or not (was or now) for change, _, _, was, now, _ in rows)


def test_a_link_to_what_both_have_is_a_difference() -> None:
    lines = graph(papers())
    home = paper_iri(papers()[0][0])
    states = next(line for line in lines if line.startswith(f"<{home}> <{KG}states>"))
    row = compared(lines, [line for line in lines if line != states])[0]
    claim = states.split(" ")[2][1:-1].removeprefix(BASE)
    assert row[:3] == ("removed", "other", f"Gull: a detector of birds states {claim}")


def test_names_of_papers_steer_nothing(sample_dir: Path, tmp_path: Path) -> None:
    place = tmp_path / "h.nt"
    place.write_text("".join(line + "\n" for line in hostile()), encoding="utf-8")
    done = CliRunner().invoke(app, ["diff", str(sample_dir), str(place)])
    assert done.exit_code == 1
    assert "\x1b" not in done.stdout
    assert "\\x1b[31m" in done.stdout
    done = CliRunner().invoke(app, ["diff", str(sample_dir), str(place), "-t", "csv"])
    names = [row["name"] for row in csv.DictReader(io.StringIO(done.stdout))]
    assert not [name for name in names if name.startswith(("=", "@"))]


def test_the_command(sample: kg.Graph, sample_dir: Path, tmp_path: Path) -> None:
    lines = list(sample.lines())
    claims = [line for line in lines if line.endswith(f"<{KG}Claim> .")]
    gone = claims[0].split(" ")[0]
    support = next(line for line in lines if f"<{KG}support>" in line)
    place = tmp_path / "changed.nt"
    changed = [line for line in lines if not line.startswith(gone) and line != support]
    changed.append(triple(support.split(" ")[0], f"<{KG}support>", integer(77)))
    place.write_text("".join(line + "\n" for line in sorted(changed)), encoding="utf-8")
    same = CliRunner().invoke(app, ["diff", str(sample_dir), str(sample_dir / "graph.ttl")])
    assert (same.exit_code, same.stdout) == (0, "")
    assert "say the same" in same.stderr
    done = CliRunner().invoke(app, ["diff", str(sample_dir), str(place)])
    assert done.exit_code == 1
    assert "- claim: " in done.stdout
    assert "~ edge: " in done.stdout
    assert "\n    now: support 77\n" in done.stdout
    assert "edge: 1 changed\nclaim: 1 removed\n" in done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    done = CliRunner().invoke(app, ["diff", str(sample_dir), str(place), "-t", "json", "--limit", "1"])
    (row,) = json.loads(done.stdout)
    assert tuple(row) == COLUMNS
    assert row["change"] == "changed"
    assert "1 of 2 shown" in done.stderr


def test_what_is_no_graph_is_said(sample_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(KgError, match="does not exist"):
        CliRunner().invoke(app, ["diff", str(sample_dir), str(tmp_path / "none")], catch_exceptions=False)
