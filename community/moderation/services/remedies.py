"""What an appeal that is granted does, for each kind of decision (rules, §5)."""

from collections.abc import Callable

from sqlalchemy import select, update

from community.audit import services as audit
from community.communities.services import members
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.outbox import emit
from community.moderation.models import Report, Warning_
from community.moderation.queries.rulings import Ruling
from community.moderation.services import deciding, readers
from community.publishing.events import DecisionOverturned
from community.publishing.pauses import end
from community.publishing.threads import entry_for_change

Remedy = Callable[[Actor, Ruling, str], None]


def overturn(actor: Actor, what: Ruling, *, reason: str) -> None:
    """Undo a decision in place, inside the use case that had the right to it."""
    if what.stands:
        _OVERTURN[what.kind](actor, what, reason)


def ease(actor: Actor, what: Ruling, *, reason: str) -> None:
    """Grant an appeal in part: the text stays hidden, the warning for it is taken back."""
    if what.kind == "removal":
        for number in _warnings_for(what.number):
            _cancel_warning(actor, what, number, reason)


def may_be_eased(what: Ruling) -> bool:
    """Tell whether a decision has a part that can be cancelled alone."""
    return what.kind == "removal" and what.stands and bool(_warnings_for(what.number))


def _release(actor: Actor, what: Ruling, _reason: str) -> None:
    entry, thread = entry_for_change(what.entry_id or 0)
    deciding.let_through(actor, entry, thread, outcome="overturned")


def _put_back(actor: Actor, what: Ruling, reason: str) -> None:
    entry, thread = entry_for_change(what.entry_id or 0)
    deciding.put_back(actor, entry, thread, reason=reason, outcome="overturned")


def _tell_rules(_actor: Actor, what: Ruling, _reason: str) -> None:
    """A blocked text was never stored: its author keeps the draft, the rule is what is mended."""
    emit(
        DecisionOverturned(
            number=what.number, verdict_id=what.verdict_id, entry_id=None, outcome="overturned"
        )
    )


def _end_pause(actor: Actor, what: Ruling, reason: str) -> None:
    end(what.number)
    _tell_rules(actor, what, reason)


def _take_warning_back(actor: Actor, what: Ruling, reason: str) -> None:
    _cancel_warning(actor, what, what.number, reason)


def _cancel_warning(actor: Actor, what: Ruling, number: int, reason: str) -> None:
    db.session.execute(
        update(Warning_)
        .where(Warning_.number == number, Warning_.cancelled_at.is_(None))
        .values(cancelled_at=clock.now())
    )
    audit.record(
        actor,
        "warning.cancelled",
        actor_role=readers.role_in(actor, what.community_id),
        community_id=what.community_id,
        target=("user", what.about_id),
        author_id=what.about_id,
        body={"previous": number},
        sealed={"reason": reason},
    )


def _warnings_for(decision: int) -> list[int]:
    mine = select(Warning_.number).where(
        Warning_.decision == decision, Warning_.cancelled_at.is_(None)
    )
    return list(db.session.scalars(mine))


def _resume(actor: Actor, what: Ruling, _reason: str) -> None:
    members.resume(actor, what.community_id, what.about_id)


def _reopen(_actor: Actor, what: Ruling, _reason: str) -> None:
    """A complaint that was refused is open again: somebody else reads it and decides on the text."""
    db.session.execute(
        update(Report)
        .where(Report.closed_number == what.number)
        .values(state="new", closed_at=None, closed_by=None, answer="")
    )


_OVERTURN: dict[str, Remedy] = {
    "hold": _release,
    "block": _tell_rules,
    "pause": _end_pause,
    "removal": _put_back,
    "warning": _take_warning_back,
    "suspension": _resume,
    "report": _reopen,
}
