"""The safety of every XML reader, and what becomes of faulty files."""

from __future__ import annotations

import math
import resource
import time
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from kg.model import Note, Paper
from kg.read import acl, arxiv, jats, oai, pubmed, xml
from kg.read.base import Format, Item, Source
from tests.growth import memory_growth
from tests.read.markup import papers, read, rejected

FORMATS = [acl.FORMAT, arxiv.FORMAT, jats.FORMAT, oai.FORMAT, pubmed.FORMAT]
# For each format a whole document around one record of it, and that record around a title and an abstract.
WRAP = {
    "acl": ('<collection id="2030.x"><volume id="a"><meta><year>2030</year></meta>', "</volume></collection>"),
    "arxiv": ('<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>"),
    "jats": ('<articles xmlns:j="JATS">', "</articles>"),
    "oai": ('<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>', "</ListRecords></OAI-PMH>"),
    "pubmed": ("<PubmedArticleSet>", "</PubmedArticleSet>"),
}
RECORD = {
    "acl": '<paper id="{n}"><title>{title}</title><abstract>{text}</abstract></paper>',
    "arxiv": "<entry><id>http://arxiv.org/abs/3001.0000{n}v1</id><title>{title}</title><summary>{text}</summary></entry>",
    "jats": "<article><front><article-meta><title-group><article-title>{title}</article-title></title-group>"
    "<abstract><p>{text}</p></abstract></article-meta></front></article>",
    "oai": "<record><header><identifier>oai:x:{n}</identifier></header><metadata><dc><title>{title}</title>"
    "<description>{text}</description></dc></metadata></record>",
    "pubmed": "<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><ArticleTitle>{title}</ArticleTitle>"
    "<Abstract><AbstractText>{text}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>",
}


def document(form: Format, text: str = "We grow owls.", count: int = 1, doctype: str = "") -> str:
    start, end = WRAP[form.name]
    body = "\n".join(RECORD[form.name].format(n=n, title=f"Owls {n}", text=text) for n in range(1, count + 1))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}\n{start}\n{body}\n{end}\n'


@pytest.fixture(params=FORMATS, ids=lambda form: form.name)
def form(request: pytest.FixtureRequest) -> Format:
    chosen = request.param
    assert isinstance(chosen, Format)
    return chosen


def test_the_documents_of_these_tests_are_sound(form: Format) -> None:
    items = read(form, document(form, count=3))
    assert [paper.abstract for paper in papers(items)] == ["We grow owls."] * 3
    assert len(items) == 3
    assert {paper.source for paper in papers(items)} == {form.name}


def test_each_document_is_sniffed_by_its_format_alone(form: Format) -> None:
    for data in (document(form).encode(), document(form, doctype="<!-- a > b --><!DOCTYPE x [\n]>").encode()):
        assert [f.name for f in FORMATS if f.sniff(data, ".xml")] == [form.name]


def test_utf16_with_a_byte_order_mark(form: Format) -> None:
    data = document(form, "Über Eulen.").replace("UTF-8", "UTF-16").encode("utf-16")
    assert form.sniff(data, ".xml")
    assert papers(read(form, data))[0].abstract == "Über Eulen."


def test_an_external_entity_is_never_read(form: Format, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    items = read(form, document(form, "&e;", doctype=doctype))
    assert "TOPSECRET" not in repr(items)
    assert not papers(items)
    assert "entities" in rejected(items)[0].why


def test_an_external_dtd_is_never_read(form: Format, tmp_path: Path) -> None:
    dtd = tmp_path / "evil.dtd"
    dtd.write_text('<!ENTITY e "TOPSECRET">')
    items = read(form, document(form, "An owl &e; here.", doctype=f'<!DOCTYPE x SYSTEM "{dtd.as_uri()}">'))
    assert "TOPSECRET" not in repr(items)


def test_a_parameter_entity_is_never_read(form: Format, tmp_path: Path) -> None:
    dtd = tmp_path / "evil.dtd"
    dtd.write_text('<!ENTITY e "TOPSECRET">')
    doctype = f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{dtd.as_uri()}"> %p;]>'
    items = read(form, document(form, "An owl &e; here.", doctype=doctype))
    assert "TOPSECRET" not in repr(items)
    assert not papers(items)


def test_an_entity_in_an_attribute_of_the_root_is_refused() -> None:
    doctype = '<!DOCTYPE x [<!ENTITY e "TOPSECRET">]>'
    data = document(acl.FORMAT, doctype=doctype).replace('id="2030.x"', 'id="&e;"')
    items = read(acl.FORMAT, data)
    assert "TOPSECRET" not in repr(items)
    assert not papers(items)


def _used(form: Format, data: str) -> tuple[list[Item], float, int]:
    """What is read, the best process time of three, and the peak memory of this process so far."""
    best = math.inf
    for _ in range(3):
        start = time.process_time()
        items = read(form, data)
        best = min(best, time.process_time() - start)
    return items, best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_nested_and_quadratic_bombs_take_no_more_than_harmless_text(form: Format) -> None:
    nested = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    flat = f'<!ENTITY e11 "{"a" * 50_000}">'
    for declared, text in ((f'<!ENTITY e0 "ha">{nested}', "&e11;"), (flat, "&e11;" * 50_000)):
        # The reference has the same bytes but for the names in it, which every reader knows.
        harmless, usual, memory = _used(form, document(form, text.replace("e11", "amp")))
        items, taken, most = _used(form, document(form, text, doctype=f"<!DOCTYPE x [{declared}]>"))
        assert taken < 20 * usual
        assert most < 2 * memory
        assert papers(harmless)
        assert not papers(items)
        assert rejected(items)


def test_depth_is_limited(form: Format) -> None:
    items = read(form, document(form, "<b>" * 5000 + "x" + "</b>" * 5000))
    assert "not well-formed" in rejected(items)[0].why


def test_a_truncated_file_keeps_the_records_before_the_fault(form: Format) -> None:
    data = document(form, count=4)
    items = read(form, data[: data.rindex("Owls 4") + 3])
    assert len(papers(items)) == 3
    (fault,) = rejected(items)
    assert fault.where.startswith("in:")
    assert int(fault.where.removeprefix("in:")) > 3
    assert "cut-off" in fault.why


def test_a_fault_within_a_file_keeps_the_records_before_it(form: Format) -> None:
    data = document(form, count=3).replace("Owls 2", "Owls & 2")
    items = read(form, data)
    assert len(papers(items)) == 1
    assert len(rejected(items)) == 1


def test_concatenated_documents_are_named(form: Format) -> None:
    items = read(form, document(form) + document(form))
    assert len(papers(items)) == 1
    assert "several XML documents" in rejected(items)[0].why


def test_empty_and_foreign_documents() -> None:
    assert "XML" in rejected(read(oai.FORMAT, b""))[0].why
    (note,) = read(pubmed.FORMAT, "<zoo><owl/></zoo>")
    assert isinstance(note, Note)
    assert "<zoo>" in note.text
    assert "<PubmedArticle>" in note.text


def test_a_record_without_an_abstract_is_rejected_and_its_neighbours_stay(form: Format) -> None:
    start, end = WRAP[form.name]
    whole = RECORD[form.name].format(n=1, title="Owls", text="We grow owls.")
    bare = RECORD[form.name].format(n=2, title="Bare owls", text=" ")
    items = read(form, f"{start}\n{whole}\n{bare}\n{whole}{end}")
    assert [type(item).__name__ for item in items] == ["Paper", "Rejected", "Paper"]
    (lost,) = rejected(items)
    assert (lost.where, lost.what, lost.why) == ("in:3", "Bare owls", "no abstract")


def test_comments_cdata_and_wrapped_lines(form: Format) -> None:
    text = "We  grow\n      <![CDATA[owls & <mice>]]><!-- no --><?no no?>."
    assert papers(read(form, document(form, text)))[0].abstract == "We grow owls & <mice>."


def test_names_of_letters_that_the_unread_dtd_declares(form: Format) -> None:
    doctype = '<!DOCTYPE x PUBLIC "-//X//DTD X//EN" "http://localhost:1/x.dtd">'
    items = read(form, document(form, "caf&eacute; &nosuch; owl", doctype=doctype))
    assert papers(items)[0].abstract == "café &nosuch; owl"


class _Endless:
    """A document without an end."""

    def __init__(self, start: bytes, repeated: bytes) -> None:
        self.rest, self.repeated, self.given = start, repeated, 0

    def read(self, size: int) -> bytes:
        while len(self.rest) < size:
            self.rest += self.repeated * (size // len(self.repeated) + 1)
        piece, self.rest = self.rest[:size], self.rest[size:]
        self.given += size
        return piece


def _from(endless: _Endless) -> Source:
    return Source("in", cast("BinaryIO", endless))


def test_a_record_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_RECORD", 1 << 20)
    endless = _Endless(b"<PubmedArticleSet><PubmedArticle>", b"<x/>")
    items = list(pubmed.FORMAT.read(_from(endless)))
    assert endless.given < 3 << 20
    assert "bytes without the end of a record" in rejected(items)[0].why


def _read_many(count: int) -> None:
    record = RECORD["pubmed"].format(n=1, title="Owls", text="We grow owls. " * 60).encode()
    items = pubmed.FORMAT.read(_from(_Endless(b"<PubmedArticleSet>", record)))
    for _ in range(count):
        assert isinstance(next(items), Paper)


def test_memory_stays_flat_over_many_records() -> None:
    assert memory_growth(_read_many, 2_000) < 1.1
