"""Annotations of unlabelled abstracts that the project ships without their texts (``kg/train/*.jsonl.gz``).

``names.jsonl.gz`` has entities with roles, and relations; ``numbers.jsonl.gz`` has reported numbers with their slots.
They were made by a language model that read each abstract with the annotation guide and worked examples at hand; nobody
has read them a second time. The abstracts (of all the fields that the corpora cover) are found in a corpus by id.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.train.samples import paper_of

HERE = Path(__file__).parent
NAMES, NUMBERS = HERE / "names.jsonl.gz", HERE / "numbers.jsonl.gz"


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON records of a file, compressed or not."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def noted(corpora: Iterable[Path], notes: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Text (id, title, text) and annotation of each noted paper that the corpora have, in the order of the notes.

    A paper whose text in the corpus lacks one of the noted names is left out: it is another version.
    """
    found = {r["id"]: r for r in records(notes)}
    texts = {r["id"]: paper_of(r) for path in corpora for r in records(path) if r["id"] in found}
    kept = []
    for name, note in found.items():
        paper = texts.get(name)
        if paper is None:
            continue
        whole = f"{paper.title or ''}\n{paper.abstract}"
        if all(surface in whole for e in note["entities"] for surface in e["surfaces"]):
            text = {"id": name, "title": paper.title, "text": paper.abstract}
            claims = [{"sentence": paper.abstract[c["start"] : c["end"]]} | c for c in note["claims"]]
            kept.append((text, note | {"claims": claims}))
    return kept
