"""List the words that stand in no name; writes ``outside.tsv``.

    python -m kg.extract.lexicon.outside TEXTS.jsonl GOLD.jsonl SPANS.jsonl...

TEXTS and GOLD are annotated abstracts as in :mod:`kg.extract.lexicon.fit`; SPANS are further annotated texts as records
of text and entities with start and end. A word is listed if it is common and (nearly) never inside a name.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator

from kg.extract import entities, nlp
from kg.extract.lexicon.fit import records
from kg.extract.lexicon.mine import write
from kg.model import Paper

COMMON = 8  # a word must occur this often, and never inside a name
VERY_COMMON = 15  # or this often, and inside at most so often:
SHARE = 0.06
# Words that are common outside names and still a part of many.
KEPT = frozenset(["environments", "input", "learn", "learned", "linguistic", "outputs", "signals", "state", "study"])


def annotated(texts: str, gold: str) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """The fields of annotated papers, each with the spans of its names."""
    types = {r["id"]: r for r in records(gold)}
    for record in records(texts):
        document = nlp.parse(Paper(record["id"], record["title"], record["text"]))
        surfaces = {number: e["surfaces"] for number, e in enumerate(types[record["id"]]["entities"])}
        mentions = [m for places in entities.locate(document, surfaces).values() for m in places]
        for name in ("title", "text"):
            yield record[name] or "", [(m.start, m.end) for m in mentions if m.field == name]


def listed(texts: Iterable[tuple[str, list[tuple[int, int]]]]) -> list[str]:
    """The words that stand in no name, sorted."""
    total: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for text, spans in texts:
        for token in nlp.tokens(text):
            word = token.lower_
            total[word] += 1
            inside[word] += any(start <= token.idx < end for start, end in spans)
    return sorted(w for w in total if w.isalpha() and w not in KEPT and _is_outside(total[w], inside[w]))


def _is_outside(total: int, inside: int) -> bool:
    return (total >= COMMON and not inside) or (total >= VERY_COMMON and inside <= SHARE * total)


def main(texts: str, gold: str, *paths: str) -> None:
    """Count in all files and write the table of this folder."""
    further = [(r["text"], [(e["start"], e["end"]) for e in r["entities"]]) for path in paths for r in records(path)]
    words = listed([*annotated(texts, gold), *further])
    write("outside.tsv", "# words that stand in no name\n" + "\n".join(words) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
