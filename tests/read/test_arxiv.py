"""Answers of the arXiv API."""

from __future__ import annotations

from kg.read.arxiv import FORMAT
from tests.read.markup import notes, only, read, rejected

FEED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom"><title>ArXiv Query</title><id>http://arxiv.org/api/x</id>{}</feed>'
)
ENTRY = """<entry>
    <id>http://arxiv.org/abs/2401.00001v3</id>
    <updated>2024-03-09T10:00:00Z</updated>
    <published>2024-01-02T09:00:00Z</published>
    <title>Owls that read
  maps at $O(n^2)$ cost</title>
    <summary>  We train owls when a &lt; b &amp; c,
and $\\alpha$ is small. </summary>
    <author><name>Ada Owl</name><arxiv:affiliation>Forest</arxiv:affiliation></author>
    <author><name>Bo Mouse</name></author>
    <arxiv:doi>10.1234/OWL.5</arxiv:doi>
    <arxiv:journal_ref>Owl Letters 5 (2024)</arxiv:journal_ref>
    <link href="http://dx.doi.org/10.1234/OWL.5" rel="related" title="doi"/>
    <link href="http://arxiv.org/abs/2401.00001v3" rel="alternate" type="text/html"/>
  </entry>"""


def test_an_entry() -> None:
    paper = only(FORMAT, FEED.format(ENTRY))
    assert (paper.id, paper.ids.arxiv, paper.ids.doi) == ("2401.00001", "2401.00001", "10.1234/owl.5")
    assert paper.title == "Owls that read maps at $O(n^2)$ cost"
    assert paper.abstract == "We train owls when a < b & c, and $\\alpha$ is small."
    assert (paper.date, paper.authors, paper.venue) == ("2024-01-02", ("Ada Owl", "Bo Mouse"), "Owl Letters 5 (2024)")
    assert paper.url == "http://arxiv.org/abs/2401.00001v3"


def test_an_old_id() -> None:
    assert only(FORMAT, FEED.format(ENTRY.replace("2401.00001v3", "cs/0112017v1"))).id == "cs/0112017"


def test_an_error_entry_is_rejected_with_its_message() -> None:
    error = (
        "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_x</id><title>Error</title>"
        "<summary>incorrect id format for x</summary></entry>"
    )
    (lost,) = rejected(read(FORMAT, FEED.format(error)))
    assert lost.what == "Error"
    assert "incorrect id format for x" in lost.why


def test_an_empty_answer_gives_a_note() -> None:
    items = read(FORMAT, FEED.format(""))
    assert "no <entry>" in notes(items)[0].text
    assert len(items) == 1


def test_other_feeds_are_not_sniffed() -> None:
    assert FORMAT.sniff(FEED.format(ENTRY).encode(), ".txt")
    assert not FORMAT.sniff(b"<rss><channel/></rss>", ".xml")
    assert not FORMAT.sniff(b"<feed/>", ".xml")
