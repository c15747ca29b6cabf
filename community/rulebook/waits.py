"""What the room of rules puts on «Что ждёт решения»: brakes that nobody answered, proposals."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import bindparam, func, select

from community.accounts.models import User
from community.communities.standing import Standing
from community.core.db import db
from community.core.verdict import N_
from community.publishing import waiting
from community.publishing.waiting import Case
from community.rulebook.models import Brake, Proposal
from community.rulebook.services.braking import address


def _brakes(who: Standing) -> Iterable[Case]:
    rows = db.session.scalars(
        select(Brake).where(Brake.closed_at.is_(None)).order_by(Brake.id)
    ).all()
    for row in rows:
        yield Case(
            kind="brake",
            id=row.id,
            title=_("The rule %(rule)s is back on trial", rule=row.rule),
            who="",
            excerpt=_(
                "After a change it stopped %(hits)s of %(messages)s texts within a day.",
                hits=row.hits, messages=row.messages,
            ),
            since=row.at,
            until=None,
            count=1,
            about=_("rules of the site"),
            url=address(who.community_id, row.rule),
            version=row.id,
        )  # fmt: skip


def _proposals(who: Standing) -> Iterable[Case]:
    """Proposals of others: whoever proposed does not decide."""
    rows = db.session.execute(
        select(Proposal, User.name)
        .join(User, User.id == Proposal.made_by)
        .where(Proposal.community_id == who.community_id, Proposal.state == "waiting")
        .order_by(Proposal.id)
    ).all()
    for row, name in rows:
        yield Case(
            kind="rule",
            id=row.id,
            title=_("A change of the rule %(rule)s", rule=row.rule),
            who=name,
            excerpt=row.why,
            since=row.made_at,
            until=None,
            count=1,
            about=_("rules of the site"),
            url=address(who.community_id, f"proposals/{row.id}"),
            version=row.id,
        )


waiting.provide(
    waiting.Source(
        kind="brake",
        name=N_("emergency brake"),
        cases=_brakes,
        counted=select(func.count())
        .select_from(Brake)
        .where(Brake.closed_at.is_(None))
        .scalar_subquery(),
    )
)
waiting.provide(
    waiting.Source(
        kind="rule",
        name=N_("change of a rule"),
        cases=_proposals,
        counted=select(func.count())
        .select_from(Proposal)
        .where(Proposal.community_id == bindparam("community"), Proposal.state == "waiting")
        .scalar_subquery(),
    )
)
