"""Static files: squeezed once and kept, hashed names cached for a year."""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, abort, request, send_from_directory
from werkzeug.utils import safe_join
from werkzeug.wrappers import Response

from community.assets import Assets

_TEXTS = {".css", ".js", ".svg", ".json", ".map"}


def install(app: Flask) -> None:
    """Replace Flask's static view; ``/static/dist/`` holds hashed names and never changes."""
    folder = str(app.static_folder)
    app.jinja_env.globals["asset"] = Assets(Path(folder))

    def static(filename: str) -> Response:
        path = safe_join(folder, filename)
        if path is None or not Path(path).is_file():
            abort(404)
        made = Path(path)
        if made.suffix in _TEXTS and "gzip" in request.headers.get("Accept-Encoding", ""):
            response = Response(
                _squeezed(path, made.stat().st_mtime_ns), mimetype=_mime(made.suffix)
            )
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding"
            response.add_etag()
            response = response.make_conditional(request)
        else:
            response = send_from_directory(folder, filename)
        hashed = filename.startswith("dist/")
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if hashed else "no-cache"
        )
        return response

    static.is_public = True  # type: ignore[attr-defined]
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)


@lru_cache(maxsize=64)
def _squeezed(path: str, _modified: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), compresslevel=9, mtime=0)


def _mime(suffix: str) -> str:
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    return kinds.get(suffix, "application/json")
