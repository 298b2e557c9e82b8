"""Addresses and what stands behind each: a job for the pool, or a file of the pages."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from importlib.resources import files
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from kg import __version__
from kg.ids import BASE
from kg.serve import named
from kg.serve.accept import PAGE, TRIPLES, choose
from kg.serve.frames import Job, Reply, json_reply, text_reply
from kg.serve.pool import Pool
from kg.vocab import PREFIXES

# Bytes of a body or of a query in an address; the longest query that is taken, each of its signs percent-encoded.
MOST_BODY = 200_000
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_MEDIA = {"html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
_NO_UPDATE = "this server changes nothing: SPARQL Update is refused; build or change the graph with the kg command"


class BadRequestError(Exception):
    """A request that is refused before it becomes a job."""

    def __init__(self, status: int, why: str, **headers: str) -> None:
        super().__init__(why)
        self.reply = text_reply(status, why, **headers)


Handler = Callable[[Request], Awaitable[Response]]


def make_app(pool: Pool, guard: Callable[[ASGIApp], ASGIApp]) -> ASGIApp:
    """The application over a pool that runs; ``guard`` stands before it."""

    def handled(job_of: Callable[[Request], Awaitable[Job | Reply]]) -> Handler:
        async def handler(request: Request) -> Response:
            try:
                job = await job_of(request)
                reply = job if isinstance(job, Reply) else await pool.ask(job, gone=lambda: _left(request))
            except BadRequestError as error:
                reply = error.reply
            except ClientDisconnect:
                reply = text_reply(499, "the client has left")
            return _response(reply)

        return handler

    async def health(_: Request) -> Response:
        reply = await pool.ask({"job": "health"})
        state: dict[str, object] = {"status": "ok" if reply.status == 200 else "failing", "version": __version__}
        state |= {"idle": pool.idle, "long": pool.long, "waiting": pool.waiting, "network": pool.network}
        state |= json.loads(reply.body) if reply.status == 200 else {"why": pool.trouble or reply.body.decode().strip()}
        return _response(json_reply(state, 200 if reply.status == 200 else 503))

    routes = [
        Route("/", _file("explorer.html")),
        Route("/query", _file("editor.html")),
        Route("/static/{name}", _static),
        Route("/sparql", handled(sparql_job), methods=["GET", "POST"]),
        Route("/entity", handled(entity_job)),
        Route("/entity/{path:path}", handled(entity_job)),
        Route("/api/questions", handled(questions_job)),
        Route("/api/questions/{name}", handled(named_job)),
        Route("/api/types", handled(types_job)),
        Route("/api/start", handled(start_job)),
        Route("/api/search", handled(search_job)),
        Route("/api/card", handled(card_job)),
        Route("/api/neighbours", handled(neighbours_job)),
        Route("/api/evidence", handled(evidence_job)),
        Route("/health", health),
    ]
    return guard(Starlette(routes=routes))


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, dict(reply.headers), reply.media)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


# ---------------------------------------------------------------- SPARQL


async def sparql_job(request: Request) -> Job | Reply:
    """The query operation, or the description of the service.

    Raises:
        BadRequestError: the request is not one of the protocol.
    """
    pairs = _pairs(request.url.query)
    if request.method == "POST":
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media == _UPDATE:
            raise BadRequestError(403, _NO_UPDATE)
        if media not in (_FORM, _QUERY):
            raise BadRequestError(415, f"POST a query as {_FORM} or {_QUERY}", Accept_Post=f"{_FORM}, {_QUERY}")
        text = _decoded(await _body(request))
        pairs += [("query", text)] if media == _QUERY else _pairs(text)
    queries = [value for name, value in pairs if name == "query"]
    if any(name == "update" for name, _ in pairs):
        raise BadRequestError(403, _NO_UPDATE)
    if not queries and request.method != "POST":
        return _description(request)
    if len(queries) != 1:
        raise BadRequestError(400, f"give one query, not {len(queries)}")
    return {
        "job": "sparql",
        "query": queries[0],
        "accept": _accept(request),
        "default_graphs": [value for name, value in pairs if name == "default-graph-uri"],
        "named_graphs": [value for name, value in pairs if name == "named-graph-uri"],
    }


def _description(request: Request) -> Reply:
    """SPARQL 1.1 Service Description; for a browser the editor."""
    accept = _accept(request)
    chosen = choose(accept, {**TRIPLES, **PAGE})
    if chosen is not None and chosen[0] == "html":
        return Reply(303, b"", headers={"Location": "/query"})
    media = chosen[1] if chosen and chosen[0] in ("ttl", "nt") else "text/turtle"
    return Reply(200, describe(str(request.url.replace(query=""))).encode(), media, {"Vary": "Accept"})


def describe(address: str) -> str:
    """The service description as lines of N-Triples, which are Turtle as well."""
    sd, formats = "http://www.w3.org/ns/sparql-service-description#", "http://www.w3.org/ns/formats/"
    service, data = f"<{address}#service>", f"<{address}#dataset>"
    results = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
    graphs = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")
    type_ = f"<{PREFIXES['rdf']}type>"
    lines = [
        f"{service} {type_} <{sd}Service> .",
        f"{service} <{sd}endpoint> <{address}> .",
        f"{service} <{sd}supportedLanguage> <{sd}SPARQL11Query> .",
        *(f"{service} <{sd}resultFormat> <{formats}{name}> ." for name in (*results, *graphs)),
        f"{service} <{sd}defaultDataset> {data} .",
        f"{data} {type_} <{sd}Dataset> .",
        f"{data} <{sd}defaultGraph> <{address}#default-graph> .",
        f"<{address}#default-graph> {type_} <{sd}Graph> .",
    ]
    return "".join(line + "\n" for line in lines)


def _accept(request: Request) -> str | None:
    """All Accept headers as one; None where there is none."""
    return ", ".join(request.headers.getlist("accept")) or None


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise BadRequestError(400, f"the parameters are not UTF-8 in percent-encoding: {error}") from None


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadRequestError(400, f"the body is not UTF-8: {error}") from None


async def _body(request: Request) -> bytes:
    if request.headers.get("content-encoding", "identity") != "identity":
        raise BadRequestError(415, "send the body without a content encoding", Accept_Encoding="identity")
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BODY:
            raise BadRequestError(413, f"the body has more than {MOST_BODY:,} bytes", Connection="close")
        parts.append(part)
    return b"".join(parts)


# ---------------------------------------------------------------- pages and what they ask for


async def entity_job(request: Request) -> Job:
    """The page of the thing whose IRI the path or the parameter ``iri`` gives."""
    path = request.path_params.get("path")
    iri = request.query_params.get("iri") if path is None else BASE + path
    if not iri:
        raise BadRequestError(400, "give the IRI of a thing: /entity?iri=...")
    return {"job": "entity", "iri": iri, "accept": _accept(request), "form": request.query_params.get("format")}


async def questions_job(_: Request) -> Reply:
    """The named questions."""
    return json_reply({"questions": named.listed(), "prefixes": PREFIXES})


async def named_job(request: Request) -> Job:
    """The text of one, its values in place."""
    return {"job": "named", "name": request.path_params["name"], "params": dict(request.query_params)}


async def types_job(_: Request) -> Reply:
    """Colour and shape of each type, as the page of ``kg view`` has them."""
    from kg.view.page import STYLES

    return json_reply(STYLES)


async def start_job(_: Request) -> Job:
    """Where the explorer begins."""
    return {"job": "start"}


async def search_job(request: Request) -> Job:
    """Things by name."""
    asked = request.query_params
    return {
        "job": "search",
        "text": asked.get("q", ""),
        "type_": asked.get("type"),
        "limit": _number(request, "limit", 20),
    }


async def card_job(request: Request) -> Job:
    """One thing."""
    return {"job": "card", "iri": _needed(request, "iri")}


async def neighbours_job(request: Request) -> Job:
    """Its edges of one kind."""
    return {
        "job": "neighbours",
        "iri": _needed(request, "iri"),
        "relation": _needed(request, "relation"),
        "direction": request.query_params.get("direction", "out"),
        "limit": _number(request, "limit", 50),
        "offset": _number(request, "offset", 0),
    }


async def evidence_job(request: Request) -> Job:
    """The sentences behind an edge."""
    return {"job": "evidence", "statement": _needed(request, "statement")}


def _needed(request: Request, name: str) -> str:
    value = request.query_params.get(name)
    if not value:
        raise BadRequestError(400, f"the parameter {name} is missing")
    return value


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequestError(400, f"{name}={text}: give a whole number")
    return int(text)


def _web(name: str) -> Response | None:
    place = files("kg.serve").joinpath("web", name)
    if "/" in name or name.startswith(".") or not place.is_file():
        return None
    media = _MEDIA.get(name.rpartition(".")[2], "application/octet-stream")
    return Response(place.read_bytes(), headers={"Cache-Control": "no-cache"}, media_type=media)


def _file(name: str) -> Handler:
    async def handler(_: Request) -> Response:
        return _web(name) or Response("missing\n", 500)

    return handler


async def _static(request: Request) -> Response:
    return _web(request.path_params["name"]) or Response("there is no such file\n", 404)
