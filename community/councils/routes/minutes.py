"""The minutes («протокол»): reading them, and the secretary's notes."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from community.communities.here import here, here_standing, require_member
from community.communities.standing import Standing
from community.core import clock
from community.core.errors import Invalid, NotFound
from community.core.markup import render
from community.core.verdict import N_
from community.councils import minutes as paper
from community.councils import pdf, wording
from community.councils.forms.minutes import NoteForm
from community.councils.policies import minutes as policies
from community.councils.queries import minutes as queries
from community.councils.queries import objections as reading
from community.councils.routes.blueprints import bp
from community.councils.services import minutes as services
from community.councils.services.minutes import NotePlan
from community.publishing import access, composing, gate, offers
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Ways
from community.publishing.views import EntryView
from community.web.access import current_actor

STATES = {
    "draft": N_("a draft"),
    "objections": N_("shown for objections"),
    "signing": N_("being signed"),
    "sealed": N_("signed and sealed"),
}
ANSWERS = {
    "open": N_("waits for an answer"),
    "accepted": N_("is accepted"),
    "declined": N_("is declined"),
}
KINDS = ("heard", "spoke", "resolved")


def found(council_id: int) -> Any:
    """Return the council of this request with its minutes; raises ``NotFound`` before it opened."""
    require_member()
    row = queries.council(access.viewer(current_actor()), council_id, here().id)
    if row.CouncilMinutes is None:
        raise NotFound
    return row


@bp.get("/c/<slug>/councils/<int:council_id>/minutes")
def minutes(slug: str, council_id: int) -> str:
    """Show the minutes; while they are a draft, members see only that they grow, and their headings."""
    row = found(council_id)
    reader, who = access.viewer(current_actor()), here_standing()
    if not queries.may_read(reader, row.CouncilMinutes):
        return render_template(
            "councils/minutes_growing.html",
            slug=slug,
            row=row,
            headings=queries.headings(council_id),
        )
    return render_template(
        "councils/minutes.html", slug=slug, row=row, it=queries.shown(row.CouncilMinutes),
        notes=queries.notes(council_id), may=_rights(who, row), term=policies.TERM,
        objections=reading.objections(reader, council_id), now=clock.now(),
        signatures=reading.signatures(row.CouncilMinutes), has_pdf=pdf.has_pdf(),
        is_whole=row.CouncilMinutes.state == "sealed" and reading.is_whole(row.CouncilMinutes),
        **drawing(),
    )  # fmt: skip


def _rights(who: Standing, row: Any) -> dict[str, bool]:
    """Return what the reader may do with the minutes now, for the page to offer it."""
    council, it = row.Council, row.CouncilMinutes
    verdicts = {
        "write": policies.may_write_down(who, council, it),
        "show": policies.may_show(who, council, it),
        "object": policies.may_object(who, it, clock.now()),
        "answer": policies.may_answer(who, council, it),
        "sign": policies.may_sign(who, council, it),
        "take_back": policies.may_take_back(who, council, it),
    }
    return {name: bool(verdict) for name, verdict in verdicts.items()}


@bp.route("/c/<slug>/councils/<int:council_id>/minutes/note", methods=["GET", "POST"])
def note(slug: str, council_id: int) -> Any:
    """Write down whom they heard, who spoke or what was decided."""
    row = found(council_id)
    item, plan = _asked(council_id)
    form = _form(council_id, item, plan)
    place = services.place_of(council_id, plan)
    may = policies.may_write_down(here_standing(), row.Council, row.CouncilMinutes)
    composing.require_or_keep(may, current_actor(), place, form)
    draft = composing.restore(current_actor(), place, form)
    where = _here(council_id, plan)

    def page(decision: Any) -> str:
        return render_template(
            "councils/minutes_note.html", slug=slug, row=row, form=form, item=item, plan=plan,
            place=place, draft=draft, decision=decision, urls=urls_of(council_id, place, where),
            speaker=_speaker(item, plan),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> Response:
        chosen = _chosen(form, plan)
        made = services.write_down(current_actor(), council_id, chosen, words, seen=seen)
        return written(slug, council_id, made.entry_id, made.state)

    if not form.is_submitted():
        return page(None)
    return composing.send(form, _desk(place), act, page)


@bp.route(
    "/c/<slug>/councils/<int:council_id>/minutes/notes/<int:entry_id>", methods=["GET", "POST"]
)
def change_note(slug: str, council_id: int, entry_id: int) -> Any:
    """Change a note."""
    row, place = found(council_id), services.place_of_note(entry_id)
    may = policies.may_write_down(here_standing(), row.Council, row.CouncilMinutes)
    composing.require_or_keep(may, current_actor(), place, NoteForm())
    old = queries.note(council_id, entry_id)
    plan = NotePlan(
        item_id=old.item_id, kind=old.kind, speaker_id=old.speaker_id, turn_id=old.turn_id,
        ballot_id=old.ballot_id,
    )  # fmt: skip
    item, form = _item(council_id, old.item_id), NoteForm()
    form.offer([], [])
    if request.method == "GET":
        form.body.data, form.revision.data = old.body, old.revision
    draft = composing.restore(current_actor(), place, form)

    def page(decision: Any) -> str:
        where = url_for(".change_note", slug=slug, council_id=council_id, entry_id=entry_id)
        return render_template(
            "councils/minutes_note.html", slug=slug, row=row, form=form, item=item, plan=plan,
            place=place, draft=draft, decision=decision, urls=urls_of(council_id, place, where),
            speaker=_speaker(item, plan), old=old,
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> Response:
        made = services.rewrite(
            current_actor(), council_id, entry_id, words,
            revision=form.revision.data or old.revision, seen=seen,
        )  # fmt: skip
        return written(slug, council_id, made.entry_id, made.state)

    if not form.is_submitted():
        return page(None)
    return composing.send(form, _desk(place), act, page)


@bp.post("/c/<slug>/councils/<int:council_id>/minutes/notes/<int:entry_id>/out")
def take_out(slug: str, council_id: int, entry_id: int) -> Response:
    """Take a note out of the minutes."""
    found(council_id)
    services.take_out(current_actor(), council_id, entry_id)
    flash(_("The note is taken out of the minutes."))
    return redirect(url_for(".minutes", slug=slug, council_id=council_id))


@bp.post("/c/<slug>/councils/<int:council_id>/minutes/check")
def check(slug: str, council_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Tell what the rules would say of words for the minutes (the red pencil)."""
    found(council_id)
    words = Words(body=request.form.get("body", ""))
    try:
        decision = gate.check(current_actor(), here_standing(), words, _circumstances())
    except Invalid:
        return jsonify(act="allow", hits=[])
    return jsonify(offers.as_json(decision, _ways))


def written(slug: str, council_id: int, entry_id: int, state: str) -> Response:
    """Lead back to the minutes, to the words that were taken."""
    if state == "held":
        flash(
            _(
                "The words wait for a moderator: they come into the minutes when they are let through."
            )
        )
    there = url_for(".minutes", slug=slug, council_id=council_id, _anchor=f"entry-{entry_id}")
    back = request.form.get("back", "")
    return redirect(back if back.startswith(f"/c/{slug}/councils/{council_id}/") else there)


def drawing() -> dict[str, Any]:
    """Return what the templates of minutes draw with: words, moments and days of the sealed kind."""
    return {
        "prose": prose, "say": wording,
        "html_of": html_of,
        "answers": {code: _(each) for code, each in ANSWERS.items()},
        "states": {code: _(each) for code, each in STATES.items()},
    }  # fmt: skip


def prose(words: str) -> Markup:
    """Return the safe HTML of words in the minutes."""
    return Markup(render(words, {}))  # noqa: S704 — the sanitiser's own


def html_of(entry: EntryView) -> Markup:
    """Return the HTML of a text as it was cleaned when it was stored."""
    return Markup(entry.html)  # noqa: S704 — the sanitiser's own


def urls_of(council_id: int, place: str, action: str) -> dict[str, str]:
    """Return the addresses that a composer of the minutes works with."""
    slug = here().slug
    check = url_for(".check", slug=slug, council_id=council_id)
    return composing.addresses(slug, place, action=action, check=check)


def _asked(council_id: int) -> tuple[paper.Item, NotePlan]:
    """Return what the new note is of, as the address names it; raises ``NotFound``."""
    args = request.args
    kind = args.get("kind", "heard")
    item = _item(council_id, args.get("item", 0, type=int))
    if kind not in KINDS:
        raise NotFound
    turn_id, ballot_id = args.get("turn", type=int), args.get("ballot", type=int)
    speaker_id = queries.speaker_of(turn_id, item.item_id) if turn_id else None
    return item, NotePlan(
        item_id=item.item_id, kind=kind, turn_id=turn_id, ballot_id=ballot_id, speaker_id=speaker_id
    )


def _item(council_id: int, item_id: int) -> paper.Item:
    for each in queries.minutes_of(council_id).items:
        if each.item_id == item_id:
            return each
    raise NotFound


def _form(council_id: int, item: paper.Item, plan: NotePlan) -> NoteForm:
    form = NoteForm()
    people = queries.expected(council_id) if plan.kind == "spoke" and not plan.turn_id else []
    form.offer(people, [(vote.ballot_id, vote.title) for vote in item.votes])
    if not form.is_submitted() and plan.ballot_id:
        form.ballot_id.data = plan.ballot_id
    return form


def _chosen(form: NoteForm, plan: NotePlan) -> NotePlan:
    """Return the plan with what the form chose; raises ``Invalid`` where nobody is named."""
    speaker_id, ballot_id = plan.speaker_id, None
    if plan.kind == "spoke" and speaker_id is None:
        speaker_id = form.speaker_id.data or None
        if speaker_id is None:
            raise Invalid({"speaker_id": [_("Please say who spoke.")]})
    if plan.kind == "resolved":
        ballot_id = form.ballot_id.data or None
    return NotePlan(
        item_id=plan.item_id, kind=plan.kind, turn_id=plan.turn_id, speaker_id=speaker_id,
        ballot_id=ballot_id,
    )  # fmt: skip


def _speaker(item: paper.Item, plan: NotePlan) -> str:
    """Return whose words the note is of, where the queue tells it."""
    if plan.turn_id is None:
        return item.rapporteur if plan.kind == "heard" else ""
    return next((each.name for each in item.spoke if each.turn_id == plan.turn_id), "")


def _here(council_id: int, plan: NotePlan) -> str:
    return url_for(
        ".note", slug=here().slug, council_id=council_id, item=plan.item_id, kind=plan.kind,
        turn=plan.turn_id, ballot=plan.ballot_id,
    )  # fmt: skip


def _desk(place: str) -> Desk:
    return Desk(place, here().id, _ways)


def _ways() -> Ways:
    return Ways(here_standing(), _circumstances())


def _circumstances() -> Circumstances:
    return Circumstances("post", None, here().id)
