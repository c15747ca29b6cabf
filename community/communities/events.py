"""What happened on this floor, for whoever follows."""

from dataclasses import dataclass

from community.core.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined(Event):
    """A person took a seat."""

    community_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft(Event):
    """A person left or was removed."""

    community_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingChanged(Event):
    """A person's access or roles changed: suspended, resumed, appointed, relieved."""

    community_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityChanged(Event):
    """The card or the services of a community changed."""

    community_id: int
