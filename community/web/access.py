"""Login is the default: a route is open to visitors only where ``@public`` says so."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from community.core.actor import VISITOR, Actor

F = TypeVar("F", bound=Callable[..., Any])


def public(view: F) -> F:
    """Open a route to visitors. Without this mark every route asks to sign in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def current_actor() -> Actor:
    """Return who acts in this request: the signed-in person, or ``VISITOR``."""
    actor: Actor = g.get("actor", VISITOR)
    return actor


def install(app: Flask, load_actor: Callable[[], Actor]) -> None:
    """Before each request: find the actor, and turn visitors away from what is not public."""

    @app.before_request
    def admit() -> Response | None:
        if request.endpoint is None or request.endpoint == "static":
            return None
        g.actor = load_actor()
        view = app.view_functions[request.endpoint]
        if g.actor.is_person or getattr(view, "is_public", False):
            return None
        if request.accept_mimetypes.best == "application/json":
            abort(401)
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))


def safe_next(target: str | None, fallback: str) -> str:
    """Return ``target`` when it is a path on this site, else ``fallback``; guards open redirects."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    if not target.isprintable():  # a browser drops tabs and line ends, and «/\t/x» becomes «//x»
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc or "\\" in target else target
