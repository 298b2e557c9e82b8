"""ACL Anthology XML."""

from __future__ import annotations

import re

from kg.read.acl import FORMAT
from tests.read.markup import notes, only, papers, read, rejected
from tests.shared import need_shared

META = (
    "<meta><booktitle>Proceedings of <fixed-case>O</fixed-case>wls</booktitle><editor><first>E</first></editor>"
    "<month>May</month><year>2030</year></meta><frontmatter><url>2030.owl-main.0</url></frontmatter>"
)
PAPER = """<paper id="7"><title><fixed-case>O</fixed-case>wls: A <i>Night</i> Study</title>
<author><first>Ada</first><last>Owl</last></author><author><first/><last>Mouse</last></author>
<abstract>We train <b>owls</b> at <tex-math>O(n^2)</tex-math> cost;
  see <url>https://owls.example</url>.</abstract><url hash="x">2030.owl-main.7</url>
<doi>10.18653/v1/2030.owl-main.7</doi>{}</paper>"""


def collection(*papers: str) -> str:
    return f'<collection id="2030.owl"><volume id="main">{META}{"".join(papers)}</volume></collection>'


def test_a_paper() -> None:
    paper = only(FORMAT, collection(PAPER.format("")))
    assert (paper.id, paper.ids.acl, paper.ids.doi) == (*["2030.owl-main.7"] * 2, "10.18653/v1/2030.owl-main.7")
    assert paper.title == "Owls: A Night Study"
    assert paper.abstract == "We train owls at O(n^2) cost; see https://owls.example."
    assert (paper.authors, paper.venue, paper.date) == (("Ada Owl", "Mouse"), "Proceedings of Owls", "2030-05")


def test_each_volume_has_its_own_year() -> None:
    later = f'<volume id="b">{META.replace("2030</year>", "2031</year>")}{PAPER.format("")}</volume>'
    data = collection(PAPER.format("")).replace("</collection>", f"{later}</collection>")
    assert [(p.id, p.date) for p in papers(read(FORMAT, data))] == [
        ("2030.owl-main.7", "2030-05"),
        ("2030.owl-b.7", "2031-05"),
    ]


def test_of_two_languages_the_english_abstract_is_read() -> None:
    french = '<abstract xml:lang="fra">Les hiboux.</abstract>'
    assert (
        only(FORMAT, collection(PAPER.format("").replace("<abstract>", f"{french}<abstract>"))).abstract[:8]
        == "We train"
    )


def test_a_retracted_paper_is_noted() -> None:
    items = read(FORMAT, collection(PAPER.format('<retracted date="2031-01-01">Mice did it</retracted>')))
    assert len(papers(items)) == 1
    assert "retracted: Mice did it" in notes(items)[0].text


def test_odd_numbers_do_not_sink_a_file() -> None:
    data = (
        collection(PAPER.format("")).replace('id="2030.owl"', 'id="D19"').replace('volume id="main"', 'volume id="x²"')
    )
    assert only(FORMAT, data).id == "D19-x²007"


def test_the_collection_of_2022() -> None:
    data = need_shared("formats/acl-anthology-2022.xml").read_bytes()
    items = read(FORMAT, data)
    found = papers(items)
    assert (len(items), len(found)) == (774, 774)
    assert sorted(p.id for p in found) == sorted(
        set(re.findall(r"<url[^>]*>(2022\.[\w.-]+\.[1-9]\d*)<", data.decode()))
    )
    assert all(p.ids.acl == p.id and p.title and p.authors and (p.date or "").startswith("2022-05") for p in found)
    assert sum(p.ids.doi is not None for p in found) == 773
    assert not any("<" in (p.title or "") or "  " in p.abstract or "\n" in p.abstract for p in found)


def test_a_collection_without_abstracts() -> None:
    data = need_shared("formats/acl-anthology-J89.xml").read_bytes()
    items = read(FORMAT, data)
    assert len(items) == data.count(b"<paper ") == 58
    assert {item.why for item in rejected(items)} == {"no abstract"}
    assert len(rejected(items)) == 58
