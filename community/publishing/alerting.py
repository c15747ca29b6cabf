"""A rule may want moderators to see at once what it met."""

from community.core.outbox import emit
from community.publishing.events import RuleAlerted
from community.publishing.records import Case


def alert(case: Case, *, number: int | None = None, entry_id: int | None = None) -> None:
    """Tell the moderators at once; a text without a community has none."""
    alerting = [hit.rule for hit in case.judgement.hits if "alert" in hit.acts]
    if case.at.community_id is not None and alerting:
        emit(
            RuleAlerted(
                community_id=case.at.community_id,
                author_id=case.actor.id,
                rule=alerting[0],
                entry_id=entry_id,
                number=number,
            )
        )
