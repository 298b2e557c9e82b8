"""What worker processes bring, and what a build takes beside the extraction that it holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from tests.benchmarks.rows import Given, Row
from tests.benchmarks.watch import Usage, kg


def rows(given: Given) -> Iterator[Row]:
    """Extraction and whole builds of mixed papers, by one process and by several."""
    number = given.size(3_010)
    papers, out = given.plain(number), given.place / "extractions.jsonl"

    def extract(jobs: int) -> Usage:
        return kg("extract", papers, "-o", out, "--force", "--jobs", jobs)

    def build(jobs: int) -> Usage:
        place = given.place / f"whole-{number}"
        shutil.rmtree(place, ignore_errors=True)
        return kg("build", papers, "-o", place, "--jobs", jobs)

    alone, whole = extract(1), build(1)
    several, whole_several = extract(given.jobs), build(given.jobs)
    many, note = f"--jobs {given.jobs}", f"{number:,} papers"
    goal = 0.9 * given.jobs
    yield Row("kg extract --jobs 1", f"kg extract {many}", alone.seconds / several.seconds, goal, note=note)
    yield Row("kg build --jobs 1", f"kg build {many}", whole.seconds / whole_several.seconds, note=note)
    note = f"{note}, {whole.seconds:.0f} s over {alone.seconds:.0f} s"
    yield Row("kg build --jobs 1", "kg extract --jobs 1", whole.seconds / alone.seconds, most=1.25, note=note)
