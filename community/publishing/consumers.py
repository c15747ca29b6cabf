"""What the room of words gives to «Мои данные», and what of it goes with a person who leaves."""

from collections.abc import Iterator
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import delete, select

from community.accounts.keys import config
from community.accounts.my_data import DataFile, as_json, provider
from community.accounts.services.leaving import on_leaving
from community.core import compaction
from community.core.actor import Actor
from community.core.db import db
from community.core.outbox import consumes
from community.core.transactions import after_commit
from community.core.worker import duty
from community.publishing import attachments, sendings
from community.publishing.events import EntryErased
from community.publishing.models import Draft, Entry, EntryRevision, ReadFloor, ReadMark

duty(sendings.forget)

FILE_READERS = (attachments.shows_file,)
_ENTRY = (
    "id",
    "title",
    "body",
    "state",
    "created_at",
    "published_at",
    "edited_at",
    "removal_article",
)


@provider("texts")
def own_texts(user_id: int) -> Iterator[DataFile]:
    """Gather every text of a person: to be read as a page, and with its former versions as JSON."""
    entries = db.session.scalars(
        select(Entry).where(Entry.author_id == user_id).order_by(Entry.id)
    ).all()
    if entries:
        yield DataFile("texts.html", _page(entries), "Ваши тексты")
        yield DataFile("texts.json", as_json([_described(each) for each in entries]))
    drafts = db.session.scalars(
        select(Draft).where(Draft.user_id == user_id).order_by(Draft.id)
    ).all()
    if drafts:
        columns = ("place", "title", "body", "saved_at")
        rows = [{name: getattr(each, name) for name in columns} for each in drafts]
        yield DataFile("drafts.json", as_json(rows), "Черновики")


def _page(entries: Any) -> str:
    shown = [(each, Markup(each.html)) for each in entries]  # noqa: S704 — cleaned when it was stored
    template = current_app.jinja_env.get_template("accounts/archive_texts.html")
    return template.render(entries=shown, site=config().public_url)


def _described(entry: Entry) -> dict[str, Any]:
    former = db.session.execute(
        select(EntryRevision.title, EntryRevision.body, EntryRevision.written_at)
        .where(EntryRevision.entry_id == entry.id)
        .order_by(EntryRevision.number)
    )
    return {
        **{name: getattr(entry, name) for name in _ENTRY},
        "url": f"{config().public_url}/e/{entry.id}",
        "former_versions": [
            {"title": title, "body": body, "written_at": at} for title, body, at in former
        ],
    }


@on_leaving
def forget_what_was_private(actor: Actor, anonymised: bool) -> None:  # noqa: ARG001, FBT001 — the hook's shape
    """Delete drafts and read marks of a person who leaves; published texts stay, signed as they chose."""
    for table in (Draft, ReadMark, ReadFloor):
        db.session.execute(delete(table).where(table.user_id == actor.id))


@consumes(EntryErased)
def write_anew(_event: EntryErased) -> None:
    """Once an erasure has committed, write the database's file without the words."""
    after_commit(compaction.compact)
