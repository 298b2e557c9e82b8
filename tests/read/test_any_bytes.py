from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import read as reading
from kg.errors import KgError
from kg.model import Note, Paper, Rejected

BEGINNINGS = [
    b"", b"{", b"[", b'{"abstract": ', b'{"abstract_inverted_index": {"a": ', b'[{"paper": {"summary": ', b"@article{",
    b"TY  - JOUR\nAB  - ", b"title,abstract\n", b"<html>", b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"PAR1",
    b'<?xml version="1.0"?><PubmedArticleSet>', b"Abstract:", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd", b"\xff\xfe", b"\xef\xbb\xbf", b'{"corpusid": 1, "abstract": ',
    b'{"authors_parsed": [[]], "id": ',
    b'[{"issued": {"date-parts": ', b"  \xe2\x80\xa2 3 authors\n\xc2\xb7\nOct 31\n", b"%PDF-1.5", b"\xfe\xff\x00{",
]  # fmt: skip
PIECES = [
    b'"', b"}", b"]", b",", b"\n", b"\n\n", b"\r", b"\xff", b"null", b"1e999", b"<", b">", b"&", b"a" * 300,
    b"\\ud800",
]  # fmt: skip
BYTES = st.builds(
    lambda beginning, pieces: beginning + b"".join(pieces),
    st.sampled_from(BEGINNINGS),
    st.lists(st.one_of(st.binary(max_size=30), st.sampled_from(PIECES)), max_size=12),
)
NAMES = st.sampled_from(["x", "x.txt", "x.jsonl", "x.json", "x.csv", "x.tsv", "x.bib", "x.ris", "x.xml", "x.html"])


def outcome(data: bytes, name: str, form: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        try:
            items = list(reading.read([path], format=form))
        except KgError as error:
            assert name in str(error)  # noqa: PT017
            return
    assert any(isinstance(i, Paper | Rejected) for i in items)
    assert all(isinstance(i, Paper | Rejected | Note) for i in items)
    for paper in (i for i in items if isinstance(i, Paper)):
        assert paper.id
        assert paper.abstract.strip()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BYTES, NAMES, st.booleans())
def test_any_bytes_end_in_items_or_in_an_error_of_kg(data: bytes, name: str, packed: bool) -> None:  # noqa: FBT001
    outcome(gzip.compress(data) if packed else data, name, None)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BYTES, st.sampled_from([f.name for f in reading.formats()]))
def test_any_bytes_read_as_any_format_end_in_items_or_in_an_error_of_kg(data: bytes, form: str) -> None:
    outcome(data, "x", form)
