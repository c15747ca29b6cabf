"""A pause is noted on the membership, so that nobody else's text is asked about pauses."""

from datetime import datetime

from sqlalchemy import or_, update

from community.communities.models import Membership
from community.core.db import db


def note(user_id: int, community_id: int, until: datetime) -> None:
    """Note in the open transaction that the member waits until then at least."""
    db.session.execute(
        update(Membership)
        .where(
            Membership.user_id == user_id,
            Membership.community_id == community_id,
            or_(Membership.paused_until.is_(None), Membership.paused_until < until),
        )
        .values(paused_until=until)
    )
