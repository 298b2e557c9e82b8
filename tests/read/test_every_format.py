"""One record in every format: found by its content alone, in every wrapping, from a directory and standard input."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from kg import read as reading
from kg.model import Paper, Rejected
from kg.read.base import Item
from tests.read.markup import papers, rejected

TEXT = (
    "Swifts sleep while they fly. We attach loggers of 0.4 g to thirty swifts, train a small network to tell sleep "
    "from waking in their wing beats, and find that they sleep 41 minutes a night, in pieces of eleven seconds."
)


def _parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"title": ["Swifts"], "abstract": [TEXT]}), out)
    return out.getvalue()


def _index() -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(TEXT.split()):
        places.setdefault(word, []).append(place)
    return places


def _line(**record: object) -> str:
    return json.dumps(record) + "\n"


_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SAMPLES: dict[str, str | bytes] = {
    "parquet": _parquet(),
    "html": f"<!doctype html><meta name=citation_title content=Swifts><div class=abstract>{TEXT}</div>",
    "arxiv": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2401.00001v1</id>'
    f"<title>Swifts</title><summary>{TEXT}</summary></entry></feed>",
    "oai": '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header><identifier>oai:x:1'
    f'</identifier></header><metadata><dc xmlns="{_DC}"><title>Swifts</title><description>{TEXT}</description></dc>'
    "</metadata></record></ListRecords></OAI-PMH>",
    "pubmed": "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>Swifts"
    f"</ArticleTitle><Abstract><AbstractText>{TEXT}</AbstractText></Abstract></Article></MedlineCitation>"
    "</PubmedArticle></PubmedArticleSet>",
    "acl": '<collection id="2030.x"><volume id="1"><paper id="1"><title>Swifts</title>'
    f"<abstract>{TEXT}</abstract></paper></volume></collection>",
    "jats": "<article><front><article-meta><title-group><article-title>Swifts</article-title></title-group>"
    f"<abstract><p>{TEXT}</p></abstract></article-meta></front></article>",
    "openalex": _line(id="https://openalex.org/W1", title="Swifts", abstract_inverted_index=_index()),
    "semantic_scholar": _line(corpusid=1, title="Swifts", abstract=TEXT),
    "hf_daily": json.dumps([{"paper": {"id": "2401.00001", "title": "Swifts", "summary": TEXT, "upvotes": 1}}]),
    "kaggle_arxiv": _line(id="2401.00001", title="Swifts", abstract=TEXT, authors_parsed=[["Doe", "Ann", ""]]),
    "csl_json": json.dumps([{"id": "a", "title": "Swifts", "abstract": TEXT, "issued": {"date-parts": [[2030]]}}]),
    "jsonl": _line(title="Swifts", summary=TEXT),
    "bibtex": f"@article{{swift,\n  title = {{Swifts}},\n  abstract = {{{TEXT}}}\n}}\n",
    "ris": f"TY  - JOUR\nTI  - Swifts\nAB  - {TEXT}\nER  - \n",
    "csv": f'Title;Abstract;Year\nSwifts;"{TEXT}";2030\n',
    "daily_papers_text": f"Swifts\n\n{TEXT}\n\n  • 2 authors\n·\nSep 27, 2030\n",
    "abstract_lines": f"Title: Swifts\nAbstract: {TEXT}\n",
    "text": f"Swifts\n{TEXT}\n",
}


def _zip(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("folder/member", data)
    return out.getvalue()


PACKS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gz": gzip.compress,
    "xz": lzma.compress,
    "bz2": bz2.compress,
    "zst": zstandard.compress,
    "zip": _zip,
}


def sample(name: str) -> bytes:
    data = SAMPLES[name]
    return data if isinstance(data, bytes) else data.encode()


def check(items: list[Item], name: str) -> None:
    assert [(p.title, p.abstract, p.source) for p in papers(items)] == [("Swifts", TEXT, name)]
    assert not rejected(items)


def test_every_format_has_a_sample() -> None:
    assert tuple(SAMPLES) == reading.FORMATS


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_format_is_found_by_content_in_every_wrapping(name: str, pack: str, tmp_path: Path) -> None:
    path = tmp_path / "unnamed"
    path.write_bytes(PACKS[pack](sample(name)))
    check(list(reading.read([path])), name)
    check(list(reading.read([tmp_path])), name)
    check(list(reading.read([path], format=name)), name)
    check(list(reading.read([path], format=name.replace("_", "-").upper())), name)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_format_is_read_from_standard_input(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BufferedReader(io.BytesIO(sample(name)))

    monkeypatch.setattr(sys, "stdin", Stdin())
    check(list(reading.read(["-"])), name)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_cut_file_is_never_silent(name: str, tmp_path: Path) -> None:
    path = tmp_path / "cut"
    path.write_bytes(sample(name)[: len(sample(name)) // 3])
    items = list(reading.read([path], format=name))
    assert any(isinstance(i, Paper | Rejected) for i in items)
