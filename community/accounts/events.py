"""Facts about people that other floors and rooms may follow."""

from dataclasses import dataclass

from community.core.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered(Event):
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRenamed(Event):
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Event):
    """School, post, subjects or role changed."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLeft(Event):
    user_id: int
    anonymised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRequested(Event):
    archive_id: int
