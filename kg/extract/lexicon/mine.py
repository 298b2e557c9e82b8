"""Mine names from unlabelled abstracts and learn: writes ``names.tsv``, ``weights.tsv`` and the figures of the rules.

    python -m kg.extract.lexicon.mine TEXTS.jsonl GOLD.jsonl CORPUS.jsonl.gz... [without=TEXTS.jsonl]

The annotated papers are cut in two halves. Each half teaches a model without lexicon, which reads the corpus; what it
found there (for each string, in how many abstracts it stood and how likely it was a name of each type) becomes lexicon
features of the *other* half, from which the final weights are learned. The lexicon that is written is the mean of
both. Abstracts of the corpus that are among the annotated ones are left out. See README.md in this folder.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kg.extract import candidates, nlp, rules, scoring
from kg.extract.entities import ACCEPTED
from kg.extract.lexicon import HERE, fit
from kg.files import whole
from kg.model import ENTITY_TYPES, Paper

Weights = Mapping[str, tuple[float, ...]]
# For each key: abstracts that have it, and the sums of the chances of each type.
Counts = dict[str, list[float]]

LEAST_PAPERS = 3  # a name must stand in this many abstracts of the corpus
OFTEN = 12  # strings in this many abstracts are kept even if they are no names
LIKELY = 0.25  # mean chance from which a string counts as a possible name


def corpus(paths: Iterable[str], known: frozenset[str], step: int = 1) -> Iterator[Paper]:
    """Every ``step``-th paper of the files, without those whose text begins like a known one."""
    for path in paths:
        opened = gzip.open if path.endswith(".gz") else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number % step:
                    continue
                record = json.loads(line)
                if beginning(record["abstract"]) not in known:
                    yield Paper(record["id"], record.get("title"), record["abstract"])


def beginning(text: str) -> str:
    """The first letters of a text, by which copies are recognised."""
    return "".join(c for c in text[:300].lower() if c.isalnum())[:100]


def read_with(models: Sequence[Weights], papers: Iterable[Paper]) -> list[Counts]:
    """What each model finds in the papers; both see the same features, without lexicon."""
    found: list[Counts] = [{} for _ in models]
    for paper in papers:
        document = nlp.parse(paper)
        spans = candidates.find(document)
        setting = scoring.setting_of(document, spans, {})
        for key, candidate in spans.items():
            names = scoring.features(candidate, setting)
            for weights, counts in zip(models, found, strict=True):
                row = counts.setdefault(key, [0.0] * (len(ENTITY_TYPES) + 1))
                row[0] += 1
                for index, chance in enumerate(scoring.probabilities(names, weights), 1):
                    row[index] += chance
    return found


def names_of(counts: Counts) -> dict[str, tuple[str, ...]]:
    """The lexicon entries of the strings that are common enough: type and sureness, sureness and number of papers."""
    entries: dict[str, tuple[str, ...]] = {}
    for key, (papers, *sums) in counts.items():
        if papers < LEAST_PAPERS:
            continue
        total = sum(sums) / papers
        if total < LIKELY and papers < OFTEN:
            continue
        best = max(range(len(sums)), key=lambda i: (sums[i], -i))
        level = round(total * 10)
        share = round(4 * sums[best] / sum(sums)) if sum(sums) else 0
        kind = ENTITY_TYPES[best]
        often = f"papers {int(math.log2(papers))} {level // 3}"
        entries[key] = (f"{kind} {level}", f"{kind} {share}/4", f"any {level}", often)
    return entries


def together(found: Sequence[Counts]) -> Counts:
    """The mean of what the models found."""
    return {
        key: [row[0], *(sum(counts[key][i] for counts in found) / len(found) for i in range(1, len(row)))]
        for key, row in found[0].items()
    }


def main(texts: str, gold: str, *paths: str, step: int = 6) -> None:
    """Learn from the annotated papers and the corpus, and write the tables of this folder.

    Of a path ``without=FILE`` the papers (id, title and text) are left out of the corpus, too.
    """
    left_out = [path.removeprefix("without=") for path in paths if path.startswith("without=")]
    records = fit.records(texts)
    types = {r["id"]: r for r in fit.records(gold)}
    models = [fit.train(fit.examples(half, types, {})) for half in (records[0::2], records[1::2])]
    known = frozenset(beginning(r["text"]) for path in (texts, *left_out) for r in fit.records(path))
    files = [path for path in paths if not path.startswith("without=")]
    found = read_with(models, corpus(files, known, step))
    learn(records, types, models, found)


def learn(
    records: Sequence[Mapping[str, Any]],
    types: Mapping[str, Mapping[str, Any]],
    models: Sequence[Weights],
    found: Sequence[Counts],
) -> None:
    """Write the tables from what the models of the two halves found."""
    halves = [records[0::2], records[1::2]]
    papers = [p for i, half in enumerate(halves) for p in fit.examples(half, types, names_of(found[1 - i]))]
    write_rules(rule_figures(halves_read(halves, types, models)))
    write("weights.tsv", fit.to_table(fit.train(papers)))
    names = names_of(together(found))
    write("names.tsv", "".join(f"{key}\t" + "\t".join(names[key]) + "\n" for key in sorted(names)))


def halves_read(
    halves: Sequence[Sequence[Mapping[str, Any]]], types: Mapping[str, Mapping[str, Any]], models: Sequence[Weights]
) -> Iterator[tuple[list[str], bool]]:
    """The features of what each model finds in the half that it was not taught by, and whether it is an entity."""
    for index, half in enumerate(halves):
        for paper in fit.examples(half, types, {}):
            for names, label in paper:
                if sum(scoring.probabilities(names, models[1 - index])) >= ACCEPTED:
                    yield names, label < len(ENTITY_TYPES)


def rule_figures(found: Iterable[tuple[list[str], bool]]) -> dict[str, tuple[float, int]]:
    """For each rule, how many of the strings found under it are entities, and how many were found."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for names, correct in found:
        for name in names:
            if name.startswith("rule="):
                total[name[5:]] += 1
                right[name[5:]] += correct
    return {rule: (round(right[rule] / count, 3), count) for rule, count in total.items()}


def write_rules(figures: Mapping[str, tuple[float, int]]) -> None:
    """Put measured precision and count beside each rule."""
    records = fit.records(str(rules.PLACE))
    for record in records:
        record["precision"], record["count"] = figures.get(record["id"], (0.0, 0))
    with whole(rules.PLACE, force=True) as out:
        out.write("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode())


def write(name: str, text: str) -> None:
    """Replace a table of this folder."""
    with whole(HERE / name, force=True) as out:
        out.write(text.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
