"""Any number of papers out of some, and graph directories filled without extracting.

    python -m tests.benchmarks.corpus TEXTS EXTRACTIONS.jsonl -o DIR

makes a graph directory from papers and what ``kg extract`` wrote of them, in the same order.

Each round through the papers gives them other ids and other rare words: all but those that many of the abstracts have.
So cue words and common names stay, and as many names are new in each round as in as many new abstracts: twice as many
papers have 1.8 times as many names in 32,000 abstracts of arXiv, and 1.7 times where a second round stands for the
other half. A word is changed in its first two letters, the same way everywhere, so names keep their length and stay
the same name in texts, entities, relations and results.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import count, islice
from pathlib import Path
from typing import Any

import kg
from kg.catalog import content_key
from kg.config import Config
from kg.extract import VERSION
from kg.files import whole
from kg.folder import Folder
from kg.ids import digest
from kg.model import Extraction, Paper, PaperIds
from kg.records import extraction_from_record, extraction_to_record, paper_from_record, paper_to_record, to_line

# A paper and what was read out of it, if that is known.
Pair = tuple[Paper, Extraction | None]

# Words that are names or parts of names: of four letters or more, or with two capitals.
_WORD = re.compile(r"\b(?:[^\W\d_]\w{3,}|[A-Z]\w*[A-Z]\w*)")
# Share of the abstracts that have a common word, and abstracts that are looked at for that.
_COMMON, _LOOKED_AT = 0.02, 2_000
# Papers per part of a graph directory.
_PART = 1_000
# Fields of an extraction that hold no text of the paper.
_NO_TEXT = frozenset({"id", "type", "role", "kind", "unit", "direction", "field", "polarity", "rules", "version"})


# ---------------------------------------------------------------- where papers come from


def of_files(*sources: Path) -> Iterator[Pair]:
    """The papers of files, not extracted."""
    return ((paper, None) for paper in kg.read_papers(*sources))


def of_extractions(texts: Path, extractions: Path) -> Iterator[Pair]:
    """Papers and their extractions, which stand in the same order; ValueError where they do not."""
    with extractions.open("rb") as lines:
        for paper, line in zip(kg.read_papers(texts), lines, strict=True):
            extraction = extraction_from_record(json.loads(line))
            if extraction.id != paper.id:
                raise ValueError(f"{extractions}: {extraction.id} where {texts} has {paper.id}")
            yield paper, extraction


def of_graph(place: Path) -> Iterator[Pair]:
    """The papers of a graph directory that are extracted."""
    for part in sorted((place / "extractions").glob("*.jsonl")):
        with part.open("rb") as lines:
            for record in map(json.loads, lines):
                if record["extraction"] is not None:
                    yield paper_from_record(record["paper"]), extraction_from_record(record["extraction"])


# ---------------------------------------------------------------- more of them


def repeated(read: Callable[[], Iterator[Pair]], number: int, *, first: int = 1) -> Iterator[Pair]:
    """So many papers out of those that each call of ``read`` gives; round 0 leaves them as they are.

    By default no paper stays as it is, so that those of one round are like those of any other. Nothing is kept but the
    common words.
    """
    common = common_words(paper for paper, _ in islice(read(), _LOOKED_AT))
    rounds = (renamed(pair, n, common) for n in count(first) for pair in read())
    return islice(rounds, number)


def common_words(papers: Iterable[Paper]) -> frozenset[str]:
    """The words, in lower case, that many of the abstracts have, and that which stands for the paper itself."""
    counts: Counter[str] = Counter()
    papers_seen = 0
    for paper in papers:
        papers_seen += 1
        counts.update({word.casefold() for word in _WORD.findall(paper.abstract)})
    if not papers_seen:
        raise ValueError("there is no paper to repeat")
    least = max(2.0, _COMMON * papers_seen)
    return frozenset({"paper"} | {word for word, papers_with in counts.items() if papers_with >= least})


def renamed(pair: Pair, round_: int, common: frozenset[str]) -> Pair:
    """A paper and its extraction in a round, under another id and with other rare words, each as long as before."""
    paper, extraction = pair
    if round_ == 0:
        return pair

    def other(text: str) -> str:
        return _WORD.sub(lambda word: _other(word[0], round_, common), text)

    # An identifier, in the id or beside it, would make one paper of all rounds; so does a text without a rare word.
    name, title = digest(paper.id, str(round_)), paper.title and other(paper.title)
    new = dataclasses.replace(paper, id=name, title=title, abstract=other(paper.abstract), url=None, ids=PaperIds())
    return new, extraction and dataclasses.replace(_mapped(extraction, other), id=name)


def _other(word: str, round_: int, common: frozenset[str]) -> str:
    return word if word.casefold() in common else _shifted(word, round_)


@lru_cache(maxsize=1 << 16)
def _shifted(word: str, round_: int) -> str:
    """A word whose first letter, and after 25 rounds the second, is another one.

    >>> _shifted("ImageNet", 1), _shifted("ImageNet", 27)
    ('JmageNet', 'KnageNet')
    """
    second, first = divmod(round_ - 1, 25)
    if second > 25:
        raise ValueError(f"round {round_}: no words are left; give more papers")
    return _letter(word[0], first + 1) + _letter(word[1], second) + word[2:]


def _letter(letter: str, steps: int) -> str:
    if not (letter.isascii() and letter.isalpha()):
        return letter
    base = ord("A") if letter.isupper() else ord("a")
    return chr(base + (ord(letter) - base + steps) % 26)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The value with each text in it changed; fields that hold no text of a paper stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(item, change) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (f.name for f in dataclasses.fields(value) if f.name not in _NO_TEXT)
        return dataclasses.replace(value, **{name: _mapped(getattr(value, name), change) for name in fields})
    return value


# ---------------------------------------------------------------- files of them


def write(papers: Iterable[Paper], place: Path) -> Path:
    """A file of papers, one JSON record per line."""
    with whole(place, force=True) as out:
        for paper in papers:
            out.write(to_line(paper_to_record(paper)).encode() + b"\n")
    return place


def replay(papers: Path, pairs: Iterable[Pair], place: Path) -> None:
    """Put papers and their extractions into a graph directory, so that ``kg build papers -o place`` extracts nothing.

    ``papers`` is a file that :func:`write` made of the papers of ``pairs``.
    """
    settings = to_line(Config().to_record())
    # A folder that the lock makes is gone after it, unless something was built.
    place.mkdir(parents=True)
    with Folder(place).locked():
        records = (
            (content_key(paper, VERSION, settings), paper, extraction)
            for paper, (_, extraction) in zip(kg.read_papers(papers), pairs, strict=True)
        )
        while part := list(islice(records, _PART)):
            part.sort(key=lambda record: record[0])
            marked = (key + ("+" if said else "-") for key, _, said in part)
            with whole(place / "extractions" / f"{digest(*marked, length=32)}.jsonl") as out:
                for key, paper, extraction in part:
                    said = extraction and extraction_to_record(extraction, paper)
                    line = to_line({"key": key, "paper": paper_to_record(paper), "extraction": said})
                    out.write(line.encode() + b"\n")


def main() -> None:
    """Read the arguments, make the graph directory."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.corpus", description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("extractions", type=Path)
    parser.add_argument("-o", dest="place", type=Path, required=True)
    given = parser.parse_args()
    papers = write((paper for paper, _ in of_files(given.texts)), given.place.with_suffix(".jsonl"))
    replay(papers, of_extractions(given.texts, given.extractions), given.place)
    kg.build(papers, out=given.place)


if __name__ == "__main__":
    main()
