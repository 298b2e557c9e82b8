"""Each step of the chain against what does the same in one place."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import asdict
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

import pytest

from kg.cluster.build import Sizes, build
from kg.cluster.cards import said_rows, vote_rows
from kg.cluster.duplicates import spare
from kg.cluster.lines import read_note
from kg.cluster.pairs import unpack
from kg.cluster.resolving import resolve
from kg.cluster.settings import Settings, settings_of
from kg.cluster.splits import Count, items_of, placed, plan
from kg.config import Config
from kg.engine.processes import Processes
from kg.errors import NoRecordsError, TooManyRejectedError, UsageError
from kg.facts import node_facts
from kg.model import ENTITY_TYPES, Entity, Note, Paper, Rejected, Role
from kg.naming import Tables
from kg.read import read
from kg.resolve import Index, Names, settle
from kg.resolve import index as resolve_index
from kg.resolve.evidence import read as read_evidence
from kg.resolve.wishes import NOTHING, Wishes
from kg.run import Limits

# ---------------------------------------------------------------- pieces of files


def in_pieces(files: list[str], size: int) -> list[Paper | Rejected | Note]:
    """What all pieces give, with places in the files."""
    found: list[Paper | Rejected | Note] = []
    before: dict[str, int] = {}
    for split in plan(files, size):
        count = Count()
        first = before.get(split.files[0], 0)
        for item in items_of(split, count):
            if not isinstance(item, Paper):
                where = placed(item.where, first)
                item = Rejected(where, item.what, item.why) if isinstance(item, Rejected) else Note(where, item.text)
            found.append(item)
        before[split.files[0]] = first + count.lines
    return found


LINES = [
    '{"id": "a", "title": "One", "abstract": "We propose A."}',
    '{"id": "b", "title": "Two", "abstract": "We propose B."}',
    "",
    "[1, 2]",
    '{"id": "c", "abstract": 7}',
    '[{"id": "d", "abstract": "D is here."}, {"id": "e"}]',
    "\ufeff{}",
    '{"id": "f", "abstract": "half \\ud800 of it"}',
    "no JSON at all",
    '{"id": "g", "title": "Grüße \u2028 von hier", "abstract": "Größe zählt."}',
]


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
@pytest.mark.parametrize("size", [1, 7, 50, 64, 111, 10_000])
def test_pieces_of_lines_give_what_the_file_gives(tmp_path: Path, size: int, end: str) -> None:
    file = tmp_path / "papers.jsonl"
    file.write_text("\n".join(LINES) + end, encoding="utf-8")
    assert in_pieces([str(file)], size) == list(read([file]))
    assert len(plan([str(file)], size)) == -(-file.stat().st_size // size)


@pytest.mark.parametrize("size", [1, 400, 1 << 20])
def test_pieces_of_tables_give_what_the_file_gives(tmp_path: Path, size: int) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    rows = [{"id": str(n), "title": f"T{n}", "abstract": f"We propose M{n}." if n % 3 else None} for n in range(20)]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "t.parquet", row_group_size=6)
    file = str(tmp_path / "t.parquet")
    assert in_pieces([file], size) == list(read([file]))
    assert len(plan([file], 1)) == 4


def test_what_cannot_be_cut_is_one_piece(tmp_path: Path) -> None:
    body = "\n".join(LINES).encode()
    files = {"a.jsonl.gz": gzip.compress(body), "b.json": b"[" + LINES[0].encode() + b",\n" + LINES[1].encode() + b"]"}
    for name, content in {**files, "empty.jsonl": b"", "c.jsonl": b"\xef\xbb\xbf" + body}.items():
        (tmp_path / name).write_bytes(content)
        file = str(tmp_path / name)
        assert len(plan([file], 10)) == 1
        assert in_pieces([file], 10) == list(read([file]))


def test_records_of_several_files_are_joined_in_one_piece(tmp_path: Path) -> None:
    (tmp_path / "papers.jsonl").write_text('{"corpusid": 1, "title": "T", "externalids": {}}\n' * 2)
    (tmp_path / "abstracts.jsonl").write_text('{"corpusid": 1, "abstract": "We propose A.", "openaccessinfo": {}}\n')
    files = [str(tmp_path / name) for name in ("papers.jsonl", "abstracts.jsonl")]
    assert len(plan(files, 10)) == 1
    assert in_pieces(files, 10) == list(read(files))


# ---------------------------------------------------------------- duplicates


def components(called: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The first record of each record's component, by going on until nothing changes."""
    first = {place: place for _, place in called}
    changed = True
    while changed:
        changed = False
        for name in {name for name, _ in called}:
            here = [place for n, place in called if n == name]
            best = min(first[place] for place in here)
            for place in here:
                changed |= first[place] != best
                first[place] = best
    return first


@pytest.mark.parametrize("seed", range(4))
def test_one_record_of_each_paper_is_left(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    places = [f"{chance.randrange(99):02d} key {'ab'[n % 2] * 32} {n:06d}".encode() for n in range(40)]
    called = [(b"n%d" % chance.randrange(30), chance.choice(places)) for _ in range(60)]
    chain = sorted(places)[:20]
    called += [(b"chain%d" % n, place) for n, pair in enumerate(pairwise(chain)) for place in pair] if seed else []
    with Processes() as engine:
        found = spare(engine, engine.spread(called, 3), 4)
    gone = {(part, line) for part, lines in found.items() for line in lines}
    first = components(called)
    assert gone == {(p.decode().split()[2], int(p.decode().split()[3])) for p in first if first[p] != p}


# ---------------------------------------------------------------- names

_FORMS = (
    ("BERT", "bidirectional encoder representations from transformers"),
    ("BERT-large", "BERT"),
    ("LLM", "large language model"),
    ("LLMs", "large language models"),
    ("LLM agents", "large language model agents"),
    ("MSE", "mean square error"),
    ("MSE", "mean squared error"),
    ("COCO", "Microsoft COCO"),
    ("GPT-4", "GPT"),
    ("F1 score", "F1"),
    ("CNN", "convolutional neural network"),
    ("CNN", "cable news network"),
    ("DPO", "direct preference optimization"),
)


_ROLES: tuple[Role, ...] = ("proposed", "used", "compared")


def random_papers(seed: int, count: int) -> list[tuple[Entity, ...]]:
    chance = random.Random(seed)  # noqa: S311
    papers = []
    for _ in range(count):
        entities = {}
        for short, long in chance.sample(_FORMS, 4):
            surfaces = tuple(chance.sample((short, long), chance.randint(1, 2)))
            role: Role = chance.choice(_ROLES)
            entities[surfaces[0]] = Entity(surfaces[0], chance.choice(ENTITY_TYPES), role, surfaces)
        papers.append(tuple(entities.values()))
    return papers


WISHES = Wishes(
    aliases=(("GPT-4", "DPO"),), never=(("LLM", "large language model"), ("MSE", "F1")), types=(("COCO", "Metric"),)
)


@pytest.mark.parametrize("wishes", [NOTHING, WISHES], ids=["", "wishes"])
@pytest.mark.parametrize(("buckets", "large"), [(1, False), (9, False), (16, True)])
def test_names_in_buckets_are_those_of_an_index(
    wishes: Wishes, buckets: int, *, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = random_papers(7, 60)
    monkeypatch.setattr(resolve_index, "LARGE", 1 if large else 1_000)
    index = Index(None, wishes)
    rows = []
    for number, entities in enumerate(papers):
        index.add(str(number), entities)
        said, votes = read_evidence(entities, wishes)
        ones = {(s.key, ENTITY_TYPES.index(s.type), s.name, s.rank): 1 for s in said}
        others = {(v.short, ENTITY_TYPES.index(v.type), v.key, int(v.defined)): 1 for v in votes}
        rows += [*said_rows(ones, buckets), *vote_rows(others, buckets)]
    settle(index)
    names = Names(index)
    nodes = [(node, node_facts(node, names)) for node in names.nodes()]
    settings = Settings("", wishes=wishes, buckets=buckets, large=large, small=True)
    with Processes() as engine:
        found = resolve(engine, engine.spread(rows, 5), settings)
        stated = sorted(pair for made in found for pair in engine.gather(engine.only(b"F", made)))
        lines = [line for line, graph in stated if graph]
        notes = [read_note(line) for line, graph in stated if not graph]
        kept = [unpack(r) for _, r in sorted(p for made in found for p in engine.gather(engine.only(b"G", made)))]
        asked = {key for made in found for key, _ in engine.gather(engine.only(b"E", made))}
    assert lines == sorted(line.encode() for _, facts in nodes for line in facts.lines)
    assert kept == [json.loads(json.dumps(asdict(facts))) for _, facts in nodes]
    reasons = [(node.entity.iri, row) for node, facts in nodes for row in facts.merges]
    assert [(subject[1:-1], "\t".join(cells[2:])) for subject, cells in notes] == sorted(reasons, key=itemgetter(0))
    assert asked == {key.encode() for node, _ in nodes for key, _ in node.uses}
    assert len(found) == 1 if buckets == 1 else len(found) > 1


# ---------------------------------------------------------------- the whole


def write(tmp_path: Path, *records: object) -> str:
    file = tmp_path / "papers.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(file)


def test_what_cannot_be_built_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    bad, place = write(tmp_path, {"id": "a"}, {"id": "b"}), tmp_path / "out"
    with pytest.raises(NoRecordsError, match=r"papers\.jsonl:2"):
        build([bad], str(place), engine=Processes())
    with pytest.raises(TooManyRejectedError, match="2 of 2"):
        build([bad], str(place), engine=Processes(), limits=Limits(errors=1))
    with pytest.raises(UsageError, match="--limit"):
        build([bad], str(place), engine=Processes(), limits=Limits(papers=1))
    with pytest.raises(UsageError, match="standard input"):
        build(["-"], str(place), engine=Processes())
    with pytest.raises(UsageError, match="--links"):
        build([bad], str(place), engine=Processes(), tables=Tables(links=(tmp_path / "x",)))
    assert not place.exists()


def test_papers_that_left_the_sources_leave_the_place(tmp_path: Path) -> None:
    one, two = ({"id": n, "abstract": f"We propose the {n} network."} for n in ("Alpha", "Beta"))
    build([write(tmp_path, one, two)], str(tmp_path / "out"), engine=Processes())
    summary = build([write(tmp_path, two)], str(tmp_path / "out"), engine=Processes(), sizes=Sizes(small=0))
    assert summary.counts.papers == 1
    assert len(list((tmp_path / "out" / "extractions").iterdir())) == 1


def test_settings_travel_as_text() -> None:
    settings = Settings("s3://bucket/out", Config(0.5), WISHES, 10, 3, large=True, sampled=7)
    assert settings_of(settings.to_text()) == settings
