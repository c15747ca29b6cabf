"""What moderation does, as facts of ids."""

from dataclasses import dataclass

from community.core.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMade(Event):
    """A member complained of a text."""

    report_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealMade(Event):
    """An author appealed against a decision."""

    appeal_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalMade(Event):
    """A decision waits for a second signature."""

    number: int
