"""What the named questions cost: as kg asks them, as raw pyoxigraph runs the same text, and RDFLib in memory.

python -m tests.benchmarks.questions GRAPH_DIR [--rdflib SECONDS] [NAME ...]

Each question is asked of the entities that have most to say (the hubs), which is where it is slow. Times are the best
of several rounds, taken in turn; ``overhead`` is kg's time over raw pyoxigraph's. With ``--rdflib``, RDFLib answers the
same text from memory, in a process that is ended after so many seconds.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import kg
from kg.query import Param, Question, bind, questions
from kg.vocab import PREFIXES

ROUNDS = 4
# Seconds after which a question is not asked again.
ENOUGH = 4.0
# What is promised: kg within so many times raw pyoxigraph plus so many seconds, and no question over a second.
FACTOR, PLUS, MOST = 1.3, 0.06, 1.0

# Parameter -> the pattern whose most frequent ?e is the hub.
_HUBS = {
    "task": "?s kg:addresses ?e",
    "benchmark": "?s kg:dataset ?e",
    "dataset": "?s kg:evaluatesOn ?e",
    "method": "?s kg:basedOn ?e",
    "head": "?e kg:basedOn ?s",
    "first": "?s kg:method ?e",
    "second": "?s kg:comparator ?e",
    "entity": "?s kg:uses ?e",
}
_WORDS = {"words": "language model", "since": "2015"}


@dataclass(frozen=True, slots=True)
class Cost:
    """The seconds that one question took; ``rdflib`` is None where it was not asked or was stopped."""

    name: str
    call: dict[str, object]
    rows: int
    ours: float
    raw: float
    rdflib: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return self.ours <= FACTOR * self.raw + PLUS and self.ours < MOST


def hubs(graph: kg.Graph) -> dict[str, str]:
    """For each parameter the name of the entity that is slowest to ask about, as an IRI in angle brackets."""
    found: dict[str, str] = {}
    for name, pattern in _HUBS.items():
        rows = graph.query(f"SELECT ?e (COUNT(*) AS ?n) {{ {pattern} }} GROUP BY ?e ORDER BY DESC(?n) ?e LIMIT 1")
        if len(rows):
            found[name] = f"<{rows[0][0]}>"
    if "head" in found:
        rows = graph.query(f"SELECT ?e {{ {found['head']} kg:basedOn ?e }} ORDER BY ?e LIMIT 1")
        found["tail"] = f"<{rows[0][0]}>"
    return found


def calls(question: Question, known: dict[str, str]) -> Iterator[dict[str, object]]:
    """The call with required parameters alone, and one with the optional entity too."""
    needed = {p.name: _value(p, known) for p in question.params if p.required}
    yield needed
    if more := {p.name: _value(p, known) for p in question.params if p.type == "entity" and not p.required}:
        yield needed | more


def _value(param: Param, known: dict[str, str]) -> object:
    if param.type == "entity":
        return known[param.name]
    return "basedOn" if param.name == "relation" else _WORDS[param.name]


def best(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest of several runs, in seconds of the processor, which a busy machine does not stretch."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def measure(graph: kg.Graph, only: Sequence[str] = (), *, rdflib: float = 0.0) -> Iterator[Cost]:
    """What each question costs; ``rdflib`` is how many seconds RDFLib may take for one, 0 for not asking it."""
    known = hubs(graph)
    place = graph.place / "store"
    raw = ox.Store.read_only(str(place / (place / "CURRENT").read_text().strip()))
    slow = _Slow(graph) if rdflib else None
    for question in questions():
        for call in calls(question, known) if not only or question.name in only else ():
            text = bind(question, call)
            rows = len(graph.store.query(text).rows)
            ours, bare = _paired(partial(_ask, graph, question.name, call), partial(_run, raw, text))
            theirs = slow.ask(text, rdflib) if slow else None
            yield Cost(question.name, call, rows, ours, bare, theirs)


def _ask(graph: kg.Graph, name: str, call: dict[str, object]) -> None:
    graph.answer(name=name, params=call)


def _run(store: ox.Store, text: str) -> None:
    found = store.query(text, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    for _ in found:
        pass


def _paired(ours: Callable[[], object], raw: Callable[[], object]) -> tuple[float, float]:
    """The shortest times of both, run in turn, so that both meet the same machine."""
    pairs: list[tuple[float, float]] = []
    while len(pairs) < ROUNDS and sum(map(sum, pairs)) < ENOUGH:
        pairs.append((best(ours, 1), best(raw, 1)))
    return min(a for a, _ in pairs), min(b for _, b in pairs)


class _Slow:
    """RDFLib with the graph in memory; each question runs in a fork of the process, which can be ended."""

    def __init__(self, graph: kg.Graph) -> None:
        self._graph = graph.to_rdflib()

    def ask(self, text: str, seconds: float) -> float | None:
        context = multiprocessing.get_context("fork")
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=self._answer, args=(text, theirs))
        process.start()
        theirs.close()
        try:
            return float(mine.recv()) if mine.poll(seconds) else None
        except EOFError:
            return None
        finally:
            process.kill()
            process.join()

    def _answer(self, text: str, to: Any) -> None:
        to.send(best(lambda: list(self._graph.query(text)), 1))


def lines(costs: Iterable[Cost], *, limit: float = 0.0) -> Iterator[str]:
    """The costs as a table for a terminal."""
    yield f"{'question':<25}{'rows':>6}{'kg ms':>9}{'raw ms':>9}{'overhead':>10}{'rdflib':>12}"
    for cost in costs:
        yield _line(cost, limit)


def _line(cost: Cost, limit: float) -> str:
    theirs = f"{cost.rdflib / cost.raw:,.0f} x" if cost.rdflib else f"> {limit / cost.raw:,.0f} x" if limit else ""
    figures = f"{cost.rows:>6}{cost.ours * 1000:>9.1f}{cost.raw * 1000:>9.1f}{cost.ours / cost.raw:>8.2f} x{theirs:>12}"
    return f"{cost.name:<25}{figures}{'' if cost.kept else '  over'} {' '.join(cost.call)}".rstrip()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rdflib", type=float, default=0.0, metavar="SECONDS")
    given = parser.parse_args()
    costs = measure(kg.load(given.graph), given.names, rdflib=given.rdflib)
    for line in lines(costs, limit=given.rdflib):
        print(line, flush=True)


if __name__ == "__main__":
    main()
