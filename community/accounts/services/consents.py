"""Consent to personal-data processing, and agreement with documents: what, which version, when."""

from collections.abc import Sequence

from sqlalchemy import update

from community.accounts import documents, queries
from community.accounts.models import Agreement, Consent
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.transactions import use_case

PURPOSE = "account"


@use_case
def give_consent(user_id: int, *, sha256: str, ip: str = "") -> None:
    """Record a person's consent to the text with this hash (152-ФЗ, art. 9)."""
    person = queries.user_to_change(user_id)
    person.consent_sha = sha256
    db.session.add(
        Consent(
            user_id=user_id,
            purpose=PURPOSE,
            text_version=sha256[:12],
            text_sha256=sha256,
            at=clock.now(),
            ip=ip[:45],
        )
    )


@use_case
def withdraw_consent(actor: Actor) -> None:
    """Withdraw every consent of the person; the account then only offers to consent anew or to leave."""
    person = queries.user_to_change(actor.id)
    person.consent_sha = ""
    in_force = update(Consent).where(Consent.user_id == actor.id, Consent.withdrawn_at.is_(None))
    db.session.execute(in_force.values(withdrawn_at=clock.now()))


@use_case
def agree(
    actor: Actor, versions: Sequence[documents.Document], *, community_id: int | None = None
) -> None:
    """Record agreement with these versions, once each (A04)."""
    for each in versions:
        if queries.needs_agreement(actor.id, each.kind, each.sha256, community_id=community_id):
            db.session.add(
                Agreement(
                    user_id=actor.id,
                    kind=each.kind,
                    sha256=each.sha256,
                    community_id=community_id,
                    at=clock.now(),
                )
            )
    db.session.flush()
