"""PubMed XML."""

from __future__ import annotations

import pytest

from kg.read.pubmed import FORMAT
from tests.read.markup import notes, only, papers, read, rejected
from tests.shared import need_shared

ARTICLE = """<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">31000001</PMID>
<DateRevised><Year>2031</Year></DateRevised>
<Article><Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue><Title>Owl Letters</Title></Journal>
<ArticleTitle>Owls &amp; <i>Mus musculus</i> at 10<sup>3</sup> m.</ArticleTitle>
<Abstract>{abstract}<CopyrightInformation>Owls 2030.</CopyrightInformation></Abstract>
<AuthorList><Author ValidYN="Y"><LastName>Owl</LastName><ForeName>Ada B</ForeName><Suffix>Jr</Suffix></Author>
<Author ValidYN="N"><LastName>Wrong</LastName></Author>
<Author><LastName>Mouse</LastName><Initials>B</Initials></Author>
<Author><CollectiveName>The Owl Group</CollectiveName></Author></AuthorList></Article>
<OtherAbstract Language="fre"><AbstractText>Les hiboux lisent des cartes.</AbstractText></OtherAbstract>
<CommentsCorrectionsList><CommentsCorrections><PMID>999</PMID></CommentsCorrections></CommentsCorrectionsList>
</MedlineCitation><PubmedData><ArticleIdList>{ids}</ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9999/reference</ArticleId>
<ArticleId IdType="pubmed">888</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>"""
DOI = '<ArticleId IdType="pubmed">31000001</ArticleId><ArticleId IdType="doi">10.1234/OWL.5</ArticleId>'
TEXT = "<AbstractText>We train owls.</AbstractText>"


def article(abstract: str = TEXT, date: str = "<Year>2030</Year>", ids: str = DOI) -> str:
    return ARTICLE.format(abstract=abstract, date=date, ids=ids)


def document(*articles: str) -> str:
    start = '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet SYSTEM "x.dtd">'
    return f"{start}<PubmedArticleSet>{''.join(articles)}</PubmedArticleSet>"


def test_an_article() -> None:
    paper = only(FORMAT, document(article()))
    assert (paper.id, paper.ids.pmid, paper.ids.doi) == ("31000001", "31000001", "10.1234/owl.5")
    assert (paper.title, paper.abstract) == ("Owls & Mus musculus at 103 m.", "We train owls.")
    assert paper.authors == ("Ada B Owl Jr", "B Mouse", "The Owl Group")
    assert (paper.venue, paper.date, paper.url) == ("Owl Letters", "2030", "https://pubmed.ncbi.nlm.nih.gov/31000001/")


def test_the_doi_of_a_reference_is_not_the_articles() -> None:
    paper = only(FORMAT, document(article(ids='<ArticleId IdType="pubmed">31000001</ArticleId>')))
    assert paper.ids.doi is None
    assert paper.ids.pmid == "31000001"


def test_the_doi_may_stand_at_the_electronic_location() -> None:
    place = '<ELocationID EIdType="pii">S1</ELocationID><ELocationID EIdType="doi">10.1234/owl.6</ELocationID>'
    data = document(article(ids="")).replace("<Abstract>", f"{place}<Abstract>")
    assert only(FORMAT, data).ids.doi == "10.1234/owl.6"


def test_a_structured_abstract() -> None:
    parts = (
        '<AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Owls\n   read <b>maps</b>.</AbstractText>'
        '<AbstractText Label="METHODS:">We fly 10<sup>3</sup> m, <![CDATA[a < b]]>.</AbstractText>'
        '<AbstractText Label="UNLABELLED">They win.</AbstractText><AbstractText Label="FUNDING"/>'
    )
    paper = only(FORMAT, document(article(parts)))
    assert paper.abstract == "BACKGROUND: Owls read maps.\nMETHODS: We fly 103 m, a < b.\nThey win."


@pytest.mark.parametrize(
    ("given", "iso"),
    [
        ("<Year>2030</Year><Month>05</Month><Day>7</Day>", "2030-05-07"),
        ("<Year>2030</Year><Month>Jun</Month>", "2030-06"),
        ("<Year>2030</Year><Month>Jun</Month><Day>8</Day>", "2030-06-08"),
        ("<Year>2030</Year><Season>Spring</Season>", "2030"),
        ("<MedlineDate>2029 Dec-2030 Jan</MedlineDate>", "2029-12"),
        ("<MedlineDate>1998-1999</MedlineDate>", "1998"),
        ("", None),
    ],
)
def test_dates(given: str, iso: str | None) -> None:
    assert only(FORMAT, document(article(date=given))).date == iso


def test_only_a_translated_abstract_is_none() -> None:
    items = read(FORMAT, document(article(""), article()))
    assert len(papers(items)) == 1
    assert rejected(items)[0].why == "no abstract"


def test_citations_without_a_frame_and_deletions() -> None:
    bare = article().partition("<MedlineCitation")[2].partition("</MedlineCitation>")[0]
    data = f"<MedlineCitationSet><MedlineCitation{bare}</MedlineCitation>"
    items = read(FORMAT, f"{data}<DeleteCitation><PMID>1</PMID><PMID>2</PMID></DeleteCitation></MedlineCitationSet>")
    assert papers(items)[0].id == "31000001"
    assert "2 articles" in notes(items)[0].text


def test_a_record_that_holds_nothing() -> None:
    items = read(FORMAT, document("<PubmedArticle><!-- empty --></PubmedArticle>", article()))
    assert [type(item).__name__ for item in items] == ["Rejected", "Paper"]


def test_a_real_answer_of_efetch() -> None:
    data = need_shared("formats/pubmed-efetch.xml").read_bytes()
    assert FORMAT.sniff(data[:65536], ".xml")
    paper = only(FORMAT, data)
    assert (paper.id, paper.ids.pmid, paper.ids.doi) == ("29768149", "29768149", "10.1056/nejmoa1715274")
    assert (paper.date, len(paper.authors)) == ("2018-05-17", 10)
    assert [line.partition(":")[0] for line in paper.abstract.splitlines()] == [
        *("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS"),
    ]
