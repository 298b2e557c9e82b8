"""Stored answers of OAI-PMH repositories."""

from __future__ import annotations

import pytest

from kg.read.oai import FORMAT
from tests.read.markup import notes, only, papers, read, rejected

TOP = (
    '<?xml version="1.0"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2030-01-01</responseDate>'
    "{}</OAI-PMH>"
)


def record(metadata: str, identifier: str = "oai:arXiv.org:2401.00001", status: str = "") -> str:
    header = f"<header{status}><identifier>{identifier}</identifier><datestamp>2030-01-01</datestamp></header>"
    return f"<record>{header}{f'<metadata>{metadata}</metadata>' if metadata else ''}</record>"


def answer(*records: str, token: str = "") -> str:
    return TOP.format(f"<ListRecords>{''.join(records)}<resumptionToken>{token}</resumptionToken></ListRecords>")


DC = """<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
 <dc:title>Owls that read
   maps</dc:title>
 <dc:creator>Owl, Ada</dc:creator><dc:creator>Mouse, Bo</dc:creator>
 <dc:description>Owls.</dc:description>
 <dc:description>  We train owls
 to read maps.
 </dc:description>
 <dc:description>Comment: 5 pages, 3 figures, a comment that is longer than the abstract itself</dc:description>
 <dc:date>2024-01-02</dc:date><dc:date>2024-03-09</dc:date>
 <dc:identifier>http://arxiv.org/abs/2401.00001</dc:identifier><dc:identifier>doi:10.1234/owl.5</dc:identifier>
</oai_dc:dc>"""
ARXIV = """<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>cs/0112017</id><created>2001-12-12</created>
 <authors><author><keyname>Owl</keyname><forenames>Ada B.</forenames><suffix>Jr</suffix></author>
 <author><keyname>Mouse</keyname></author></authors><title>Owls</title><journal-ref>Owl Letters 5</journal-ref>
 <doi>10.1234/owl.5</doi><abstract>  We train owls.
</abstract></arXiv>"""
RAW = """<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>2401.00001</id><submitter>Ada Owl</submitter>
 <version version="v1"><date>Tue, 2 Jan 2024 19:18:42 GMT</date></version>
 <version version="v2"><date>Sat, 9 Mar 2024 10:00:00 GMT</date></version>
 <title>Owls</title><authors>Ada Owl (1, 2), Bo Mouse (Field (North)) and Cy Hawk ((1) Forest)</authors>
 <abstract>We train owls.</abstract></arXivRaw>"""


def test_dublin_core() -> None:
    paper = only(FORMAT, answer(record(DC)))
    assert (paper.id, paper.ids.arxiv, paper.ids.doi) == ("2401.00001", "2401.00001", "10.1234/owl.5")
    assert (paper.title, paper.abstract) == ("Owls that read maps", "We train owls to read maps.")
    assert (paper.authors, paper.date) == (("Ada Owl", "Bo Mouse"), "2024-01-02")
    assert paper.url == "http://arxiv.org/abs/2401.00001"


def test_dublin_core_of_another_repository_keeps_its_identifier() -> None:
    paper = only(FORMAT, answer(record(DC.replace("arxiv.org/abs", "owls.example/item"), "oai:owls.example:77")))
    assert (paper.id, paper.ids.arxiv, paper.ids.doi) == ("oai:owls.example:77", None, "10.1234/owl.5")


def test_arxiv_metadata() -> None:
    paper = only(FORMAT, answer(record(ARXIV, "oai:arXiv.org:cs/0112017")))
    assert (paper.id, paper.date, paper.abstract) == ("cs/0112017", "2001-12-12", "We train owls.")
    assert (paper.authors, paper.venue) == (("Ada B. Owl Jr", "Mouse"), "Owl Letters 5")
    assert paper.ids.arxiv == "cs/0112017"


def test_arxiv_raw_metadata() -> None:
    paper = only(FORMAT, TOP.format(f"<GetRecord>{record(RAW)}</GetRecord>"))
    assert (paper.id, paper.date) == ("2401.00001", "2024-01-02")
    assert paper.authors == ("Ada Owl", "Bo Mouse", "Cy Hawk")


def test_deleted_and_unreadable_records_beside_a_good_one() -> None:
    marc = '<marc:record xmlns:marc="http://www.loc.gov/MARC21/slim"><marc:leader>x</marc:leader></marc:record>'
    items = read(FORMAT, answer(record("", status=' status="deleted"'), record(marc), record(""), record(DC)))
    assert [type(item).__name__ for item in items] == ["Rejected", "Rejected", "Rejected", "Paper"]
    deleted, foreign, empty = rejected(items)
    assert (deleted.what, deleted.why) == ("oai:arXiv.org:2401.00001", "deleted record")
    assert "<record>" in foreign.why
    assert "arXivRaw" in foreign.why
    assert "no metadata" in empty.why


def test_only_comments_are_no_abstract() -> None:
    bare = DC.replace("<dc:description>Owls.", "<dc:description>Comments: 3 pages")
    bare = bare.replace("We train owls", "Comment: x")
    assert rejected(read(FORMAT, answer(record(bare))))[0].why == "no abstract"


def test_an_error_is_told_with_its_code() -> None:
    (lost,) = rejected(read(FORMAT, TOP.format('<error code="noRecordsMatch">Nothing in that month</error>')))
    assert "noRecordsMatch: Nothing in that month" in lost.why


def test_an_unfinished_list_is_told() -> None:
    items = read(FORMAT, answer(record(DC), token="6511260|1001"))  # noqa: S106 -- the protocol's word
    assert len(papers(items)) == 1
    assert "6511260|1001" in notes(items)[0].text
    assert not notes(read(FORMAT, answer(record(DC))))


@pytest.mark.parametrize("data", [b"<records><record/></records>", b"<feed/>", b'{"a": 1}'])
def test_other_files_are_not_sniffed(data: bytes) -> None:
    assert not FORMAT.sniff(data, ".xml")
