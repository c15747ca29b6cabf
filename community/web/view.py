"""How the site looks to one person: the theme and «Версия для слабовидящих»."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Flask, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community.web.access import public, safe_next
from community.web.errors import wants_json

COOKIE = "view"
_YEAR = 365 * 24 * 3600
_CHOICES = {
    "size": ("1", "2", "3"),
    "spacing": ("1", "2", "3"),
    "scheme": ("", "white", "black", "blue"),
    "pictures": ("", "off"),
}
_THEMES = ("", "light", "dark")

bp = Blueprint("view", __name__)

_keepers: list[Callable[["View"], None]] = []


def kept_by(keeper: Callable[["View"], None]) -> None:
    """Let a floor above keep each choice as well: accounts do, so that it follows the person."""
    if keeper not in _keepers:
        _keepers.append(keeper)


@dataclass(frozen=True, slots=True)
class View:
    """What was chosen; an empty ``vision`` is the usual version."""

    theme: str = ""
    vision: Mapping[str, str] = field(default_factory=dict)

    def line(self) -> str:
        """Return the choice as one short line, for a cookie or a column."""
        return urlencode(
            {"theme": self.theme, **({"on": "1", **self.vision} if self.vision else {})}
        )


def read_line(line: str) -> View:
    """Return the choice kept in a line; whatever is not one of ours is the default."""
    kept = dict(parse_qsl(line, keep_blank_values=True))
    return _view(kept, is_on=bool(kept.get("on")))


def read_form(form: Mapping[str, str]) -> View:
    """Return the choice posted by view.html."""
    kept = {name: form.get(f"vision_{name}", "") for name in _CHOICES}
    return _view({**kept, "theme": form.get("theme", "")}, is_on=bool(form.get("vision_on")))


def _view(kept: Mapping[str, str], *, is_on: bool) -> View:
    theme = kept.get("theme", "")
    vision = {
        name: value if (value := kept.get(name, "")) in allowed else allowed[0]
        for name, allowed in _CHOICES.items()
    }
    return View(theme=theme if theme in _THEMES else "", vision=vision if is_on else {})


def current_view() -> View:
    """Return the choice of this browser."""
    if "view" not in g:
        g.view = read_line(request.cookies.get(COOKIE, ""))
    view: View = g.view
    return view


@bp.get("/view")
@public
def show() -> str:
    """Draw the switches."""
    return render_template("view.html", next_url=safe_next(request.args.get("next"), "/"))


@bp.post("/view")
@public
def choose() -> Response:
    """Keep the choice for a year and go back to where the person was."""
    chosen = read_form(request.form)
    for keeper in _keepers:
        keeper(chosen)
    fallback = url_for("view.show")
    answer = (
        jsonify(kept=True)
        if wants_json()
        else redirect(safe_next(request.form.get("next"), fallback), 303)
    )
    answer.set_cookie(
        COOKIE,
        chosen.line(),
        max_age=_YEAR,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure,
    )
    return answer


def install(app: Flask) -> None:
    """Open the page of the switches."""
    app.register_blueprint(bp)
