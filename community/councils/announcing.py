"""Telling people of a council before it begins; titles are read anew before they are shown."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.calendar.models import Happening
from community.communities.events import MemberJoined, MemberLeft
from community.communities.models import Community
from community.config import Config
from community.core.db import db
from community.core.outbox import consumes, emit
from community.core.verdict import N_
from community.councils.events import (
    AgendaChanged,
    CouncilCancelled,
    CouncilMoved,
    PeopleExpected,
    ProposalAnswered,
    RapporteurAsked,
    ReportDeclined,
)
from community.councils.models import Council, CouncilItem
from community.councils.queries.people import expected
from community.councils.services import agenda, replanning
from community.councils.watching import page_of
from community.notices import services as notices
from community.notices.sentences import Told
from community.publishing import fixed
from community.publishing.access import public_title
from community.publishing.events import EntryPublished, EntryRemoved, in_kind
from community.publishing.models import Entry, Thread


def titles_now(told: Sequence[Told]) -> Mapping[int, Mapping[str, str]]:
    """Return notice id -> the titles of its council and item as everybody may read them now."""
    wanted = {int(each.params.get(key, 0)) for each in told for key in ("thread", "item_id")}
    titles = {0: "…"} | _titles(wanted)
    return {
        each.id: {
            "title": titles.get(int(each.params.get("thread", 0)), "…"),
            "item": titles.get(int(each.params.get("item_id", 0)), "…"),
        }
        for each in told
    }


def still_planned(told: Told) -> bool:
    """Tell whether the council is still to come, asked just before a letter leaves."""
    state = select(Council.state).where(Council.thread_id == int(told.params.get("thread", 0)))
    return db.session.scalar(state) == "planned"


def is_out(told: Told) -> bool:
    """Tell whether the words of the council can be read, asked just before a letter leaves."""
    state = select(Thread.state).where(Thread.id == int(told.params.get("thread", 0)))
    return db.session.scalar(state) in ("open", "closed")


notices.register(
    {
        "council.called": N_("%(person)s calls a council: “%(title)s”, %(time)s"),
        "council.moved": N_(
            "The council “%(title)s” is moved to %(time)s, please answer once more"
        ),
        "council.place_changed": N_("The place of the council “%(title)s” is another now"),
        "council.agenda_changed": N_("The agenda of the council “%(title)s” has changed"),
        "council.rapporteur": N_(
            "You are asked to report on “%(item)s” at the council “%(title)s”"
        ),
        "council.report_declined": N_("%(person)s cannot report on “%(item)s”"),
        "council.proposed": N_("%(person)s proposes an item to the agenda: “%(item)s”"),
        "council.accepted": N_("Your proposal is on the agenda: “%(item)s”"),
        "council.read_documents": N_(
            "Please read the documents before the council “%(title)s”"
        ),
    },
    group="community",
    still=still_planned,
    fresh=titles_now,
)  # fmt: skip
notices.register(
    {
        "council.cancelled": N_("The council “%(title)s”, %(time)s, is called off"),
        "council.declined": N_("Your proposal was not taken on the agenda: “%(item)s”"),
    },
    group="community",
    still=is_out,
    fresh=titles_now,
)


@consumes(EntryPublished, only=in_kind("council", "council_item"))
def tell_of_words(event: EntryPublished) -> None:
    """Tell of a council or an item when its words are out: at once, or after a moderator let them."""
    thread = db.session.get(Thread, event.thread_id)
    if thread is None or thread.opener_id != event.entry_id:
        return
    if thread.kind == "council":
        council = db.session.get(Council, thread.id)
        if council is not None and council.state == "planned":
            people = expected(council.happening_id) - {thread.author_id}
            tell(council, people, "council.called", thread.author_id)
    elif thread.kind == "council_item":
        _tell_of_item(thread)


@consumes(PeopleExpected)
def tell_more(event: PeopleExpected) -> None:
    """Tell those who are expected from now on."""
    council = _planned(event.council_id)
    if council is not None:
        thread = db.session.get_one(Thread, council.thread_id)
        if thread.state == "open":
            tell(council, event.people, "council.called", thread.author_id)


@consumes(CouncilMoved)
def tell_moved(event: CouncilMoved) -> None:
    """Tell everybody expected of the new time or place."""
    council = _planned(event.council_id)
    if council is not None:
        code = "council.moved" if event.what == "time" else "council.place_changed"
        tell(council, expected(council.happening_id), code)


@consumes(CouncilCancelled)
def tell_cancelled(event: CouncilCancelled) -> None:
    """Tell everybody expected that there will be no council."""
    council = db.session.get_one(Council, event.council_id)
    tell(council, expected(council.happening_id), "council.cancelled")


@consumes(AgendaChanged)
def tell_agenda(event: AgendaChanged) -> None:
    """Tell everybody but those who make the agenda that it has changed, once for several changes."""
    council = _planned(event.council_id)
    if council is None or db.session.get_one(Thread, council.thread_id).state != "open":
        return
    makers = {council.chairman_id, council.secretary_id}
    tell(council, expected(council.happening_id) - makers, "council.agenda_changed", mail=False)


@consumes(RapporteurAsked)
def tell_rapporteur(event: RapporteurAsked) -> None:
    """Tell a person that a report is asked of them, if it still is."""
    item = db.session.get_one(CouncilItem, event.item_id)
    if item.rapporteur_id == event.user_id and event.user_id != event.asked_by:
        _tell_item(item, [event.user_id], "council.rapporteur", event.asked_by)


@consumes(ReportDeclined)
def tell_desk(event: ReportDeclined) -> None:
    """Tell the chairman and the secretary that somebody else has to report."""
    item = db.session.get_one(CouncilItem, event.item_id)
    _tell_item(
        item, _desk(item.council_id) - {event.user_id}, "council.report_declined", event.user_id
    )


@consumes(ProposalAnswered)
def tell_author(event: ProposalAnswered) -> None:
    """Tell the author of a proposal what became of it."""
    item = db.session.get_one(CouncilItem, event.item_id)
    author = agenda.author_of(event.item_id)
    code = "council.declined" if item.state == "declined" else "council.accepted"
    if author is not None and author != event.answered_by:
        _tell_item(item, [author], code, event.answered_by)
    if code == "council.accepted" and item.rapporteur_id not in (None, author):
        emit(RapporteurAsked(item_id=item.thread_id, user_id=item.rapporteur_id or 0,
                             asked_by=event.answered_by))  # fmt: skip


@consumes(EntryRemoved)
def take_wordless_off(event: EntryRemoved) -> None:
    """Take an item off the agenda when its words are gone before the council."""
    thread = db.session.get(Thread, event.thread_id)
    if thread is None or thread.kind != "council_item" or thread.opener_id != event.entry_id:
        return
    entry = db.session.get_one(Entry, event.entry_id)
    if entry.state in ("withdrawn", "removed"):
        agenda.drop_wordless(thread.id)


@consumes(MemberJoined)
def expect_newcomer(event: MemberJoined) -> None:
    """Expect a new member at the councils of all members."""
    replanning.expect_newcomer(event.user_id, event.community_id)


@consumes(MemberLeft)
def release_leaver(event: MemberLeft) -> None:
    """Expect one who left no more: a quorum is counted of members."""
    replanning.release_leaver(event.user_id, event.community_id)


@fixed.provide
def fixed_words(entry_id: int) -> str:
    """Keep the theme of a council and the matter of an item as they were when it was held."""
    thread = db.session.scalar(select(Thread).where(Thread.opener_id == entry_id))
    if thread is None or thread.kind not in ("council", "council_item"):
        return ""
    item = db.session.get(CouncilItem, thread.id)
    council = db.session.get(Council, item.council_id if item else thread.id)
    if council is None or (council.state == "planned"):
        return ""
    return "council.words_are_fixed"


def tell(
    council: Council,
    people: Iterable[int],
    code: str,
    actor_id: int | None = None,
    *,
    mail: bool = True,
    **more: Any,
) -> None:
    """Tell people of a council under its title, with its time and the name of who acted."""
    happening = db.session.get_one(Happening, council.happening_id)
    slug = db.session.get_one(Community, council.community_id).slug
    notices.tell(
        sorted(set(people)), code, community_id=council.community_id,
        url=page_of(slug, council.thread_id), actor_id=actor_id, mail=mail,
        params={
            "title": _titles({council.thread_id}).get(council.thread_id, "…"),
            "time": _hour(happening.starts_at), "person": _name(actor_id),
            "thread": council.thread_id, **more,
        },
    )  # fmt: skip


def _tell_item(item: CouncilItem, people: Iterable[int], code: str, actor_id: int) -> None:
    council = db.session.get_one(Council, item.council_id)
    title = _titles({item.thread_id}).get(item.thread_id, "…")
    tell(council, people, code, actor_id, item=title, item_id=item.thread_id)


def _tell_of_item(thread: Thread) -> None:
    item = db.session.get(CouncilItem, thread.id)
    if item is None:
        return
    if item.state == "proposed":
        _tell_item(item, _desk(item.council_id) - {thread.author_id}, "council.proposed",
                   thread.author_id)  # fmt: skip
    elif item.rapporteur_id not in (None, thread.author_id):
        _tell_item(item, [item.rapporteur_id or 0], "council.rapporteur", thread.author_id)


def _desk(council_id: int) -> set[int]:
    council = db.session.get_one(Council, council_id)
    return {council.chairman_id, council.secretary_id}


def _planned(council_id: int) -> Council | None:
    council = db.session.get(Council, council_id)
    return council if council is not None and council.state == "planned" else None


def _titles(thread_ids: set[int]) -> dict[int, str]:
    opener = aliased(Entry)
    rows = db.session.execute(
        select(Thread.id, public_title(opener).label("title"))
        .join(opener, opener.id == Thread.opener_id)
        .where(Thread.id.in_(thread_ids))
    )
    return {row.id: row.title for row in rows}


def _hour(moment: datetime) -> str:
    """Return «03.12.2026, 15:00»: the same in every language, for it is stored."""
    config: Config = current_app.extensions["community"]
    return f"{moment.astimezone(ZoneInfo(config.timezone)):%d.%m.%Y, %H:%M}"


def _name(user_id: int | None) -> str:
    return (user_id and db.session.scalar(select(User.name).where(User.id == user_id))) or ""
