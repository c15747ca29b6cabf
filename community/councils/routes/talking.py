"""The talk of an item: its page with the matter and the documents, and the lines of its chat."""

from collections.abc import Sequence
from typing import Any

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from community.communities.here import here, here_standing
from community.communities.standing import Standing
from community.core import clock
from community.core.errors import Invalid, NotFound
from community.councils.forms.holding import LineForm
from community.councils.policies import floor as policies
from community.councils.policies import holding
from community.councils.queries import hall as hall_of
from community.councils.queries import single, tasks
from community.councils.queries.hall import HallItem, Stand
from community.councils.routes import rooms
from community.councils.routes.blueprints import bp
from community.councils.routes.tasks import drawing_tasks
from community.councils.services import talking
from community.publishing import access, cards, composing, gate, kinds, marks, offers
from community.publishing import policies as words_policies
from community.publishing import queries as words_of
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Finding, Ways
from community.publishing.views import EntryView
from community.web.access import current_actor
from community.web.errors import sentence

SHOWN = 60
"""Lines on a page; earlier ones are a page away."""
_LARGEST = 2**31


@bp.get("/c/<slug>/councils/<int:council_id>/items/<int:item_id>")
def item(slug: str, council_id: int, item_id: int) -> str:
    """Show an item: the matter, its documents, its talk."""
    return item_page(slug, rooms.council_row(council_id), item_id)


def item_page(slug: str, row: Any, item_id: int, form: Any = None, decision: Any = None) -> str:
    """Draw the page of an item."""
    stand = rooms.stand_now(row.Council.thread_id)
    known = _item_of(stand, item_id)
    return render_template(
        "councils/item.html", slug=slug, row=row, stand=stand, item=known,
        opener=single.opener(access.viewer(current_actor()), item_id),
        talk=talk(slug, stand, form, decision, known), at=rooms.address(slug, stand.id),
        votes=rooms.votes_of(stand, item_id),
        review=tasks.review_of(access.viewer(current_actor()), stand.id, item_id),
        **drawing_tasks(),
    )  # fmt: skip


@bp.post("/c/<slug>/councils/<int:council_id>/items/<int:item_id>")
def say(slug: str, council_id: int, item_id: int) -> Any:
    """Say a line in the talk of an item, as a question where it is marked so."""
    row, form = rooms.council_row(council_id), LineForm()
    _item_of(rooms.stand_now(council_id), item_id)

    def act(words: Words, seen: frozenset[str], file_ids: Sequence[int]) -> Response:
        said = talking.ask if form.question.data else talking.say
        made = said(
            current_actor(), item_id, words,
            parent_id=form.parent_id.data or None, seen=seen, file_ids=file_ids,
        )  # fmt: skip
        return composing.sent(f"{_back(slug, council_id, item_id)}#entry-{made.entry_id}", made)

    def page(decision: Any) -> str:
        from community.councils.routes import hall

        if request.args.get("from") == "hall":
            return hall.hall_page(slug, row, form, decision)
        return item_page(slug, row, item_id, form, decision)

    desk = Desk(talking.place_of(item_id), here().id, _ways(form.parent_id.data))
    return composing.send(form, desk, act, page)


@bp.post("/c/<slug>/councils/<int:council_id>/items/<int:item_id>/check")
def check_line(slug: str, council_id: int, item_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Tell what the rules would say of a line before it is sent (the red pencil)."""
    rooms.council_row(council_id)
    ways = _ways(request.form.get("parent_id", type=int))
    words = Words(body=request.form.get("body", ""))
    try:
        decision = gate.check(current_actor(), ways().who, words, ways().at)
    except Invalid:
        return jsonify(act="allow", hits=[])
    return jsonify(offers.as_json(decision, ways))


def talk(
    slug: str, stand: Stand, form: Any, decision: Any, item: HallItem | None = None
) -> dict[str, Any]:
    """Return the talk of an item with its composer; the reader's mark moves to what is shown."""
    known = item or stand.current
    if known is None:
        raise NotFound
    actor, who = current_actor(), here_standing()
    reader = access.viewer(actor)
    found = words_of.thread(reader, known.id)
    form = form or _new_form()
    last = _last_shown(reader, found.Thread)
    first = max(2, last - SHOWN + 1)
    entries = words_of.span(reader, known.id, first, last, read_to=found.read_to or 0)
    waiting = words_of.waiting(reader, known.id) if last == found.Thread.entry_count else []
    cards.attach(reader, [*entries, *waiting])
    if last > (found.read_to or 0):
        marks.read_to(actor, known.id, last)
    place = talking.place_of(known.id)
    refusal = _may_say(who, found.Thread)
    action = url_for("councils.say", slug=slug, council_id=stand.id, item_id=known.id)
    check = url_for("councils.check_line", slug=slug, council_id=stand.id, item_id=known.id)
    groups = _groups(who, stand, refusal)
    return {
        "item": known, "thread": found.Thread, "entries": entries, "waiting": waiting,
        "last": last, "form": form, "decision": decision, "place": place,
        "draft": composing.restore(actor, place, form), "groups": groups,
        "groups_of": _line_groups(groups, [*entries, *waiting]),
        "refusal": "" if refusal else sentence(refusal),
        "urls": composing.addresses_with_files(
            slug, place, action=action if item else f"{action}?from=hall", check=check
        ),
        "answered": _answered(reader, form, known.id),
    }  # fmt: skip


def _new_form() -> LineForm:
    form = LineForm()
    form.parent_id.data = request.args.get("reply", type=int)
    return form


def _groups(who: Standing, stand: Stand, writes: Any) -> str:
    desk = holding.leads(stand, who.user_id)
    named = ("moderator", who.is_moderator), ("desk", desk), ("writer", bool(writes))
    return " ".join(name for name, holds in named if holds)


def _line_groups(groups: str, entries: Sequence[EntryView]) -> dict[int, frozenset[str]]:
    common, fresh = frozenset(groups.split()), clock.now() - policies.EDITED_WITHIN
    made = {}
    for each in entries:
        own = {"mine", *(["fresh"] if each.at > fresh or each.state == "held" else [])}
        made[each.id] = common | (own if each.is_mine else {"others"})
    return made


def _may_say(who: Standing, thread: Any) -> Any:
    verdict = words_policies.may_write(who, thread)
    return kinds.may_write(who, thread) if verdict else verdict


def _last_shown(reader: access.Viewer, thread: Any) -> int:
    """Return the place up to which lines are shown: the end, or past the named line."""
    end = int(thread.entry_count)
    wanted = request.args.get("entry", type=int)
    if wanted and 0 < wanted < _LARGEST:
        found, place = words_of.entry(reader, wanted)
        if place.id == thread.id and found.position and found.position < end - SHOWN:
            return min(end, found.position + SHOWN // 2)
    before = request.args.get("before", type=int)
    return min(end, max(1, before - 1)) if before and before > 1 else end


def _answered(reader: access.Viewer, form: LineForm, item_id: int) -> EntryView | None:
    wanted = form.parent_id.data
    if not wanted or not 0 < wanted < _LARGEST:
        return None
    found = words_of.entries(reader, [wanted])
    return found[0] if found and words_of.entry(reader, wanted)[1].id == item_id else None


def _item_of(stand: Stand, item_id: int) -> HallItem:
    found = next((each for each in stand.items if each.id == item_id), None)
    return found or hall_of.item(stand.id, item_id)


def _back(slug: str, council_id: int, item_id: int) -> str:
    if request.args.get("from") == "hall":
        return rooms.came_from(slug, council_id)
    return url_for("councils.item", slug=slug, council_id=council_id, item_id=item_id)


def _ways(parent_id: int | None) -> Finding:
    def found() -> Ways:
        reader = access.viewer(current_actor())
        known = words_of.entries(reader, [parent_id]) if parent_id and parent_id < _LARGEST else []
        at = Circumstances("chat", None, here().id, known[0].id if known else None)
        letter = ""
        if known and known[0].author_id != current_actor().user_id:
            letter = f"/people/{known[0].author_id}/write?about={known[0].id}"
        return Ways(here_standing(), at, letter)

    return found
