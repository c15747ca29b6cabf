"""An entry by its permanent address: finding it, editing, history, thanks; check and preview."""

import difflib
import re
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from community.communities.here import here, here_standing, require_member
from community.communities.models import Community
from community.core.db import db
from community.core.errors import Invalid, NotFound
from community.core.markup import MAX_TEXT, clean, render
from community.publishing import access, composing, drafts, gate, kinds, marks, offers, references
from community.publishing import queries as words_of
from community.publishing import services as publishing
from community.publishing.access import sees_text
from community.publishing.facts import Words
from community.publishing.models import Entry
from community.topics.forms import EditForm
from community.topics.queries import single
from community.topics.routes import offering
from community.topics.routes.blueprints import entry_bp
from community.topics.routes.topics import place_of
from community.topics.services import writing
from community.web.access import current_actor, public
from community.web.errors import wants_json


@entry_bp.get("/e/<int:entry_id>")
@public
def entry(entry_id: int) -> Response:
    """Lead from the permanent address to where the entry stands now."""
    found, thread = words_of.entry(access.viewer(current_actor()), entry_id)
    if thread.kind == "profile":
        return redirect(f"/people/{found.author_id}")
    if thread.kind == "letter":
        return redirect(f"/letters/{thread.id}?entry={entry_id}#entry-{entry_id}")
    if (address := kinds.address_of(thread, found)) is not None:
        return redirect(address)
    topic = single.of_thread(thread.id)
    if topic is None:
        raise NotFound
    slug = slug_of(topic.community_id)
    if found.position is None:
        last = words_of.page_count(thread.entry_count)
        return redirect(
            url_for(
                "topics.topic", slug=slug, topic_id=topic.id, page=last, _anchor=f"entry-{entry_id}"
            )
        )
    return redirect(place_of(slug, topic.id, found.position, entry_id))


@entry_bp.get("/e/<int:entry_id>/quote")
def quote(entry_id: int) -> Response:
    """Begin an answer with a quotation: the way without scripts; the words stand in the draft."""
    actor = current_actor()
    found, thread = words_of.entry(access.viewer(actor), entry_id)
    topic = single.of_thread(thread.id)
    if topic is None or found.state != "published":
        raise NotFound
    place = f"topic:{topic.id}"
    kept = drafts.current(actor, place)
    name = next(iter(words_of.entries(access.viewer(actor), [entry_id]))).author.name
    words = references.quotation(name, found)
    before = f"{kept.body.rstrip()}\n\n" if kept and kept.body.strip() else ""
    drafts.save(actor, place, Words(body=before + words))
    slug, last = slug_of(topic.community_id), words_of.page_count(thread.entry_count)
    return redirect(
        url_for(
            "topics.topic",
            slug=slug,
            topic_id=topic.id,
            page=last,
            reply=entry_id,
            _anchor="composer",
        )
    )


@entry_bp.get("/e/<int:entry_id>/answer")
def answer(entry_id: int) -> Response:
    """Lead to the answer that is being written to an entry: its draft stands in the topic's composer."""
    found, thread = words_of.entry(access.viewer(current_actor()), entry_id)
    topic = single.of_thread(thread.id)
    if topic is None:
        return redirect(url_for("entries.entry", entry_id=entry_id))
    return redirect(
        url_for(
            "topics.topic", slug=slug_of(topic.community_id), topic_id=topic.id,
            page=words_of.page_of(found.position or 1), reply=entry_id, _anchor="composer",
        )
    )  # fmt: skip


@entry_bp.route("/e/<int:entry_id>/edit", methods=["GET", "POST"])
def edit(entry_id: int) -> Any:
    """Change one's own text; the old one stays in the history."""
    found, thread = words_of.entry(access.viewer(current_actor()), entry_id)
    if found.author_id != current_actor().user_id:
        raise NotFound
    if thread.kind == "letter":
        return redirect(url_for("letters.rewrite", thread_id=thread.id, entry_id=entry_id))
    form, place, slug = EditForm(), f"entry:{entry_id}", slug_of(found.community_id)
    if request.method == "GET":
        form.body.data, form.title.data, form.revision.data = (
            found.body,
            found.title,
            found.revision,
        )
    draft = composing.restore(current_actor(), place, form)
    current = words_of.files(entry_id)

    def page(decision: Any) -> str:
        return render_template(
            "topics/edit.html", form=form, entry=found, slug=slug, decision=decision,
            draft=draft or composing.restore(current_actor(), place, form),
            place=place, urls=composing.addresses_with_files(slug, place),
            has_title=thread.opener_id == entry_id,
            current=current, kept=form.kept_files([each.id for each in current]),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], new: Any) -> Response:
        said = words if thread.opener_id == entry_id else Words(body=words.body)
        had = [each.id for each in current]
        wanted = [*form.kept_files(had), *new]
        made = writing.revise(
            current_actor(), entry_id, said, expected_revision=form.revision.data or 0, seen=seen,
            file_ids=None if wanted == had else wanted,
        )  # fmt: skip
        return composing.sent(url_for("entries.entry", entry_id=entry_id), made)

    if not form.is_submitted():
        return page(None)
    return composing.send(form, offering.desk(place, found.community_id or 0, slug), act, page)


@entry_bp.get("/e/<int:entry_id>/history")
def history(entry_id: int) -> str:
    """Every version of a text, with what changed; of a hidden text only for those who may read it."""
    reader = access.viewer(current_actor())
    found, _thread = words_of.entry(reader, entry_id)
    if not sees_text(reader, found.state, found.author_id, found.community_id):
        raise NotFound
    older = words_of.revisions(reader, found)
    texts = [(each.number, each.written_at, each.title, each.body) for each in older]
    texts.append((found.revision, found.edited_at or found.created_at, found.title, found.body))
    versions = [
        {"number": number, "at": at, "title": title, "pieces": compared(before, body)}
        for (number, at, title, body), before in zip(
            texts, ["", *[t[3] for t in texts]], strict=False
        )
    ]
    name = next(iter(words_of.entries(reader, [entry_id]))).author.name
    return render_template(
        "topics/history.html", versions=versions[::-1], entry=found, author_name=name
    )


@entry_bp.route("/e/<int:entry_id>/withdraw", methods=["GET", "POST"])
def withdraw(entry_id: int) -> Any:
    """Take one's own text back, after one question."""
    found, _thread = words_of.entry(access.viewer(current_actor()), entry_id)
    if found.author_id != current_actor().user_id:
        raise NotFound
    if request.method == "GET":
        return render_template("topics/withdraw.html", entry=found)
    publishing.withdraw(current_actor(), entry_id)
    return redirect(url_for("entries.entry", entry_id=entry_id))


@entry_bp.post("/e/<int:entry_id>/thanks")
def thanks(entry_id: int) -> Any:
    """Give or take back a «спасибо»."""
    found, _thread = words_of.entry(access.viewer(current_actor()), entry_id)
    if found.community_id not in access.viewer(current_actor()).communities:
        raise NotFound
    thanked = marks.thank(current_actor(), entry_id)
    if wants_json():
        count = db.session.scalar(select(Entry.thanks).where(Entry.id == entry_id)) or 0
        return jsonify(thanks=count, thanked=thanked)
    return redirect(url_for("entries.entry", entry_id=entry_id))


@entry_bp.post("/c/<slug>/preview")
def preview(slug: str) -> Response:  # noqa: ARG001 — read by here()
    """Draw a text as it will stand, storing nothing."""
    require_member()
    body = clean(request.form.get("body", ""))[:MAX_TEXT]
    people = references.people(Words(body=body), here().id)
    return jsonify(html=render(body, people))


@entry_bp.post("/c/<slug>/check/<place>")
def check(slug: str, place: str) -> Response:
    """Tell what the rules would say of a text before it is sent (the red pencil)."""
    require_member()
    words = Words(body=request.form.get("body", ""), title=request.form.get("title", ""))
    at = offering.circumstances(place, here().id)
    try:
        decision = gate.check(current_actor(), here_standing(), words, at)
    except Invalid:
        return jsonify(act="allow", hits=[])
    return jsonify(offers.as_json(decision, offering.ways(place, here().id, slug)))


def slug_of(community_id: int | None) -> str:
    """Return the address of a community."""
    slug = db.session.scalar(select(Community.slug).where(Community.id == community_id))
    if slug is None:
        raise NotFound
    return slug


def compared(before: str, after: str) -> list[tuple[str, str]]:
    """Return the words of ``after`` with what is new and what is gone since ``before``."""
    if not before:
        return [("same", after)]
    old, new = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (before, after))
    pieces: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            pieces.append(("gone", "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(("added", "".join(new[j1:j2])))
    return pieces
