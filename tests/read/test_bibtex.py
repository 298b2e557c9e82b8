from __future__ import annotations

import sys

import pytest

from kg.model import Note, Paper, Rejected
from kg.read import bibtex
from kg.read.base import Item
from tests.read.markup import read


def items(text: str | bytes) -> list[Item]:
    return read(bibtex.FORMAT, text, name="refs.bib")


def paper(text: str | bytes) -> Paper:
    (found,) = items(text)
    assert isinstance(found, Paper), found
    return found


def test_fields_of_an_entry() -> None:
    p = paper(
        r"""% a comment of the file
@string{proc = "Proc. of "}
@Article{muller19,
  Title    = {The {BERT} of M{\"u}ller \& S{\o}n},
  ABSTRACT = "It gains 5\% on $x_{1}$
     and {"}more{"}.

     A second paragraph --- short.",
  author   = {M{\"u}ller, J{\"u}rgen and {Barnes, Inc.} and van der Berg, Jr., Jan and Ann Lee and others},
  journal  = proc # {the {ACL}},
  year     = 2019, month = jun,
  doi      = {10.1000/AB\_1},
}"""
    )
    assert p.id == "muller19"
    assert p.title == "The BERT of Müller & Søn"
    assert p.abstract == 'It gains 5% on $x_{1}$ and "more".\n\nA second paragraph — short.'
    assert p.authors == ("Jürgen Müller", "Barnes, Inc.", "Jan van der Berg Jr.", "Ann Lee")
    assert (p.venue, p.date, p.ids.doi, p.source) == ("Proc. of the ACL", "2019-06", "10.1000/ab_1", "bibtex")


@pytest.mark.parametrize(
    "fields",
    [
        "eprint={1810.04805}, archivePrefix={arXiv}",
        "journal={arXiv preprint arXiv:1810.04805}",
        "journal={CoRR}, volume={abs/1810.04805}",
        "url={https://arxiv.org/abs/1810.04805v2}",
        r"howpublished={\url{https://arxiv.org/pdf/1810.04805}}",
    ],
)
def test_arxiv_id_wherever_it_stands(fields: str) -> None:
    assert paper("@misc{a, title={T}, abstract={A.}, " + fields + "}").ids.arxiv == "1810.04805"


def test_eprint_of_another_archive_is_no_arxiv_id() -> None:
    assert paper("@misc{a, abstract={A.}, eprint={1810.04805}, eprinttype={hal}}").ids.arxiv is None


def test_broken_entries_are_refused_and_their_neighbours_read() -> None:
    found = items(
        "@misc{a, title={First}, abstract={A.}}\n"
        "@article{bad, title={Unclosed, abstract={B.},\n  year=2019\n"
        "@misc{c, title={Third}, abstract={C, with @ and (signs) = x.}}\n"
        "@misc{d, title={No text}}  @misc(e, abstract={E.})\n"
        "@misc{f, title"
    )
    assert [i.id if isinstance(i, Paper) else i.where for i in found if not isinstance(i, Note)] == [
        "a",
        "refs.bib:2",
        "c",
        "refs.bib:5",
        "e",
        "refs.bib:6",
    ]
    bad, bare = found[1], found[3]
    assert isinstance(bad, Rejected)
    assert "bad" in bad.what
    assert "not closed" in bad.why
    assert bare == Rejected("refs.bib:5", "No text", "no abstract")


def test_comments_are_no_entries() -> None:
    assert items("@comment{ @misc{x, abstract={A.}} }\n@preamble{ {\\newcommand} }\nfree text\n") == []


def test_doubled_citation_keys_keep_both_papers_apart() -> None:
    one, note, two = items("@misc{k, abstract={One.}}\n@misc{k, abstract={Two.}}")
    assert isinstance(one, Paper)
    assert isinstance(two, Paper)
    assert one.id == "k"
    assert two.id.startswith("text-")
    assert isinstance(note, Note)
    assert note.where == "refs.bib:2"
    assert "line 1" in note.text


def test_doubled_fields_take_the_first() -> None:
    note, p = items("@misc{k, title={One}, title={Two}, abstract={A.}}")
    assert isinstance(note, Note)
    assert "title" in note.text
    assert isinstance(p, Paper)
    assert p.title == "One"


def test_latin_1_is_read_with_a_note() -> None:
    note, p = items("@misc{k, author={Jürgen}, abstract={Größe.}}".encode("latin-1"))
    assert isinstance(note, Note)
    assert "UTF-8" in note.text
    assert note.where == "refs.bib:1"
    assert isinstance(p, Paper)
    assert (p.authors, p.abstract) == (("Jürgen",), "Größe.")


def test_byte_order_mark() -> None:
    assert paper("@misc{k, abstract={Größe.}}\n".encode("utf-8-sig")).abstract == "Größe."


def test_string_bomb_is_refused() -> None:
    lines = ["@string{a0 = {" + "x" * 100 + "}}"]
    lines += [f"@string{{a{i} = " + " # ".join([f"a{i - 1}"] * 10) + "}" for i in range(1, 8)]
    found = items("\n".join([*lines, "@misc{k, abstract = a7 # {.}}", "@misc{l, abstract={L.}}"]))
    assert any(isinstance(i, Rejected) and "@string" in i.why for i in found)
    assert isinstance(found[-1], Paper)
    assert all(len(i.abstract) <= bibtex.MAX_VALUE for i in found if isinstance(i, Paper))


def test_block_without_end_is_refused_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bibtex, "MAX_BLOCK", 200)
    found = items("@misc{a, abstract={" + "word\n" * 100 + "@misc{b, abstract={B.}}")
    assert isinstance(found[0], Rejected)
    assert "longer than" in found[0].why
    assert isinstance(found[1], Paper)


def test_missing_parser_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bibtexparser.splitter", None)
    (refused,) = items("@misc{a, abstract={A.}}")
    assert isinstance(refused, Rejected)
    assert "pip install 'bibtexparser" in refused.why


@pytest.mark.parametrize(
    ("head", "suffix", "is_it"),
    [
        (b"% x\n@InProceedings{a,\n", "", True),
        (b"", ".bib", True),
        (b'{"title": "@article"}', ".jsonl", False),
        (b"@prefix kg: <x> .", ".ttl", False),
    ],
)
def test_sniff(head: bytes, suffix: str, is_it: bool) -> None:  # noqa: FBT001
    assert bibtex.FORMAT.sniff(head, suffix) is is_it
