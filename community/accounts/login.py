"""Who is signed in: one query a request, a light value, and what the page's frame knows of them."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import bindparam, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from community.accounts import documents
from community.accounts.keys import config, digest
from community.accounts.models import SignIn, User
from community.accounts.services import person, sessions
from community.core import clock
from community.core.actor import VISITOR, Actor
from community.core.db import db, fetch
from community.core.errors import Refused
from community.core.verdict import deny
from community.web import page as frame
from community.web import view
from community.web.addresses import address
from community.web.page import Page, PageActor, PageLink
from community.web.words import say as _

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):
    """The person behind a session, as the edge needs them; never a database entity."""

    session_id: int
    key: str = field(repr=False)
    user_id: int
    name: str
    greeting: str
    consent_sha: str
    is_operator: bool
    preferences: Mapping[str, str]

    def get_id(self) -> str:
        """Return what the cookie holds: the key of the session, not the id of the person."""
        return self.key


def install(app: Flask) -> None:
    """Set up Flask-Login over session rows, the language of the reader, and the question of consent."""
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_load)
    app.config["PERMANENT_SESSION_LIFETIME"] = sessions.ABSOLUTE
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.before_request(_ask_for_consent)
    view.kept_by(_keep_view)


def load_actor() -> Actor:
    """Return who acts in this request; their language and their look of pages come with them."""
    who = signed_in()
    if who is None:
        return VISITOR
    g.language = who.preferences.get("language") or None
    if "view" in who.preferences:
        g.view = view.read_line(who.preferences["view"])
    return Actor(user_id=who.user_id, name=who.name)


def _keep_view(chosen: view.View) -> None:
    who = signed_in()
    if who is not None:
        person.prefer(Actor(user_id=who.user_id, name=who.name), view=chosen.line())


def signed_in() -> SignedIn | None:
    """Return the signed-in person of this request, or None."""
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001


def begin(key: str) -> None:
    """Put the key of a freshly opened session into a cookie made anew."""
    session.clear()
    session.permanent = True
    who = _load(key)
    if who is not None:
        login_user(who)


def end() -> None:
    """Forget the session in the cookie; its row is ended by the service."""
    logout_user()
    session.clear()


_SIGNED_IN = (
    select(
        SignIn.id,
        SignIn.seen_at,
        User.id,
        User.name,
        User.first_name,
        User.patronymic,
        User.consent_sha,
        User.is_operator,
        User.preferences,
    )
    .join(User, User.id == SignIn.user_id)
    .where(
        SignIn.key_hash == bindparam("key"),
        SignIn.revoked_at.is_(None),
        SignIn.created_at > bindparam("oldest"),
        SignIn.seen_at > bindparam("idlest"),
        User.state == "active",
    )
)


def _load(key: str) -> SignedIn | None:
    now = clock.now()
    row = fetch(
        _SIGNED_IN,
        key=digest(key),
        oldest=now - sessions.ABSOLUTE,
        idlest=now - sessions.IDLE,
    ).one_or_none()
    if row is None:
        return None
    if now - row[1] > sessions.SEEN_EVERY:
        _note_use(row[0])
    greeting = " ".join(part for part in (row[4], row[5]) if part)
    return SignedIn(row[0], key, row[2], row[3], greeting, row[6], row[7], row[8] or {})


def _note_use(session_id: int) -> None:
    try:
        sessions.touch(session_id)
    except SQLAlchemyError:
        log.exception(
            "a session's use could not be noted"
        )  # reading goes on when nothing can be written
        db.session.rollback()


def open_without_consent(route: Any) -> Any:
    """Mark a view that works before (and after) consent: giving it, leaving, taking one's data."""
    route.is_open_without_consent = True
    return route


def _ask_for_consent() -> Response | None:
    asked = current_app.view_functions.get(request.endpoint or "")
    if asked is None or getattr(asked, "is_open_without_consent", False):
        return None
    if request.blueprint in ("view", None):  # static files and the switches of the look
        return None
    who = signed_in()
    if who is None or who.consent_sha == documents.consent().sha256:
        return None
    if request.method not in ("GET", "HEAD"):
        raise Refused(deny("consent.needed"))
    return redirect(url_for("accounts.consent", next=request.full_path.rstrip("?")))


# The frame of the page ---------------------------------------------------------------------------


def fill(page: Page) -> Page:
    """Tell the page's frame who is signed in and where the doors are."""
    page.actor = page_actor()
    page.login_url, page.join_url = address("accounts.login"), address("accounts.register")
    if page.actor is not None:
        page.menu = (
            *page.menu,
            PageLink(_("Settings"), address("accounts.me")),
            PageLink(_("Sign out"), address("accounts.logout"), post=True),
        )
    return page


def page_actor() -> PageActor | None:
    """Return the signed-in person as the header shows them."""
    who = signed_in()
    if who is None:
        return None
    return PageActor(
        who.user_id, who.name, who.greeting, frame.initials(who.name), frame.hue(who.user_id)
    )


def mail_note() -> str:
    """Return a line for operators and administrators when letters are delivered nowhere, else «»."""
    if config().smtp_url:
        return ""
    folder = config().mail_dir
    return _(
        "There is no mail server yet: letters are put into the folder %(folder)s.", folder=folder
    )
