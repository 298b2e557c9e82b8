from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import read as reading
from kg.model import Paper, PaperIds
from kg.read import csl_json, hf_daily, jsonl, kaggle_arxiv, openalex, semantic_scholar
from kg.records import paper_to_record, to_line
from tests.read.markup import notes, only, papers, read, rejected
from tests.shared import need_shared

TEXT = "Gulls land where boats unload."


def dump(*records: Any) -> str:
    return "".join(json.dumps(r) + "\n" for r in records)


# ---------------------------------------------------------------- records of one's own


def test_the_usual_names_of_fields_are_understood() -> None:
    record = {
        "Paper_ID": 7, "display_name": "Gulls", "Summary": TEXT, "published": "2024-05-03T12:00:00Z",
        "authors": [{"name": "Ada L."}, {"given": "Alan", "family": "T."}, "Grace H."], "journal": {"name": "Birds"},
        "doi": "https://doi.org/10.1000/ABC", "arxiv_id": "2401.00001v3",
    }  # fmt: skip
    paper = only(jsonl.FORMAT, dump(record))
    assert paper == Paper(
        "7", "Gulls", TEXT, "2024-05-03", ("Ada L.", "Alan T.", "Grace H."), None, "Birds", "jsonl", None,
        PaperIds(doi="10.1000/abc", arxiv="2401.00001"),
    )  # fmt: skip


def test_the_first_name_with_a_value_counts() -> None:
    paper = only(
        jsonl.FORMAT, dump({"id": "1", "abstract": None, "text": "", "summary": TEXT, "title": None, "year": 2024})
    )
    assert (paper.title, paper.abstract, paper.date) == (None, TEXT, "2024")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Ada L. and Alan T.", ("Ada L.", "Alan T.")),
        ("Lovelace, Ada; Turing, Alan", ("Lovelace, Ada", "Turing, Alan")),
        ("Lovelace, Ada", ("Lovelace, Ada",)),
        ("A, B, C", ("A", "B", "C")),
        ([["Lovelace", "Ada", ""], ["King", "M.", "Jr."]], ("Ada Lovelace", "M. King Jr.")),
        ({"name": "Ada"}, ("Ada",)),
        (3, ()),
        ([None, {}, 4, ""], ()),
    ],
)
def test_authors_come_in_many_shapes(value: Any, found: tuple[str, ...]) -> None:
    assert only(jsonl.FORMAT, dump({"abstract": TEXT, "authors": value})).authors == found


@pytest.mark.parametrize(
    "data",
    [
        json.dumps([{"id": n, "abstract": TEXT} for n in "ab"]),
        json.dumps([{"id": n, "abstract": TEXT} for n in "ab"], indent=2),
        json.dumps({"meta": {}, "results": [{"id": n, "abstract": TEXT} for n in "ab"]}, indent=1),
        json.dumps({"data": [{"id": n, "abstract": TEXT} for n in "ab"]}),
        "\n".join(json.dumps({"id": n, "abstract": TEXT}, indent=2) for n in "ab"),
        "\n\n" + dump(*({"id": n, "abstract": TEXT} for n in "ab")),
        dump(*({"id": n, "abstract": TEXT} for n in "ab")).strip(),
    ],
    ids=[
        "array",
        "indented array",
        "wrapped",
        "wrapped on a line",
        "indented objects",
        "blank lines",
        "no last line end",
    ],
)
def test_records_stand_on_lines_in_an_array_or_wrapped(data: str) -> None:
    items = read(jsonl.FORMAT, data)
    assert [p.id for p in papers(items)] == ["a", "b"]
    assert len(items) == 2


def test_a_long_array_is_read_in_pieces() -> None:
    records = [{"id": str(n), "abstract": TEXT * 20} for n in range(500)]
    items = read(jsonl.FORMAT, json.dumps(records, indent=1))
    assert [p.id for p in papers(items)] == [str(n) for n in range(500)]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"abstract": "cut off', "Unterminated"),
        ('{"abstract": "x", "n": NaN}', "NaN"),
        ('{"abstract": "x", "abstract": "y"}', "twice"),
        ('{"abstract": "x", "n": ' + "1" * 5000 + "}", "no strict JSON"),
        ("[" * 100_000, "no strict JSON"),
        ('"a text"', "not a text"),
        ("[1]", "not a number"),
        ("null", "not null"),
        ('{"abstract": 3, "title": "T"}', "no text"),
        ('{"abstract": " \\u0000 ", "title": "T"}', "no abstract"),
        ('{"title": "T", "body": "x"}', "keys found: title, body"),
        ('{"abstract": "' + "x" * 200_001 + '"}', "200,000"),
    ],
)
def test_a_bad_line_is_rejected_with_its_number_and_its_neighbours_stay(line: str, why: str) -> None:
    good = dump({"id": "a", "abstract": TEXT})
    items = read(jsonl.FORMAT, good + line + "\n" + good.replace('"a"', '"b"'))
    assert [p.id for p in papers(items)] == ["a", "b"]
    (bad,) = rejected(items)
    assert bad.where.removesuffix("[0]") == "in:2"
    assert why in bad.why
    assert len(bad.what) <= 80


def test_bytes_that_are_no_utf8_spoil_their_line_alone() -> None:
    good = dump({"id": "a", "abstract": TEXT}).encode()
    items = read(jsonl.FORMAT, good + b'{"abstract": "\xe9t\xe9"}\n' + good)
    assert len(papers(items)) == 2
    assert "0xe9 at column 15" in rejected(items)[0].why


def test_a_bad_first_line_does_not_sink_the_file() -> None:
    items = read(jsonl.FORMAT, '{"id": "x", "abstr\n' + dump({"id": "a", "abstract": TEXT}) * 2)
    assert (len(papers(items)), len(rejected(items))) == (2, 1)


def test_an_array_keeps_what_stands_before_its_fault() -> None:
    items = read(jsonl.FORMAT, '[{"id": "a", "abstract": "We."},\n {"id": "b", "abstract": "We."\n')
    assert [p.id for p in papers(items)] == ["a"]
    assert "not read" in rejected(items)[0].why


def test_elements_of_an_array_have_the_numbers_of_their_lines() -> None:
    items = read(jsonl.FORMAT, '[\n{"title": "A"},\n\n{"title":\n "B"}, 3]\n')
    assert [r.where for r in rejected(items)] == ["in:2", "in:4", "in:5"]


def test_only_line_feeds_part_lines() -> None:
    text = "one\u2028two\u2029three\x0bfour\x0cfive\x85six\rseven"
    line = json.dumps({"abstract": text}, ensure_ascii=False).replace("\\u000b", "").replace("\\f", "\\f")
    paper = only(jsonl.FORMAT, line.replace("\\r", "\\r") + "\n")
    assert paper.abstract == "one\u2028two\u2029threefourfive\x85six\rseven"


def test_text_stays_untouched_but_for_controls_and_outer_space() -> None:
    paper = only(
        jsonl.FORMAT, dump({"title": "\n A  b\t", "abstract": "  e\u0301 &amp; <b>x</b>\u200b  \x00\x1b\n y \n"})
    )
    assert (paper.title, paper.abstract) == ("A  b", "e\u0301 &amp; <b>x</b>\u200b  \n y")


def test_a_lone_surrogate_is_replaced_aloud() -> None:
    items = read(jsonl.FORMAT, '{"title": "\\ud83d", "abstract": "a \\udc00 b", "id": "\\ud800"}\n')
    (paper,) = papers(items)
    assert (paper.id, paper.title, paper.abstract) == ("\ufffd", "\ufffd", "a \ufffd b")
    assert "surrogate" in notes(items)[0].text


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip).filter(bool)
PLAIN = st.text(st.characters(categories=["L", "N"]), min_size=1)
PAPERS = st.builds(
    Paper,
    id=TEXTS,
    title=st.none() | TEXTS,
    abstract=TEXTS,
    date=st.sampled_from([None, "2024", "2024-11", "2024-11-04"]),
    authors=st.lists(PLAIN).map(tuple),
    author_count=st.none() | st.integers(0, 5000),
    venue=st.none() | PLAIN,
    source=st.none() | PLAIN,
    url=st.none() | PLAIN,
    ids=st.builds(PaperIds, doi=st.none() | PLAIN, arxiv=st.none() | PLAIN, pmid=st.none() | PLAIN),
)


@given(PAPERS)
def test_records_of_kg_come_back_as_they_were(paper: Paper) -> None:
    (back,) = read(jsonl.FORMAT, to_line(paper_to_record(paper)) + "\n")
    assert isinstance(back, Paper)
    # What has no ids or source written gets them from what it has.
    assert back.source == (paper.source or "jsonl")
    if paper.ids != PaperIds():
        assert back == Paper(**{f: getattr(paper, f) for f in Paper.__slots__} | {"source": back.source})


@pytest.mark.parametrize(
    ("name", "count"),
    [("gold/train.texts.jsonl", 208), ("gold/dev.texts.jsonl", 170), ("corpus/mixed-3k.jsonl.gz", 3010)],
)
def test_real_texts_are_read_without_loss(name: str, count: int) -> None:
    items = list(reading.read([need_shared(name)]))
    assert len(papers(items)) == len(items) == count
    assert len({p.id for p in papers(items)}) == count


def test_ids_in_the_form_that_kg_gives_name_what_they_were_made_of() -> None:
    found = papers(
        read(jsonl.FORMAT, dump({"id": "arxiv-2401.00001", "abstract": TEXT}, {"id": "pmid-77", "abstract": TEXT}))
    )
    assert [p.ids for p in found] == [PaperIds(arxiv="2401.00001"), PaperIds(pmid="77")]


def test_bare_numbers_are_no_identifiers() -> None:
    found = papers(read(jsonl.FORMAT, dump(*({"id": i, "abstract": TEXT} for i in (12345, "doc/1234567", "s2-001")))))
    assert [p.ids for p in found] == [PaperIds()] * 3


# ---------------------------------------------------------------- OpenAlex


WORK = {
    "id": "https://openalex.org/W1", "display_name": "Gulls", "title": None, "doi": "https://doi.org/10.1/x",
    "abstract_inverted_index": {"Gulls": [0], "land": [1, 5], "again": [9]}, "publication_date": "2024-05-03",
    "ids": {"openalex": "https://openalex.org/W1", "pmid": "https://pubmed.ncbi.nlm.nih.gov/77"},
    "authorships": [{"author": {"display_name": "Ada L."}}, {"author": {}, "raw_author_name": "Alan T."}],
    "primary_location": {"source": {"display_name": "Birds"}},
}  # fmt: skip


def test_a_work_is_read_with_its_abstract_put_together() -> None:
    paper = only(openalex.FORMAT, dump({**WORK, "doi": "https://doi.org/10.1000/X"}))
    assert (paper.title, paper.abstract, paper.date, paper.venue) == (
        "Gulls",
        "Gulls land land again",
        "2024-05-03",
        "Birds",
    )
    assert paper.ids == PaperIds(doi="10.1000/x", openalex="W1", pmid="77")
    assert paper.authors[0] == "Ada L."


@pytest.mark.parametrize(
    ("index", "why"),
    [
        (None, "no abstract"),
        ({}, "no abstract"),
        ([], "no object"),
        ({"a": [0], "b": [0]}, "two words"),
        ({"a": 3}, "positions"),
        ({"a": [-1]}, "positions"),
    ],
)
def test_a_work_without_a_whole_abstract_is_rejected(index: Any, why: str) -> None:
    items = read(openalex.FORMAT, dump({**WORK, "abstract_inverted_index": index}, WORK))
    assert len(papers(items)) == 1
    assert why in rejected(items)[0].why
    assert rejected(items)[0].what == "Gulls"


# ---------------------------------------------------------------- Hugging Face, Kaggle, CSL


def test_daily_papers_have_the_paper_inside() -> None:
    record = {
        "title": "Outer", "publishedAt": "2024-06-01T00:00:00.000Z",
        "paper": {"id": "2405.00001", "title": "Gulls", "summary": TEXT, "publishedAt": "2024-05-03T00:00:00.000Z",
                  "authors": [{"name": "Ada L.", "hidden": False}, {"name": "Nobody", "hidden": True}]},
    }  # fmt: skip
    paper = only(hf_daily.FORMAT, json.dumps([record]))
    assert (paper.id, paper.title, paper.date, paper.authors) == ("2405.00001", "Gulls", "2024-05-03", ("Ada L.",))
    assert paper.ids == PaperIds(arxiv="2405.00001")


SNAPSHOT = {
    "id": "hep-th/9901001", "title": "Gulls\n  and boats", "abstract": "  We count\ngulls.\n", "doi": None,
    "authors_parsed": [["Lovelace", "Ada", ""], ["King", "M.", "Jr."]], "update_date": "2009-11-13",
    "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}], "journal-ref": "Birds 1",
}  # fmt: skip


def test_the_snapshot_has_old_ids_and_hard_line_ends() -> None:
    paper = only(kaggle_arxiv.FORMAT, dump(SNAPSHOT))
    assert (paper.title, paper.abstract, paper.date) == ("Gulls and boats", "We count\ngulls.", "2007-04-02")
    assert paper.authors == ("Ada Lovelace", "M. King Jr.")
    assert (paper.venue, paper.ids, paper.url) == (
        "Birds 1",
        PaperIds(arxiv="hep-th/9901001"),
        "https://arxiv.org/abs/hep-th/9901001",
    )


ENTRY = {
    "id": "http://zotero.org/1", "type": "article-journal", "title": "<i>Larus</i> &amp; boats",
    "abstract": "<jats:p>We count <b>gulls</b>, 3 &lt; 4.</jats:p>",
    "issued": {"date-parts": [["2024", 5]]}, "DOI": "10.1000/X", "container-title": "Birds",
    "author": [{"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"}, {"literal": "The Flock"}],
}  # fmt: skip


def test_csl_has_parts_of_dates_particles_and_markup() -> None:
    paper = only(csl_json.FORMAT, json.dumps([ENTRY], indent=1))
    assert (paper.title, paper.abstract, paper.date) == ("Larus & boats", "We count gulls, 3 < 4.", "2024-05")
    assert paper.authors == ("Ludwig van Beethoven", "The Flock")
    assert (paper.venue, paper.ids) == ("Birds", PaperIds(doi="10.1000/x"))


def test_csl_dates_may_be_raw_or_missing() -> None:
    dates = [{"raw": "3 May 2024"}, {"literal": "in press"}, {"date-parts": [[]]}, {"date-parts": [[None]]}, None, 3]
    found = papers(read(csl_json.FORMAT, json.dumps([{**ENTRY, "issued": d} for d in dates])))
    assert [p.date for p in found] == ["2024-05-03", None, None, None, None, None]


# ---------------------------------------------------------------- Semantic Scholar


def test_papers_and_abstracts_are_joined_in_whatever_order_they_come(tmp_path: Path) -> None:
    people = [{"authorId": "1", "name": "Ada L."}]
    one = [
        {
            "corpusid": n,
            "title": f"T{n}",
            "year": 2024,
            "authors": people,
            "externalids": {"ArXiv": "2401.0000" + str(n), "DOI": None},
        }
        for n in (1, 2, 3)
    ]
    two = [
        {"corpusid": n, "abstract": f"A{n}", "openaccessinfo": {"externalids": {"PubMedCentral": "5"}}}
        for n in (9, 3, 1)
    ]
    (tmp_path / "papers.jsonl").write_text(dump(*one))
    (tmp_path / "abstracts.jsonl").write_text(dump(*two))
    for order in (["papers", "abstracts"], ["abstracts", "papers"]):
        items = list(reading.read([tmp_path / f"{name}.jsonl" for name in order]))
        assert [(p.id, p.title, p.abstract) for p in papers(items)] == [
            ("1", "T1", "A1"),
            ("3", "T3", "A3"),
            ("9", None, "A9"),
        ]
        assert papers(items)[0].ids == PaperIds(arxiv="2401.00001")
        assert [(r.what, "corpusid" in r.why) for r in rejected(items)] == [("T2", True)]
        assert "1 abstract" in notes(items)[0].text
    assert list(reading.read([tmp_path])) == list(
        reading.read([tmp_path / "abstracts.jsonl", tmp_path / "papers.jsonl"])
    )


def test_a_record_of_the_graph_api_is_whole() -> None:
    record = {
        "paperId": "f00", "corpusId": 1, "title": "Gulls",
        "externalIds": {"PubMed": "77", "ACL": "N19-1423", "CorpusId": 1},
        "abstract": TEXT, "publicationDate": None, "year": 2024, "journal": {"name": "Birds"},
    }  # fmt: skip
    paper = only(semantic_scholar.FORMAT, json.dumps({"total": 1, "data": [record]}))
    assert (paper.id, paper.date, paper.venue) == ("1", "2024", "Birds")
    assert paper.ids == PaperIds(acl="N19-1423", pmid="77")


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (WORK, "openalex"), (SNAPSHOT, "kaggle_arxiv"), (ENTRY, "csl_json"), ({"abstract": TEXT}, "jsonl"),
        ({"corpusid": 1, "title": "T", "abstract": TEXT}, "semantic_scholar"),
        ({"paper": {"id": "2405.00001", "summary": TEXT}}, "hf_daily"),
        ({"abstract": 'He says {"corpusid": 1, "authors_parsed": 2}'}, "jsonl"),
    ],
)  # fmt: skip
def test_each_kind_of_json_is_recognised_on_lines_and_in_arrays(
    record: dict[str, Any], name: str, tmp_path: Path
) -> None:
    path = tmp_path / "records"
    for data in (json.dumps(record), json.dumps([record], indent=2)):
        path.write_text(data)
        assert [p.source for p in papers(reading.read([path]))] == [name]
