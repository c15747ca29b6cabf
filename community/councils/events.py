"""What other parts hear of councils."""

from dataclasses import dataclass

from community.core.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilCalled(Event):
    """A council is appointed, and its words are out or wait for a moderator."""

    council_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilClosed(Event):
    """The chairman closed a council: its minutes are to be finished."""

    council_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilMoved(Event):
    """A planned council got another time or place."""

    council_id: int
    what: str
    """«time», which asks people anew, or «place»."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilCancelled(Event):
    """A planned council was called off."""

    council_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleExpected(Event):
    """More people are expected at a planned council."""

    council_id: int
    people: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaChanged(Event):
    """The agenda of a planned council has changed, a while ago."""

    council_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RapporteurAsked(Event):
    """A person is asked to report on an item."""

    item_id: int
    user_id: int
    asked_by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDeclined(Event):
    """A rapporteur cannot report."""

    item_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalAnswered(Event):
    """A proposal to the agenda was taken or declined."""

    item_id: int
    answered_by: int
