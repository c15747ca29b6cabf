"""Held texts: when a hold runs out, and whether only a person ends it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from community.core import clock
from community.core.db import db
from community.moderation.models import Appeal
from community.publishing.decisions import HOLD_TERM, PERSON_TERM, waits_for_person
from community.publishing.models import Entry, VerdictRecord


def term_of(entry: Entry, hits: Sequence[Any]) -> datetime:
    """Return when a hold runs out: a machine's frees itself, a person's reaches the administrator."""
    since = entry.edited_at or entry.created_at
    return since + (PERSON_TERM if waits_for_person(hits) else HOLD_TERM)


def is_overdue(entry: Entry) -> bool:
    """Tell whether a machine's hold has run out now; an edit begins another one, with its own term."""
    hits = db.session.scalar(select(VerdictRecord.hits).where(VerdictRecord.id == entry.verdict_id))
    if upheld([entry.verdict_id]):
        return False
    return not waits_for_person(hits or ()) and term_of(entry, hits or ()) <= clock.now()


def upheld(verdict_ids: Sequence[int]) -> frozenset[int]:
    """Return the verdicts whose hold a person has confirmed on an appeal: no term frees those."""
    rows = db.session.scalars(
        select(VerdictRecord.id)
        .join(Appeal, Appeal.decision == VerdictRecord.number)
        .where(VerdictRecord.id.in_(list(verdict_ids)), Appeal.state == "upheld")
    )
    return frozenset(rows)
