"""The key in the address of a person's own feeds: made by the person, shown to them, taken back by them.

A program that reads feeds cannot sign in. A key opens the feeds of its kind and nothing else; it is
computed from the installation's secret and a number kept with the person, so the database holds none.
"""

import hmac
import secrets

from sqlalchemy import select

from community.accounts import queries
from community.accounts.keys import keyed_digest
from community.accounts.models import User
from community.core.actor import Actor
from community.core.db import db
from community.core.transactions import use_case

_KEPT = {"journal": "feed", "calendar": "calendar feed"}
"""Kind of feeds -> under what name its number is kept with the person."""


@use_case
def make(actor: Actor, feeds: str = "journal") -> None:
    """Give the person a key of one kind of feeds; an older one stops working."""
    person = queries.user_to_change(actor.id)
    person.preferences = {**person.preferences, _KEPT[feeds]: secrets.token_hex(8)}


@use_case
def revoke(actor: Actor, feeds: str = "journal") -> None:
    """Take the person's key of feeds back: addresses with it open nothing any more."""
    person = queries.user_to_change(actor.id)
    person.preferences = {k: v for k, v in person.preferences.items() if k != _KEPT[feeds]}


def key_of(user_id: int, feeds: str = "journal") -> str:
    """Return the person's key of feeds, or nothing when there is none."""
    kept = db.session.scalar(select(User.preferences).where(User.id == user_id)) or {}
    return _key(user_id, feeds, kept[_KEPT[feeds]]) if kept.get(_KEPT[feeds]) else ""


def person_of(key: str, feeds: str = "journal") -> Actor | None:
    """Return whose key it is; None for one that was taken back, or of a person who may not sign in."""
    number = key.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    person = db.session.get(User, int(number))
    if person is None or person.state != "active" or not person.preferences.get(_KEPT[feeds]):
        return None
    expected = _key(person.id, feeds, person.preferences[_KEPT[feeds]])
    is_same = hmac.compare_digest(expected.encode(), key.encode("utf-8", "replace"))
    return Actor(person.id, person.name) if is_same else None


def _key(user_id: int, feeds: str, number: str) -> str:
    digest = keyed_digest(f"{_KEPT[feeds]} key", f"{user_id}:{number}")
    return f"{user_id}-{digest[:40]}"
