"""The one way into the journal, and the one way in which words leave it."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select, update

from community.audit import chain, kinds
from community.audit.models import AuditEntry, AuditHead, Sealed
from community.core import clock
from community.core.actor import Actor
from community.core.db import db, insert
from community.core.transactions import in_transaction

LOCK = 4_150_151
"""Advisory lock of the chain's head on PostgreSQL; SQLite has one writer anyway."""

Target = tuple[str, int]


def record(
    actor: Actor,
    kind: str,
    *,
    actor_role: str = "",
    community_id: int | None = None,
    target: Target | None = None,
    author_id: int | None = None,
    body: Mapping[str, Any] | None = None,
    sealed: str | Mapping[str, str] | None = None,
) -> int:
    """Append an act to the journal in the open transaction and return its number.

    ``body`` holds codes and ids only, those that the kind allows. Words of people go to ``sealed``
    (a text, or part -> text such as «reason»): the chain keeps their salted hash, a table beside it
    the words, which can be erased. No entry, no act: whatever fails here undoes the transaction.
    """
    if not in_transaction():
        raise RuntimeError("the journal is written in the transaction of the act")
    seals = _seals(sealed)
    whole = kinds.checked(kind, body or {}) | {
        "actor_id": actor.user_id,
        "actor_role": actor_role or actor.kind,
        "author_id": author_id,
        "community_id": community_id,
        "target": list(target) if target else None,
    }
    if seals:
        whole["sealed"] = {part: chain.seal_hash(salt, text) for part, salt, text in seals}
    number = _append(kind, whole)
    if seals:
        rows = [{"number": number, "part": p, "salt": s, "text": t} for p, s, t in seals]
        db.session.execute(insert(Sealed), rows)
    return number


def _seals(sealed: str | Mapping[str, str] | None) -> list[tuple[str, str, str]]:
    parts = {"text": sealed} if isinstance(sealed, str) else dict(sealed or {})
    return [(part, secrets.token_hex(16), text) for part, text in sorted(parts.items())]


def _append(kind: str, whole: dict[str, Any]) -> int:
    last = _head()
    number = last.number + 1 if last else 1
    prev = last.hash if last else chain.GENESIS
    at = max(
        chain.stamp(clock.now()), last.at if last else ""
    )  # a clock put back turns no page back
    body = chain.canon(whole).decode()
    hashed = chain.body_hash(body)
    made = chain.link(prev, number, at, kind, hashed)
    target = whole["target"] or (None, None)
    entry = {
        "number": number, "at": at, "kind": kind, "community_id": whole["community_id"],
        "actor_id": whole["actor_id"], "actor_role": whole["actor_role"],
        "author_id": whole["author_id"], "target_kind": target[0], "target_id": target[1],
        "previous": whole.get("previous"),
        "body": body, "body_hash": hashed, "prev": prev, "hash": made,
    }  # fmt: skip
    db.session.execute(insert(AuditEntry), entry)
    head = {"number": number, "at": at, "hash": made}
    if last:
        db.session.execute(update(AuditHead).where(AuditHead.id == 1).values(head))
    else:
        db.session.execute(insert(AuditHead), head | {"id": 1})
    return number


def hold() -> None:
    """Keep others from writing the journal until this transaction ends: for what is said only once."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _head() -> Any:
    hold()
    return db.session.execute(select(AuditHead.number, AuditHead.at, AuditHead.hash)).first()


def erase(number: int, *, part: str | None = None) -> int:
    """Erase the words sealed under an entry (or one part of them); the chain stays valid.

    Called inside the use case that has the right to it and records it; returns how many went.
    """
    if not in_transaction():
        raise RuntimeError("words are erased in the transaction that records it")
    statement = delete(Sealed).where(Sealed.number == number)
    if part is not None:
        statement = statement.where(Sealed.part == part)
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]
