"""Who may ask: the Host that the server answers to, no other page's scripts, and the headers that every answer has.

A page of another site can make a browser send requests here. It cannot read the answers without leave (CORS), unless
its name has been made to point here (DNS rebinding): hence the check of Host. What it can send blindly would still cost
work: hence the check of where a request comes from (Origin, Sec-Fetch-Site; links may be followed).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}


def host_of(header: str) -> str:
    """The name in a Host header, without port and brackets, in lower case.

    >>> host_of("Example.org:80"), host_of("[::1]:7878"), host_of("::1")
    ('example.org', '::1', '::1')
    """
    text = header.strip().lower()
    if text.startswith("["):
        name, closed, _ = text[1:].partition("]")
        return name if closed else ""
    return text if text.count(":") > 1 else text.partition(":")[0]


def is_address(host: str) -> bool:
    """Whether a host is a number and no name: no one else can make a number point here."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Guard:
    """An ASGI application that answers for another one where the request is not for it.

    ``hosts`` are the names it answers to, in lower case; with ``any_address`` (where it listens on all interfaces) any
    IP address is one, too. With ``cors``, pages of other sites may ask ``/sparql``.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], any_address: bool = False, cors: bool = False) -> None:
        self.app, self.hosts, self.any_address, self.cors = app, frozenset(hosts), any_address, cors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on; add the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        shared = self.cors and scope["path"].rstrip("/") == "/sparql"
        extra = {**_HEADERS, **(_CORS if shared else {})}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in extra.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope, shared=shared)
        await (refusal or self.app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, *, shared: bool) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_ours(host_of(host)):
            known = ", ".join(sorted(self.hosts))
            return PlainTextResponse(
                f"this server is {known}; start it with --allow-host to give it another name\n", 421
            )
        if shared:
            return Response(status_code=204) if scope["method"] == "OPTIONS" else None
        origin = headers.get("origin")
        foreign = origin is not None and origin.partition("://")[2].lower() != host.lower()
        followed = scope["method"] in ("GET", "HEAD") and headers.get("sec-fetch-mode", "navigate") == "navigate"
        if (foreign and not (followed and origin == "null")) or (
            headers.get("sec-fetch-site") in ("cross-site", "same-site") and not followed
        ):
            return PlainTextResponse(
                "pages of other sites may not ask here; start the server with --cors to let them\n", 403
            )
        return None

    def _is_ours(self, host: str) -> bool:
        return host in self.hosts or (self.any_address and is_address(host))
