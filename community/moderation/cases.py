"""What moderation itself puts on «Что ждёт решения»: held texts, complaints, appeals, applications.

It stands above the queries: it gives them to the port of publishing, where other rooms' cases meet.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.communities.models import Application, Community
from community.communities.standing import Standing
from community.core.db import db
from community.core.verdict import N_
from community.moderation import code
from community.moderation.models import Appeal, Proposal, Report
from community.moderation.queries.holds import term_of
from community.moderation.services.complaining import is_letter
from community.publishing import queries as words_of
from community.publishing import waiting
from community.publishing.decisions import PERSON_TERM
from community.publishing.models import Entry, VerdictRecord
from community.publishing.waiting import Case, Source

MOST = 100
"""Cases of a kind that one page shows; those of the nearest term."""
EXCERPT = 300
REPORT_TERM = timedelta(hours=48)
APPLICATION_TERM = timedelta(days=7)
OPEN = ("new", "taken")
AGAINST = {
    "hold": N_("against a text being held"),
    "pause": N_("against a pause"),
    "block": N_("against a text not being published"),
    "removal": N_("against a text being hidden"),
    "warning": N_("against a warning"),
    "suspension": N_("against a suspension"),
    "report": N_("against a refused complaint"),
}
_HERE: Any = bindparam("community")
_UNPROPOSED: Any = ~exists().where(Proposal.entry_id == Entry.id, Proposal.state == "waiting")
"""A text whose removal waits for a second signature is a case of its own kind."""


def holds(who: Standing) -> Iterable[Case]:
    """Return the texts that a rule holds, each with the end of its term."""
    rows = db.session.execute(
        select(Entry, User.name, VerdictRecord.hits)
        .join(User, User.id == Entry.author_id)
        .join(VerdictRecord, VerdictRecord.id == Entry.verdict_id)
        .where(Entry.community_id == who.community_id, Entry.state == "held", _UNPROPOSED)
        .order_by(Entry.id)
        .limit(MOST)
    ).all()
    titles = words_of.openers({row.Entry.thread_id for row in rows})
    for row in rows:
        yield Case(
            kind="hold",
            id=row.Entry.id,
            title=titles.get(row.Entry.thread_id, ""),
            who=row.name,
            excerpt=row.Entry.body[:EXCERPT],
            since=row.Entry.edited_at or row.Entry.created_at,
            until=term_of(row.Entry, row.hits),
            count=1,
            about=code.article_name(_live_article(row.hits)),
            url=f"/e/{row.Entry.id}/decide",
            version=row.Entry.revision,
        )


def reports(who: Standing) -> Iterable[Case]:
    """Return the texts that members complain of: however many complained, one case (B02)."""
    rows = db.session.execute(
        select(
            Entry, User.name, func.min(Report.created_at).label("since"),
            func.count().label("reports"), func.min(Report.reason).label("reason"),
            func.max(Report.id).label("last"),
        )
        .join(Report, Report.entry_id == Entry.id)
        .join(User, User.id == Entry.author_id)
        .where(Report.community_id == who.community_id, Report.state == "new")
        .group_by(Entry.id, User.name)
        .order_by(func.min(Report.created_at))
        .limit(MOST)
    ).all()  # fmt: skip
    titles = words_of.openers({row.Entry.thread_id for row in rows})
    for row in rows:
        yield Case(
            kind="report",
            id=row.Entry.id,
            title=_("A letter") if is_letter(row.Entry) else titles.get(row.Entry.thread_id, ""),
            who="" if is_letter(row.Entry) else row.name,
            excerpt="" if is_letter(row.Entry) else row.Entry.body[:EXCERPT],
            since=row.since,
            until=row.since + REPORT_TERM,
            count=row.reports,
            about=code.reasons()[row.reason].name,
            url=f"/reports/{row.last}" if is_letter(row.Entry) else f"/e/{row.Entry.id}/decide",
            version=row.last,
        )


def appeals(who: Standing) -> Iterable[Case]:
    """Return the appeals that wait for an answer, whatever they are against."""
    rows = db.session.execute(
        select(Appeal, User.name, Entry.thread_id)
        .join(User, User.id == Appeal.author_id)
        .outerjoin(Entry, Entry.id == Appeal.entry_id)
        .where(Appeal.community_id == who.community_id, Appeal.state.in_(OPEN))
        .order_by(Appeal.id)
        .limit(MOST)
    ).all()
    titles = words_of.openers({row.thread_id for row in rows if row.thread_id})
    for row in rows:
        yield Case(
            kind="appeal",
            id=row.Appeal.id,
            title=titles.get(row.thread_id, ""),
            who=row.name,
            excerpt=row.Appeal.words[:EXCERPT],
            since=row.Appeal.created_at,
            until=row.Appeal.created_at + PERSON_TERM,
            count=1,
            about=str(_(AGAINST[row.Appeal.kind])),
            url=f"/decisions/{row.Appeal.decision}",
            version=row.Appeal.version,
        )


def applications(who: Standing) -> Iterable[Case]:
    """Return the people who ask to join and have no answer yet (A05)."""
    rows = db.session.execute(
        select(Application.id, Application.why, Application.created_at, User.name, Community.slug)
        .join(User, User.id == Application.user_id)
        .join(Community, Community.id == Application.community_id)
        .where(Application.community_id == who.community_id, Application.state == "new")
        .order_by(Application.created_at, Application.id)
        .limit(MOST)
    )
    for row in rows:
        yield Case(
            kind="application",
            id=row.id,
            title=row.name,
            who="",
            excerpt=row.why[:EXCERPT],
            since=row.created_at,
            until=row.created_at + APPLICATION_TERM,
            count=1,
            about="",
            url=f"/c/{row.slug}/admin/applications",
            version=0,
        )


def proposals(who: Standing) -> Iterable[Case]:
    """Return what waits for a second signature; texts proposed together are one case (rules, §6)."""
    by = aliased(User)
    rows = db.session.execute(
        select(Proposal, Entry.thread_id, Entry.body, User.name, by.name.label("by_name"))
        .outerjoin(Entry, Entry.id == Proposal.entry_id)
        .join(User, User.id == Proposal.user_id)
        .join(by, by.id == Proposal.proposed_by)
        .where(Proposal.community_id == who.community_id, Proposal.state == "waiting")
        .order_by(Proposal.id)
        .limit(MOST)
    ).all()
    titles = words_of.openers({row.thread_id for row in rows if row.thread_id})
    for row in {row.Proposal.bundle: row for row in reversed(rows)}.values():
        made = row.Proposal
        yield Case(
            kind="proposal",
            id=made.id,
            title=titles.get(row.thread_id, "") or row.name,
            who=row.name,
            excerpt=(row.body or made.reason)[:EXCERPT],
            since=made.at,
            until=made.until,
            count=1,
            about=code.article_name(made.article),
            url=f"/proposals/{made.bundle}",
            version=made.id,
        )


def _live_article(hits: Iterable[Any]) -> str:
    return next((hit["article"] for hit in hits if hit["mode"] == "live"), "")


def _count(column: Any, *conditions: Any) -> Any:
    return select(func.count(column)).where(*conditions).scalar_subquery()


waiting.provide(Source(
    "hold", N_("held by a rule"), holds,
    _count(Entry.id, Entry.community_id == _HERE, Entry.state == "held", _UNPROPOSED),
))  # fmt: skip
waiting.provide(Source(
    "report", N_("complaint"), reports,
    _count(Report.entry_id.distinct(), Report.community_id == _HERE, Report.state == "new"),
))  # fmt: skip
waiting.provide(Source(
    "appeal", N_("appeal"), appeals,
    _count(Appeal.id, Appeal.community_id == _HERE, Appeal.closed_at.is_(None)),
))  # fmt: skip
waiting.provide(Source(
    "application", N_("application"), applications,
    _count(Application.id, Application.community_id == _HERE, Application.state == "new"),
    role="administrator",
))  # fmt: skip
waiting.provide(Source(
    "proposal", N_("second signature"), proposals,
    _count(Proposal.bundle.distinct(), Proposal.community_id == _HERE, Proposal.state == "waiting"),
))  # fmt: skip
