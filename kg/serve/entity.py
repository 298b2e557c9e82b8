"""A page for every IRI of the graph: HTML for people, Turtle, N-Triples, RDF/XML or JSON-LD for programs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

from kg.answers import CARD_QUERIES, safe_iri
from kg.ids import BASE
from kg.query.table import Cell, Table, cell_text
from kg.serve import explore, sparql
from kg.serve.accept import PAGE, TRIPLES, choose, media_types
from kg.serve.frames import Reply, text_reply
from kg.store import Store
from kg.vocab import KG

HTML = "text/html; charset=utf-8"
# Rows of a section of a page; what is left out is counted and one link away.
SHOWN = 50
_WEB = re.compile(r"https?://[^\s<>\"]+")
_SUFFIXED = {"html": PAGE, **{form: {form: names} for form, names in TRIPLES.items()}}


def answer(store: Store, *, iri: str, accept: str | None = None, form: str | None = None) -> Reply:
    """What the graph says of an IRI, in the form that was asked for by name or that the client likes best.

    Raises:
        UsageError: it is not an IRI.
        UnknownError: the graph says nothing of it.
    """
    it = f"<{safe_iri(iri)}>"
    if not store.query(f"ASK {{ {{ {it} ?p ?o }} UNION {{ ?s ?q {it} }} }}").boolean:
        raise explore.UnknownError(f"the graph says nothing of <{iri}>")
    if form is not None and form not in _SUFFIXED:
        return text_reply(400, f"format={form}: there are {', '.join(_SUFFIXED)}")
    chosen = choose(accept, {**PAGE, **TRIPLES}) if form is None else (form, next(iter(_SUFFIXED[form].values()))[0])
    if chosen is None:
        return text_reply(406, f"this page comes as {media_types(PAGE, TRIPLES)}")
    about = {"Vary": "Accept", "Link": f'<{iri}>; rel="describes"'}
    if chosen[0] == "html":
        return Reply(200, page(store, iri).encode("utf-8", "replace"), HTML, about)
    triples = f"CONSTRUCT {{ {it} ?p ?o . ?s ?q {it} }} {{ {{ {it} ?p ?o }} UNION {{ ?s ?q {it} }} }}"
    reply = sparql.answer(store, query=triples, accept=chosen[1])
    return Reply(reply.status, reply.body, reply.media, about)


def path_of(iri: str) -> str:
    """The address of the page of an IRI on this server.

    >>> path_of(BASE + "method/livos-1f"), path_of("urn:x")
    ('/entity/method/livos-1f', '/entity?iri=urn%3Ax')
    """
    if iri.startswith(BASE) and "#" not in iri and "?" not in iri:
        return "/entity/" + quote(iri.removeprefix(BASE), safe="/:@!$&'()*+,;=~-._")
    return "/entity?" + urlencode({"iri": iri})


# ---------------------------------------------------------------- for people


def page(store: Store, iri: str) -> str:
    """The page as HTML; every text from the graph is escaped."""
    try:
        card = explore.card(store, iri=iri)
    except explore.UnknownError:
        return _page(iri.removeprefix(BASE), [_said(store, iri)], iri)
    it = f"<{safe_iri(iri)}>"
    sections = [_head(card), *(_edges(store, iri, edge) for edge in card["edges"])]
    for name in ("results", "claims"):
        found = store.query(f"{CARD_QUERIES[name].replace('IT', it)} LIMIT {SHOWN + 1}")
        sections.append(_section(name, Table(found.columns, found.rows)))
    return _page(str(card["label"]), sections, iri)


def _page(title: str, sections: Iterable[str], iri: str) -> str:
    forms = " · ".join(
        f'<a href="{escape(_with(path_of(iri), form))}" rel="alternate">{name}</a>'
        for form, name in (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("nt", "N-Triples"))
    )
    slots = {
        "TITLE": escape(title),
        "IRI": escape(iri),
        "FORMS": forms,
        "FOCUS": escape("/#" + urlencode({"focus": iri})),
        "BODY": "\n".join(sections),
    }
    parts = files("kg.serve").joinpath("web", "entity.html").read_text(encoding="utf-8").split("%%")
    return "".join(part if i % 2 == 0 else slots[part] for i, part in enumerate(parts))


def _with(path: str, form: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}format={form}"


def _head(card: dict[str, Any]) -> str:
    lines = [f'<span class="type {escape(card["type"])}">{escape(card["type"])}</span>']
    lines += [escape(str(card[key])) for key in ("date", "venue") if card[key]]
    url = str(card["url"] or "")
    if _WEB.fullmatch(url):
        lines.append(f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{escape(url)}</a>')
    also = f"<p>also: {escape(', '.join(card['aliases']))}</p>" if card["aliases"] else ""
    return f"<p>{' · '.join(lines)}</p>{also}"


def _edges(store: Store, iri: str, edge: dict[str, Any]) -> str:
    """The other ends of one kind of edge."""
    relation, direction, count = edge["relation"], edge["direction"], edge["count"]
    rows = explore.neighbours(store, iri=iri, relation=relation, direction=direction, limit=SHOWN)["rows"]
    items = "".join(f"<li>{_link(r['iri'], r['label'])}{_about(r)}</li>" for r in rows)
    more = f'<p class="more">{count - len(rows):,} more in the explorer</p>' if count > len(rows) else ""
    title = f"{relation} →" if direction == "out" else f"← {relation}"
    return f"<section><h2>{escape(title)} <small>{count:,}</small></h2><ul>{items}</ul>{more}</section>"


def _about(row: dict[str, Any]) -> str:
    said = [escape(row["year"])] if row["year"] else []
    if row["statement"]:
        papers = f"{row['support']} paper{'' if row['support'] == 1 else 's'}, belief {row['belief']:.2f}"
        said.append(f'<a href="{escape(path_of(row["statement"]))}">{papers}</a>')
    return f" <small>{' · '.join(said)}</small>" if said else ""


def _section(name: str, table: Table) -> str:
    if not len(table):
        return ""
    heads = "".join(f"<th>{escape(column)}</th>" for column in table.columns)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in table.rows[:SHOWN])
    more = f'<p class="more">the first {SHOWN}; the editor gives all</p>' if len(table) > SHOWN else ""
    table_ = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f"<section><h2>{escape(name)}</h2>{table_}{more}</section>"


def _said(store: Store, iri: str) -> str:
    """All that is said of a thing that is neither paper nor entity, and the first that say something of it."""
    it = f"<{safe_iri(iri)}>"
    says = store.query(
        f"SELECT ?property ?value {{ {it} ?property ?value }} ORDER BY ?property ?value LIMIT {SHOWN + 1}"
    )
    said = store.query(f"SELECT ?thing ?as {{ ?thing ?as {it} }} ORDER BY ?as ?thing LIMIT {SHOWN + 1}")
    return "".join(_section(name, Table(a.columns, a.rows)) for name, a in (("says", says), ("is said by", said)))


def _cell(cell: Cell) -> str:
    text = cell_text(cell)
    if text.startswith(KG):
        return escape(f"kg:{text.removeprefix(KG)}")  # the graph itself says nothing of its vocabulary
    if text.startswith(BASE):
        return _link(text, text.removeprefix(BASE))
    if _WEB.fullmatch(text):
        return f'<a href="{escape(text)}" rel="noopener noreferrer nofollow">{escape(text)}</a>'
    return escape(text)


def _link(iri: str, label: str) -> str:
    return f'<a href="{escape(path_of(iri))}">{escape(str(label))}</a>'
