from __future__ import annotations

import pytest

from kg.model import Note, Paper, Rejected
from kg.read import ris
from kg.read.base import Item
from tests.read.markup import read
from tests.shared import need_shared

RECORD = """TY  - JOUR
ID  - r1
T1  - A title
A1  - Doe, Ann
A1  - Roe, Bo, Jr.
A2  - Editor, Ed
Y1  - 2020/01//
N2  - One line,
      wrapped and
wrapped again.

Next paragraph.
JO  - A Journal
DO  - https://doi.org/10.1000/XY.1
UR  - https://arxiv.org/abs/2401.00001v2
ER  -
"""

WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Doe, A
   Roe, B
AF Doe, Ann
   Roe, Bo
TI A title that
   is wrapped
SO A JOURNAL
AB An abstract.
PD JUN 8
PY 2004
DI 10.1000/xy
UT WOS:0001
PM 15170338
DA 2019-03-18
ER

EF
"""

MEDLINE = """
PMID- 1234567
DP  - 2021 Mar 5
TI  - A title that
      is wrapped
LID - S0000-1 [pii]
LID - 10.1000/xy [doi]
AB  - BACKGROUND: First. RESULTS:
      Second.
FAU - Doe, Ann
AU  - Doe A
JT  - A journal

PMID- 1234568
TI  - Nothing more
"""


def items(text: str | bytes) -> list[Item]:
    return read(ris.FORMAT, text, name="x.ris")


def only(text: str | bytes) -> Paper:
    (found,) = items(text)
    assert isinstance(found, Paper), found
    return found


def test_fields_of_a_record() -> None:
    p = only(RECORD)
    assert p.abstract == "One line, wrapped and wrapped again.\n\nNext paragraph."
    assert (p.id, p.title, p.date, p.venue) == ("r1", "A title", "2020-01", "A Journal")
    assert p.authors == ("Ann Doe", "Bo Roe Jr.")
    assert (p.ids.doi, p.ids.arxiv, p.url) == ("10.1000/xy.1", "2401.00001", "https://arxiv.org/abs/2401.00001v2")


def test_other_tags_for_the_same() -> None:
    assert only("TY  - JOUR\nTI  - T\nAB  - A.\nPY  - 2020\nDA  - 2020/03/04\nER  -\n").date == "2020-03-04"
    assert only("TY  - JOUR\nAB  - A.\nPY  - 2020\nDA  - 1999/03/04\nER  -\n").date == "2020"
    assert only("TY  - JOUR\nAB  - A.\nPY  - 2020\nDA  - MAR 4\nER  -\n").date == "2020-03-04"


def test_web_of_science() -> None:
    p = only(WOS)
    assert (p.id, p.title, p.abstract) == ("WOS:0001", "A title that is wrapped", "An abstract.")
    assert (p.authors, p.date) == (("Ann Doe", "Bo Roe"), "2004-06-08")
    assert (p.ids.doi, p.ids.pmid) == ("10.1000/xy", "15170338")


def test_medline() -> None:
    p, rest = items(MEDLINE)
    assert isinstance(p, Paper)
    assert (p.id, p.ids.pmid, p.ids.doi) == ("1234567", "1234567", "10.1000/xy")
    assert (p.title, p.abstract) == ("A title that is wrapped", "BACKGROUND: First. RESULTS: Second.")
    assert (p.date, p.authors) == ("2021-03-05", ("Ann Doe",))
    assert rest == Rejected("x.ris:14", "Nothing more", "no abstract")


def test_missing_er_ends_at_the_next_record() -> None:
    one, note, two = items("TY  - JOUR\nAB  - One.\nTY  - JOUR\nAB  - Two.\n")
    assert [p.abstract for p in (one, two) if isinstance(p, Paper)] == ["One.", "Two."]
    assert isinstance(note, Note)
    assert note.where == "x.ris:1"


def test_missing_ty_starts_a_record_all_the_same() -> None:
    assert only("TI  - T\nAB  - One.\nER  - \n").title == "T"


def test_byte_order_mark_line_ends_and_old_encodings() -> None:
    assert only(b"\xef\xbb\xbf" + RECORD.encode()).id == "r1"
    assert only(RECORD.replace("\n", "\r\n").encode()) == only(RECORD) == only(RECORD.replace("\n", "\r").encode())
    note, p = items(RECORD.replace("A title", "Größe").encode("latin-1"))
    assert isinstance(note, Note)
    assert isinstance(p, Paper)
    assert p.title == "Größe"


def test_junk_is_counted_and_junk_alone_is_refused() -> None:
    p, note = items("Provider: X\nContent: text\n1.\n" + RECORD)
    assert isinstance(p, Paper)
    assert isinstance(note, Note)
    assert "ignored: 2" in note.text
    (refused,) = items("hello\nworld\n")
    assert isinstance(refused, Rejected)
    assert "no record" in refused.why


def test_no_abstract_names_what_there_is() -> None:
    assert items("\nTY  - JOUR\nDO  - 10.1/2\nER  -\n") == [Rejected("x.ris:2", "10.1/2", "no abstract")]


def test_record_without_end_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ris, "MAX_RECORD", 100)
    found = items("TY  - JOUR\nTI  - T\nAB  - x\n" + "more text\n" * 50 + RECORD[:150])
    assert isinstance(found[0], Rejected)
    assert "longer than" in found[0].why


@pytest.mark.parametrize(
    ("name", "papers", "rejected"),
    [
        ("bom", 0, 1),
        ("extraneous_data", 2, 0),
        ("full", 2, 0),
        ("multiline", 3, 0),
        ("utf_chars", 1, 0),
        ("wos", 2, 0),
    ],
)
def test_real_files(name: str, papers: int, rejected: int) -> None:
    raw = need_shared(f"formats/example_{name}.ris").read_bytes()
    assert ris.FORMAT.sniff(raw[: 1 << 16], "")
    found = items(raw)
    assert sum(isinstance(i, Paper) for i in found) == papers
    assert sum(isinstance(i, Rejected) for i in found) == rejected
    assert not any("\n" in (i.title or "") or "  -" in i.abstract for i in found if isinstance(i, Paper))


def test_sniff_leaves_others_alone() -> None:
    assert not ris.FORMAT.sniff(b"PT-based models. TY for reading", ".txt")
    assert ris.FORMAT.sniff(MEDLINE.encode(), ".txt")
