"""The query operation of the SPARQL 1.1 Protocol: a query and its dataset in, a whole answer or a reason out."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from kg.errors import KgError, TooLargeError
from kg.export.turtle import write
from kg.serve.accept import ROWS, TRIPLES, choose, media_types
from kg.serve.frames import Reply, text_reply
from kg.sorting import unique
from kg.store import Kind, Store

MOST_ROWS = 100_000
MOST_BYTES = 32 * 2**20
_FORMS = {"rows": ROWS, "triples": TRIPLES}


class NotAcceptableError(Exception):
    """The client takes none of the forms that this kind of answer has."""


def answer(
    store: Store,
    *,
    query: str,
    accept: str | None = None,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    most_rows: int = MOST_ROWS,
) -> Reply:
    """The answer in the form that the client likes best; 406 where it likes none, 422 where the answer is too large.

    Raises:
        UsageError: the query is not SPARQL, is refused, or names a graph that is not there.
    """
    picked = {"form": "", "media": ""}

    def form_of(kind: Kind) -> str:
        chosen = choose(accept, _FORMS[kind])
        if chosen is None:
            raise NotAcceptableError(f"an answer of {kind} comes as {media_types(_FORMS[kind])}")
        picked["form"], picked["media"] = chosen
        # Turtle is laid out from N-Triples, whose lines can be counted.
        return "nt" if chosen[0] == "ttl" else chosen[0]

    for iri in (*default_graphs, *named_graphs):
        if not store.has_graph(iri):
            reason = f"there is no graph <{iri}>; all triples are in the default graph: leave the parameter out"
            return text_reply(400, reason)
    try:
        _, body = store.serialize(
            query,
            form_of,
            most_bytes=MOST_BYTES,
            most_rows=most_rows,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )
    except NotAcceptableError as error:
        return text_reply(406, str(error))
    except TooLargeError as error:
        return text_reply(422, str(error))
    media = picked["media"]
    body = turtle(body) if picked["form"] == "ttl" else body
    return Reply(200, body, f"{media}; charset=utf-8" if media.startswith("text/") else media)


def turtle(triples: bytes) -> bytes:
    """N-Triples as Turtle for people; as they are, which is Turtle too, where they have blank nodes."""
    out = BytesIO()
    try:
        write(unique(sorted(triples.decode().split("\n")[:-1])), out)
    except KgError:
        return triples
    return out.getvalue()
