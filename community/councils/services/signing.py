"""Two sign the minutes, by their passwords: the first signature fixes the words, the second seals them."""

from community.audit import services as audit
from community.communities.standing import Standing, standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.councils import minutes as paper
from community.councils.models import Council, CouncilMinutes
from community.councils.policies import minutes as policies
from community.councils.queries import minutes as queries
from community.councils.services import minutes as notes
from community.councils.services.objections import advance, tell
from community.publishing import services as publishing


@use_case
def sign(actor: Actor, council_id: int, shown: str) -> str:
    """Put one's signature under the minutes whose hash is ``shown``; return their state.

    The password was asked for before (``accounts.credentials.confirm_password``: it takes its time,
    so outside this transaction). Raises ``Conflict`` where the minutes are no more as they were shown.
    """
    council, row = notes.for_change(council_id)
    who = standing(actor, council.community_id)
    require(policies.may_sign(who, council, row))
    if row.content is None:
        _fix_words(row)
    if row.sha256 != shown:
        raise Conflict("council.minutes_changed")
    mine = policies.hand(who, council)
    setattr(row, f"{mine}_signed_at", clock.now())
    setattr(row, f"{mine}_signed_by", actor.id)
    row.version += 1
    _journal(actor, who, row, "council.minutes_signed", signed_as=mine)
    if row.secretary_signed_at and row.chairman_signed_at:
        _seal(actor, who, row)
    else:
        other = council.chairman_id if mine == "secretary" else council.secretary_id
        tell(council, row, [other], "council.minutes_wait_for_you", actor=actor)
    publishing.stir(council_id)
    return row.state


@use_case
def take_back(actor: Actor, council_id: int, version: int) -> None:
    """Take the minutes back to the draft: signatures fall, and they will be shown anew."""
    council, row = notes.for_change(council_id)
    who = standing(actor, council.community_id)
    require(policies.may_take_back(who, council, row))
    advance(row, version)
    signed = sum(at is not None for at in (row.secretary_signed_at, row.chairman_signed_at))
    _unsign(row)
    row.state, row.objections_until = "draft", None
    publishing.set_thread(row.thread_id, by_invitation=True)
    notes.seat(council)
    audit.record(
        actor, "council.minutes_taken_back", actor_role=who.role, target=("council", council_id),
        community_id=council.community_id, body={"council_id": council_id, "signatures": signed},
    )  # fmt: skip
    publishing.stir(council_id)


def require_unsealed(council_id: int) -> None:
    """Raise ``Refused`` where the minutes are sealed: nobody changes the desks of such a council."""
    row = db.session.get(CouncilMinutes, council_id)
    if row is not None and row.state == "sealed":
        require(deny("council.minutes_sealed"))


def fell(actor: Actor, council: Council) -> None:
    """Let the signatures fall because another sits at a desk now: each signs what they answer for."""
    row = db.session.get(CouncilMinutes, council.thread_id)
    if row is None or row.state != "signing" or row.content is None:
        return
    _unsign(row)
    row.version += 1
    _journal(actor, standing(actor, council.community_id), row, "council.signatures_fell")


def _fix_words(row: CouncilMinutes) -> None:
    """Make the copy that both sign; nothing of it may wait for a moderator."""
    if any(each.is_held for each in queries.notes(row.council_id)):
        require(deny("council.note_waits"))
    row.content = paper.content_of(queries.minutes_of(row.council_id))
    row.sha256 = paper.fingerprint(row.content)


def _seal(actor: Actor, who: Standing, row: CouncilMinutes) -> None:
    row.sealed_number = _journal(
        actor, who, row, "council.minutes_sealed", minutes_number=row.number, sha256=row.sha256
    )
    row.state = "sealed"
    db.session.flush()


def _unsign(row: CouncilMinutes) -> None:
    row.content = row.sha256 = None
    row.secretary_signed_at = row.secretary_signed_by = None
    row.chairman_signed_at = row.chairman_signed_by = None


def _journal(
    actor: Actor, who: Standing, row: CouncilMinutes, kind: str, **body: str | int | None
) -> int:
    return audit.record(
        actor, kind, actor_role=who.role or "member", community_id=row.community_id,
        target=("council", row.council_id), body={"council_id": row.council_id, **body},
    )  # fmt: skip
