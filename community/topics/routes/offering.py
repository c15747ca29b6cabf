"""What the forum's composers offer: where a text stands for the rules, and the ways out of it."""

from flask import request, url_for

from community.communities.standing import standing
from community.core.errors import NotFound
from community.publishing import access
from community.publishing import queries as words_of
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances
from community.publishing.offers import Finding, Ways
from community.topics.queries import single
from community.web.access import current_actor

_EVENTS = {"board": "topic", "entry": "edit", "conclusion": "post"}


def circumstances(place: str, community_id: int) -> Circumstances:
    """Return where the text of a composer would stand; raises ``NotFound`` for a strange topic."""
    kind, _colon, number = place.partition(":")
    parent = request.form.get("parent_id", type=int)
    return Circumstances(
        event=_EVENTS.get(kind, "comment"),
        space=_space(kind, number, community_id),
        community_id=community_id,
        parent_id=parent if parent and _answerable(parent) else None,
    )


def ways(place: str, community_id: int, slug: str) -> Finding:
    """Return how to find the ways out of a composer; asked only when a rule has spoken."""

    def found() -> Ways:
        at = circumstances(place, community_id)
        who = standing(current_actor(), community_id)
        topic = single.moderation_topic(community_id)
        if topic is None:
            return Ways(who, at, _letter_url(at.parent_id))
        last = words_of.page_count(single.thread_of(topic).entry_count)
        url = url_for("topics.topic", slug=slug, topic_id=topic.id, page=last, _anchor="composer")
        return Ways(who, at, _letter_url(at.parent_id), url, f"topic:{topic.id}")

    return found


def desk(place: str, community_id: int, slug: str) -> Desk:
    """Return where a text of the forum is being written."""
    return Desk(place, community_id, ways(place, community_id, slug))


def _answerable(entry_id: int) -> bool:
    """Tell whether the reader may know of the text: the rules' words may name its author."""
    if not 0 < entry_id < 2**31:
        return False
    return bool(words_of.entries(access.viewer(current_actor()), [entry_id]))


def _letter_url(entry_id: int | None) -> str:
    if entry_id is None:
        return ""
    try:
        entry, _thread = words_of.entry(access.viewer(current_actor()), entry_id)
    except NotFound:
        return ""
    if entry.author_id == current_actor().user_id:
        return ""
    return f"/people/{entry.author_id}/write?about={entry_id}"


def _space(kind: str, number: str, community_id: int) -> str | None:
    if kind != "topic" or not number.isascii() or not number.isdigit():
        return None
    row = single.topic(access.viewer(current_actor()), int(number[:9]), community_id)
    space: str | None = row.Thread.space
    return space
