"""How a string is read in many abstracts: the table ``lexicon/names.tsv``, made with the tagger from unlabelled text.

A string that is a name here is likely one there: for each string that is common enough, in how many abstracts it stood
as a candidate, and how likely the tagger took it for a name of each type, on average.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg.extract import candidates, nlp
from kg.model import ENTITY_TYPES, Paper
from kg.train.samples import beginning

# For each key: abstracts that have it, and the sums of the chances of each type.
Counts = dict[str, list[float]]

LEAST_PAPERS = 3  # a name must stand in this many abstracts of the corpus
OFTEN = 12  # strings in this many abstracts are kept even if they are hardly ever names
LIKELY = 0.2  # mean chance from which a string counts as a possible name


def corpus(paths: Iterable[Path], without: frozenset[str], step: int = 1) -> Iterator[Paper]:
    """Every ``step``-th paper of JSONL files (id, title, abstract), but for those whose text begins like a known one."""
    for path in paths:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number % step:
                    continue
                record = json.loads(line)
                if beginning(record["abstract"]) not in without:
                    yield Paper(record["id"], record.get("title"), record["abstract"])


def count(papers: Iterable[Paper]) -> Counts:
    """What the tagger finds in the papers, by key; a paper counts once, with the best place of a string."""
    found: Counts = {}
    for paper in papers:
        for key, candidate in candidates.find(nlp.parse(paper)).items():
            row = found.setdefault(key, [0.0] * (len(ENTITY_TYPES) + 1))
            row[0] += 1
            for index, chance in enumerate(max(candidate.said, key=sum), 1):
                row[index] += chance
    return found


def entries(counts: Mapping[str, list[float]]) -> dict[str, tuple[str, ...]]:
    """The features of the strings that are common enough: likeliest type with its sureness, sureness, frequency.

    >>> entries({"gan": [8.0, 7.2, 0.0, 0.0, 0.0, 0.0]})
    {'gan': ('Method 9', 'Method 4/4', 'any 9', 'papers 3 3')}
    """
    found: dict[str, tuple[str, ...]] = {}
    for key, (papers, *sums) in counts.items():
        total = sum(sums) / papers
        if papers < LEAST_PAPERS or (total < LIKELY and papers < OFTEN):
            continue
        best = max(range(len(sums)), key=lambda i: (sums[i], -i))
        level = round(total * 10)
        share = round(4 * sums[best] / sum(sums)) if sum(sums) else 0
        kind = ENTITY_TYPES[best]
        often = f"papers {int(math.log2(papers))} {level // 3}"
        found[key] = (f"{kind} {level}", f"{kind} {share}/4", f"any {level}", often)
    return found


def to_table(names: Mapping[str, tuple[str, ...]]) -> str:
    """The entries as lines of tab-separated cells, sorted by key."""
    return "".join(f"{key}\t" + "\t".join(names[key]) + "\n" for key in sorted(names) if not set(key) & set("\t\n\r#"))
