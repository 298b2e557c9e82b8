"""What an attacker, an accident or a full disk does to a graph directory and to a command."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg.run
from kg.engine.local import Local
from kg.errors import ExistsError, KgError, NotAGraphError
from kg.files import whole
from kg.folder import Folder
from kg.ids import paper_iri, paper_key
from kg.model import Paper, Rejected
from kg.outputs import Wanted
from kg.sorting import sort_lines

PAPER = {"id": "p1", "abstract": "We propose AlphaNet, a network. AlphaNet outperforms BetaNet on ImageNet."}


def run(*arguments: object, cwd: Path | None = None, code: str = "") -> subprocess.CompletedProcess[str]:
    begin = ["-c", code] if code else ["-m", "kg.cli"]
    command = [sys.executable, *begin, *map(os.fspath, map(str, arguments))]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=cwd)


def papers(folder: Path, name: str = "papers.jsonl") -> Path:
    place = folder / name
    place.write_text(json.dumps(PAPER) + "\n", encoding="utf-8")
    return place


# ---------------------------------------------------------------- what belongs to others


def someones(folder: Path) -> dict[str, bytes]:
    """A project that has a manifest and folders of the same names as those of a graph."""
    for name in ("manifest.json", "store/modules/cart.js", "store/list.txt", "extractions/data.jsonl", ".notes.tmp"):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f'{{"name": "{name}"}}\n', encoding="utf-8")
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_manifest_of_others_makes_no_graph_directory(tmp_path: Path) -> None:
    before = someones(tmp_path)
    with pytest.raises(ExistsError, match="did not make"):
        kg.run.build([Paper("1", None, PAPER["abstract"])], tmp_path)
    with pytest.raises(NotAGraphError, match="not a manifest of kg"):
        kg.run.add([], tmp_path)
    assert contents(tmp_path) == before


def test_force_replaces_and_takes_nothing_else_away(tmp_path: Path) -> None:
    before = someones(tmp_path)
    kg.run.build([Paper("1", None, PAPER["abstract"])], tmp_path, force=True)
    kg.run.build([Paper("2", None, PAPER["abstract"] + " Again.")], tmp_path)
    after = contents(tmp_path)
    assert {name: after.get(name) for name in before if name != "manifest.json"} == {
        name: text for name, text in before.items() if name != "manifest.json"
    }


def test_a_device_or_directory_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, tmp_path):
        with pytest.raises(ExistsError, match="directory or device"), whole(place, force=True):
            pass
    assert pipe.is_fifo()


def test_modules_of_the_folder_at_hand_are_not_run(tmp_path: Path, sample_dir: Path) -> None:
    for name in ("json", "pickle", "socket", "random", "kg"):
        (tmp_path / f"{name}.py").write_text(f"open('ran_{name}', 'w').close()", encoding="utf-8")
    # As the installed command starts: the folder at hand is not where modules come from.
    code = "import sys; sys.path.remove(''); from kg.cli import main; main()"
    asked = run("query", sample_dir, "ASK {}", "--timeout", 60, cwd=tmp_path, code=code)
    assert asked.returncode == 0, asked.stderr
    made = run("build", papers(tmp_path), "-o", "out", "-j", 2, cwd=tmp_path, code=code)
    assert made.returncode == 0, made.stderr
    assert sorted(p.name for p in tmp_path.glob("ran_*")) == []


# ---------------------------------------------------------------- what is killed


def _die(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_workers_that_die_again_and_again_are_an_error_that_says_so() -> None:
    with pytest.raises(KgError, match="worker processes are ended"):
        list(Local(2).map(_die, [1, 2, 3]))


def test_a_single_shard_needs_no_worker() -> None:
    here = os.getpid()
    assert list(Local(2).map(_pid, [0])) == [here]
    assert here not in set(Local(2).map(_pid, [0, 0]))


def _pid(_: int) -> int:
    return os.getpid()


def _die_once(shard: tuple[int, str]) -> int:
    number, place = shard
    if number % 3 == 1 and not Path(place, str(number)).exists():
        Path(place, str(number)).touch()
        _die(0)
    return number


def test_what_a_killed_worker_had_is_done_again(tmp_path: Path) -> None:
    assert list(Local(2).map(_die_once, [(number, str(tmp_path)) for number in range(8)])) == list(range(8))
    assert len(list(tmp_path.iterdir())) == 3


def _wait(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def _parent(told: multiprocessing.SimpleQueue[int]) -> None:
    for pid in Local(2).map(_wait, [0.1, 60, 60, 60, 60, 60, 60, 60]):
        told.put(pid)


def test_workers_do_not_outlive_their_parent() -> None:
    context = multiprocessing.get_context("spawn")
    told = context.SimpleQueue()
    parent = context.Process(target=_parent, args=(told,))
    parent.start()
    worker = told.get()
    parent.kill()
    parent.join()
    until = time.monotonic() + 20
    while _lives(worker) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _lives(worker)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_a_killed_sort_leaves_is_swept(tmp_path: Path) -> None:
    place = tmp_path / "out"
    with Folder(place).locked():
        pass
    place.mkdir()
    (place / ".kg.lock").touch()

    def lines() -> Iterator[str]:
        yield from "abc"
        assert list(place.glob(".kg-sort-*.tmp"))
        # As after kill -9: the folder stays, so a copy of it does here.
        for left in place.glob(".kg-sort-*.tmp"):
            left.with_name(".kg-sort-abcdefgh.tmp").mkdir()
            (left.with_name(".kg-sort-abcdefgh.tmp") / "0").touch()

    assert list(sort_lines(lines(), folder=place, lines_per_run=1)) == ["a", "b", "c"]
    assert [p.name for p in place.iterdir() if p.is_dir()] == [".kg-sort-abcdefgh.tmp"]
    with Folder(place).locked():
        assert [p.name for p in place.iterdir()] == [".kg.lock"]


def test_counts_hold_after_an_add_that_was_killed(tmp_path: Path) -> None:
    first, second, third = (Paper(str(i), None, f"We propose Net{i}, a network.") for i in range(3))
    kg.run.build([first], tmp_path / "out")
    stopped = kg.run.add([second], tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.json"
    # As if that had been killed before its manifest was written.
    content = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(content | {"counts": content["counts"] | {"papers": 1}}), encoding="utf-8")
    counts = kg.run.add([third], tmp_path / "out").counts
    assert (stopped.counts.papers, counts.papers, counts.duplicates) == (2, 3, 0)


def test_a_killed_remove_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, gone = (Paper(f"own {i}", None, f"We propose Net{i}, a network.") for i in range(2))
    kg.run.build([kept], tmp_path / "ref", wanted=Wanted(page=False))
    kg.run.build([kept, gone], tmp_path / "out", wanted=Wanted(page=False))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for name in (gone.id, paper_iri(gone), paper_key(gone)):
        with monkeypatch.context() as patch:
            patch.setattr(kg.run, "derived", killed)
            with pytest.raises(KeyboardInterrupt):
                kg.run.remove([name], tmp_path / "out")
    with pytest.raises(KgError, match="no paper is called another"):
        kg.run.remove(["another"], tmp_path / "out")
    kg.run.remove([gone.id], tmp_path / "out")
    assert (tmp_path / "out" / "graph.ttl").read_bytes() == (tmp_path / "ref" / "graph.ttl").read_bytes()
    with pytest.raises(KgError, match="no paper is called own 1"):
        kg.run.remove([gone.id], tmp_path / "out")


class _Told(kg.run.Silent):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_removing_an_id_that_two_papers_bear_says_so(tmp_path: Path) -> None:
    same, other, last = (Paper(name, None, f"We propose {name}{i}.") for i, name in enumerate(("x", "x", "y")))
    kg.run.build([same, other, last], tmp_path / "out", wanted=Wanted(page=False))
    told = _Told()
    assert kg.run.remove(["x"], tmp_path / "out", progress=told).counts.papers == 1
    assert told.notes == ["2 records bear the 1 names given; all of them are removed"]


# ---------------------------------------------------------------- what the system refuses


def test_what_the_system_refuses_is_one_line(sample_dir: Path, tmp_path: Path) -> None:
    done = run("export", sample_dir, "-o", tmp_path / ("x" * 300 + ".nt"))
    assert done.returncode == 1
    assert done.stderr.startswith("kg: ")
    assert "File name too long; give a shorter name" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("query", "DIR", "ASK {}", "--timeout", "nan"), 2),
        (("query", "DIR", "ASK {}", "--timeout", "inf"), 2),
        (("query", "DIR", "ASK {}", "--timeout", "1e300"), 2),
        (("query", "DIR", "--file", "/dev/zero"), 2),
        (("build", "--sample", "-o", "nowhere", "--max-errors", "nan%"), 2),
        (("build", "--sample", "-o", "nowhere", "--max-errors", "-1"), 2),
        (("show", "DIR", "<http://example.org/none>"), 1),
        (("show", "DIR", "a\udcff"), 1),
        (("leaderboard", "DIR", "a\udcff"), 1),
    ],
)
def test_senseless_arguments_are_named(sample_dir: Path, arguments: tuple[str, ...], status: int) -> None:
    done = run(*(str(sample_dir) if a == "DIR" else a for a in arguments))
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr


# ---------------------------------------------------------------- text that is none


def test_half_characters_survive_or_become_signs(tmp_path: Path) -> None:
    """Papers from memory and names of files may hold surrogates that stand alone, which UTF-8 cannot hold."""
    odd = Paper("a\ud800", "\udfff", "We propose AlphaNet\ud800, a network. It outperforms Beta\udfff.", url="\ud800")
    bad = Rejected("b\udcff.jsonl:1", "\ud800", "no text")
    kg.run.build([odd, bad], tmp_path / "out", inputs=lambda: [{"name": "b\udcff"}])
    once = (tmp_path / "out" / "graph.ttl").read_bytes()
    kg.run.build([odd, bad], tmp_path / "out", inputs=lambda: [{"name": "b\udcff"}])
    assert (tmp_path / "out" / "graph.ttl").read_bytes() == once
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["inputs"] == [
        {"name": "b\udcff"}
    ]
    (line,) = (tmp_path / "out" / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    assert Rejected(**json.loads(line)) == bad
