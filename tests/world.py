"""Known people in a known community, made through the same use cases as people are.

Галина administrates, Борис moderates, Вера is an expert, Анна a member, Ирина another member,
Глеб an outsider with an account.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from community.accounts import documents
from community.accounts.models import User
from community.accounts.services import registration
from community.communities import services as communities
from community.communities.models import Community
from community.communities.services import applications, founding, roles
from community.core import outbox
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.transactions import transaction
from community.publishing import ruleset

PASSWORD = "мел и доска 1954"
SLUG = "priozersk"
AGREED = (1, 1)
WHY = "Хочу учиться вместе с вами и делиться тем, что получается."
PEOPLE = {
    "galina": ("Орлова", "Галина", "Юрьевна", "методист", "methodist", "русский язык"),
    "boris": ("Лунин", "Борис", "Андреевич", "учитель", "teacher", "история"),
    "vera": ("Ильина", "Вера", "Павловна", "учитель", "teacher", "физика"),
    "anna": ("Соколова", "Анна", "Сергеевна", "учитель", "teacher", "математика"),
    "irina": ("Кольцова", "Ирина", "Олеговна", "учитель", "teacher", "математика"),
    "gleb": ("Крюков", "Глеб", "Николаевич", "учитель", "teacher", "химия"),
}


def email_of(who: str) -> str:
    """Return the address of a known person."""
    return f"{who}@shkola.example"


def build(app: Flask) -> None:
    """Make the people and the community; about a second, so it is done once and copied."""
    with app.app_context():
        ids = {who: _person(who) for who in PEOPLE}
        made = founding.found(
            SYSTEM, name="Педагоги Приозёрного района", slug=SLUG, administrator_id=ids["galina"],
            district="Приозёрный район", goals="Учиться друг у друга", tasks="Делиться опытом",
        )  # fmt: skip
        galina = Actor(ids["galina"], "Галина Орлова")
        communities.documents.agree(galina, made.id, agreed=AGREED)
        for who in ("boris", "vera", "anna", "irina"):
            last, first, *_rest = PEOPLE[who]
            person = Actor(ids[who], f"{first} {last}")
            applied = applications.apply(person, made.id, why=WHY, agreed=AGREED)
            applications.approve(galina, applied)
        roles.grant(
            galina, made.id, ids["boris"], "moderator",
            order_number="17-о", order_date=date(2026, 9, 1),
        )  # fmt: skip
        roles.grant(galina, made.id, ids["vera"], "expert", fields="физика")
        outbox.drain()
        db.session.remove()


def _person(who: str) -> int:
    last, first, patronymic, post, role, subject = PEOPLE[who]
    school = "Школа № 4" if who != "gleb" else "Школа № 9"
    return registration.create_account(
        registration.prepared(
            email=email_of(who), password=PASSWORD, last_name=last, first_name=first,
            patronymic=patronymic, school=school, post=post, subjects=[subject], role=role,
        ),
        consent_sha=documents.consent().sha256,
    )  # fmt: skip


@dataclass
class Person:
    """A known person at a browser of their own: what they are and what they do."""

    app: Flask
    id: int
    name: str
    _client: FlaskClient | None = field(default=None, repr=False)
    _token: tuple[str, str] = field(default=("", ""), repr=False)
    """The secret of the session and the token that was made of it."""

    @property
    def actor(self) -> Actor:
        """The person as use cases know them."""
        return Actor(self.id, self.name)

    @property
    def client(self) -> FlaskClient:
        """A browser in which the person has signed in through the page."""
        if self._client is None:
            self._client = self.app.test_client()
            self.sign_in()
        return self._client

    def sign_in(self) -> TestResponse:
        """Sign in by the form."""
        assert self._client is not None
        with self.app.app_context():
            email = db.session.scalar(select(User.email).where(User.id == self.id))
        answer = self._post("/login", {"email": email, "password": PASSWORD})
        assert answer.status_code in (302, 303), answer.get_data(as_text=True)[:500]
        return answer

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Open a page, following redirects."""
        return self.client.get(path, follow_redirects=True, **kwargs)

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Send a form, with the token of the session, following redirects."""
        _ = self.client
        return self._post(path, data or {}, follow_redirects=True, **kwargs)

    def _post(self, path: str, data: dict[str, Any], **kwargs: Any) -> TestResponse:
        assert self._client is not None
        with self._client.session_transaction() as session:
            secret = session.get("csrf_token", "")
        if not secret or self._token[0] != secret:
            self._token = self._fresh_token()
        return self._client.post(path, data={**data, "csrf_token": self._token[1]}, **kwargs)

    def _fresh_token(self) -> tuple[str, str]:
        assert self._client is not None
        page = self._client.get("/view")
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.get_data(as_text=True))
        assert found is not None, "a page without a token"
        with self._client.session_transaction() as session:
            return session["csrf_token"], found.group(1)


def rules_in_force(app: Flask, file: Path | None = None) -> None:
    """Let every live rule of a changed (or another) rule file act: new ones start on trial."""
    if file is not None:
        app.extensions["community"] = replace(app.extensions["community"], rules_file=file)
    with app.app_context():
        ruleset.look_again()
        with transaction():
            for rule in ruleset.file_set().rules:
                if rule.mode == "live" and ruleset.in_force().rule(rule.id).mode != "live":
                    ruleset.promote(rule.id, SYSTEM)
        db.session.remove()


class Town:
    """The known people and their community, for tests to speak of."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            rows = db.session.execute(select(User.email, User.id, User.name)).all()
            self.community_id = db.session.scalar(
                select(Community.id).where(Community.slug == SLUG)
            )
            db.session.remove()
        self._people = {row.email: Person(app, row.id, row.name) for row in rows}

    def __getitem__(self, who: str) -> Person:
        return self._people[email_of(who)]

    def drain(self) -> int:
        """Let the worker do everything that is due."""
        with self.app.app_context():
            return outbox.drain()
