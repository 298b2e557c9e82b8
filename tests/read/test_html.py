"""Web pages of each kind, as their sites build them, with texts of our own."""

from __future__ import annotations

import html
import json

import pytest

from kg.ids import paper_key
from kg.read.html import FORMAT
from kg.read.html.page import MAX_PAGE, MAX_TEXT
from tests.growth import LINEAR, growth
from tests.read.markup import notes, only, papers, read, rejected

OWLS = "We train owls to read maps at night, and show that five owls beat one hawk on the forest test set by a wing."
MICE = "Mice hide from owls. We measure how long they wait, and find that two minutes are enough in most of the cases."


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def metas(**values: str) -> str:
    return "".join(f'<meta name="{k}" content="{html.escape(v)}">' for k, v in values.items())


# ---------------------------------------------------------------- Daily Papers


def described(ident: str, title: str, summary: str) -> dict[str, object]:
    paper = {"id": ident, "title": title, "summary": summary, "publishedAt": "2030-01-05T10:00:00.000Z"}
    return {
        "title": title,
        "publishedAt": "2030-01-07T00:00:00Z",
        "paper": paper | {"authors": [{"name": "Ada Owl"}, {}]},
    }


def with_data(*found: dict[str, object]) -> str:
    props = html.escape(json.dumps({"dailyPapers": found, "date": "2030-01-07"}))
    return page(f'<main><div data-target="DailyPapers" data-props="{props}"><h3>x</h3></div></main>')


def test_daily_papers_from_the_data_of_the_page() -> None:
    items = read(
        FORMAT, with_data(described("3001.00001", "Owls\n at night", OWLS), described("3001.00002", "Mice", MICE))
    )
    first, second = papers(items)
    assert len(items) == 2
    assert (first.id, first.title, first.abstract, first.date) == ("3001.00001", "Owls at night", OWLS, "2030-01-05")
    assert (first.authors, first.ids.arxiv, first.source) == (("Ada Owl",), "3001.00001", "html")
    assert second.abstract == MICE


def test_the_same_paper_twice_in_the_data_is_one_and_an_empty_one_is_rejected() -> None:
    one, bare = described("3001.00001", "Owls", OWLS), described("3001.00003", "Bare", "")
    items = read(FORMAT, with_data(one, bare, one))
    assert len(papers(items)) == 1
    assert [(r.where, r.what, r.why) for r in rejected(items)] == [("in#3001.00003", "Bare", "no abstract")]


def test_daily_papers_data_that_is_no_json_is_told() -> None:
    items = read(FORMAT, page('<div data-props="{&quot;summary&quot;: oops"></div>'))
    assert "not JSON" in rejected(items)[0].why


def card(ident: str, title: str, abstract: str = "", end: str = "") -> str:
    return (
        f'<article><a href="/papers/{ident}"><img></a><div><h3><a href="/papers/{ident}">{title}</a></h3>'
        f"<p>{abstract}</p><div>· 12 authors {end}</div></div></article>"
    )


def test_daily_papers_cards_without_data() -> None:
    items = read(FORMAT, page(card("3001.00001", "Owls at night", OWLS, "· Oct 30") + card("3001.00002", "Bare")), 2031)
    (paper,) = papers(items)
    assert (paper.id, paper.title, paper.abstract, paper.author_count) == ("3001.00001", "Owls at night", OWLS, 12)
    assert paper.date == "2031-10-30"
    assert rejected(items)[0].where == "in#3001.00002"
    assert "own page" in rejected(items)[0].why


def test_a_card_without_a_year_has_the_month_of_its_arxiv_id() -> None:
    assert only(FORMAT, page(card("2401.00001", "Owls", OWLS, "· Oct 30"))).date == "2024-01"
    assert only(FORMAT, page(card("2401.00001", "Owls", OWLS, "· Oct 30, 2029"))).date == "2029-10-30"


# ---------------------------------------------------------------- arXiv


def listed(number: str, title: str, abstract: str | None) -> str:
    shown = "" if abstract is None else f"<p class='mathjax'>\n {abstract}\n</p>"
    return (
        f'<dt><a name="item1">[1]</a> <a href="/abs/{number}" title="Abstract">arXiv:{number}</a></dt>'
        f"<dd><div class='meta'><div class='list-title mathjax'><span class='descriptor'>Title:</span>"
        f"\n {title}\n</div>"
        f"<div class='list-authors'><a href='/a/x'>Ada Owl</a>, <a href='/a/y'>Bo Mouse</a></div>"
        f"<div class='list-comments mathjax'><span class='descriptor'>Comments:</span> 5 pages</div>{shown}</div></dd>"
    )


def test_an_arxiv_listing_with_abstracts() -> None:
    items = read(
        FORMAT, page(f"<dl id='articles'>{listed('2401.00001', 'Owls', OWLS)}{listed('2401.00002', 'Mice', MICE)}</dl>")
    )
    first, second = papers(items)
    assert (first.id, first.title, first.abstract) == ("2401.00001", "Owls", OWLS)
    assert (first.authors, first.date, first.url) == (
        ("Ada Owl", "Bo Mouse"),
        "2024-01",
        "https://arxiv.org/abs/2401.00001",
    )
    assert second.abstract == MICE


def test_an_arxiv_listing_without_abstracts_says_what_to_do() -> None:
    items = read(FORMAT, page(f"<dl>{listed('2401.00001', 'Owls', None)}{listed('2401.00002', 'Mice', None)}</dl>"))
    assert [r.what for r in rejected(items)] == ["Owls", "Mice"]
    assert all("/new" in r.why for r in rejected(items))


def test_arxiv_search_results_have_their_full_abstract() -> None:
    result = (
        '<ol><li class="arxiv-result"><p class="list-title"><a href="https://arxiv.org/abs/2401.00001">arXiv:2401.00001</a></p>'
        '<p class="title is-5 mathjax">Owls</p><p class="authors"><span>Authors:</span> <a href="x">Ada Owl</a></p>'
        '<p class="abstract mathjax"><span>Abstract</span>: <span class="abstract-short">We train owls… '
        f'<a class="is-size-7">▽ More</a></span><span class="abstract-full">{OWLS} '
        '<a class="is-size-7">△ Less</a></span></p>'
        "<p><span>Submitted</span> 4 January, 2024; originally announced January 2024.</p></li></ol>"
    )
    paper = only(FORMAT, page(result))
    assert (paper.abstract, paper.date, paper.authors) == (OWLS, "2024-01-04", ("Ada Owl",))


def test_an_arxiv_abstract_page() -> None:
    head = metas(citation_title="Owls at night", citation_author="Owl, Ada", citation_date="2024/01/04")
    head += (
        metas(citation_arxiv_id="2401.00001") + '<meta property="og:url" content="https://arxiv.org/abs/2401.00001v2">'
    )
    body = '<blockquote class="abstract mathjax"><span class="descriptor">Abstract:</span>'
    body += f"{OWLS[:20]}\n{OWLS[20:]}</blockquote>"
    paper = only(FORMAT, page(body, head))
    assert (paper.id, paper.title, paper.date) == ("2401.00001", "Owls at night", "2024-01-04")
    assert (paper.authors, paper.abstract) == (("Ada Owl",), f"{OWLS[:20]} {OWLS[20:]}".replace("  ", " "))
    assert paper_key(paper) == "arxiv-2401.00001"


# ---------------------------------------------------------------- ACL Anthology


def volume_entry(ident: str, title: str, abstract: str | None) -> str:
    place = f"abstract-{ident.replace('.', '--')}"
    button = f'<a class="badge" data-toggle="collapse" href="#{place}">abs</a>' if abstract else ""
    box = f'<div class="card collapse abstract-collapse" id="{place}"><div class="card-body">{abstract}</div></div>'
    return (
        f'<p class="d-sm-flex align-items-stretch"><span><a href="/{ident}.pdf">pdf</a>{button}</span>'
        '<span class="d-block">'
        f'<strong><a class="align-middle" href="/{ident}/">{title}</a></strong><br><a href="/people/a/ada/">Ada Owl</a>'
        f' | <a href="/people/b/bo/">Bo Mouse</a></span></p>{box if abstract else ""}'
    )


def test_an_acl_volume_page() -> None:
    entries = [
        volume_entry("2030.owl-main.0", "Proceedings of Owls", None),
        volume_entry(
            "2030.owl-main.1", 'Owls at <span class="acl-fixed-case">N</span>ight', OWLS.replace("owls", "<i>owls</i>")
        ),
        volume_entry("2030.owl-main.2", "Bare", None),
    ]
    items = read(FORMAT, page(f'<h2 id="title"><a>Proceedings of Owls</a></h2>{"".join(entries)}'))
    (paper,) = papers(items)
    assert (paper.id, paper.title, paper.abstract) == ("2030.owl-main.1", "Owls at Night", OWLS)
    assert (paper.authors, paper.date, paper.venue) == (("Ada Owl", "Bo Mouse"), "2030", "Proceedings of Owls")
    assert paper.ids.acl == paper.id
    assert [(r.where, r.what) for r in rejected(items)] == [("in#2030.owl-main.2", "Bare")]


def test_an_acl_paper_page() -> None:
    head = metas(citation_title="Owls", citation_author="Ada Owl", citation_publication_date="2030/5")
    head += metas(citation_doi="10.18653/v1/2030.owl-main.1", citation_conference_title="Owl Meeting")
    head += '<link rel="canonical" href="https://aclanthology.org/2030.owl-main.1/">'
    body = f'<div class="card-body acl-abstract"><h5 class="card-title">Abstract</h5><span>{OWLS}</span></div>'
    paper = only(FORMAT, page(body, head))
    assert (paper.id, paper.abstract, paper.date, paper.venue) == ("2030.owl-main.1", OWLS, "2030-05", "Owl Meeting")
    assert paper.ids.doi == "10.18653/v1/2030.owl-main.1"


# ---------------------------------------------------------------- other pages


def test_an_openreview_forum_page() -> None:
    head = metas(citation_title="Owls", citation_author="Ada Owl", citation_online_date="2030/03/04")
    body = (
        '<div class="note-content"><div><strong class="note-content-field">TL;DR:</strong> <span>Owls.</span></div>'
        '<div><strong class="note-content-field disable-tex-rendering">Abstract:</strong> '
        f'<span class="note-content-value">{OWLS}</span></div></div>'
    )
    paper = only(FORMAT, page(body, head))
    assert (paper.title, paper.abstract, paper.date) == ("Owls", OWLS, "2030-03-04")
    assert only(FORMAT, page("", head + metas(citation_abstract=MICE))).abstract == MICE


@pytest.mark.parametrize("name", ["citation_abstract", "DCTERMS.abstract", "DC.Description.Abstract"])
def test_metadata_of_publishers(name: str) -> None:
    head = metas(**{"DC.title": "Owls", "DC.creator": "Owl, Ada", "DC.date": "2030-02", name: f"<p>{OWLS}</p>"})
    paper = only(FORMAT, page("<p>Cookies!</p>", head))
    assert (paper.title, paper.authors, paper.date, paper.abstract) == ("Owls", ("Ada Owl",), "2030-02", OWLS)


def test_a_description_stands_in_with_a_note() -> None:
    items = read(FORMAT, page("", metas(citation_title="Owls", description=OWLS)))
    assert papers(items)[0].abstract == OWLS
    assert "may be shortened" in notes(items)[0].text


def test_json_ld() -> None:
    article = {
        "@type": ["ScholarlyArticle"],
        "headline": "Owls",
        "abstract": OWLS,
        "datePublished": "2030-02-03",
        "author": [{"@type": "Person", "name": "Ada Owl"}, "Mouse, Bo"],
        "isPartOf": {"name": "Owl Letters"},
        "@id": "https://doi.org/10.1234/Owls",
    }
    data = json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, article]})
    bad = '<script type="application/ld+json">{oops</script>'
    paper = only(FORMAT, page("", f'{bad}<script type="application/ld+json">{data}</script>'))
    assert (paper.id, paper.title, paper.abstract) == ("10.1234/owls", "Owls", OWLS)
    assert (paper.authors, paper.venue, paper.date) == (("Ada Owl", "Bo Mouse"), "Owl Letters", "2030-02-03")


def test_a_page_about_no_paper_says_what_was_looked_for_and_found() -> None:
    (lost,) = rejected(read(FORMAT, page("<h1>Buy owls</h1>", '<meta property="og:type" content="shop">')))
    assert lost.what == "Buy owls"
    assert "ScholarlyArticle" in lost.why
    assert "og:type" in lost.why


# ---------------------------------------------------------------- text and bytes


def abstract_of(markup: str) -> str:
    return only(FORMAT, page(f"<div class=abstract>{markup}</div>")).abstract


def test_inline_markup_becomes_text() -> None:
    assert (
        abstract_of("H<sub>2</sub>O and 10<sup>3</sup> <b>o</b>wls<br>fly<p>far</p>off")
        == "H2O and 103 owls fly far off"
    )
    assert abstract_of("a &lt;b&gt; &amp;amp; c") == "a <b> &amp; c"
    assert abstract_of("x<script>alert(1)</script><style>p{}</style><!-- no -->y") == "xy"
    assert (
        abstract_of("<math><semantics><mi>k</mi><annotation>\\kappa</annotation></semantics></math> owls") == "k owls"
    )


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "utf-8"), ("windows-1251", "cp1251"), ("gb2312", "gb18030"), ("shift_jis", "shift_jis"), ("", "utf-16")],
)
def test_encodings(declared: str, encoding: str) -> None:
    text = "Совы летают" if encoding != "shift_jis" else "フクロウ"
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    data = f"<html><head>{head}</head><body><div class=abstract>{text}</div></body></html>"
    assert only(FORMAT, data.encode(encoding)).abstract == text


def test_a_wrong_or_missing_declaration_is_told() -> None:
    for declared in ("<meta charset=utf-8>", "<meta charset=nonsense>", ""):
        items = read(FORMAT, f"<html>{declared}<div class=abstract>Bücher – “owls”</div></html>".encode("cp1252"))
        assert papers(items)[0].abstract == "Bücher – “owls”"
        assert "Windows-1252" in notes(items)[0].text


def test_pages_that_the_parser_cannot_hold() -> None:
    huge = page(f"<div class=abstract>{'a' * MAX_TEXT}</div>")
    assert "one piece of text" in rejected(read(FORMAT, huge))[0].why
    many = page(f"<div class=abstract>{OWLS}</div>" + f"<p>{'owl ' * 1000}</p>" * (MAX_TEXT // 4000))
    assert only(FORMAT, many).abstract == OWLS
    assert "larger than" in rejected(read(FORMAT, b"<p>" + bytes(MAX_PAGE)))[0].why
    assert rejected(read(FORMAT, b""))
    assert rejected(read(FORMAT, b"   \n"))


@pytest.mark.parametrize(
    ("start", "unit", "size"),
    [
        ("", "<div>", 5_000),
        ("<a ", "x ", 25_000),
        ("", "<![CDATA[", 25_000),
        ("", "&", 25_000),
        ("", "\0<p>", 5_000),
    ],
)
def test_time_is_linear_on_hostile_markup(start: str, unit: str, size: int) -> None:
    def run(size: int) -> None:
        assert read(FORMAT, f"<html><body>{start}{unit * (size // len(unit))}")

    assert growth(run, size) < LINEAR


def test_sniffing() -> None:
    for data, suffix in (
        (b"<!-- saved --><HTML lang=en>", ""),
        (b"\xef\xbb\xbf\n<!doctype HTML>", ".txt"),
        (b"<p>x", ".htm"),
    ):
        assert FORMAT.sniff(data, suffix)
    for data, suffix in ((b'{"a": "<html>"}', ".html"), (b"<?xml version='1.0'?><article>", ".xml"), (b"", ".html")):
        assert not FORMAT.sniff(data, suffix)


@pytest.mark.parametrize(
    "data", ['<?xml version="1.0"?><feed><a>x</a></feed>', "https://example.org/owls", "owls.html"]
)
def test_what_looks_like_something_else_gives_a_rejection_and_no_warning(data: str) -> None:
    assert len(rejected(read(FORMAT, data))) == 1
