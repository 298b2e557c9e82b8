"""What a build takes on Apache Spark beside worker processes of one machine, on as many cores.

    python -m tests.benchmarks.spark MASTER PAPERS.jsonl DIR

builds one graph on a cluster that runs already (or on ``local[2]``).
"""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.rows import Given, Row
from tests.benchmarks.watch import Usage, kg, watched

if TYPE_CHECKING:
    from kg.engine.spark import Spark


def rows(given: Given) -> Iterator[Row]:
    """Builds of a few papers and of many on both: what the many take beyond the few is without start-up.

    What is asked for beyond two sizes is built on Spark alone, to be seen to grow with the number.
    """
    sizes = given.sizes(1_000, 10_000)
    spark = [_on_spark(given, number) for number in sizes]
    local = [_on_one_machine(given, number) for number in sizes[:2]]
    beyond = spark[1][0] - spark[0][0], local[1] - local[0]
    note = f"{sizes[1]:,} papers beyond {sizes[0]:,}: {beyond[0]:.0f} s over {beyond[1]:.0f} s"
    # Where so few papers take less time than start-up varies by, nothing can be said.
    ratio = beyond[0] / beyond[1] if min(beyond) > 0 else math.nan
    yield Row(f"build on Spark, {given.master}", f"kg build --jobs {given.jobs}", ratio, most=1.3, note=note)
    each = [seconds / number for (seconds, _), number in zip(spark, sizes, strict=True)]
    for number, its, (_, told) in zip(sizes, each, spark, strict=True):
        yield Row(f"on Spark, each of {number:,}", f"each of {sizes[1]:,}", its / each[1], note=told)


def _on_spark(given: Given, number: int) -> tuple[float, str]:
    """Seconds, and what was made and moved."""
    place = given.place / "on-spark"
    program = [sys.executable, "-m", "tests.benchmarks.spark"]
    usage = watched([*program, given.master, str(given.written(number)), str(place)])
    shutil.rmtree(place)
    told: dict[str, int] = json.loads(usage.said.strip().splitlines()[-1])
    each = ", ".join(f"{value / number:,.0f} {what}" for what, value in told.items())
    return usage.seconds, f"{usage.seconds:.0f} s, {usage.peak >> 20:,} MB; each: {each}"


def _on_one_machine(given: Given, number: int) -> float:
    place = given.place / "on-one"
    usage: Usage = kg("build", given.written(number), "-o", place, "--jobs", given.jobs)
    shutil.rmtree(place)
    return usage.seconds


def _watching(master: str) -> Spark:
    """An engine that counts the bytes of its shuffles when it ends."""
    from kg.engine.spark import Spark

    class Watching(Spark):
        shuffled = 0

        def __exit__(self, *error: object) -> None:
            known = self._session.sparkContext._jsc.sc().statusStore().executorList(False)  # noqa: FBT003  Java has no names for arguments
            self.shuffled = sum(known.apply(n).totalShuffleWrite() for n in range(known.size()))
            super().__exit__(*error)

    return Watching(master=master)


def main() -> None:
    """One build; says what was moved and made in one line of JSON."""
    from kg.cluster.build import build

    master, papers, place = sys.argv[1:]
    engine: Any = _watching(master)
    counts = build([papers], place, engine=engine).counts
    made = {
        f"bytes of {folder}": sum(p.stat().st_size for p in (Path(place) / folder).rglob("*") if p.is_file())
        for folder in ("quads", "tables", "extractions")
    }
    print(json.dumps({"triples": counts.triples, "bytes shuffled": engine.shuffled, **made}))


if __name__ == "__main__":
    main()
