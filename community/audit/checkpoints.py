"""Signed states of the journal, made as it grows and mailed to those who watch over it."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from hashlib import sha256

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from community.audit import chain, signing
from community.audit.chain import moment, stamp
from community.audit.models import AuditEntry, AuditHead, Checkpoint
from community.config import Config
from community.core import clock, mail
from community.core.db import db
from community.core.transactions import use_case
from community.core.worker import duty

EVERY = 100
"""A checkpoint is due after so many new entries…"""
WITHIN = timedelta(hours=24)
"""…or when the eldest entry that none covers is so old."""

Recipients = Callable[[], Iterable[str]]
_recipients: list[Recipients] = []


def on_checkpoint(recipients: Recipients) -> Recipients:
    """Register who gets checkpoints by mail: a function that returns e-mail addresses."""
    if recipients not in _recipients:
        _recipients.append(recipients)
    return recipients


@duty
def checkpoint_when_due() -> None:
    """Make a checkpoint where one is due; several workers make one between them."""
    covered, _peaks = _last()
    head = db.session.scalar(select(AuditHead.number)) or 0
    if head > covered and (head - covered >= EVERY or _is_old(covered + 1)):
        make()


def _is_old(number: int) -> bool:
    at = db.session.scalar(select(AuditEntry.at).where(AuditEntry.number == number))
    return at is not None and clock.now() - moment(at) >= WITHIN


@use_case
def make() -> signing.Signed | None:
    """Sign the journal as it stands and mail the signature; None when nothing is new."""
    covered, peaks = _last()
    fresh = select(AuditEntry.number, AuditEntry.hash).where(AuditEntry.number > covered)
    rows = db.session.execute(fresh.order_by(AuditEntry.number)).all()
    if not rows:
        return None
    peaks, size = chain.grow(peaks, covered, [row.hash for row in rows])
    signed = signing.sign(
        _config().audit_signing_key(),
        size=size, at=stamp(clock.now()), root=chain.root(peaks), head=rows[-1].hash,
    )  # fmt: skip
    db.session.add(
        Checkpoint(
            size=size,
            at=signed.at,
            root=signed.root,
            head=signed.head,
            peaks=json.dumps(peaks),
            public_key=signed.key,
            signature=signed.signature,
        )
    )
    db.session.flush()
    _mail(signed)
    return signed


def _last() -> tuple[int, list[str]]:
    row = db.session.execute(
        select(Checkpoint.size, Checkpoint.peaks).order_by(Checkpoint.size.desc()).limit(1)
    ).first()
    return (row.size, json.loads(row.peaks)) if row else (0, [])


def _mail(signed: signing.Signed) -> None:
    addresses = sorted({address for each in _recipients for address in each() if address})
    if not addresses:
        return
    with force_locale(_config().language):
        subject, text = _letter(signed)
    for address in addresses:
        name = sha256(address.encode()).hexdigest()[:16]
        mail.queue(address, subject, text, key=f"checkpoint:{signed.size}:{name}")


def _letter(signed: signing.Signed) -> tuple[str, str]:
    subject = _("The journal up to number %(number)s", number=signed.size)
    parts = (
        _(
            "This letter holds the signature of the journal of decisions up to number %(number)s."
            " Please keep it: if somebody rewrites the journal later, your letter proves it.",
            number=signed.size,
        ),
        _("To check, save the letter as a file and run: %(command)s",
          command="community audit verify --checkpoint FILE"),
        json.dumps(signed.as_json(), indent=1),
        _("You receive this letter because you are a moderator or an administrator."),
    )  # fmt: skip
    return subject, "\n\n".join(parts)


def latest() -> signing.Signed | None:
    """Return the newest checkpoint, for the journal's page."""
    size, _peaks = _last()
    return of_size(size)


def of_size(size: int) -> signing.Signed | None:
    """Return the checkpoint that covers exactly so many entries, or None."""
    row = db.session.get(Checkpoint, size)
    if row is None:
        return None
    return signing.Signed(row.size, row.at, row.root, row.head, row.public_key, row.signature)


def _config() -> Config:
    config: Config = current_app.extensions["community"]
    return config
