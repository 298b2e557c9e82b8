"""Whole Daily Papers pages with every shape of item that such pages have: titles, paragraphs, counts and dates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from kg import read as reading
from kg.read import daily_papers_text
from tests.read.markup import papers, read, rejected

HEAD = (
    "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\nbyAK and the research community\n"
    "\nOct 31"
)


@dataclass(frozen=True)
class Shown:
    """An item as a page shows it: the lines that close it as they are printed, and what they mean."""

    title: str
    paragraphs: tuple[str, ...]
    closing: str = ""
    authors: int | None = None
    date: str | None = None


A = (
    "Street maps age quickly, and surveyors are few. We train MapMender, a small graph network, to find the roads that "
    "a map lacks from the traces of delivery bicycles. On the TownTrace benchmark it finds 91.2% of the new roads, 7.4 "
    "points more than the strongest rule-based system, and needs no images."
)
B = (
    "Speech recognisers fail on whispered words because the pitch is gone. We collect WhisperBank, 300 hours of "
    "whispered reading by 412 people, and fine-tune three open recognisers on it. The word error rate falls from 38% "
    "to 17%, and does not rise on ordinary speech. Data and code are open."
)
C = (
    "We ask whether a language model that plays chess badly knows that it does. A probe on the activations of the "
    "middle layers predicts blunders before they are made, with an AUC of 0.83. Steering along the direction of the "
    "probe halves the number of blunders but also makes the games shorter."
)
D = (
    "Soil sensors drift. This paper describes a calibration method that needs one rain shower and no laboratory. It "
    "models the drift as a random walk whose variance is learned across sensors, and is shown to hold over two years "
    "on eleven farms with a mean error of 2.1 percentage points."
)
E = (
    "Optimal transport between point clouds costs cubic time. We give an approximation that is linear in the number "
    "of points, prove a bound on its error, and test it on the alignment of single-cell data, where it is 40 times "
    "faster than Sinkhorn iterations at equal accuracy."
)
F = (
    "Robots that pour tea spill it. We introduce PourPolicy, a diffusion policy over wrist torques, and train it on "
    "2,000 human demonstrations. It spills on 3 of 100 trials, compared with 19 for the best earlier policy, and "
    "transfers to coffee without further training, although not to soup."
)
SHORT = (
    "We collect 300 hours of whispered speech, fine-tune three recognisers on it, and halve their word error rate. "
    "Data and code are open."
)
SHORT_TOO = (
    "Robots that pour tea are many, and all of them spill. We order forty of them by what they feel, and name what is "
    "still to be done."
)
THREE = ("  • 3 authors\n·\nSep 27, 2023", 3, "2023-09-27")
ONE = ("  • 1 authors\n·\nJan 2, 2024 1", 1, "2024-01-02")
MANY = ("  • 128 authors\n·\nOct 30 64", 128, "2025-10-30")
BARE = ("  • 5 authors\n·\nMay 9", 5, "2025-05-09")
LAB = ("Institute of Slow Machines\n·\nDec 1, 2022 12", None, "2022-12-01")
SMALL_LAB = ("tencent\n·\nMar 3 2", None, "2025-03-03")

PAGES = {
    "titles of all kinds": [
        Shown("Attention Is What Your Bicycle Needs", (A,), *THREE),
        Shown("A Language Model That Plays Chess Badly Knows It.", (C,), *BARE),
        Shown("Do whisperers have an accent? Evidence from 412 readers", (B,), *MANY),
        Shown("DRIFT", (D,), *ONE),
        Shown("OT in O(n): Linear-Time Transport, Proven and Tested", (E,), *LAB),
        Shown("π_0.7: pouring tea", (F,), *SMALL_LAB),
        Shown(
            "On the Long and Winding Road from the Traces of Delivery Bicycles to a Map That Has All of the Streets of "
            "a Medium-Sized Town in It: A Study of Graph Networks for the Completion of Maps, With Notes on Bridges",
            (A,), *THREE,
        ),
        Shown("2 Bikes, 1 Map", (A,), *ONE),
        Shown("Robots spill tea less when they feel the torque of their wrists", (F,), *BARE),
        Shown("iPour 2.0 -- tea, coffee, soup", (F,), *THREE),
    ],
    "items that nothing closes": [
        Shown("MapMender: Finding the Roads That a Map Lacks", (A,)),
        Shown("WhisperBank: 300 Hours of Whispered Reading", (B,)),
        Shown("Does a Bad Chess Player Know?", (C,), *THREE),
        Shown("Soil Sensors Calibrate Themselves in the Rain", (D,)),
        Shown("Transport in Linear Time: A Bound and a Test", (E, "Code and data are released."), *MANY),
        Shown("Pouring Tea with Diffusion Policies", (F,)),
        Shown("Learning where roads are missing from bicycle traces", (A,), *LAB),
        Shown("Whispered speech recognition with open data", (B,)),
    ],
    "abstracts of all kinds": [
        Shown("MapMender", (A, "We make three contributions:", "- A Benchmark of Town Traces",
                            "- A Graph Network for Maps", "- An Analysis of Bridges and Tunnels", B), *THREE),
        Shown("Transport", (E, "W(p, q) = \\min_T \\sum_{ij} T_{ij} c_{ij}", D, "It is fast."), *ONE),
        Shown("Whispers in the Wild", (B, "Project page: https://example.org/whispers"), *LAB),
        Shown("Steering Chess Models Away from Blunders", (C, D, E), *MANY),
        Shown("Rain Calibration for Soil Sensors", (D, "Keywords: soil, drift, rain"), *BARE),
        Shown("Pouring", (F, "1. PourPolicy spills less.", "2. It transfers to coffee.", "Limitations", A), *SMALL_LAB),
        Shown("Two Short Ones", ("Maps age. We mend them with bicycles, and it works.",), *THREE),
        Shown("A Note on Rain", ("Rain calibrates sensors.",), *ONE),
    ],
    "short abstracts that nothing closes": [
        Shown("MapMender: Finding the Roads That a Map Lacks", (A,), *THREE),
        Shown("WhisperBank: A Data Set of Whispered Reading", (SHORT,)),
        Shown("Chess Models Know When They Blunder", (C,), *MANY),
        Shown("Rain Calibration for Soil Sensors", (D,)),
        Shown("Tea-Pouring Robots: A Survey", (SHORT_TOO,), *LAB),
    ],
}  # fmt: skip


def render(shown: list[Shown], head: str = HEAD, gap: str = "\n\n") -> str:
    parts = [part for s in shown for part in (s.title, *s.paragraphs, *([s.closing] if s.closing else []))]
    return gap.join([head, *parts]) + "\n"


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("name", PAGES)
def test_everything_on_a_page_comes_out_as_it_stands(name: str, ends: str, tmp_path: Path) -> None:
    shown = PAGES[name]
    path = tmp_path / "page.txt"
    path.write_bytes(render(shown).replace("\n", ends).encode())
    items = list(reading.read([path]))
    year = 2025 if any(" 2024" in s.closing for s in shown) else 2024
    wanted = [
        (s.title, "\n\n".join(s.paragraphs), s.authors, s.date and s.date.replace("2025", str(year))) for s in shown
    ]
    assert [(p.title, p.abstract, p.author_count, p.date) for p in papers(items)] == wanted
    assert {p.source for p in papers(items)} == {"daily_papers_text"}
    assert not rejected(items)


@pytest.mark.parametrize(
    "head",
    [
        "",
        "Hugging Face\n\nModels\n\nDatasets\n\nSpaces\n\nLog In\n\nSign Up\n\nDaily Papers\n\nOct 31",
        "Daily Papers\nby AK and the research community\n\nDaily\nWeekly\nMonthly\n\nThu, Oct 30\n\nPrevious\n\nNext",
        "Trending Papers\n\nWeek 44",
    ],
    ids=["none", "menu", "buttons", "trending"],
)
def test_the_head_of_a_page_is_never_a_title(head: str) -> None:
    shown = PAGES["titles of all kinds"]
    items = read(daily_papers_text.FORMAT, render(shown, head).lstrip("\n"))
    assert [p.title for p in papers(items)] == [s.title for s in shown]
    assert papers(items)[0].abstract == A


def test_a_page_without_blank_lines() -> None:
    shown = PAGES["titles of all kinds"]
    data = "\n".join(line for line in render(shown).splitlines() if line.strip())
    found = papers(read(daily_papers_text.FORMAT, data))
    assert [(p.title, p.abstract, p.author_count) for p in found] == [
        (s.title, "\n\n".join(s.paragraphs), s.authors) for s in shown
    ]


@pytest.mark.parametrize(
    "before",
    ["Submitted by\n\nslow-machines\n\n42\n\n", "Submitted by slow-machines\n\n1.2k\n\n", "Upvote\n\n17\n\n", "#1\n\n"],
    ids=["submitter below", "submitter beside", "votes", "rank"],
)
def test_what_stands_above_a_title_is_no_title(before: str) -> None:
    shown = PAGES["titles of all kinds"]
    data = HEAD + "\n\n" + "\n\n".join(f"{before}{s.title}\n\n{s.paragraphs[0]}\n\n{s.closing}" for s in shown)
    found = papers(read(daily_papers_text.FORMAT, data))
    assert [(p.title, p.abstract, p.author_count) for p in found] == [
        (s.title, s.paragraphs[0], s.authors) for s in shown
    ]


@pytest.mark.parametrize(
    ("closing", "authors", "date"),
    [
        ("Slow Machines\n\n·\n\nDec 1, 2022 12", None, "2022-12-01"),
        ("  • 2 authors\n·\nDecember 1, 2022 1.2k", 2, "2022-12-01"),
        ("Ada Owl, Bo Mouse\n·\nDec 1, 2022", None, "2022-12-01"),
        ("Slow Machines · Dec 1, 2022", None, "2022-12-01"),
        ("  • 2 authors", 2, None),
        ("·\nDec 1, 2022", None, "2022-12-01"),
        ("  • 2 authors\n·\n2022-12-01", 2, "2022-12-01"),
        ("  • 2 authors\n·\n1 Dec 2022", 2, "2022-12-01"),
    ],
    ids=["spaced", "thousands", "names", "one line", "no date", "date alone", "iso", "day first"],
)
def test_closing_lines_of_all_kinds(closing: str, authors: int | None, date: str | None) -> None:
    shown = PAGES["titles of all kinds"]
    data = "\n\n".join([HEAD, *(part for s in shown for part in (s.title, s.paragraphs[0], closing))])
    found = papers(read(daily_papers_text.FORMAT, data))
    assert [(p.title, p.abstract) for p in found] == [(s.title, s.paragraphs[0]) for s in shown]
    assert {(p.author_count, p.date) for p in found} == {(authors, date)}
