"""A visitor who fills in forms as a browser does, and the letters that were queued."""

from __future__ import annotations

import html
import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

PASSWORD = "сосна над озером 41"
ANNA = {
    "last_name": "Соколова",
    "first_name": "Анна",
    "patronymic": "Сергеевна",
    "email": "anna@example.org",
    "password": PASSWORD,
    "school": "МБОУ «Школа № 3»",
    "post": "учитель",
    "subjects": "математика, физика",
    "role": "teacher",
}


class Visitor:
    """One browser: keeps cookies, takes the token and hidden fields from the page before it posts."""

    def __init__(
        self, site: Flask, agent: str = "Firefox at school", address: str = "10.1.2.3"
    ) -> None:
        self.site = site
        self.client = site.test_client()
        self.headers = {"User-Agent": agent}
        self.environ = {"REMOTE_ADDR": address}

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.client.get(path, headers=self.headers, environ_overrides=self.environ, **kwargs)

    def post(
        self, path: str, data: dict[str, str] | None = None, *, page: str = "/login"
    ) -> TestResponse:
        """Post a form; the CSRF token comes from ``page``."""
        form = {"csrf_token": token(self.get(page).text), **(data or {})}
        return self.client.post(
            path, data=form, headers=self.headers, environ_overrides=self.environ
        )

    def fill(self, path: str, data: dict[str, str]) -> TestResponse:
        return self.post(path, data, page=path)

    def register(self, **changes: str) -> TestResponse:
        """Fill in both steps as a person does."""
        page = self.fill("/register", ANNA | changes)
        if page.status_code != 200:
            return page
        return self.consent(page)

    def consent(self, page: TestResponse, **changes: str) -> TestResponse:
        form = {
            "sealed": hidden(page.text, "sealed"),
            "text": hidden(page.text, "text"),
            "consent": "y",
        }
        form |= {"csrf_token": token(page.text)} | changes
        return self.client.post(
            "/register/consent", data=form, headers=self.headers, environ_overrides=self.environ
        )

    def sign_in(
        self, email: str = "anna@example.org", password: str = PASSWORD, **more: str
    ) -> TestResponse:
        return self.fill("/login", {"email": email, "password": password, **more})

    def is_in(self) -> bool:
        return self.get("/me").status_code == 200


class Letters:
    """What was queued for the mail, newest last."""

    def __init__(self, site: Flask) -> None:
        self.site = site

    def all(self) -> list[tuple[str, str, str]]:
        from community.core.db import db
        from community.core.mail import Letter

        with self.site.app_context():
            rows = db.session.scalars(db.select(Letter).order_by(Letter.id)).all()
            return [(row.to, row.subject, row.text) for row in rows]

    def link(self, to: str = "anna@example.org") -> str:
        """The path of the link in the last letter to this address."""
        text = next(text for address, _subject, text in reversed(self.all()) if address == to)
        return re.search(r"https?://[^/\s]+(/\S+/\S+)", text).group(1)  # type: ignore[union-attr]


def token(page: str) -> str:
    return hidden(page, "csrf_token")


def hidden(page: str, name: str) -> str:
    tag = next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag)
    return html.unescape(re.search(r'value="([^"]*)"', tag).group(1))  # type: ignore[union-attr]


def said(page: TestResponse) -> str:
    """The words of a page without tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
