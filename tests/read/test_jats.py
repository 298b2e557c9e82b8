"""JATS articles."""

from __future__ import annotations

import pytest

from kg.read.jats import FORMAT
from tests.read.markup import only, papers, read, rejected

ARTICLE = """<article xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:mml="http://www.w3.org/1998/Math/MathML">
<front><journal-meta><journal-title-group><journal-title>Owl Letters</journal-title></journal-title-group>
</journal-meta>
<article-meta><article-id pub-id-type="pmid">31000001</article-id>
<article-id pub-id-type="doi">10.1234/OWL.5</article-id>
<title-group><article-title>Owls at <italic>night</italic><xref ref-type="fn" rid="f">*</xref></article-title>
<subtitle>A map study</subtitle></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Owl</surname><given-names>Ada</given-names></name>
<xref ref-type="aff">1</xref></contrib><contrib contrib-type="editor"><name><surname>Ed</surname></name></contrib>
<contrib contrib-type="author"><collab>The Owl Group</collab></contrib></contrib-group>
<pub-date pub-type="ppub"><year>2031</year></pub-date>
<pub-date pub-type="epub"><day>4</day><month>3</month><year>2030</year></pub-date>{}
<trans-abstract xml:lang="fr"><p>Les hiboux.</p></trans-abstract></article-meta></front>
<body><sec><title>Intro</title><p>Body text.</p></sec></body>
<back><ref-list><ref><element-citation><article-title>Other</article-title><pub-id pub-id-type="doi">10.9999/r</pub-id>
</element-citation></ref></ref-list></back>
<sub-article><front-stub><title-group><article-title>Reply</article-title></title-group></front-stub></sub-article></article>"""
PLAIN = "<abstract><title>Abstract</title><p>We train\n   owls.</p></abstract>"


def test_an_article() -> None:
    paper = only(FORMAT, ARTICLE.format(PLAIN))
    assert (paper.id, paper.ids.doi, paper.ids.pmid) == ("10.1234/OWL.5", "10.1234/owl.5", "31000001")
    assert (paper.title, paper.abstract) == ("Owls at night: A map study", "We train owls.")
    assert (paper.authors, paper.venue, paper.date) == (("Ada Owl", "The Owl Group"), "Owl Letters", "2030-03-04")


def test_sections_keep_their_titles() -> None:
    sections = (
        "<abstract><sec><title>Background.</title><p>Owls read.</p><p>Mice hide.</p></sec>"
        "<sec><title>Results:</title><p>Owls win 10<sup>3</sup> maps.</p></sec></abstract>"
    )
    assert only(FORMAT, ARTICLE.format(sections)).abstract == (
        "Background: Owls read. Mice hide.\nResults: Owls win 103 maps."
    )


@pytest.mark.parametrize("kind", ["graphical", "teaser", "key-points", "plain-language-summary"])
def test_other_kinds_of_abstract_are_passed_over(kind: str) -> None:
    other = f'<abstract abstract-type="{kind}"><p>Look at this owl.</p></abstract>'
    assert only(FORMAT, ARTICLE.format(other + PLAIN)).abstract == "We train owls."
    assert rejected(read(FORMAT, ARTICLE.format(other)))[0].why == "no abstract"


def test_a_formula_is_read_once() -> None:
    formula = (
        "<abstract><p>At <inline-formula><alternatives><mml:math><mml:mi>k</mml:mi></mml:math>"
        "<tex-math>\\documentclass{{x}} $k$</tex-math><inline-graphic/></alternatives>"
        "</inline-formula> owls.</p></abstract>"
    )
    assert only(FORMAT, ARTICLE.format(formula)).abstract == "At k owls."


def test_several_articles_in_one_file() -> None:
    data = f"<pmc-articleset>{ARTICLE.format(PLAIN)}{ARTICLE.format('')}{ARTICLE.format(PLAIN)}</pmc-articleset>"
    items = read(FORMAT, data)
    assert len(papers(items)) == 2
    assert [r.what for r in rejected(items)] == ["Owls at night: A map study"]


def test_sniffing_needs_more_than_the_word_article() -> None:
    doctype = b'<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.2//EN" "x.dtd">'
    assert FORMAT.sniff(doctype + b"<article>", ".xml")
    assert not FORMAT.sniff(b"<article><h1>Owls</h1></article>", ".html")
