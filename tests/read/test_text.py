from __future__ import annotations

from pathlib import Path

import pytest

from kg import read as reading
from kg.model import Paper
from kg.read import abstract_lines, daily_papers_text, text
from kg.read.base import Format
from kg.read.titles import weigh
from tests.read.markup import notes, only, papers, read, rejected
from tests.shared import need_shared

LONG = (
    "Harbour gulls learn where boats unload, but nobody has counted how fast. We follow forty birds over two summers "
    "and train a small network on their tracks. It predicts the next landing place of a bird in 81.5% of the cases, "
    "which is 12 points more than a nearest-neighbour rule."
)
OTHER = LONG.replace("gulls", "herons").replace("forty", "thirty")
THIRD = LONG.replace("gulls", "egrets").replace("forty", "sixty")

# ---------------------------------------------------------------- the Daily Papers page


def page(*parts: str) -> str:
    head = (
        "new",
        "Get trending papers in your email inbox!",
        "Subscribe",
        "Daily Papers",
        "byAK and the research community",
        "Oct 31",
    )
    return "\n\n".join((*head, *parts)) + "\n"


def close(who: str, date: str) -> str:
    return f"{who}\n·\n{date}"


MIXED = page(
    "Where Gulls Land: Learning from Tracks", LONG, close("  • 3 authors", "Sep 27, 2023"),
    "heron counting in the wild", OTHER,
    "Egrets are Good Forecasters", THIRD, "They are.", "Code: https://example.org/egrets",
    close("Marsh Lab  Delta", "May 21 2"),
    "A Last One", LONG, close("  • 1 authors", "Dec 9, 2022 17"),
)  # fmt: skip


def test_a_page_gives_its_papers_with_dates_and_numbers_of_authors() -> None:
    found = papers(read(daily_papers_text.FORMAT, MIXED))
    assert [(p.title, p.date, p.author_count) for p in found] == [
        ("Where Gulls Land: Learning from Tracks", "2023-09-27", 3),
        ("heron counting in the wild", None, None),
        ("Egrets are Good Forecasters", "2024-05-21", None),
        ("A Last One", "2022-12-09", 1),
    ]
    assert found[1].abstract == OTHER
    assert found[2].abstract == f"{THIRD}\n\nThey are.\n\nCode: https://example.org/egrets"
    assert all(p.authors == () and p.source == "daily_papers_text" for p in found)
    assert len({p.id for p in found}) == 4


def test_the_year_of_a_page_is_inferred_aloud_and_the_user_may_say_otherwise() -> None:
    (note,) = notes(read(daily_papers_text.FORMAT, MIXED))
    assert "2024" in note.text
    assert "--year" in note.text
    items = read(daily_papers_text.FORMAT, MIXED, 2031)
    assert [p.date for p in papers(items)] == ["2023-09-27", None, "2031-05-21", "2022-12-09"]
    assert not notes(items)


def test_a_page_that_prints_no_year_leaves_the_dates_out_and_says_so() -> None:
    items = read(daily_papers_text.FORMAT, page("A Title", LONG, close("• 2 authors", "May 2")))
    assert [p.date for p in papers(items)] == [None]
    assert "--year" in notes(items)[0].text


@pytest.mark.parametrize(
    "closing",
    [
        "• 3 authors · Sep 27, 2023",
        "• 3 authors\n\n·\n\nSep 27, 2023",
        "· 3 authors\n· Sep 27, 2023",
        "3 authors\n·\nSep 27, 2023",
    ],
    ids=["one line", "blank lines", "dot before", "no bullet"],
)
def test_closing_lines_come_in_several_shapes(closing: str) -> None:
    found = papers(read(daily_papers_text.FORMAT, page("Gulls", LONG, closing, "Herons", OTHER, closing)))
    assert [(p.title, p.abstract) for p in found] == [("Gulls", LONG), ("Herons", OTHER)]
    assert [p.author_count for p in found] == [3, 3]


def test_a_page_without_blank_lines_is_read_line_by_line() -> None:
    data = "\n".join(line for line in MIXED.splitlines() if line.strip())
    assert [p.title for p in papers(read(daily_papers_text.FORMAT, data))] == [
        p.title for p in papers(read(daily_papers_text.FORMAT, MIXED))
    ]


def test_windows_line_ends_change_nothing() -> None:
    assert papers(read(daily_papers_text.FORMAT, MIXED.replace("\n", "\r\n"))) == papers(
        read(daily_papers_text.FORMAT, MIXED)
    )


def test_what_stands_around_the_papers_is_told_and_not_read() -> None:
    data = MIXED + "\n\nSystem theme\n\nCompany\n\n© Somebody\n"
    items = read(daily_papers_text.FORMAT, data)
    assert len(papers(items)) == 4
    assert any("System theme" in n.text for n in notes(items))


def test_a_title_without_text_is_rejected_where_it_stands() -> None:
    data = page(
        "Gulls", LONG, close("• 3 authors", "Sep 27, 2023"), "Lonely Title", close("• 1 authors", "Sep 1, 2023")
    )
    (bad,) = rejected(read(daily_papers_text.FORMAT, data))
    assert (bad.what, bad.why) == ("Lonely Title", "no abstract")
    assert bad.where == f"in:{data.splitlines().index('Lonely Title') + 1}"


@pytest.mark.parametrize(
    "title",
    [
        "Attention to Harbours Is All a Gull Needs",
        "Gulls are Not What They Seem",
        "gullGPT: a small model of large birds",
        "Can Herons Count? A Study in the Marsh",
        "Learning to land on moving boats with sparse rewards",
        "From $x$ to $y^*$: Your Gull is Secretly a Planner",
        "A Survey on Birds: The Good, the Bad, and the Wet",
        "The HERON (Heron Evaluation) Simulations. I. Tides and Their Effect on Landing",
        "Is Wading Necessary?",
        "This Looks Like a Gull: Deep Learning by Example",
        "Code Heron: Open Models for Code",
        "Data Filtering Marshes: A Study",
    ],
)
def test_titles_are_told_from_paragraphs(title: str) -> None:
    assert weigh(title, LONG) > 0
    found = papers(
        read(daily_papers_text.FORMAT, page("One", LONG, title, OTHER, close("• 3 authors", "Sep 27, 2023")))
    )
    assert [p.title for p in found] == ["One", title]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Our code is publicly available.",
        "Code and data: https://example.org/gulls",
        "Project page: example.io/gulls",
        "https://example.org/Gull-Tracks-And-Landings",
        "Gull-Bench and HeronNet Live at example.io/gulls",
        "We make three contributions:",
        "- A Data Set of Gull Tracks",
        "(1) A Data Set of Gull Tracks",
        "2. Landing Prediction with Small Networks",
        "• Faster Training on Small Machines",
        "L(x) = \\sum_i |x_i - y_i|",
        "$$E = mc^2$$",
        "Methods",
        "Results:",
        "Keywords: Gulls, Herons, Tracking, Forecasting",
        "This is not what earlier work on HeronNet found",
        "However, birds differ from GullNet",
        "and that is what we observe in all harbours",
        "We also release Gull-Bench, GullNet and HarbourSet",
        "Gulls win. Herons lose. Egrets do not care.",
    ],
)
def test_paragraphs_are_told_from_titles(paragraph: str) -> None:
    data = page("One", LONG, paragraph, OTHER, close("• 3 authors", "Sep 27, 2023"))
    (paper,) = papers(read(daily_papers_text.FORMAT, data))
    assert paper.abstract == f"{LONG}\n\n{paragraph}\n\n{OTHER}"


def test_the_real_page_gives_171_papers() -> None:
    (path,) = need_shared("seeds").glob("002_*.txt")
    items = list(reading.read([path]))
    found = papers(items)
    assert (len(found), len(rejected(items)), len(notes(items))) == (171, 0, 1)
    assert all(p.title and p.source == "daily_papers_text" for p in found)
    assert len({p.id for p in found}) == 171
    # Independent counts of the file: its dots, its numbers of authors, its dates that end without a year.
    lines = path.read_text(encoding="utf-8").splitlines()
    assert sum(p.date is not None for p in found) == lines.count("·") == 166
    assert sum(p.author_count is not None for p in found) == sum(line.endswith(" authors") for line in lines) == 164
    assert sum(p.date.startswith("2025") for p in found if p.date) == 59
    assert all(1300 < len(p.abstract) < 2000 and "\n" not in p.abstract for p in found)
    # Every longer line of the file is in exactly one paper, untouched.
    texts = {t for p in found for t in (p.title, p.abstract)}
    assert {line for line in lines if len(line) > 50} <= texts
    assert len(texts) == 342


# ---------------------------------------------------------------- abstracts behind their word


def test_an_author_page_has_abstracts_without_titles() -> None:
    items = read(abstract_lines.FORMAT, f"University of Somewhere\nAbstract:{LONG}\nAbstract: {OTHER}\n")
    assert [(p.title, p.abstract) for p in papers(items)] == [(None, LONG), (None, OTHER)]
    assert "University of Somewhere" in notes(items)[0].text
    assert len({p.id for p in papers(items)}) == 2


def test_titles_count_where_every_abstract_has_one_above_it() -> None:
    items = read(abstract_lines.FORMAT, f"My Page\nGulls\nAbstract: {LONG}\nHerons\nAbstract: {OTHER}\n")
    assert [p.title for p in papers(items)] == ["Gulls", "Herons"]
    assert "My Page" in notes(items)[0].text
    assert only(abstract_lines.FORMAT, f"Gulls\nAbstract: {LONG}").title == "Gulls"
    repeated = read(abstract_lines.FORMAT, f"Share\nAbstract: {LONG}\nShare\nAbstract: {OTHER}\n")
    assert [p.title for p in papers(repeated)] == [None, None]


def test_named_fields_are_read() -> None:
    head = "arXiv:2401.00001v2 [pdf]\nTitle: Gulls\nAuthors: Ada L., Alan T., Grace H.\nSubmitted: 3 May 2024\n"
    data = f"{head}Abstract: {LONG}\n"
    paper = only(abstract_lines.FORMAT, data)
    assert (paper.title, paper.authors, paper.date) == ("Gulls", ("Ada L.", "Alan T.", "Grace H."), "2024-05-03")
    assert (paper.id, paper.ids.arxiv) == ("2401.00001v2", "2401.00001")


def test_an_abstract_may_go_on_for_lines_and_paragraphs() -> None:
    paper = only(abstract_lines.FORMAT, f"Abstract: One sentence.\n{LONG}\n\nA last one.\n")
    assert paper.abstract == f"One sentence.\n{LONG}\n\nA last one."


def test_a_title_without_abstract_is_rejected() -> None:
    (bad,) = rejected(read(abstract_lines.FORMAT, f"Title: Gulls\nAbstract:\nTitle: Herons\nAbstract: {LONG}\n"))
    assert (bad.what, bad.why) == ("Gulls", "no abstract")


def test_the_real_author_page_gives_ten_papers_without_titles() -> None:
    (path,) = need_shared("seeds").glob("000_*.txt")
    items = list(reading.read([path]))
    assert [(p.title, p.source) for p in papers(items)] == [(None, "abstract_lines")] * 10
    assert not rejected(items)


# ---------------------------------------------------------------- plain text


def test_one_abstract_is_one_paper() -> None:
    paper = only(text.FORMAT, LONG)
    assert (paper.title, paper.abstract) == (None, LONG)


def test_records_stand_between_blank_lines_with_or_without_a_title() -> None:
    data = f"Gulls and Boats\n{LONG}\n\n{OTHER}\n \nEgrets\n\n{THIRD}\n"
    assert [(p.title, p.abstract) for p in papers(read(text.FORMAT, data))] == [
        ("Gulls and Boats", LONG), (None, OTHER), ("Egrets", THIRD),
    ]  # fmt: skip


def test_a_broken_first_line_of_a_sentence_is_no_title() -> None:
    wrapped = "Gulls are fast,\nand herons are slow. This is what we show\nin four harbours."
    assert only(text.FORMAT, wrapped) == Paper(only(text.FORMAT, wrapped).id, None, wrapped, source="text")


@pytest.mark.parametrize("form", [text.FORMAT, abstract_lines.FORMAT, daily_papers_text.FORMAT], ids=lambda f: f.name)
def test_each_page_is_recognised_as_what_it_is(form: Format, tmp_path: Path) -> None:
    data = {"text": LONG, "abstract_lines": f"Somebody\nAbstract:{LONG}", "daily_papers_text": MIXED}[form.name]
    path = tmp_path / "page.txt"
    path.write_text(data, encoding="utf-8")
    assert {p.source for p in papers(reading.read([path]))} == {form.name}


@pytest.mark.parametrize("data", [f"Gulls\n\nAbstract\n\n{LONG}", f"Gulls\n\nABSTRACT:\n{LONG}"])
def test_the_word_above_an_abstract_is_no_title(data: str) -> None:
    paper = only(text.FORMAT, data)
    assert (paper.title, paper.abstract) == ("Gulls", LONG)
