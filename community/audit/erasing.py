"""Sealed words leave by right: those about one thing and those that hold the same words."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from community.audit.models import AuditEntry, Sealed
from community.audit.services import erase
from community.core.db import db


def erase_about(kind: str, thing_id: int, words: Iterable[str]) -> int:
    """Erase what is sealed about a thing, and every sealed text that holds one of ``words``.

    The chain stays valid: it keeps salted hashes only, and the salt goes with the words. Called
    inside the use case that has the right to it; returns how many texts went.
    """
    about = select(AuditEntry.number).where(
        AuditEntry.target_kind == kind, AuditEntry.target_id == thing_id
    )
    holding = [Sealed.text.contains(each, autoescape=True) for each in words]
    found = select(Sealed.number, Sealed.part).where(or_(Sealed.number.in_(about), *holding))
    return sum(erase(row.number, part=row.part) for row in db.session.execute(found).all())
