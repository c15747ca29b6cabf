"""Headers of every answer, compression and validators."""

import hashlib
import zlib

from flask import Flask, g, request, session
from werkzeug.wrappers import Response

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
_COMPRESSED = (
    "text/",
    "application/json",
    "application/javascript",
    "image/svg+xml",
    "application/atom+xml",
)
_SMALLEST = 600
_LEVEL = 3
"""A third less time than the usual level for a twentieth more bytes."""


def install(app: Flask) -> None:
    """Add the headers, then an ETag, then gzip where the client takes it."""

    @app.after_request
    def finish(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if app.config["PUBLIC_HTTPS"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "private, no-cache")
        return _validated(response)


def _validated(response: Response) -> Response:
    """Give a page its ETag (the token of the form aside, which changes by the second) and squeeze it."""
    if response.direct_passthrough or response.is_streamed:
        return response
    if request.method == "GET" and response.status_code == 200 and "ETag" not in response.headers:
        body = response.get_data()
        token = g.get("csrf_token")
        stable = body.replace(token.encode(), _secret()) if token else body
        response.set_etag(hashlib.blake2b(stable, digest_size=12).hexdigest(), weak=True)
        response.make_conditional(request)
    if response.status_code != 304:
        _squeeze(response)
    return response


def _secret() -> bytes:
    """A page kept from before a new sign-in has a dead token in its forms: it is another page."""
    return str(session.get("csrf_token", "")).encode()


def _squeeze(response: Response) -> None:
    response.headers.add("Vary", "Accept-Encoding")
    if "gzip" not in request.headers.get("Accept-Encoding", "") or response.headers.get(
        "Content-Encoding"
    ):
        return
    if not (response.mimetype or "").startswith(_COMPRESSED):
        return
    body = response.get_data()
    if len(body) >= _SMALLEST:
        response.set_data(_gzip(body))
        response.headers["Content-Encoding"] = "gzip"


def _gzip(body: bytes) -> bytes:
    squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return squeeze.compress(body) + squeeze.flush()
