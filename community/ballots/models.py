"""A ballot, its options, who may vote, and what was cast."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base, JSONText

KINDS = ("opinion", "several", "decision", "time", "ranking")


class Ballot(Base):
    """A question to a fixed list of people. Its words are an entry: title, explanation, options."""

    __tablename__ = "ballots"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), unique=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(10))
    secrecy: Mapped[str] = mapped_column(String(6))
    results: Mapped[str] = mapped_column(String(11))
    """When the results are shown: at_once, after_vote, after_close."""
    majority: Mapped[str] = mapped_column(String(10), default="half")
    base: Mapped[str] = mapped_column(String(4), default="cast")
    """Of whom the majority is counted: of those who voted, or of the whole roll."""
    quorum: Mapped[int] = mapped_column(default=0)
    """Per cent of the roll that must vote for the ballot to count."""
    most: Mapped[int] = mapped_column(default=1)
    """How many options may be chosen."""
    state: Mapped[str] = mapped_column(String(9), default="open")
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reminded_at: Mapped[datetime | None]
    voters: Mapped[int]
    """Size of the roll."""
    cast: Mapped[int] = mapped_column(default=0)
    """How many of the roll have voted."""
    group_id: Mapped[int | None] = mapped_column(ForeignKey("ballots.id"))
    """Linked ballots show their results together: the id of the first of them."""
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    number: Mapped[int | None]
    """The journal's row of the closing."""
    outcome_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("secrecy IN ('open', 'secret')", name="secrecy"),
        CheckConstraint("results IN ('at_once', 'after_vote', 'after_close')", name="results"),
        CheckConstraint("secrecy = 'open' OR results = 'after_close'", name="secret_till_closing"),
        CheckConstraint("majority IN ('half', 'two_thirds')", name="majority"),
        CheckConstraint("base IN ('cast', 'roll')", name="base"),
        CheckConstraint("quorum BETWEEN 0 AND 100", name="quorum"),
        CheckConstraint("state IN ('open', 'closed', 'cancelled')", name="state"),
        CheckConstraint('"cast" BETWEEN 0 AND voters', name="within_roll"),
        CheckConstraint("state <> 'closed' OR result IS NOT NULL", name="counted"),
        Index("ix_ballots_community_id_state", "community_id", "state", "id"),
        Index("ix_ballots_thread_id", "thread_id"),
        Index("ix_ballots_state_closes_at", "state", "closes_at"),
    )


class BallotOption(Base):
    """One answer among those offered; its words are part of the ballot's entry."""

    __tablename__ = "ballot_options"
    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    place: Mapped[int]
    label: Mapped[str] = mapped_column(String(200))
    __table_args__ = (Index("ix_ballot_options_ballot_id", "ballot_id", "place", unique=True),)


class BallotVoter(Base):
    """The roll: who may vote, fixed when the ballot was opened, and whether they have."""

    __tablename__ = "ballot_voters"
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    has_voted: Mapped[bool] = mapped_column(default=False)
    proxy_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Whom the voter trusts to cast this voice; who comes in person may still cast it first."""
    __table_args__ = (
        CheckConstraint("proxy_id <> user_id", name="own_proxy"),
        Index("ix_ballot_voters_user_id", "user_id", "has_voted"),
        Index("ix_ballot_voters_proxy_id", "proxy_id"),
    )


class BallotVote(Base):
    """A vote of an open ballot: who chose what. A secret one has slips instead."""

    __tablename__ = "ballot_votes"
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    choices: Mapped[dict[str, int]] = mapped_column(JSONText)
    """Option id -> 1; for a date 2 «can», 1 «if need be», 0 «cannot»; for a ranking the place."""
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who cast it by proxy; nobody where the voter did."""
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))


class BallotSlip(Base):
    """A slip of a secret ballot: no voter, no time, no order.

    The key is drawn at random, and every slip of the ballot is written anew with a new key at each
    vote, so that neither the place in the file nor the age of a row tells whose it is.
    """

    __tablename__ = "ballot_slips"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    choices: Mapped[dict[str, int]] = mapped_column(JSONText)
    __table_args__ = (
        Index("ix_ballot_slips_ballot_id", "ballot_id"),
        {"sqlite_with_rowid": False},
    )
