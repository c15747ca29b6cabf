"""One application as a case: loading it under the seats' lock, its steps, its end."""

from markupsafe import Markup
from sqlalchemy import select

from community.accounts.documents import Document
from community.accounts.services import consents
from community.communities.models import Application, ApplicationStep, DocumentVersion
from community.communities.services import seats
from community.communities.services.seats import Room
from community.core.actor import Actor
from community.core.clock import now
from community.core.db import db
from community.core.errors import NotFound
from community.core.verdict import ALLOW, Verdict, deny


def for_change(application_id: int) -> tuple[Room, Application]:
    """Return the application and its community's seats, both locked; raises ``NotFound``."""
    community_id = db.session.scalar(
        select(Application.community_id).where(Application.id == application_id)
    )
    if community_id is None:
        raise NotFound
    room = seats.lock(community_id)
    application = db.session.get_one(Application, application_id, populate_existing=True)
    return room, application


def open_case(room: Room, user_id: int) -> Application | None:
    """Return the person's open application to the community, or None."""
    return db.session.scalars(
        select(Application).where(
            Application.community_id == room.id,
            Application.user_id == user_id,
            Application.state.in_(("new", "waitlisted", "offered")),
        )
    ).one_or_none()


def step(actor: Actor, application: Application, state: str, *, reason: str = "") -> None:
    """Move an application to ``state`` and remember who did it, when and why."""
    application.state = state
    db.session.flush()
    db.session.add(
        ApplicationStep(
            application_id=application.id,
            state=state,
            at=now(),
            actor_id=actor.user_id,
            reason=reason,
        )
    )
    db.session.flush()


def close(actor: Actor, application: Application, state: str, *, reason: str = "") -> None:
    """End an application: nothing more will happen to it."""
    application.decided_at, application.decided_by = now(), actor.user_id
    application.reason = reason
    step(actor, application, state, reason=reason)


def remember_agreement(actor: Actor, room: Room) -> None:
    """Record that the actor agrees with the charter and rules in force: version and moment (A04)."""
    in_force = {"charter": room.charter_version, "rules": room.rules_version}
    rows = db.session.execute(
        select(DocumentVersion.kind, DocumentVersion.number, DocumentVersion.sha256).where(
            DocumentVersion.community_id == room.id,
            DocumentVersion.number.in_(set(in_force.values())),
        )
    )
    versions = [
        Document(kind, "", sha, Markup()) for kind, number, sha in rows if in_force[kind] == number
    ]
    consents.agree(actor, versions, community_id=room.id)


def why_refused(room: Room, agreed: tuple[int, int]) -> Verdict:
    """Accept an agreement with the texts in force only (A04)."""
    if agreed != (room.charter_version, room.rules_version):
        return deny("application.stale")
    return ALLOW
