"""Addresses of people: a person's page, one's own, the directory of a community."""

from functools import partial
from typing import Any, BinaryIO, cast

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.accounts.names import fold
from community.communities.here import here, require_member
from community.communities.standing import standing
from community.core.actor import Actor
from community.core.errors import Invalid, NotFound
from community.core.markup import clean
from community.files import policies as file_policies
from community.files import queries as file_queries
from community.files import services as file_services
from community.profiles import directory, interests, queries, services
from community.profiles.forms import AboutForm, PhotoForm, PlainForm
from community.profiles.views import Filters
from community.publishing import composing, drafts, gate, offers
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Ways
from community.publishing.placing import OWN_PAGE
from community.web.access import current_actor

bp = Blueprint("profiles", __name__)


@file_policies.reader
def portrait_reader(actor: Actor, file: file_policies.FileFacts) -> bool:
    """A person's photo is for those who share a community with them; never for visitors."""
    if not actor.is_person or file_queries.portrait_id(file.owner_id) != file.id:
        return False
    return queries.shares_community(actor, file.owner_id)


@bp.get("/people/<int:user_id>")
def person(user_id: int) -> str:
    """Show a person to those who share a community with them."""
    return render_template("profiles/person.html", person=queries.profile(current_actor(), user_id))


@bp.get("/people/me")
def me() -> ResponseReturnValue:
    """Lead to one's own page."""
    return redirect(url_for("profiles.person", user_id=current_actor().id))


@bp.get("/people/me/edit")
def edit() -> str:
    """Show the form of one's own page."""
    return _edit_page(_filled())


@bp.post("/people/me/edit")
def save() -> Any:
    """Take what the person says of themselves; a refusal keeps every word in the form."""
    form = AboutForm()

    def act(words: Words, seen: frozenset[str], _files: Any) -> Response:
        services.rewrite(
            current_actor(),
            about=words.body,
            interests_typed=form.interests.data or "",
            expected_revision=form.revision.data or 0,
            seen=seen,
        )
        drafts.drop(current_actor(), _place())
        flash(_("Your page is changed."))
        return redirect(url_for("profiles.me"))

    def page(decision: Any) -> str:
        return _edit_page(form, decision=decision)

    return composing.send(form, Desk(_place(), None, _ways), act, page)


@bp.post("/people/me/check")
def check() -> ResponseReturnValue:
    """Tell what the rules would say of words about oneself before they are saved."""
    try:
        words = Words(body=request.form.get("body", ""))
        decision = gate.check(current_actor(), _ways().who, words, _ways().at)
    except Invalid:
        return jsonify(act="allow", hits=[])
    return jsonify(offers.as_json(decision, _ways))


def _place() -> str:
    return f"about:{current_actor().id}"


def _ways() -> Ways:
    home = queries.home(current_actor().id)
    who = standing(current_actor(), home or 0)
    return Ways(who, Circumstances(event="post", space=OWN_PAGE, community_id=home))


@bp.post("/people/me/photo")
def show_face() -> ResponseReturnValue:
    """Take a photo of oneself."""
    form = PhotoForm()
    if form.validate_on_submit():
        stream = cast("BinaryIO", form.file.data.stream)
        try:
            file_services.show_face(current_actor(), stream, form.file.data.filename)
            flash(_("Your photo is in its place."))
            return redirect(url_for("profiles.me"))
        except Invalid as error:
            form.refuse(error.fields)
    return _edit_page(_filled(), photo_form=form), 422


@bp.post("/people/me/photo/remove")
def forget_face() -> ResponseReturnValue:
    """Take one's photo away."""
    if not PlainForm().validate_on_submit():
        raise NotFound
    file_services.forget_face(current_actor().id)
    flash(_("The photo is taken away; your initials stand in its place."))
    return redirect(url_for("profiles.edit"))


@bp.get("/c/<slug>/people", endpoint="directory")
def members(slug: str) -> str:  # noqa: ARG001 — ``here`` reads it
    """Show the directory of a community to its members."""
    require_member()
    filters = Filters(
        words=_asked("q", 100),
        school=_asked("school", 10),
        subject=_asked("subject", 10),
        interest=fold(_asked("interest", 40)),
        role=_known_role(_asked("role", 20)),
    )
    number = request.args.get("page", 1, type=int)
    found = directory.page(here().id, filters, number)
    return render_template(
        "profiles/directory.html",
        directory=found,
        filters=filters,
        place=here(),
        page_url=partial(_page_url, filters),
    )


@bp.get("/c/<slug>/people.json")
def complete(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Complete a name after an @: the members whose name begins so."""
    require_member()
    found = directory.suggest(here().id, _asked("q", 100))
    return jsonify(people=[{"name": name, "post": post} for name, post in found])


def _asked(name: str, longest: int) -> str:
    """A parameter of the address, without the signs that no database takes."""
    return clean(request.args.get(name, ""))[:longest]


def _page_url(filters: Filters, number: int) -> str:
    return url_for("profiles.directory", slug=here().slug, page=number, **filters.as_query())


def _known_role(code: str) -> str:
    return code if code in (*directory.COMMUNITY_ROLES, *directory.CALLINGS) else ""


def _filled() -> AboutForm:
    actor = current_actor()
    body, revision = queries.about_for_change(actor)
    typed = interests.joined(queries.interests(actor.id))
    return AboutForm(formdata=None, body=body, revision=revision, interests=typed)


def _edit_page(
    form: AboutForm, *, photo_form: PhotoForm | None = None, decision: Any = None
) -> str:
    actor = current_actor()
    draft = composing.restore(actor, _place(), form)
    return render_template(
        "profiles/edit.html",
        person=queries.profile(actor, actor.id),
        is_member=queries.home(actor.id) is not None,
        form=form,
        photo_form=photo_form or PhotoForm(formdata=None),
        decision=decision,
        draft=draft,
        place=_place(),
        urls={
            "action": url_for("profiles.save"),
            "check": url_for("profiles.check"),
            "draft": f"/drafts/{_place()}",
        },
    )
