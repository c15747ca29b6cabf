"""What other rooms hear of the calendar."""

from dataclasses import dataclass

from community.core.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleLeft(Event):
    """Somebody was not heard of any more: those present are fewer than before."""

    happening_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersChanged(Event):
    """Somebody answered, or a voice went to another person: who counts may have changed."""

    happening_id: int
