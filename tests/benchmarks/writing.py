"""What storing and writing triples takes, beside the libraries that can do it: pyoxigraph's bulk loader, RDFLib."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import rdflib

import kg
from kg import store
from kg.export import turtle
from tests.benchmarks.rows import Given, Row
from tests.growth import apart


def rows(given: Given) -> Iterator[Row]:
    """The store and the Turtle of a graph of mixed papers."""
    number = given.size(3_010)
    note = f"{number:,} papers"
    with TemporaryDirectory(dir=given.place) as place:
        triples = Path(place) / "graph.nt"
        kg.load(given.whole(number)).save(triples)
        raw, ours = apart(stored, triples)
        yield Row("rate of triples into the store", "pyoxigraph bulk_load", raw / ours, least=0.6, note=note)
        theirs, mine = apart(written, triples)
        yield Row("RDFLib's serialiser", "Turtle written", theirs / mine, least=10, note=note)


def stored(triples: Path) -> tuple[float, float]:
    """Seconds for the same sorted file: pyoxigraph alone, and until the store of a graph directory is published."""
    with TemporaryDirectory(dir=triples.parent) as place:
        return (
            _seconds(lambda: _bulk_loaded(triples, Path(place) / "raw")),
            _seconds(lambda: store.publish(triples, Path(place) / "ours", "generation")),
        )


def _bulk_loaded(triples: Path, place: Path) -> None:
    raw = ox.Store(str(place))
    raw.bulk_load(path=str(triples), format=ox.RdfFormat.N_TRIPLES)
    raw.flush()


def written(triples: Path) -> tuple[float, float]:
    """Seconds to write the same triples as Turtle: RDFLib from a graph in memory, and kg from sorted lines."""
    graph = rdflib.Graph()
    graph.parse(triples, format="nt")
    lines = triples.read_text("utf-8").splitlines()
    return (
        _seconds(lambda: graph.serialize(format="turtle")),
        _seconds(lambda: turtle.write(lines, io.BytesIO())),
    )


def _seconds(run: Callable[[], object]) -> float:
    start = time.monotonic()
    run()
    return time.monotonic() - start
