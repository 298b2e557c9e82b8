"""What full extraction costs, measured in a process of its own on one thread; prints one JSON object.

python -m tests.benchmarks.extraction speed CORPUS.jsonl.gz COUNT
python -m tests.benchmarks.extraction memory CORPUS.jsonl.gz COUNT
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import kg
from kg.config import FEW_CYCLES
from kg.extract import extract
from kg.model import ENTITY_TYPES, Paper
from kg.records import paper_from_record
from kg.sample import gold
from kg.sample import path as sample_path
from tests.benchmarks.rows import Given, Row

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
ROUNDS = 5
_WARM = 50


def measured(what: str, corpus: Path, count: int) -> dict[str, Any]:
    """The outcome of a fresh process on one thread."""
    command = [sys.executable, "-m", "tests.benchmarks.extraction", what, str(corpus), str(count)]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=root, env=dict(os.environ) | ONE_THREAD
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def papers(corpus: Path, count: int) -> list[Paper]:
    return list(islice(kg.read_papers(corpus), count))


def text_of(paper: Paper) -> str:
    """Title and abstract as one text, for a tool that knows no fields."""
    return f"{paper.title}\n{paper.abstract}" if paper.title else paper.abstract


def stock() -> Any:
    """spaCy's own CNN tagger as it comes (width 96, depth 4, transition parser), taught the sample's names.

    So little teaching makes no good tagger, but one that finds names; what it costs for a word does not depend on that.
    """
    import spacy
    from spacy.training import Example
    from spacy.util import fix_random_seed, minibatch

    fix_random_seed(0)
    nlp = spacy.blank("en")
    ner: Any = nlp.add_pipe("ner")
    for kind in ENTITY_TYPES:
        ner.add_label(kind)
    examples = [
        Example.from_dict(nlp.make_doc(text), {"entities": spans}) for text, spans in _annotated() for _ in range(2)
    ]
    optimiser = nlp.initialize(lambda: examples)
    for _ in range(60):
        for batch in minibatch(examples, 8):
            nlp.update(batch, sgd=optimiser, drop=0.1)
    return nlp


def _annotated() -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    by_id = {r["id"]: paper_from_record(r) for r in map(json.loads, sample_path().read_text("utf-8").splitlines())}
    for record in map(json.loads, gold().read_text("utf-8").splitlines()):
        text = text_of(by_id[record["id"]])
        spans: list[tuple[int, int, str]] = []
        names = sorted(((s, e["type"]) for e in record["entities"] for s in e["surfaces"]), key=lambda n: -len(n[0]))
        for surface, kind in names:
            start = text.find(surface)
            if start >= 0 and not any(start < e and s < start + len(surface) for s, e, _ in spans):
                spans.append((start, start + len(surface), kind))
        yield text, spans


def spent(run: Callable[[], object]) -> float:
    """The process time of a call."""
    start = time.process_time()
    run()
    return time.process_time() - start


def speed(these: Sequence[Paper]) -> dict[str, Any]:
    """For each of several rounds, over abstracts of its own, what stock tagging costs beside full extraction."""
    gc.set_threshold(*FEW_CYCLES)  # as in a worker, for both
    nlp = stock()
    size = (len(these) - _WARM) // ROUNDS
    parts = [these[_WARM + n * size : _WARM + (n + 1) * size] for n in range(ROUNDS)]
    names = found = 0

    def theirs(part: Sequence[Paper]) -> None:
        nonlocal names
        names += sum(len(doc.ents) for doc in nlp.pipe(map(text_of, part)))

    def ours(part: Sequence[Paper]) -> None:
        nonlocal found
        found += sum(len(e.entities) for e in extract(part))

    theirs(these[:_WARM])
    ours(these[:_WARM])
    names = found = 0
    ratios = []
    for number, part in enumerate(parts):
        # In turn, and each first as often as the other, so that neither meets the warmer machine.
        order = (theirs, ours) if number % 2 else (ours, theirs)
        costs = {run: spent(lambda run=run, part=part: run(part)) for run in order}  # type: ignore[misc]
        ratios.append(costs[theirs] / costs[ours])
    return {
        "ratio": statistics.median(ratios),
        "ratios": ratios,
        "abstracts": size * ROUNDS,
        "stock_names": names,
        "entities": found,
    }


def memory(these: Sequence[Paper]) -> dict[str, Any]:
    """Resident memory in kilobytes: with everything loaded, after half of the abstracts, and after all of them."""
    figures = []
    half = (len(these) - _WARM) // 2
    for part in (these[:_WARM], these[_WARM : _WARM + half], these[_WARM + half :]):
        for _ in extract(part):
            pass
        figures.append(_resident())
    return {"loaded": figures[0], "half": figures[1], "all": figures[2]}


def _resident() -> int:
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1])


def rows(given: Given) -> Iterator[Row]:
    """Full extraction by one process on one thread, and the memory that it keeps."""
    number = given.size(2_000 + _WARM)
    papers = given.plain(number)
    found = measured("speed", papers, number)
    spread = " ".join(f"{ratio:.2f}" for ratio in sorted(found["ratios"]))
    note = f"{found['abstracts']:,} papers in {ROUNDS} rounds: {spread}"
    yield Row("rate of full extraction", "stock spaCy tagger", found["ratio"], least=1.5, note=note)


if __name__ == "__main__":
    what, corpus, count = sys.argv[1:4]
    run = {"speed": speed, "memory": memory}[what]
    print(json.dumps(run(papers(Path(corpus), int(count)))))
