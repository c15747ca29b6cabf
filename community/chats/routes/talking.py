"""The page of a chat: reading, saying a line, the transcript."""

from collections.abc import Sequence
from typing import Any

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from community.chats import policies
from community.chats.forms import LineForm
from community.chats.models import PACES
from community.chats.queries import single
from community.chats.routes.blueprints import bp
from community.chats.services import talking
from community.communities.here import here, here_standing, require_member
from community.communities.standing import Standing
from community.core import clock
from community.core.errors import Invalid, NotFound
from community.core.verdict import ALLOW, Verdict
from community.publishing import access, cards, composing, gate, marks, offers
from community.publishing import policies as words_policies
from community.publishing import queries as words_of
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Finding, Ways
from community.publishing.views import EntryView
from community.web.access import current_actor
from community.web.errors import sentence

TRANSCRIPT = 200
"""Lines on a page of the transcript."""


@bp.get("/c/<slug>/chats/<int:chat_id>")
def chat(slug: str, chat_id: int) -> str:
    """Show a chat at its newest lines, or around the named one."""
    require_member()
    row = single.chat(access.viewer(current_actor()), chat_id, here().id)
    form = LineForm()
    form.parent_id.data = request.args.get("reply", type=int)
    return chat_page(slug, row, form)


def chat_page(slug: str, row: Any, form: LineForm, decision: Any = None) -> str:
    """Draw a chat with the composer under it, and move the reader's mark."""
    actor, thread, who = current_actor(), row.Thread, here_standing()
    reader = access.viewer(actor)
    last = _last_shown(reader, row)
    entries = single.lines(reader, row, last)
    waiting = words_of.waiting(reader, thread.id) if last == thread.entry_count else []
    cards.attach(reader, [*entries, *waiting])
    if last > (row.read_to or 0):
        marks.read_to(actor, thread.id, last)
    place = talking.place_of(thread.id)
    draft = composing.restore(actor, place, form)
    refusal = may_say(who, row)
    return render_template(
        "chats/chat.html", chat=row.Chat, thread=thread, title=row.title, slug=slug, form=form,
        entries=entries, waiting=waiting, opener=single.opener(reader, thread.id), last=last,
        pinned=single.pinned(reader, thread.id), place=place, draft=draft, decision=decision,
        urls=_addresses(slug, place, thread.id),
        refusal="" if refusal else sentence(refusal), now=clock.now(), paces=PACES,
        begun=_begun(row), groups=groups(who, row), groups_of=lines_groups(who, row, entries + waiting),
        leads=bool(policies.may_lead(who, thread.author_id)), moderates=who.is_moderator,
        answered=_answered(reader, form, thread.id), author_name=row.author_name,
        invited=single.invited(thread.id) if thread.by_invitation else [],
        gatherings=single.gatherings(reader, thread.id),
    )  # fmt: skip


@bp.post("/c/<slug>/chats/<int:chat_id>")
def say(slug: str, chat_id: int) -> Any:
    """Say a line."""
    require_member()
    reader, form = access.viewer(current_actor()), LineForm()
    single.require_known(reader, chat_id, here().id)

    def act(words: Words, seen: frozenset[str], file_ids: Any) -> Response:
        made = talking.say(
            current_actor(), chat_id, words,
            parent_id=form.parent_id.data or None, seen=seen, file_ids=file_ids,
        )  # fmt: skip
        at = url_for("chats.chat", slug=slug, chat_id=chat_id, _anchor=f"entry-{made.entry_id}")
        return composing.sent(at, made)

    def page(decision: Any) -> str:
        return chat_page(slug, single.chat(reader, chat_id, here().id), form, decision)

    desk = Desk(talking.place_of(chat_id), here().id, _ways(form.parent_id.data))
    return composing.send(form, desk, act, page)


@bp.post("/c/<slug>/chats/<int:chat_id>/check")
def check(slug: str, chat_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Tell what the rules would say of a line before it is sent (the red pencil)."""
    require_member()
    single.chat(access.viewer(current_actor()), chat_id, here().id)
    return _checked(_ways(request.form.get("parent_id", type=int)))


@bp.post("/c/<slug>/chats/check")
def check_new(slug: str) -> Response:  # noqa: ARG001 — the frame reads it
    """Tell what the rules would say of a new chat's words."""
    who = require_member()
    at = Circumstances("topic", None, here().id)
    return _checked(lambda: Ways(who, at))


@bp.get("/c/<slug>/chats/<int:chat_id>/transcript")
def transcript(slug: str, chat_id: int) -> str:
    """Show all that was said, to read, to search in and to print."""
    require_member()
    reader = access.viewer(current_actor())
    row = single.chat(reader, chat_id, here().id)
    pages = max(1, -(-row.Thread.entry_count // TRANSCRIPT))
    number = request.args.get("page", 1, type=int)
    if not 1 <= number <= pages:
        raise NotFound
    first = (number - 1) * TRANSCRIPT + 1
    entries = words_of.span(reader, chat_id, first, first + TRANSCRIPT - 1, read_to=None)
    return render_template(
        "chats/transcript.html", thread=row.Thread, chat=row.Chat, title=row.title, slug=slug,
        entries=entries, number=number, last=pages, author_name=row.author_name,
        page_url=lambda n: url_for("chats.transcript", slug=slug, chat_id=chat_id, page=n),
    )  # fmt: skip


def groups(who: Standing, row: Any) -> str:
    """Return for the script which acts on a line it shows to this reader."""
    leads = policies.may_lead(who, row.Thread.author_id)
    writes = may_say(who, row) or row.Thread.state == "open"
    named = ("moderator", who.is_moderator), ("leader", bool(leads)), ("writer", bool(writes))
    return " ".join(name for name, holds in named if holds)


def lines_groups(
    who: Standing, row: Any, entries: Sequence[EntryView]
) -> dict[int, frozenset[str]]:
    """Return, line by line, which acts the reader is shown."""
    common = frozenset(groups(who, row).split())
    fresh = clock.now() - policies.EDITED_WITHIN
    made = {}
    for each in entries:
        own = {"mine", *(["fresh"] if each.at > fresh or each.state == "held" else [])}
        made[each.id] = common | (own if each.is_mine else {"others"})
    return made


def may_say(who: Standing, row: Any) -> Verdict:
    """Ask as the gate will, so that the page says before what it would say after."""
    verdict = words_policies.may_write(who, row.Thread)
    if not verdict and row.Thread.state == "held":
        return verdict
    last = single.last_said(row.Thread.id, who.user_id or 0) if row.Chat.pace else None
    verdict = policies.may_say(who, row.Chat, row.Thread.state, clock.now(), last)
    return verdict if verdict.code != "chat.too_soon" else ALLOW


def _addresses(slug: str, place: str, chat_id: int) -> dict[str, str]:
    return composing.addresses_with_files(
        slug,
        place,
        action=url_for("chats.say", slug=slug, chat_id=chat_id),
        check=url_for("chats.check", slug=slug, chat_id=chat_id),
    )


def _last_shown(reader: access.Viewer, row: Any) -> int:
    """Return the place up to which lines are shown: the end, or past the named line."""
    end = int(row.Thread.entry_count)
    wanted = request.args.get("entry", type=int)
    if wanted and 0 < wanted < 2**31:
        found, thread = words_of.entry(reader, wanted)
        if thread.id == row.Thread.id and found.position and found.position < end - single.SHOWN:
            return min(end, found.position + single.SHOWN // 2)
    before = request.args.get("before", type=int)
    return min(end, max(1, before - 1)) if before and before > 1 else end


def _begun(row: Any) -> bool:
    return row.Chat.opens_at is None or clock.now() >= row.Chat.opens_at


def _answered(reader: access.Viewer, form: LineForm, chat_id: int) -> EntryView | None:
    wanted = form.parent_id.data
    if not wanted or not 0 < wanted < 2**31:
        return None
    found = words_of.entries(reader, [wanted])
    in_chat = found and words_of.entry(reader, wanted)[1].id == chat_id
    return found[0] if in_chat else None


def _ways(parent_id: int | None) -> Finding:
    def found() -> Ways:
        reader = access.viewer(current_actor())
        known = words_of.entries(reader, [parent_id]) if parent_id and 0 < parent_id < 2**31 else []
        at = Circumstances("chat", None, here().id, known[0].id if known else None)
        letter = ""
        if known and known[0].author_id != current_actor().user_id:
            letter = f"/people/{known[0].author_id}/write?about={known[0].id}"
        return Ways(here_standing(), at, letter)

    return found


def _checked(ways: Finding) -> Response:
    words = Words(body=request.form.get("body", ""), title=request.form.get("title", ""))
    try:
        decision = gate.check(current_actor(), ways().who, words, ways().at)
    except Invalid:
        return jsonify(act="allow", hits=[])
    return jsonify(offers.as_json(decision, ways))
