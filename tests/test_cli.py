"""The command line as a person meets it: what it prints where, what it leaves behind, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PAPER = {
    "id": "p1",
    "title": "AlphaNet: a network",
    "abstract": "We propose AlphaNet, a network for image classification. AlphaNet achieves 81.5% accuracy on ImageNet,"
    " outperforming BetaNet.",
}


def kg(*arguments: object, stdin: str | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg.cli", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=300, cwd=cwd)


def papers(folder: Path, *records: object) -> Path:
    place = folder / "papers.jsonl"
    place.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    source = papers(folder, PAPER, {"id": "p2", "title": "No text"})
    done = kg("build", source, "-o", folder / "out", "-j", 1)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    return folder / "out"


def test_a_build_says_what_it_did_and_leaves_what_it_should(built: Path) -> None:
    found = {p.name for p in built.iterdir()}
    assert found == {
        ".kg.lock", "extractions", "store", "graph.ttl", "graph.html", "merges.tsv", "names.db", "rejected.jsonl",
        "catalog.db", "manifest.json",
    }  # fmt: skip
    manifest = json.loads((built / "manifest.json").read_text())
    assert manifest["counts"]["papers"] == 1
    assert manifest["counts"]["rejected"] == 1
    assert len(manifest["inputs"][0]["sha256"]) == 64
    (rejected,) = map(json.loads, (built / "rejected.jsonl").read_text().splitlines())
    assert rejected["where"].endswith("papers.jsonl:2")
    assert "abstract" in rejected["why"]


def test_build_tells_counts_rejects_and_where_to_look(tmp_path: Path) -> None:
    done = kg("build", papers(tmp_path, PAPER, PAPER, {"id": "p2"}), "-o", tmp_path / "out", "-j", 1)
    for part in ("records read         3", "duplicates           1", "rejected             1", "graph.html"):
        assert part in done.stderr


def test_building_again_extracts_nothing_and_changes_nothing(built: Path) -> None:
    before = (built / "graph.ttl").read_bytes()
    done = kg("build", built.parent / "papers.jsonl", "-o", built, "--resume", "-j", 1)
    assert done.returncode == 0
    assert "0 extracted now" in done.stderr
    assert (built / "graph.ttl").read_bytes() == before


def test_two_workers_give_the_same_bytes(tmp_path: Path, sample_dir: Path) -> None:
    done = kg("build", "--sample", "-o", tmp_path / "out", "-j", 2)
    assert done.returncode == 0, done.stderr
    for name in ("graph.ttl", "graph.html", "merges.tsv", "manifest.json"):
        assert (tmp_path / "out" / name).read_bytes() == (sample_dir / name).read_bytes(), name


def test_add_and_remove(tmp_path: Path) -> None:
    out = tmp_path / "out"
    kg("build", papers(tmp_path, PAPER), "-o", out, "-j", 1)
    once = (out / "graph.ttl").read_bytes()
    other = {"id": "p9", "title": "GammaNet", "abstract": "We propose GammaNet for object detection."}
    assert kg("add", out, "-", "-j", 1, stdin=json.dumps(other)).returncode == 0
    assert (out / "graph.ttl").read_bytes() != once
    assert kg("remove", out, "p9").returncode == 0
    assert (out / "graph.ttl").read_bytes() == once
    gone = kg("remove", out, "p77")
    assert gone.returncode == 1
    assert "p77" in gone.stderr


def test_a_file_as_output(tmp_path: Path) -> None:
    source = papers(tmp_path, PAPER)
    assert kg("build", source, "-o", tmp_path / "g.ttl", "-j", 1).returncode == 0
    rows = kg("query", tmp_path / "g.ttl", "SELECT ?l { ?m a kg:Method ; skos:prefLabel ?l } ORDER BY ?l", "-t", "csv")
    assert "AlphaNet" in rows.stdout
    again = kg("build", source, "-o", tmp_path / "g.ttl", "-j", 1)
    assert again.returncode == 1
    assert "--force" in again.stderr


def test_read_and_extract_write_lines(tmp_path: Path) -> None:
    source = papers(tmp_path, PAPER, {"id": "p2"})
    read = kg("read", source)
    assert json.loads(read.stdout)["id"] == "p1"
    assert "p2" in read.stderr or ":2" in read.stderr
    out = tmp_path / "out.jsonl"
    assert kg("extract", source, "-o", out).returncode == 0
    record = json.loads(out.read_text())
    assert record["id"] == "p1"
    for entity in record["entities"]:
        for mention in entity["mentions"]:
            text = PAPER["title" if mention["field"] == "title" else "abstract"]
            assert text[mention["start"] : mention["end"]] == mention["text"]


def test_text_on_standard_input() -> None:
    done = kg("extract", "-", stdin=PAPER["abstract"])
    assert "AlphaNet" in {e["name"] for e in json.loads(done.stdout)["entities"]}


def test_ask_construct_and_rows(built: Path) -> None:
    assert kg("query", built, "ASK { ?s a kg:Paper }").returncode == 0
    assert kg("query", built, "ASK { ?s a kg:Nothing }").returncode == 1
    turtle = kg("query", built, "CONSTRUCT WHERE { ?s a kg:Paper }").stdout
    assert "a kg:Paper" in turtle
    rows = json.loads(kg("query", built, "SELECT ?t { ?p dcterms:title ?t }", "-t", "json").stdout)
    assert rows == [{"t": PAPER["title"]}]


def test_why_marks_the_names_on_the_line_below(built: Path) -> None:
    done = kg("why", built, "AlphaNet evaluatedOn ImageNet")
    sentence, marks, source = done.stdout.splitlines()[:3]
    assert sentence == "AlphaNet achieves 81.5% accuracy on ImageNet, outperforming BetaNet."
    marked = "".join(c if m == "^" else " " for c, m in zip(sentence, marks.ljust(len(sentence)), strict=True))
    assert marked.split() == ["AlphaNet", "ImageNet"]
    assert PAPER["title"] in source
    no = kg("why", built, "BetaNet evaluatedOn AlphaNet")
    assert no.returncode == 1
    assert no.stdout == ""


def test_show_leaderboard_stats_and_lists(built: Path) -> None:
    assert "81.5" in kg("leaderboard", built, "imagenet").stdout
    assert "AlphaNet" in kg("show", built, "alphanet").stdout
    assert json.loads(kg("stats", built, "--json").stdout)["Paper"] == 1
    assert "leaderboard" in kg("questions").stdout
    assert len(kg("formats").stdout.splitlines()) >= 15


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (["query", "{}", "SELEKT"], 2, "SPARQL"),
        (["query", "{}"], 2, "give one of"),
        (["query", "{}", "-n", "nothing"], 2, "leaderboard"),
        (["query", "{}", "-n", "leaderboard", "-p", "benchmark"], 2, "name=value"),
        (["why", "{}", "A loves B"], 2, "evaluatedOn"),
        (["show", "{}", "Alfanet"], 1, "AlphaNet"),
        (["export", "{}", "-o", "x.docx"], 2, "graphml"),
        (["build", "absent.jsonl", "-o", "new"], 2, "absent.jsonl"),
        (["build", "-o", "new"], 2, "--sample"),
        (["build", "{}/manifest.json", "-o", "new", "-j", "1"], 3, "no usable record"),
        (["query", "absent", "ASK {}"], 1, "absent"),
        (["frobnicate"], 2, "frobnicate"),
    ],
    ids=str,
)
def test_errors_say_what_and_what_to_do(
    built: Path, tmp_path: Path, arguments: list[str], code: int, part: str
) -> None:
    done = kg(*(a.replace("{}", str(built)) for a in arguments), cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == [] or code == 3


def test_too_many_rejected_fail_and_publish_nothing(tmp_path: Path) -> None:
    source = papers(tmp_path, PAPER, {"id": "p2"}, {"id": "p3"})
    for limit in ("1", "50%"):
        done = kg("build", source, "-o", tmp_path / "out", "--max-errors", limit, "-j", 1)
        assert done.returncode == 4
        assert not (tmp_path / "out" / "manifest.json").exists()
    assert kg("build", source, "-o", tmp_path / "out", "--max-errors", "2", "-j", 1).returncode == 0


def test_a_timeout_stops_a_query(built: Path) -> None:
    many = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(40)) + "}"
    done = kg("query", built, many, "--timeout", 1)
    assert done.returncode == 5
    assert "--timeout" in done.stderr


def test_an_interrupt_ends_a_query_and_a_closed_pipe_is_no_error(built: Path) -> None:
    many = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(40)) + "}"
    running = subprocess.Popen([sys.executable, "-m", "kg.cli", "query", str(built), many], stderr=subprocess.PIPE)
    time.sleep(3)
    assert running.poll() is None
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=10)
    assert running.returncode in (130, -signal.SIGINT)

    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "kg.cli", "stats", str(built)],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert done.stderr == ""


def test_a_killed_build_goes_on_to_the_same_bytes(tmp_path: Path, sample_dir: Path) -> None:
    command = [sys.executable, "-m", "kg.cli", "build", "--sample", "-o", str(tmp_path / "out"), "-j", "1", "-q"]
    for wait in (1.5, 3.0, 4.0):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        running.kill()
        running.wait()
    done = kg(*command[3:], "--resume")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "graph.ttl").read_bytes() == (sample_dir / "graph.ttl").read_bytes()
    assert not list((tmp_path / "out").rglob("*.tmp"))


def test_hostile_titles_do_not_reach_the_terminal(tmp_path: Path) -> None:
    source = papers(tmp_path, PAPER | {"title": "\x1b[31mred\x07 \u202eright"})
    kg("build", source, "-o", tmp_path / "out", "-j", 1)
    for arguments in (["why", "AlphaNet evaluatedOn ImageNet"], ["show", "AlphaNet"], ["leaderboard", "ImageNet"]):
        done = kg(arguments[0], tmp_path / "out", *arguments[1:])
        assert done.returncode == 0, done.stderr
        assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout), arguments
