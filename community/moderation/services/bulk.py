"""Several texts of one author or thread decided on together: each by itself, under two signatures."""

from collections.abc import Mapping

from community.core.actor import Actor
from community.core.errors import Conflict, Invalid, Refused
from community.core.transactions import use_case
from community.core.verdict import N_
from community.moderation.services import removing, signing
from community.moderation.services.grounds import Grounds
from community.publishing import services as publishing

MOST = 50


@use_case
def propose_all(actor: Actor, wanted: Mapping[int, Grounds]) -> int:
    """Propose to hide several texts, each on its own quotation; return the number of the bundle.

    All or none: what one of them lacks is said beside it. Each is a row of the journal of its own.
    """
    if not 0 < len(wanted) <= MOST:
        raise Invalid({"entries": [N_("Mark the texts that you want to decide on.")]})
    said: dict[str, list[str]] = {}
    bundle: int | None = None
    for entry_id in sorted(wanted):
        entry, _thread = publishing.entry_for_change(entry_id)
        try:
            removing.require_removable(actor, entry, wanted[entry_id])
        except (Refused, Conflict, Invalid) as error:
            said[f"quote-{entry_id}"] = [_code_of(error)]
            continue
        number = signing.propose(
            actor, entry, wanted[entry_id], kind="removal", why="bulk", bundle=bundle
        )
        bundle = bundle or number
    if said or bundle is None:
        raise Invalid(said)
    return bundle


def _code_of(error: Refused | Conflict | Invalid) -> str:
    """Return the English sentence (a msgid) of what one text lacks."""
    from community.core.verdict import REASONS

    if isinstance(error, Invalid):
        return next(iter(error.fields.values()))[0]
    if isinstance(error, Refused):
        return REASONS[error.code] % dict(error.verdict.params)
    return REASONS[error.code]
