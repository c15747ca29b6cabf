"""Titles in what people were told: read anew, because a text may be hidden after it was told of."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from community.core.db import db
from community.notices.sentences import Told
from community.publishing.access import public_title
from community.publishing.models import Entry, Thread

_OF_ENTRY = re.compile(r"/e/(\d{1,9})(?:/|$)")


def now(told: Sequence[Told]) -> Mapping[int, Mapping[str, str]]:
    """Return notice id -> the title as everybody may read it now, for notices that lead to an entry."""
    entries = {
        each.id: int(found[1])
        for each in told
        if "title" in each.params and (found := _OF_ENTRY.match(each.url or ""))
    }
    opener = aliased(Entry)
    titles = {
        row.id: row.title
        for row in db.session.execute(
            select(Entry.id, public_title(opener).label("title"))
            .join(Thread, Thread.id == Entry.thread_id)
            .join(opener, opener.id == Thread.opener_id)
            .where(Entry.id.in_(set(entries.values())))
        )
    }
    return {notice: {"title": titles.get(entry, "…")} for notice, entry in entries.items()}
