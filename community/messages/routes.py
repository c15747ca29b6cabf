"""Letters: the list, one correspondence, writing to a person."""

from typing import Any

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.communities.here import require_member
from community.communities.standing import Standing
from community.core.errors import Invalid, NotFound
from community.core.markup import MAX_TEXT, clean, render
from community.messages import policies, queries, services
from community.messages.forms import LetterForm, RewriteForm
from community.messages.queries import Correspondent
from community.publishing import access, cards, composing, gate, marks, offers, pauses, references
from community.publishing import queries as words_of
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.models import Entry
from community.publishing.offers import Finding, Ways
from community.publishing.views import ActionView, EntryView
from community.web.access import current_actor
from community.web.errors import sentence

bp = Blueprint("letters", __name__)


@bp.get("/letters")
def mine() -> str:
    """Show with whom one corresponds, the liveliest first."""
    return _list()


@bp.get("/c/<slug>/letters")
def here(slug: str) -> str:  # noqa: ARG001 — the frame reads it
    """Show the same list from within a community."""
    require_member()
    return _list()


@bp.get("/letters/<int:thread_id>")
def letters(thread_id: int) -> Any:
    """Show one's correspondence with a person, at what is new; the two alone may (D03)."""
    person = _person_of(thread_id)
    return _correspondence(thread_id, person, LetterForm())


@bp.route("/people/<int:user_id>/write", methods=["GET", "POST"])
def write(user_id: int) -> Any:
    """Write to a person; with «about», beginning from their words (S3 §4 r3)."""
    person = queries.correspondent(current_actor(), user_id)
    about = _about(user_id)
    form, place = LetterForm(), services.place_of(user_id)
    draft = composing.restore(current_actor(), place, form)
    if request.method == "GET" and about is not None:
        form.body.data = _quoting(form.body.data or "", about, person)

    def page(decision: Any) -> str:
        return render_template(
            "messages/write.html", form=form, person=person, about=about, place=place,
            draft=draft or composing.restore(current_actor(), place, form),
            decision=decision or _paused(person), urls=_urls(person), refusal=_refusal(person),
        )  # fmt: skip

    if not form.is_submitted():
        return page(None)
    return composing.send(form, _desk(person), _sender(person, about), page)


@bp.post("/letters/<int:thread_id>")
def answer(thread_id: int) -> Any:
    """Answer in a correspondence."""
    person, form = _person_of(thread_id), LetterForm()

    def page(decision: Any) -> str:
        return _correspondence(thread_id, person, form, decision)

    return composing.send(form, _desk(person), _sender(person, None), page)


@bp.route("/letters/<int:thread_id>/<int:entry_id>/edit", methods=["GET", "POST"])
def rewrite(thread_id: int, entry_id: int) -> Any:
    """Change one's own letter while it is unread; after that say why it is not possible."""
    actor, person = current_actor(), _person_of(thread_id)
    found, thread = words_of.entry(access.viewer(actor), entry_id)
    if thread.id != thread_id or found.author_id != actor.user_id or found.state != "published":
        raise NotFound
    is_read = queries.read_by_other(actor, thread_id) >= (found.position or 0)
    verdict = policies.may_rewrite(is_mine=True, is_read=is_read)
    form, place = RewriteForm(), f"entry:{entry_id}"
    if request.method == "GET":
        form.body.data, form.revision.data = found.body, found.revision
    draft = composing.restore(actor, place, form)

    def page(decision: Any) -> str:
        return render_template(
            "messages/edit.html", form=form, entry=found, person=person, thread_id=thread_id,
            draft=draft or composing.restore(actor, place, form), decision=decision, place=place,
            urls=_urls(person) | {"draft": f"/drafts/{place}", "upload": ""},
            refusal="" if verdict else sentence(verdict),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> Response:
        made = services.rewrite(
            actor, thread_id, entry_id, words, expected_revision=form.revision.data or 0, seen=seen
        )
        return composing.sent(f"/letters/{thread_id}?entry={entry_id}#entry-{entry_id}", made)

    if not form.is_submitted():
        return page(None)
    return composing.send(form, Desk(place, None, _ways(person)), act, page)


@bp.post("/letters/preview")
def preview() -> Response:
    """Draw a letter as it will stand, storing nothing."""
    body = clean(request.form.get("body", ""))[:MAX_TEXT]
    return jsonify(html=render(body, {}))


@bp.post("/people/<int:user_id>/write/check")
def check(user_id: int) -> Response:
    """Tell what the rules would say of a letter before it is sent; nobody else reads it."""
    person = queries.correspondent(current_actor(), user_id)
    ways = _ways(person)
    try:
        words = Words(body=request.form.get("body", ""))
        decision = gate.check(current_actor(), ways().who, words, ways().at)
    except Invalid:
        return jsonify(act="allow", hits=[])
    return jsonify(offers.as_json(decision, ways))


def _list() -> str:
    number = request.args.get("page", 1, type=int)
    return render_template(
        "messages/list.html", letters=queries.page(current_actor(), number),
        page_url=lambda n: url_for("letters.mine", page=n),
    )  # fmt: skip


def _correspondence(
    thread_id: int, person: Correspondent, form: LetterForm, decision: Any = None
) -> str:
    actor = current_actor()
    reader = access.viewer(actor)
    row = words_of.thread(reader, thread_id)
    last, number = words_of.page_count(row.Thread.entry_count), _number(row)
    if not 1 <= number <= last:
        raise NotFound
    entries = words_of.page(reader, thread_id, number, read_to=row.read_to or 0)
    queries.introduce(actor, person, entries)
    _offer(entries, thread_id)
    places = [each.number for each in entries if each.number is not None]
    if places and max(places) > (row.read_to or 0):
        marks.read_to(actor, thread_id, max(places))
    place = services.place_of(person.id)
    draft = composing.restore(actor, place, form)
    return render_template(
        "messages/letters.html", person=person, entries=entries, number=number, last=last, form=form,
        draft=draft, decision=decision or _paused(person), place=place, urls=_urls(person, thread_id),
        refusal=_refusal(person), about=_about(person.id),
        page_url=lambda n: url_for("letters.letters", thread_id=thread_id, page=n),
    )  # fmt: skip


def _paused(person: Correspondent) -> cards.Card | None:
    """Return the pause that keeps the writer from this person, to be known before writing."""
    who = Standing(current_actor().user_id, 0, is_member=True)
    return pauses.card(current_actor(), who, None, [person.id])


def _number(row: Any) -> int:
    """Return the page asked for, or that of the named letter, or that of the first unread one."""
    entry_id = request.args.get("entry", type=int)
    if "page" in request.args or request.method == "POST":
        return request.args.get("page", words_of.page_count(row.Thread.entry_count), type=int)
    if entry_id and entry_id < 2**31:
        found, thread = words_of.entry(access.viewer(current_actor()), entry_id)
        if thread.id == row.Thread.id:
            return words_of.page_of(found.position or 1)
    return words_of.page_of(min((row.read_to or 0) + 1, row.Thread.entry_count))


def _person_of(thread_id: int) -> Correspondent:
    actor = current_actor()
    return queries.correspondent(actor, queries.other_of(actor, thread_id))


def _offer(entries: list[EntryView], thread_id: int) -> None:
    """Put on letters what may be done with them."""
    read = queries.read_by_other(current_actor(), thread_id)
    for entry in entries:
        if not entry.is_mine and entry.state == "published":
            entry.more_actions = [ActionView(_("Complain"), f"/e/{entry.id}/report")]
        if entry.is_mine and entry.state == "published":
            acts = [ActionView(_("Take back"), f"/e/{entry.id}/withdraw", danger=True)]
            if (entry.number or 0) > read:
                url = url_for("letters.rewrite", thread_id=thread_id, entry_id=entry.id)
                acts.insert(0, ActionView(_("Change"), url))
            entry.more_actions = acts


def _sender(person: Correspondent, about: Entry | None) -> composing.Sent:
    def act(words: Words, seen: frozenset[str], file_ids: Any) -> Response:
        made = services.write(current_actor(), person.id, words, seen=seen, file_ids=file_ids)
        if about is None:
            flash(_("The letter is sent."))
        else:
            flash(_("The letter is sent. What you had begun in the topic is kept there."))
        back = f"&about={about.id}" if about else ""
        url = f"/letters/{made.thread_id}?entry={made.entry_id}{back}#entry-{made.entry_id}"
        return composing.sent(url, made)

    return act


def _about(user_id: int) -> Entry | None:
    """Return the person's text that the letter speaks of; others' words are not brought to them."""
    entry_id = request.args.get("about", type=int)
    if entry_id is None:
        return None
    if not 0 < entry_id < 2**31:
        raise NotFound
    found, _thread = words_of.entry(access.viewer(current_actor()), entry_id)
    return found if found.author_id == user_id and found.state == "published" else None


def _quoting(begun: str, about: Entry, person: Correspondent) -> str:
    if f"(/e/{about.id})" in begun:
        return begun
    before = f"{begun.rstrip()}\n\n" if begun.strip() else ""
    return before + references.quotation(person.name, about)


def _refusal(person: Correspondent) -> str:
    verdict = policies.may_write_to(
        current_actor(), person.id, is_here=person.is_here, shares=person.shares
    )
    return "" if verdict else sentence(verdict)


def _desk(person: Correspondent) -> Desk:
    return Desk(services.place_of(person.id), None, _ways(person))


def _ways(person: Correspondent) -> Finding:
    at = Circumstances(event="message", to_id=person.id)
    return lambda: Ways(Standing(current_actor().user_id, 0, is_member=True), at)


def _urls(person: Correspondent, thread_id: int | None = None) -> dict[str, str]:
    action = url_for("letters.letters", thread_id=thread_id) if thread_id else request.full_path
    return {
        "action": action.rstrip("?"),
        "draft": f"/drafts/{services.place_of(person.id)}",
        "preview": url_for("letters.preview"),
        "check": url_for("letters.check", user_id=person.id),
        "upload": "/files",
    }
