"""The milder step first: ask the author to change the text, or show it folded (rules, §6)."""

from datetime import datetime, timedelta

from community.audit import services as audit
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, Invalid
from community.core.transactions import use_case
from community.core.verdict import N_, deny, require
from community.moderation import code
from community.moderation.models import MilderStep
from community.moderation.queries import steps
from community.moderation.services import deciding
from community.moderation.services import grounds as basis
from community.moderation.services.grounds import Grounds
from community.notices import services as notices
from community.publishing import deciding as states
from community.publishing import services as publishing
from community.publishing.models import Entry

TERM = timedelta(days=3)
SHORTEST = 20


@use_case
def ask_to_edit(actor: Actor, entry_id: int, grounds: Grounds) -> int:
    """Ask the author to change the marked words within a term; the text stays where it is."""
    entry = _milder(actor, entry_id, grounds, "asked")
    return _begin(
        actor, entry, grounds, kind="asked", journal="entry.asked_to_edit",
        until=clock.now() + TERM,
    )  # fmt: skip


@use_case
def fold(actor: Actor, entry_id: int, grounds: Grounds) -> int:
    """Show a text folded, with the article and the reason: whoever wants reads it with one press."""
    entry = _milder(actor, entry_id, grounds, "folded")
    number = _begin(actor, entry, grounds, kind="folded", journal="entry.folded", until=None)
    states.fold(entry.id, number=number)
    return number


@use_case
def unfold(actor: Actor, entry_id: int) -> None:
    """Open a folded text again."""
    entry, _thread = publishing.entry_for_change(entry_id)
    deciding.require_free(actor, entry)
    step = steps.open_step(entry.id, "folded")
    if step is None:
        raise Conflict("fold.none")
    _end(step, "lifted")
    audit.record(
        actor,
        "entry.unfolded",
        actor_role=deciding.role_of(actor, entry),
        community_id=entry.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body={"previous": step.number, "outcome": "lifted"},
    )
    states.fold(entry.id, number=None)
    _tell(step, step.author_id, "moderation.unfolded", f"/e/{entry.id}")


@use_case
def note_edit(entry_id: int) -> None:
    """Close the request when its author has changed the text; the moderator sees what came of it."""
    entry, _thread = publishing.entry_for_change(entry_id)
    step = steps.open_step(entry.id, "asked")
    if step is not None and entry.revision > step.revision and entry.author_id == step.author_id:
        _end(step, "done")
        _tell(step, step.moderator_id, "moderation.edited", f"/e/{entry.id}/decide")


@use_case
def lapse_request(entry_id: int) -> None:
    """Close a request whose term is over; the moderator decides what is next."""
    entry, _thread = publishing.entry_for_change(entry_id)
    step = steps.open_step(entry.id, "asked")
    if step is not None and step.until is not None and step.until <= clock.now():
        _end(step, "lapsed")
        _tell(step, step.moderator_id, "moderation.edit_lapsed", f"/e/{entry.id}/decide")


def require_tried(entry: Entry, milder: str) -> None:
    """Raise ``Invalid`` when a removal names a milder step that nobody has taken."""
    if milder in ("asked", "folded") and not any(
        step.kind == milder for step in steps.of_entry(entry.id)
    ):
        raise Invalid({"milder": [N_("This step has not been taken with this text yet.")]})


def _milder(actor: Actor, entry_id: int, grounds: Grounds, kind: str) -> Entry:
    entry, _thread = publishing.entry_for_change(entry_id)
    deciding.require_free(actor, entry)
    if entry.state != "published":
        raise Conflict("entry.not_published")
    basis.require_as_read(entry, grounds.revision)
    if steps.open_step(entry.id, kind) is not None:
        raise Conflict(f"{kind}.already")
    if grounds.article not in code.articles():
        require(deny("moderation.no_such_article"))
    if basis.exact_quote(entry, grounds.quote) is None:
        raise Invalid({"quote": [N_("The quotation must stand in the text letter by letter.")]})
    if len(" ".join(grounds.reason.split())) < SHORTEST:
        raise Invalid({"reason": [N_("At least 20 characters: the author should understand.")]})
    return entry


def _begin(
    actor: Actor, entry: Entry, grounds: Grounds, *, kind: str, journal: str, until: datetime | None
) -> int:
    span = basis.exact_quote(entry, grounds.quote) or (0, 0)
    body = {"article": grounds.article, "quote_start": span[0], "quote_end": span[1]}
    number = audit.record(
        actor,
        journal,
        actor_role=deciding.role_of(actor, entry),
        community_id=entry.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body=body,
        sealed={"reason": grounds.reason},
    )
    step = MilderStep(
        community_id=entry.community_id or 0,
        kind=kind,
        number=number,
        entry_id=entry.id,
        author_id=entry.author_id,
        moderator_id=actor.id,
        article=grounds.article,
        quote=basis.own_words(entry, grounds.quote),
        reason=grounds.reason.strip(),
        revision=entry.revision,
        at=clock.now(),
        until=until,
    )
    db.session.add(step)
    db.session.flush()
    _tell(step, step.author_id, f"moderation.{kind}", f"/steps/{number}")
    return number


def _end(step: MilderStep, state: str) -> None:
    step.state, step.closed_at = state, clock.now()
    db.session.flush()


def _tell(step: MilderStep, user_id: int, notice: str, url: str) -> None:
    title = basis.title_of(db.session.get_one(Entry, step.entry_id).thread_id)
    notices.tell(
        [user_id],
        notice,
        community_id=step.community_id,
        url=url,
        params={
            "title": title,
            "number": step.number,
            "until": f"{step.until:%d.%m.%Y}" if step.until else "",
        },
    )
