"""A web page in memory: bytes to a parsed page, and elements to text."""

from __future__ import annotations

import codecs
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.inputs.strings import excerpt, one_line
from kg.model import Rejected
from kg.read.base import Source

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

# The longest known pages (all papers of a large meeting with their abstracts) have a third of this.
MAX_PAGE = 32 * 1024 * 1024
# From a piece of text of this size on, the parser gives an empty page and no error (libxml2's XML_MAX_TEXT_LENGTH).
MAX_TEXT = 10_000_000

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What pages mean by a name, as browsers read it (WHATWG Encoding Standard, section 4.2).
_MEANT = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "gb2312": "gb18030"}
_BLOCKS = {
    *("p", "div", "br", "li", "ul", "ol", "section", "article", "blockquote", "table", "tr", "td", "th", "dt", "dd"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "body", "header", "footer", "hr", "pre"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page. ``note`` says what was decided about its encoding, where there is something to say."""

    source: Source
    soup: BeautifulSoup
    note: str | None = None

    def where(self, record: str = "") -> str:
        """The place of a record of the page, for messages."""
        return f"{self.source.name}#{record}" if record else self.source.name


def _decode(data: bytes) -> tuple[str, str | None]:
    """The page as text: by its byte order mark, by what it declares, as UTF-8, else as Windows-1252 with a note."""
    from bs4.dammit import EncodingDetector

    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), None
    declared = (EncodingDetector.find_declared_encoding(data, is_html=True) or "").lower()
    for encoding in (_MEANT.get(declared, declared), "utf-8"):
        try:
            return data.decode(encoding or "utf-8"), None
        except (UnicodeDecodeError, LookupError):
            continue
    said = f"declared as {excerpt(declared, 30)} but not so" if declared else "no encoding declared and not UTF-8"
    return data.decode("cp1252", "replace"), f"{said}: read as Windows-1252; letters may come out wrong"


def parse(markup: str) -> BeautifulSoup:
    """The markup parsed by lxml; what the library has to say about texts that look like something else is not said."""
    import bs4

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", bs4.XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", bs4.MarkupResemblesLocatorWarning)
        return bs4.BeautifulSoup(markup, "lxml")


def load(data: bytes, source: Source) -> Page | Rejected:
    """The page that the bytes hold, or why it cannot be parsed."""
    if len(data) > MAX_PAGE:
        return Rejected(source.name, "web page", f"larger than {MAX_PAGE} bytes: save fewer papers per page")
    if len(data) >= MAX_TEXT and max(map(len, data.split(b"<"))) >= MAX_TEXT:
        return Rejected(source.name, "web page", f"one piece of text has {MAX_TEXT} bytes or more: split the page")
    text, note = _decode(data)
    soup = parse(text.replace("\0", ""))
    if text.strip() and not soup.contents:
        return Rejected(source.name, excerpt(text), "the HTML parser found no element: not a web page, or damaged")
    # The same formula a second time, for readers by machine.
    for annotation in soup.find_all(["annotation", "annotation-xml"]):
        annotation.decompose()
    return Page(source, soup, note)


def text_of(tag: Tag | None) -> str:
    """The text that a reader sees within an element, on one line; scripts, styles and comments are no text.

    >>> page = load(b"<p>CO<sub>2</sub> <i>is</i><br>air<script>1</script></p>", Source("x", None))  # type: ignore
    >>> text_of(page.soup.p)
    'CO2 is air'
    """
    from bs4.element import NavigableString, Tag

    pieces: list[str] = []
    block: object = None
    for node in () if tag is None else tag.descendants:
        if type(node) is NavigableString:
            around = next((parent for parent in node.parents if parent.name in _BLOCKS), None)
            # Two texts of different blocks stand on different lines.
            pieces.append(f" {node}" if around is not block else str(node))
            block = around
        elif isinstance(node, Tag) and node.name == "br":
            pieces.append(" ")
    return one_line("".join(pieces))


def attribute(tag: Tag | None, name: str) -> str:
    """An attribute as one string; empty where it is absent.

    >>> attribute(None, "href")
    ''
    """
    value = None if tag is None else tag.get(name)
    return value if isinstance(value, str) else " ".join(value or ())


def without(text: str, *labels: str) -> str:
    """The text without a leading label such as ``Abstract:``.

    >>> without("Abstract: Some text.", "Abstract"), without("Abstract art is old.", "Abstract:")
    ('Some text.', 'Abstract art is old.')
    """
    for label in labels:
        if text.lower().startswith(label.lower()):
            return text[len(label) :].lstrip(" :")
    return text
