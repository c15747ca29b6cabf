"""Minutes are shown, objected to, answered, signed and taken back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.accounts.services import credentials
from community.communities.here import here, here_standing
from community.core import clock
from community.core.errors import Conflict, Invalid, NotFound, Refused
from community.core.verdict import require
from community.councils import minutes as paper
from community.councils.forms.minutes import (
    ObjectionAnswerForm,
    ObjectionForm,
    ShowForm,
    SignForm,
)
from community.councils.policies import minutes as policies
from community.councils.queries import minutes as queries
from community.councils.queries import objections as reading
from community.councils.routes.blueprints import bp
from community.councils.routes.minutes import drawing, found, urls_of
from community.councils.services import objections as services
from community.councils.services import signing
from community.publishing import access, composing
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Ways
from community.web.access import current_actor
from community.web.errors import said, sentence, status_of


@bp.post("/c/<slug>/councils/<int:council_id>/minutes/show")
def show_minutes(slug: str, council_id: int) -> Response:
    """Show the draft to the participants for objections."""
    found(council_id)
    form = ShowForm()
    if not form.validate_on_submit():
        raise Invalid({name: list(told) for name, told in form.errors.items() if name})
    services.show(current_actor(), council_id, form.days.data or 0, _version())
    flash(_("The minutes are shown. The participants are told and can object till the term."))
    return _back(slug, council_id)


@bp.route("/c/<slug>/councils/<int:council_id>/minutes/objection", methods=["GET", "POST"])
def object_to(slug: str, council_id: int) -> Any:
    """Object to the minutes."""
    row, place = _readable(council_id), services.place_of(council_id)
    may = policies.may_object(here_standing(), row.CouncilMinutes, clock.now())
    composing.require_or_keep(may, current_actor(), place, ObjectionForm())
    form, it = ObjectionForm(), queries.shown(row.CouncilMinutes)
    form.offer([(item.item_id, f"{item.number}. {item.title}") for item in it.items])
    if not form.is_submitted():
        form.item_id.data = request.args.get("item", 0, type=int)
    draft = composing.restore(current_actor(), place, form)

    def page(decision: Any) -> str:
        where = url_for(".object_to", slug=slug, council_id=council_id)
        return render_template(
            "councils/minutes_objection.html", slug=slug, row=row, form=form, place=place,
            draft=draft, decision=decision, urls=urls_of(council_id, place, where),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> Response:
        about = form.item_id.data or None
        made = services.object_to(current_actor(), council_id, about, words, seen=seen)
        flash(
            _("Your objection waits for a moderator and is shown when it is let through.")
            if made.state == "held"
            else _("Your objection is taken. The secretary is told.")
        )
        return _back(slug, council_id, anchor=f"entry-{made.entry_id}")

    if not form.is_submitted():
        return page(None)
    return composing.send(form, _desk(place), act, page)


@bp.route(
    "/c/<slug>/councils/<int:council_id>/minutes/objections/<int:entry_id>",
    methods=["GET", "POST"],
)
def answer_objection(slug: str, council_id: int, entry_id: int) -> Any:
    """Accept an objection or decline it, with words."""
    row, place = _readable(council_id), services.place_of_answer(entry_id)
    may = policies.may_answer(here_standing(), row.Council, row.CouncilMinutes)
    composing.require_or_keep(may, current_actor(), place, ObjectionAnswerForm())
    reader = access.viewer(current_actor())
    objections = reading.objections(reader, council_id)
    it = next((each for each in objections if each.entry.id == entry_id), None)
    if it is None:
        raise NotFound
    form = ObjectionAnswerForm()
    draft = composing.restore(current_actor(), place, form)

    def page(decision: Any) -> str:
        where = url_for(".answer_objection", slug=slug, council_id=council_id, entry_id=entry_id)
        return render_template(
            "councils/minutes_answer.html", slug=slug, row=row, form=form, place=place, it=it,
            draft=draft, decision=decision, urls=urls_of(council_id, place, where), **drawing(),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> Response:
        services.answer(current_actor(), council_id, entry_id, form.verdict.data, words, seen=seen)
        flash(_("The objection is answered. Its author is told."))
        return _back(slug, council_id, anchor=f"entry-{entry_id}")

    if not form.is_submitted():
        return page(None)
    return composing.send(form, _desk(place), act, page)


@bp.route("/c/<slug>/councils/<int:council_id>/minutes/sign", methods=["GET", "POST"])
def sign_minutes(slug: str, council_id: int) -> Any:
    """Show exactly what is signed, ask for the password, take the signature."""
    row, form = _readable(council_id), SignForm()
    require(policies.may_sign(here_standing(), row.Council, row.CouncilMinutes))
    if not form.validate_on_submit():
        return _sign_page(slug, row, form), 422 if form.is_submitted() else 200
    actor = current_actor()
    try:
        credentials.confirm_password(actor, form.password.data)
        state = signing.sign(actor, council_id, form.sha256.data or "")
    except Refused as refused:
        form.refuse({"password": [sentence(refused.verdict)]})
        return _sign_page(slug, row, form), status_of(refused.code)
    except Conflict as conflict:
        form.refuse({"password": [said(conflict)]})
        return _sign_page(slug, found(council_id), form), 409
    flash(
        _("Both have signed: the minutes are sealed.")
        if state == "sealed"
        else _("Your signature is taken. The other desk is told.")
    )
    return _back(slug, council_id)


@bp.post("/c/<slug>/councils/<int:council_id>/minutes/back")
def take_minutes_back(slug: str, council_id: int) -> Response:
    """Take the minutes back to the draft; signatures fall."""
    found(council_id)
    signing.take_back(current_actor(), council_id, _version())
    flash(_("The minutes are a draft again. Mend them and show them once more."))
    return _back(slug, council_id)


def _sign_page(slug: str, row: Any, form: SignForm) -> str:
    it = queries.shown(row.CouncilMinutes)
    content = row.CouncilMinutes.content or paper.content_of(it)
    form.sha256.data = paper.fingerprint(content)
    return render_template(
        "councils/minutes_sign.html", slug=slug, row=row, it=it, form=form,
        post=policies.hand(here_standing(), row.Council), sha256=form.sha256.data,
        signatures=reading.signatures(row.CouncilMinutes), **drawing(),
    )  # fmt: skip


def _readable(council_id: int) -> Any:
    row = found(council_id)
    if not queries.may_read(access.viewer(current_actor()), row.CouncilMinutes):
        raise NotFound
    return row


def _version() -> int:
    return request.form.get("version", 0, type=int)


def _back(slug: str, council_id: int, anchor: str | None = None) -> Response:
    return redirect(url_for(".minutes", slug=slug, council_id=council_id, _anchor=anchor))


def _desk(place: str) -> Desk:
    at = Circumstances("comment", None, here().id)
    return Desk(place, here().id, lambda: Ways(here_standing(), at))
