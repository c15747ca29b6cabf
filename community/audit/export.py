"""The journal for those outside: entries with proofs, a signed checkpoint, a verifier to run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from community.audit import chain, checkpoints, services, signing
from community.audit.models import AuditEntry, Checkpoint, Sealed
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.transactions import use_case

VERIFIER = Path(__file__).with_name("verifier.py")


@use_case
def prepare(actor: Actor, *, first: int, last: int) -> signing.Signed:
    """Record that the journal is exported and sign it as it then stands."""
    services.record(actor, "journal.exported", body={"first": first, "last": last})
    signed = checkpoints.make()
    if signed is None:
        raise RuntimeError("a journal that has just grown has something to sign")
    return signed


def head() -> int:
    """Return the last number of the journal, 0 for an empty one."""
    return (
        db.session.scalar(select(AuditEntry.number).order_by(AuditEntry.number.desc()).limit(1))
        or 0
    )


def write(folder: Path, signed: signing.Signed, *, first: int, last: int) -> int:
    """Write entries ``first``…``last`` with proofs, the checkpoint and the verifier; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / "journal.jsonl").open("w", encoding="utf-8", newline="\n") as out:
        for each in entries(signed, first=first, last=last):
            out.write(json.dumps(each, ensure_ascii=False, sort_keys=True) + "\n")
            count += 1
    checkpoint = json.dumps(signed.as_json(), indent=1) + "\n"
    (folder / "checkpoint.json").write_text(checkpoint, "utf-8", newline="\n")
    (folder / "verifier.py").write_text(VERIFIER.read_text("utf-8"), "utf-8", newline="\n")
    return count


def entries(signed: signing.Signed, *, first: int, last: int) -> Iterator[dict[str, Any]]:
    """Yield entries as they were hashed, each with its path to the checkpoint's root."""
    hashes = (
        select(AuditEntry.hash).where(AuditEntry.number <= signed.size).order_by(AuditEntry.number)
    )
    tree = chain.Tree(list(db.session.scalars(hashes)))
    query = (
        select(AuditEntry)
        .where(AuditEntry.number.between(first, min(last, signed.size)))
        .order_by(AuditEntry.number)
        .execution_options(yield_per=500)
    )
    for each in db.session.scalars(query):
        yield _as_json(each) | {"proof": tree.path(each.number - 1)}


def prove(number: int, *, with_words: bool) -> dict[str, Any]:
    """Return the proof of one decision for the person it is about.

    ``with_words`` adds the sealed words with their salts, which show that the hash is of them.
    Raises ``NotFound`` where there is no such number or no checkpoint covers it yet.
    """
    covering = (
        select(Checkpoint.size).where(Checkpoint.size >= number).order_by(Checkpoint.size).limit(1)
    )
    size = db.session.scalar(covering)
    signed = checkpoints.of_size(size) if size is not None and number >= 1 else None
    if signed is None:
        raise NotFound
    (made,) = entries(signed, first=number, last=number)
    made |= {"checkpoint": signed.as_json()}
    if with_words:
        rows = db.session.scalars(select(Sealed).where(Sealed.number == number))
        made["words"] = {row.part: {"salt": row.salt, "text": row.text} for row in rows}
    return made


def _as_json(each: AuditEntry) -> dict[str, Any]:
    return {
        "number": each.number, "at": each.at, "kind": each.kind,
        "body": each.body, "prev": each.prev, "hash": each.hash,
    }  # fmt: skip
