"""The only maker of identifiers: normalise, join with a separator, hash or slug. No counter, no clock, no chance.

An identifier of a paper comes from what the world calls it (DOI, arXiv, OpenAlex, ACL Anthology, PubMed), else from its
normalised title and abstract. An entity's comes from its type and normalised canonical name. Those of statements,
results, claims and evidence come from their content. Every local name is made of ``[a-z0-9.-]``, so text from papers
cannot break out of an IRI, a file name or a query.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from kg.model import EntityType, FieldName, Paper, Span

BASE = "https://w3id.org/kg-abstracts/"

_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def digest(*parts: str, length: int = 16) -> str:
    """The first ``length`` hexadecimal digits of the SHA-256 of the parts; ("ab", "c") and ("a", "bc") differ.

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def slug(text: str, limit: int = 40) -> str:
    """A readable trace of the text in ``[a-z0-9-]``; not unique, so a digest always stands beside it.

    >>> slug("Schrödinger's C++")
    'schrodinger-s-c'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_SLUG.sub("-", plain).strip("-")[:limit].strip("-")


# ---------------------------------------------------------------- identifiers that the world gives

_DOI = re.compile(r"\b(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ARXIV = re.compile(
    r"(?:^|arxiv[.:/\s]*|/(?:abs|pdf|html)/)((?:\d{4}\.\d{4,5})|(?:[a-z-]+(?:\.[a-z]{2})?/\d{7}))(?:v\d+)?(?=$|\D)",
    re.IGNORECASE,
)
_OPENALEX = re.compile(r"(?:^|/)(W\d+)$", re.IGNORECASE)
_ACL = re.compile(
    r"(?:^|aclanthology\.org/|/anthology/)((?:\d{4}\.[a-z0-9_]+-[a-z0-9]+\.\d+)|(?:[A-Z]\d{2}-\d{4,5}))(?:\.pdf|/)?$",
    re.IGNORECASE,
)
_PMID = re.compile(r"(?:^|pubmed[./a-z]*/|pmid:?\s*)(\d{1,9})/?$", re.IGNORECASE)


def find_doi(text: str | None) -> str | None:
    """The DOI in a text, lower-cased, without resolver and trailing punctuation; None if there is none.

    >>> find_doi("https://doi.org/10.18653/v1/N19-1423.")
    '10.18653/v1/n19-1423'
    """
    match = _DOI.search(text or "")
    return match.group(1).rstrip(".,;)>]}\"'").lower() if match else None


def find_arxiv(text: str | None) -> str | None:
    """The arXiv id in an id, URL or arXiv DOI, without its version; None if there is none.

    >>> find_arxiv("http://arxiv.org/abs/2401.00001v2"), find_arxiv("arXiv:cs/0112017")
    ('2401.00001', 'cs/0112017')
    >>> find_arxiv("10.48550/arXiv.2210.03629")
    '2210.03629'
    """
    match = _ARXIV.search((text or "").strip())
    return match.group(1).lower() if match else None


def find_openalex(text: str | None) -> str | None:
    """The OpenAlex id of a work (``W`` and digits); None if there is none.

    >>> find_openalex("https://openalex.org/W2963403868")
    'W2963403868'
    """
    match = _OPENALEX.search((text or "").strip())
    return match.group(1).upper() if match else None


def find_acl(text: str | None) -> str | None:
    """The ACL Anthology id, old or new style; None if there is none.

    >>> find_acl("https://aclanthology.org/2022.acl-long.1/"), find_acl("N19-1423")
    ('2022.acl-long.1', 'N19-1423')
    """
    match = _ACL.search((text or "").strip())
    if not match:
        return None
    return match.group(1).upper() if "." not in match.group(1) else match.group(1).lower()


def find_pmid(text: str | None) -> str | None:
    """The PubMed id, digits only; None if there is none.

    >>> find_pmid("https://pubmed.ncbi.nlm.nih.gov/29768149/")
    '29768149'
    """
    match = _PMID.search((text or "").strip())
    return match.group(1).lstrip("0") or None if match else None


# ---------------------------------------------------------------- papers


def text_key(title: str | None, abstract: str) -> str:
    """A key that is equal for two records with the same title and abstract but for case, spaces and punctuation.

    >>> text_key("A Title", "Some  text.") == text_key("a title.", "Some text")
    True
    """
    both = [
        re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", t).casefold()).strip() for t in (title or "", abstract)
    ]
    # A text of signs alone has no words to compare: it stands for itself.
    return digest(*both) if any(both) else digest("", title or "", abstract)


# What is said of one paper asks for its keys again and again.
@lru_cache(maxsize=64)
def paper_keys(paper: Paper) -> tuple[str, ...]:
    """The keys of a paper, strongest first: two records that share one are the same paper.

    >>> from kg.model import PaperIds
    >>> paper_keys(Paper("x", None, "Text.", ids=PaperIds(arxiv="2401.00001")))[0]
    'arxiv-2401.00001'
    """
    ids, keys = paper.ids, []
    arxiv = ids.arxiv or (find_arxiv(ids.doi) if ids.doi and ids.doi.startswith("10.48550/") else None)
    if ids.doi and not ids.doi.startswith("10.48550/"):
        keys.append(f"doi-{slug(ids.doi)}-{digest(ids.doi)}")
    if arxiv:
        keys.append("arxiv-" + arxiv.replace("/", "-"))
    if ids.openalex:
        keys.append("openalex-" + ids.openalex.lower())
    if ids.acl:
        keys.append("acl-" + ids.acl.lower().replace("_", "-"))
    if ids.pmid:
        keys.append("pmid-" + ids.pmid)
    return (*keys, "text-" + text_key(paper.title, paper.abstract))


def paper_key(paper: Paper) -> str:
    """The strongest of :func:`paper_keys`: the local name of the paper's IRI."""
    return paper_keys(paper)[0]


def paper_iri(paper: Paper) -> str:
    """The IRI of a paper.

    >>> from kg.model import PaperIds
    >>> paper_iri(Paper("x", None, "Text.", ids=PaperIds(arxiv="2401.00001")))
    'https://w3id.org/kg-abstracts/paper/arxiv-2401.00001'
    """
    return f"{BASE}paper/{paper_key(paper)}"


def evidence_iri(paper: str, field: FieldName, start: int, end: int) -> str:
    """The IRI of a text range (RFC 5147) of the paper with the given IRI.

    >>> evidence_iri(BASE + "paper/arxiv-2401.00001", "text", 120, 164)
    'https://w3id.org/kg-abstracts/paper/arxiv-2401.00001/abstract#char=120,164'
    """
    return f"{paper}/{'title' if field == 'title' else 'abstract'}#char={start},{end}"


_EVIDENCE = re.compile(r".*/(title|abstract)#char=(\d+),(\d+)", re.DOTALL)


def evidence_span(evidence: str) -> Span:
    """The text range that :func:`evidence_iri` made an IRI from.

    >>> evidence_span(evidence_iri(BASE + "paper/arxiv-2401.00001", "text", 120, 164))
    Span(field='text', start=120, end=164)

    Raises:
        ValueError: the IRI is not that of evidence.
    """
    match = _EVIDENCE.fullmatch(evidence)
    if not match:
        raise ValueError(f"not the IRI of evidence: {evidence!r}")
    part, start, end = match.groups()
    return Span("title" if part == "title" else "text", int(start), int(end))


# ---------------------------------------------------------------- entities and facts


def entity_iri(type_: EntityType, key: str) -> str:
    """The IRI of an entity from its type and the normal form of its canonical name (:mod:`kg.forms`).

    >>> entity_iri("Method", "livos")
    'https://w3id.org/kg-abstracts/method/livos-9c418c52fd851eaa'
    """
    readable = slug(key)
    return f"{BASE}{type_.lower()}/{readable}{'-' if readable else ''}{digest(type_, key)}"


def statement_iri(subject: str, predicate: str, object_: str) -> str:
    """The IRI of the statement about a plain edge."""
    return f"{BASE}statement/{digest(subject, predicate, object_)}"


def claim_iri(paper: str, field: FieldName, start: int, end: int) -> str:
    """The IRI of the claim made by a text range of a paper (one claim per sentence)."""
    return f"{BASE}claim/{digest(paper, field, str(start), str(end))}"


def result_iri(claim: str, *content: str) -> str:
    """The IRI of a result from its claim's IRI and all that it says."""
    return f"{BASE}result/{digest(claim, *content)}"


def build_iri(*content: str) -> str:
    """The IRI of the node that describes a build, from all that the node says."""
    return f"{BASE}build/{digest(*content)}"


# ---------------------------------------------------------------- graphs and kinds

# What follows from all papers together lies in graphs of its own.
NAMES_GRAPH = BASE + "graph/names"
STATEMENTS_GRAPH = BASE + "graph/statements"
BUILD_GRAPH = BASE + "graph/build"


def paper_graph(paper: str) -> str:
    """The IRI of the graph of a paper's facts, from the paper's IRI.

    >>> paper_graph("https://w3id.org/kg-abstracts/paper/x")
    'https://w3id.org/kg-abstracts/paper/x#graph'
    """
    return f"{paper}#graph"


def kind_of(iri: str) -> str:
    """What an IRI of this module was made for: paper (its evidence too), method, claim, ...; of others nothing.

    >>> kind_of(BASE + "method/livos-9c418c52fd851eaa"), kind_of("http://example.org/method/x")
    ('method', '')
    """
    return iri[len(BASE) :].partition("/")[0] if iri.startswith(BASE) else ""


def home_of(iri: str) -> str | None:
    """The paper whose IRI this one is or begins with (that of its evidence does); None if there is none.

    >>> home_of(evidence_iri(BASE + "paper/arxiv-2401.00001", "text", 120, 164))
    'https://w3id.org/kg-abstracts/paper/arxiv-2401.00001'
    """
    match = _HOME.match(iri)
    return match.group() if match else None


_HOME = re.compile(re.escape(BASE) + r"paper/[^/#]+")
