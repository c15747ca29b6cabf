"""The edge: back to this site only, pages that are asked for again, faults named by their right name."""

from __future__ import annotations

import errno
import re

import pytest
from flask import Flask

from community.web import errors
from community.web.access import safe_next
from tests.world import SLUG, Person

ELSEWHERE = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
    "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "/\r\n//evil.example",
    " //evil.example", "/\x00/evil.example", "///evil.example", "/\t/[", "", None,
    "/a\\b", "/\u2028/evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_led_to_another_site(target: str | None) -> None:
    assert safe_next(target, "/home") == "/home"


@pytest.mark.parametrize("target", ["/", "/c/x/topics/1?page=2", "/e/5#entry-5", "/search?q=мел"])
def test_a_path_of_this_site_is_kept(target: str) -> None:
    assert safe_next(target, "/home") == target


def test_a_page_is_not_sent_twice_but_its_message_is_seen(anna: Person) -> None:
    first = anna.client.get(f"/c/{SLUG}/forum")
    tag = first.headers["ETag"]
    again = anna.client.get(f"/c/{SLUG}/forum", headers={"If-None-Match": tag})
    assert again.status_code == 304

    with anna.client.session_transaction() as session:
        session["_flashes"] = [("message", "Сохранено.")]
    told = anna.client.get(f"/c/{SLUG}/forum", headers={"If-None-Match": tag})

    assert told.status_code == 200
    assert "Сохранено." in told.get_data(as_text=True)


def test_a_page_from_before_a_new_sign_in_is_sent_anew(anna: Person) -> None:
    """Its forms hold the token of a session that is over."""
    tag = anna.client.get(f"/c/{SLUG}/forum").headers["ETag"]
    anna.post("/logout")
    anna.sign_in()

    again = anna.client.get(f"/c/{SLUG}/forum", headers={"If-None-Match": tag})

    assert again.status_code == 200
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', again.get_data(as_text=True))
    assert token is not None
    sent = anna.client.post(f"/c/{SLUG}/news/read", data={"csrf_token": token.group(1)})
    assert sent.status_code == 302


def test_one_persons_page_is_never_anothers(anna: Person, irina: Person) -> None:
    tag = anna.client.get(f"/c/{SLUG}/forum").headers["ETag"]
    other = irina.client.get(f"/c/{SLUG}/forum", headers={"If-None-Match": tag})
    assert other.status_code == 200
    assert "private" in other.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (errno.ENOSPC, 503),
        (errno.EROFS, 503),
        (errno.ENOENT, 500),
        (errno.EISDIR, 500),
        (None, 500),
    ],
)
def test_only_the_disk_is_called_the_disk(app: Flask, number: int | None, status: int) -> None:
    error = OSError("what") if number is None else OSError(number, "what")
    with app.test_request_context("/"):
        assert errors._disk(error)[1] == status
