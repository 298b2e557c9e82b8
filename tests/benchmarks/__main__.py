"""What kg takes beside what it is measured by, as a table of ratios; each pair is measured in one run.

    python -m tests.benchmarks [NAME...] [--papers N...]

Without names all rows are measured, at full size, which takes hours. No figure is a time, so the table of one machine
is that of another, as far as nothing else runs there.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.benchmarks import building, extraction, names, scale, spark, writing
from tests.benchmarks.rows import Given, Row, head, line

ROWS: Mapping[str, Callable[[Given], Iterator[Row]]] = {
    "extraction": extraction.rows,
    "build": building.rows,
    "write": writing.rows,
    "resolve": names.rows,
    "chain": scale.chain,
    "replayed": scale.replayed,
    "add": scale.add,
    "spark": spark.rows,
}


def main() -> None:
    """Read the arguments, measure, print each row as it is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(ROWS)}")
    parser.add_argument("--papers", nargs="+", type=int, default=[], metavar="N", help="sizes other than the usual")
    parser.add_argument("--corpus", nargs="+", type=Path, metavar="FILE", help="the papers that are repeated")
    parser.add_argument("--mixed", type=Path, metavar="FILE", help="papers of all fields")
    parser.add_argument("--graph", type=Path, metavar="DIR", help="a graph directory whose extractions to use again")
    parser.add_argument("--place", type=Path, metavar="DIR", help="where to keep what is made on the way")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="worker processes")
    parser.add_argument("--master", default="local[2]", metavar="URL", help="the Spark cluster, of as many cores")
    o = parser.parse_args()
    if unknown := set(o.names) - ROWS.keys():
        parser.error(f"{', '.join(sorted(unknown))}: the names are {', '.join(ROWS)}")
    with tempfile.TemporaryDirectory(prefix="kg-benchmark-") as passing:
        place = (o.place or Path(passing)).resolve()
        given = Given(place, tuple(o.papers), graph=o.graph, jobs=o.jobs, master=o.master)
        given.place.mkdir(parents=True, exist_ok=True)
        given.files = tuple(o.corpus or given.files)
        given.mixed = o.mixed or given.mixed
        print(head(), flush=True)
        for name in o.names or ROWS:
            for row in ROWS[name](given):
                print(line(row), flush=True)


if __name__ == "__main__":
    main()
