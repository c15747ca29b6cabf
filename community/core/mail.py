"""Letters: queued in the transaction of the act, sent later and outside of any transaction.

A talk with a mail server may take half a minute; inside a transaction it would stop every writer of
SQLite. So a letter is a row of its own with a lease: a short transaction takes it, the sending is
free of locks, a short transaction ends it. What was sent keeps its key and loses its words.
"""

import logging
import secrets
import smtplib
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy import CheckConstraint, Index, String, Text, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from community.config import Config
from community.core import clock, postman
from community.core.db import Base, db, insert
from community.core.outbox import Event, consumes, emit
from community.core.transactions import after_commit, in_transaction, transaction
from community.core.worker import duty

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
MAX_TRIES = 8
BATCH = 20
KEPT = timedelta(days=60)
"""How long the key of a sent letter is remembered, so that nobody gets it twice."""


class Letter(Base):
    """A letter on its way; after it has left, only its key stays."""

    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    to: Mapped[str] = mapped_column("recipient", String(254))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    more_url: Mapped[str | None] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(8), default="queued")
    due: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'dead')", name="state"),
        Index("ix_letters_state_due", "state", "due"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterQueued(Event):
    """A letter waits to be sent."""

    letter_id: int


def queue(
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    key: str = "",
    *,
    more_url: str | None = None,
) -> None:
    """Queue a letter in the open transaction; a second one with the same ``key`` is the same letter.

    ``key`` is stable where the caller may run twice («notice:17»); it makes the Message-ID.
    ``more_url`` is the page where the person switches such letters off.
    """
    if not in_transaction():
        raise RuntimeError("a letter is queued in the transaction of the act")
    row = {
        "key": key or secrets.token_hex(16), "to": to, "subject": subject, "text": text,
        "html": html, "more_url": more_url, "state": "queued", "due": clock.now(),
        "tries": 0, "created_at": clock.now(),
    }  # fmt: skip
    made = insert(Letter).values(row).on_conflict_do_nothing().returning(Letter.id)
    letter_id = db.session.scalar(made)
    if letter_id is not None:
        emit(LetterQueued(letter_id=letter_id))


def send(to: str, subject: str, text: str, html: str | None = None, *, message_id: str) -> None:
    """Send a letter now, outside of any transaction; ``message_id`` is its key. Raises on failure."""
    if in_transaction():
        raise RuntimeError("a letter is sent outside of transactions; queue it instead")
    mail = postman.Mail(
        key=message_id, to=to, subject=subject, text=text, html=html, at=clock.now()
    )
    with postman.opened(_config()) as way:
        way.send(mail)


_silent: ContextVar[bool] = ContextVar("silent", default=False)


@contextmanager
def unsent() -> Iterator[None]:
    """Send nothing that is queued inside, and forget it at the end: its people have no mailboxes."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)
        with transaction():
            db.session.execute(delete(Letter).where(Letter.state == "queued"))


@consumes(LetterQueued)
def send_queued(_event: LetterQueued) -> None:
    """Once the queue's transaction is over, send what is due."""
    if not _silent.get():
        after_commit(deliver_soon)


def deliver_soon() -> None:
    """Send what is due: here where it is quick (a folder), in a thread where a server may be slow."""
    if _config().smtp_url is None:
        deliver()
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    threading.Thread(target=_deliver_in, args=(app,), name="postman", daemon=True).start()


_postman = threading.Lock()


def _deliver_in(app: Flask) -> None:
    if not _postman.acquire(blocking=False):
        return  # one is on the way already; the duty sees to what it misses
    try:
        with app.app_context():
            deliver()
    except Exception:
        log.exception("letters were not sent")
    finally:
        _postman.release()


@duty
def deliver_late() -> None:
    """Send letters whose time came without an event: retries, and what a crash left behind."""
    waiting = select(Letter.id).where(Letter.state == "queued", Letter.due <= clock.now()).limit(1)
    if db.session.scalar(waiting) is not None:
        deliver_soon()


def deliver() -> int:
    """Send every letter that is due, batch by batch; return how many left."""
    done = 0
    while letters := _leased():
        try:
            with postman.opened(_config()) as way:
                done += sum(_sent(way, letter) for letter in letters)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("the mail server cannot be reached: %s", error)
            for letter in letters:
                _put_off(letter, error)
            return done
    return done


def _leased() -> list[Letter]:
    """Take a batch: its due time moves on, so that nobody else sends it meanwhile."""
    moment = clock.now()
    with transaction():
        due = (
            select(Letter)
            .where(Letter.state == "queued", Letter.due <= moment)
            .order_by(Letter.due, Letter.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        letters = list(db.session.scalars(due))
        ids = [letter.id for letter in letters]
        taken = {"due": moment + LEASE, "tries": Letter.tries + 1}
        db.session.execute(
            update(Letter).where(Letter.id.in_(ids)).values(taken),
            execution_options={"synchronize_session": False},
        )
        for letter in letters:
            db.session.expunge(letter)
    return letters


def _sent(way: postman.Transport, letter: Letter) -> bool:
    mail = postman.Mail(
        key=letter.key, to=letter.to, subject=letter.subject, text=letter.text,
        html=letter.html, at=letter.created_at, more_url=letter.more_url,
    )  # fmt: skip
    try:
        way.send(mail)
    except postman.Undeliverable as error:
        _end(letter, "dead", str(error))
        return False
    except (
        smtplib.SMTPResponseException,
        smtplib.SMTPRecipientsRefused,
        ValueError,
        OSError,
    ) as error:
        _put_off(letter, error)
        return False
    _end(letter, "sent", None)
    return True


def _end(letter: Letter, state: str, error: str | None) -> None:
    """Close a letter; its words go, because they may hold one-time links and names."""
    with transaction():
        db.session.execute(
            update(Letter)
            .where(Letter.id == letter.id, Letter.state == "queued")
            .values(
                state=state,
                sent_at=clock.now(),
                to="",
                subject="",
                text="",
                html=None,
                last_error=error,
            )
        )


def _put_off(letter: Letter, error: Exception) -> None:
    tries = letter.tries + 1
    if tries >= MAX_TRIES:
        _end(letter, "dead", f"{type(error).__name__}: {error}"[:1000])
        return
    with transaction():
        pause = timedelta(minutes=min(4 ** (tries - 1), 720))
        db.session.execute(
            update(Letter)
            .where(Letter.id == letter.id, Letter.state == "queued")
            .values(due=clock.now() + pause, last_error=f"{type(error).__name__}: {error}"[:1000])
        )


@duty
def forget_old_letters() -> None:
    """Forget the keys of letters that ended long ago."""
    old = or_(Letter.state == "sent", Letter.state == "dead")
    if not db.session.scalar(
        select(func.count()).where(old, Letter.created_at < clock.now() - KEPT)
    ):
        return
    with transaction():
        db.session.execute(delete(Letter).where(old, Letter.created_at < clock.now() - KEPT))


def counts() -> dict[str, int]:
    """Count letters by state, for the operator: queued, sent, dead."""
    rows = db.session.execute(select(Letter.state, func.count()).group_by(Letter.state))
    return {"queued": 0, "sent": 0, "dead": 0} | {row[0]: row[1] for row in rows}


def _config() -> Config:
    config: Config = current_app.extensions["community"]
    return config


def forget(words: Iterable[str]) -> int:
    """Drop queued letters that hold words erased by right; return how many. What was sent is sent.

    A folder of letters, in the place of a mail server, is swept too once the erasure has committed.
    """
    sought = [" ".join(each.split()) for each in words]
    if not in_transaction():
        raise RuntimeError("letters are dropped in the transaction that erases the words")
    waiting = db.session.scalars(select(Letter).where(Letter.state != "sent")).all()
    held = [each for each in waiting if postman.holds(f"{each.subject}\n{each.text}", sought)]
    for each in held:
        db.session.delete(each)
    config = _config()
    after_commit(lambda: postman.sweep(config.mail_dir, sought))
    return len(held)
