"""What resolving the names of many papers costs, beside normal forms and sorting alone; prints a table.

    python -m tests.benchmarks.names EXTRACTIONS.jsonl [PAPERS...]

The names of the extractions (``kg extract``) are used again under other names, each round with a suffix of its own to
every third name, so that some names are in every round and most are not. Each size is measured in a fresh process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kg.forms import normal_form
from kg.model import Entity
from kg.resolve import Index, Names, settle
from kg.resolve.wishes import NOTHING
from kg.sorting import sort_lines
from tests.growth import _STATUS

SIZES = (10_000, 40_000, 160_000)
# Of so many names one is the same in every round.
_SHARED = 3


def papers(extractions: Path, number: int) -> Iterator[list[Entity]]:
    """The entities of so many papers."""
    with extractions.open("rb") as lines:
        read = [[_entity(e) for e in json.loads(line)["entities"]] for line in lines]
    made = ([_renamed(e, round_) for e in entities] for round_ in count() for entities in read)
    return islice(made, number)


def _entity(record: dict[str, Any]) -> Entity:
    return Entity(record["name"], record["type"], record["role"], tuple(record["surfaces"]))


def _renamed(entity: Entity, round_: int) -> Entity:
    if round_ == 0 or sum(map(ord, entity.name)) % _SHARED == 0:
        return entity
    suffix = "".join(chr(ord("A") + int(digit)) for digit in str(round_))
    names = {name: name + suffix for name in (entity.name, *entity.surfaces)}
    return Entity(names[entity.name], entity.type, entity.role, tuple(names[s] for s in entity.surfaces))


def measured(extractions: Path, number: int) -> dict[str, float]:
    """Process seconds of the baseline (normal form of each name, then sort) and of resolution, and peak memory."""
    start = time.process_time()
    forms = (normal_form(name) for entities in papers(extractions, number) for e in entities for name in e.surfaces)
    names = sum(1 for _ in sort_lines(forms))
    baseline = time.process_time() - start
    with TemporaryDirectory() as place:
        start = time.process_time()
        index = Index(Path(place) / "names.db", NOTHING)
        for n, entities in enumerate(papers(extractions, number)):
            index.add(str(n), entities)
        settle(index)
        resolved = Names(index)
        nodes = sum(1 for _ in resolved)
        merges = sum(1 for _ in resolved.merges())
        took = time.process_time() - start
        index.close()
        size = (Path(place) / "names.db").stat().st_size
    peak = next((int(line.split()[1]) for line in _status() if line.startswith("VmHWM:")), 0)
    return {
        "papers": number,
        "forms": names,
        "nodes": nodes,
        "merges": merges,
        "baseline_s": round(baseline, 2),
        "resolve_s": round(took, 2),
        "ratio": round(took / baseline, 2),
        "peak_mb": peak // 1024,
        "index_mb": size >> 20,
    }


def _status() -> list[str]:
    return _STATUS.read_text().splitlines() if _STATUS.exists() else []


def main() -> None:
    """Measure each size in a process of its own and print a row for it."""
    if sys.argv[1] == "--one":
        print(json.dumps(measured(Path(sys.argv[2]), int(sys.argv[3]))))
        return
    for number in map(int, sys.argv[2:] or map(str, SIZES)):
        command = [sys.executable, "-m", "tests.benchmarks.names", "--one", sys.argv[1], str(number)]
        row = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        print("  ".join(f"{name} {value:,}" for name, value in row.items()), flush=True)


if __name__ == "__main__":
    main()
