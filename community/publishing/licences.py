"""The rules are asked of every file before a text shows it: its name, its author, its licence."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from community.communities.standing import Standing
from community.core.actor import Actor
from community.core.db import db
from community.files.models import StoredFile
from community.publishing import gate
from community.publishing.facts import UPLOAD, Circumstances, Words


def weigh(
    actor: Actor, who: Standing, at: Circumstances, file_ids: Sequence[int], seen: frozenset[str]
) -> None:
    """Judge files that a text is about to show; raises what ``gate.weigh`` raises.

    Letters publish nothing, so nothing is asked of their files.
    """
    if not file_ids or at.community_id is None:
        return
    rows = select(StoredFile).where(StoredFile.id.in_(list(file_ids))).order_by(StoredFile.id)
    for file in db.session.scalars(rows):
        fields = {"licence": file.licence, "author": file.author}
        upload = replace(at, event=UPLOAD, parent_id=None, fields=fields)
        label = Words(f"{file.name}\n{file.author}".strip())
        gate.weigh(actor, who, label, upload, seen=seen)
