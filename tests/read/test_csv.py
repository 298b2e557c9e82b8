from __future__ import annotations

import io

import pytest

from kg.model import Note, Paper, Rejected
from kg.read import csv
from kg.read.base import Item, Source
from tests.read.markup import read

# Header rows as the programs write them (shortened), with one row each.
EXPORTS = {
    "zotero": (
        '"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note","Date"\n'
        '"K1","journalArticle","2020","Doe, Ann; Roe, Bo","T","J","10.1000/x","https://a.org","A.","2020-01-02"\n'
    ),
    "scopus": (
        '\ufeff"Authors","Author full names","Title","Year","Source title","DOI","Link","Abstract","EID"\n'
        '"Doe A.; Roe B.","Doe, Ann (123); Roe, Bo (45)","T","2020","J","10.1000/x","https://a.org","A.","K1"\n'
    ),
    "wos": "PT\tAU\tAF\tTI\tSO\tAB\tPD\tPY\tDI\tUT\n"
    "J\tDoe, A\tDoe, Ann; Roe, Bo\tT\tJ\tA.\tJAN 2\t2020\t10.1000/x\tK1\n",
    "wos table": (
        "Publication Type\tAuthors\tAuthor Full Names\tArticle Title\tSource Title\tAbstract\tPublication Date\t"
        "Publication Year\tDOI\tDOI Link\tPubmed Id\tUT (Unique WOS ID)\n"
        "J\tDoe, A\tDoe, Ann; Roe, Bo\tT\tJ\tA.\tJAN 2\t2020\t10.1000/x\thttps://a.org\t77\tK1\n"
    ),
    "dimensions": (
        '"About the data: Exported on Jan 1. Criteria: x"\n'
        "Rank,Publication ID,DOI,Title,Abstract,Source title,Publication date,PubYear,Authors,Dimensions URL\n"
        '1,K1,10.1000/x,T,A.,J,2020-01-02,2020,"Doe, Ann; Roe, Bo",https://a.org\n'
    ),
    "openalex": (
        "id,doi,display_name,publication_year,publication_date,abstract,authorships.author.display_name,"
        "primary_location.source.display_name\n"
        "https://openalex.org/W12,https://doi.org/10.1000/x,T,2020,2020-01-02,A.,Ann Doe|Bo Roe,J\n"
    ),
    "lens": (
        '"Lens ID","Title","Date Published","Publication Year","Source Title","Author/s","Abstract","DOI","PMID"\n'
        '"K1","T","2020-01-02","2020","J","Ann Doe; Bo Roe","A.","10.1000/x","77"\n'
    ),
    "semicolons": "sep=;\nid;title;text;authors;date;doi;journal\nK1;T;A.;Ann Doe, Bo Roe;2020-01-02;10.1000/x;J\n",
}


def items(text: str | bytes) -> list[Item]:
    return read(csv.FORMAT, text, name="t.csv")


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_of_known_programs(name: str) -> None:
    (p,) = items(EXPORTS[name])
    assert isinstance(p, Paper), p
    assert (p.title, p.abstract, p.venue, p.ids.doi) == ("T", "A.", "J", "10.1000/x")
    assert p.authors == ("Ann Doe", "Bo Roe")
    assert p.date in {"2020-01-02", "2020"}
    assert p.id == ("https://openalex.org/W12" if name == "openalex" else "K1")
    assert p.ids.openalex == ("W12" if name == "openalex" else None)
    assert csv.FORMAT.sniff(EXPORTS[name].encode(), "")


def test_the_month_of_web_of_science_stands_beside_its_year() -> None:
    for name in ("wos", "wos table"):
        (p,) = items(EXPORTS[name])
        assert isinstance(p, Paper)
        assert p.date == "2020-01-02"


def test_zotero_keeps_arxiv_ids_in_its_extra_column() -> None:
    (p,) = items('"Key","Title","Abstract Note","Extra"\n"K1","T","A.","arXiv:2401.00001 [cs]"\n')
    assert isinstance(p, Paper)
    assert (p.id, p.ids.arxiv) == ("K1", "2401.00001")


def test_missing_abstract_column_names_columns_found_and_known() -> None:
    (refused,) = items("Title,Note\nT,x\n")
    assert isinstance(refused, Rejected)
    assert refused.where == "t.csv:1"
    assert "Title, Note" in refused.why
    assert "abstract note" in refused.why


def test_ragged_rows_are_refused_with_their_line() -> None:
    found = items('title,abstract,note\nA,"one\ntwo",\nB,x\nC,x,y,z\nD,fine,\nE,fine,,,\n')
    assert [i.title for i in found if isinstance(i, Paper)] == ["A", "D", "E"]
    assert [(i.where, i.why) for i in found if isinstance(i, Rejected)] == [
        ("t.csv:4", "2 cells where the header row (line 1) has 3"),
        ("t.csv:5", "4 cells where the header row (line 1) has 3"),
    ]


def test_unclosed_quote_takes_one_line_only() -> None:
    found = items('title,abstract\nA,fine\nB,"open\nC,c\nD,"d"\nE,e\n')
    assert [i.title for i in found if isinstance(i, Paper)] == ["A", "C", "D", "E"]
    (refused,) = (i for i in found if isinstance(i, Rejected))
    assert refused.where == "t.csv:3"
    assert "quotation mark" in refused.why


def test_unclosed_quote_before_the_end_and_before_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "MAX_ROW", 1000)
    stream = io.BytesIO(b'title,abstract\nB,"open\n' + b"C,c\n" * 1000)
    first = next(iter(csv.FORMAT.read(Source("t.csv", stream))))
    assert isinstance(first, Rejected)
    assert stream.tell() < 1100, "the row that never ends is given up at MAX_ROW"
    found = items('title,abstract\nB,"open\n' + "C,c\n" * 1000)
    assert sum(isinstance(i, Paper) for i in found) == 1000
    assert [i.where for i in found if isinstance(i, Rejected)] == ["t.csv:2"]


def test_quotation_marks_as_signs_in_tab_separated_files() -> None:
    (p,) = items('title\tabstract\n"Why" ask\tIt says "so"\n')
    assert isinstance(p, Paper)
    assert (p.title, p.abstract) == ('"Why" ask', 'It says "so"')


def test_large_cells_and_commas_in_cells() -> None:
    (p,) = items(f'title,abstract\n"A, B","{"x" * 190_000}"\n')
    assert isinstance(p, Paper)
    assert p.title == "A, B"
    assert len(p.abstract) == 190_000


def test_no_abstract_in_a_row() -> None:
    assert items("title,abstract\nA, \n\nB,b\n")[0] == Rejected("t.csv:2", "A", "no abstract")


def test_latin_1_is_noted_once() -> None:
    found = items("title,abstract\nGröße,A.\nÄ,ä\n".encode("latin-1"))
    assert [type(i) for i in found] == [Note, Paper, Paper]
    note, p = items("title,abstract\nGröße,A.\n,ä\n".encode("latin-1"))[:2]
    assert isinstance(note, Note)
    assert note.where == "t.csv:2"
    assert isinstance(p, Paper)
    assert p.title == "Größe"


def test_one_author_with_a_comma_is_one() -> None:
    for cell, names in [("Doe, Ann", ("Ann Doe",)), ("Doe A, Roe B.", ("Doe A", "Roe B")), ("", ())]:
        (p,) = items(f'authors,abstract\n"{cell}",A.\n')
        assert isinstance(p, Paper)
        assert p.authors == names


def test_sniff_leaves_others_alone() -> None:
    assert not csv.FORMAT.sniff(b'{"title": "T", "abstract": "A"}\n', ".jsonl")
    assert not csv.FORMAT.sniff(b"Abstract: we, the authors, say\n", ".txt")
    assert csv.FORMAT.sniff(b"", ".tsv")
