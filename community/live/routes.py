"""The same news by plain HTTP: for catching up after a cut, and where sockets are blocked."""

import time
from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from community.communities.here import require_member
from community.core.actor import Actor
from community.live import lines
from community.live.hub import hub_or_none
from community.publishing import access, marks
from community.web import page
from community.web.access import current_actor

bp = Blueprint("live", __name__)
_LARGEST = 2**31 - 1


@bp.get("/live/threads/<int:thread_id>")
def news(thread_id: int) -> Response:
    """Tell what changed in a thread after ``after``; with ``here=1`` the reader counts as present."""
    actor = current_actor()
    thread = lines.thread_of(access.viewer(actor), thread_id)
    after = min(max(request.args.get("after", 0, type=int), 0), _LARGEST)
    told = lines.news(thread, after)
    if request.args.get("here") == "1":
        told["here"] = _present(actor, thread_id)
    return jsonify(told)


@bp.post("/live/threads/<int:thread_id>/read")
def read(thread_id: int) -> Response:
    """Remember how far one has read a thread that one has open."""
    actor = current_actor()
    lines.thread_of(access.viewer(actor), thread_id)
    place = request.form.get("place", 0, type=int)
    if 0 < place <= _LARGEST:
        marks.read_to(actor, thread_id, place)
    return jsonify(read=True)


@bp.get("/live/counts")
def counts() -> Response:
    """Tell how many notices are unread; for pages of no community."""
    return jsonify(_counts())


@bp.get("/c/<slug>/live/counts")
def counts_here(slug: str) -> Response:  # noqa: ARG001 — the frame reads it
    """Tell what is new in the frame of a community's pages."""
    require_member()
    return jsonify(_counts())


def _counts() -> dict[str, Any]:
    shown = page.current()
    services = shown.community.services if shown.community else ()
    return {
        "notices": shown.notice_count,
        "services": {each.code: each.count for each in services},
    }


def _present(actor: Actor, thread_id: int) -> list[tuple[int, str]]:
    hub = hub_or_none()
    if hub is None or not actor.is_person:
        return []
    now = time.monotonic()
    with hub.lock:
        hub.presence.poll(thread_id, (actor.id, actor.name), now)
        return sorted(hub.presence.people(thread_id, now))
