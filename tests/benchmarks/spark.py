"""What a build takes on Apache Spark beside worker processes of one machine, on as many cores.

    python -m tests.benchmarks.spark MASTER PAPERS.jsonl DIR

builds one graph on a cluster that runs already (or on ``local[2]``).
"""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Iterator

from tests.benchmarks.rows import Given, Row
from tests.benchmarks.watch import kg, watched


def rows(given: Given) -> Iterator[Row]:
    """Builds of a few papers and of many on both: what the many take beyond the few is without start-up."""
    small, large = given.sizes(1_000, 10_000)[0], given.size(10_000)
    spark, local = ([_seconds(given, number, there) for number in (small, large)] for there in (True, False))
    beyond = spark[1] - spark[0], local[1] - local[0]
    note = f"{large:,} papers beyond {small:,}: {beyond[0]:.0f} s over {beyond[1]:.0f} s; in all {spark[1]:.0f} s"
    # Where so few papers take less time than start-up varies by, nothing can be said.
    ratio = beyond[0] / beyond[1] if min(beyond) > 0 else math.nan
    yield Row(f"build on Spark, {given.master}", f"kg build --jobs {given.jobs}", ratio, most=1.3, note=note)


def _seconds(given: Given, number: int, there: bool) -> float:  # noqa: FBT001  which of two
    papers, place = given.written(number), given.place / "on-spark"
    if there:
        program = [sys.executable, "-m", "tests.benchmarks.spark"]
        usage = watched([*program, given.master, str(papers), str(place)])
    else:
        usage = kg("build", papers, "-o", place, "--jobs", given.jobs)
    shutil.rmtree(place)
    return usage.seconds


def main() -> None:
    """One build."""
    from kg.cluster.build import build
    from kg.engine.spark import Spark

    master, papers, place = sys.argv[1:]
    print(build([papers], place, engine=Spark(master=master)).counts)


if __name__ == "__main__":
    main()
