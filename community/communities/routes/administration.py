"""The administrators' desk: the queue, the card, the services, the texts, a spin-off (S3 §6)."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from community.communities import policies, services
from community.communities import services_registry as registry
from community.communities.forms import CardForm, DocumentForm, PlainForm, RefuseForm, SpinOffForm
from community.communities.here import here, here_standing
from community.communities.queries import admissions, face, people
from community.communities.routes import bp
from community.communities.routes.telling import status, told
from community.communities.services import viewing
from community.communities.services.seats import SPLIT_FROM
from community.core.errors import Invalid, NotFound, Refused
from community.core.verdict import deny, require
from community.web.access import current_actor
from community.web.errors import sentence


def administered() -> face.Card:
    """Return the card of this community to its administrators; refuses everybody else."""
    require(policies.may_administer(here_standing()))
    return face.card(here().id)


@bp.get("/c/<slug>/admin/")
def desk(slug: str) -> Any:  # noqa: ARG001 — read by here()
    """Show what waits for the administrator and where everything is set."""
    card = administered()
    return render_template(
        "communities/desk.html",
        card=card,
        queue=admissions.queue(card.id),
        not_agreed=people.not_agreed(card.id),
        silent=len(people.silent_ids(card.id, 3)),
        split_from=SPLIT_FROM,
    )


@bp.route("/c/<slug>/admin/applications", methods=["GET", "POST"])
def applications(slug: str) -> Any:  # noqa: ARG001 — read by here()
    """Decide about applications, several at once; each answer has its own outcome (A05, A06)."""
    card, form = administered(), RefuseForm()
    outcomes: list[tuple[str, str, bool]] = []
    if form.validate_on_submit():
        ids = list(dict.fromkeys(request.form.getlist("id", type=int)))[:150]
        act = request.form.get("act", "")
        if not ids:
            form.refuse({"": [_("Mark at least one application.")]})
        elif act not in ("approve", "refuse"):
            form.refuse({"": [_("Choose what to do with the marked applications.")]})
        else:
            outcomes = _decide(card, ids, act, form)
            card = face.card(card.id)
    queue = admissions.queue(card.id)
    seen = [each.person.id for each in (*queue.new, *queue.offered, *queue.waiting)]
    viewing.note(current_actor(), card.id, viewing.APPLICATION, seen)
    page = render_template(
        "communities/queue.html",
        card=card,
        queue=queue,
        form=form,
        outcomes=outcomes,
        marked=set(request.form.getlist("id", type=int)) if form.errors else set(),
    )
    return page, status(form)


def _decide(
    card: face.Card, ids: list[int], act: str, form: RefuseForm
) -> list[tuple[str, str, bool]]:
    """Decide one after another, each in a transaction of its own; report what came of each."""
    queue = admissions.queue(card.id)
    people_by_id = {
        each.id: each.person.name for each in (*queue.new, *queue.waiting, *queue.offered)
    }
    told_people: list[tuple[str, str, bool]] = []
    for each in ids:
        name = people_by_id.get(each, _("Application No. %(number)s", number=each))
        try:
            told_people.append((name, *_one(card, each, act, form.reason.data or "")))
        except Refused as refusal:
            told_people.append((name, sentence(refusal.verdict), False))
        except NotFound:
            told_people.append((name, _("There is no such application here."), False))
        except Invalid as invalid:
            form.refuse(invalid.fields)
            return told_people
    return told_people


def _one(card: face.Card, application_id: int, act: str, reason: str) -> tuple[str, bool]:
    wanted = admissions.case_in(card.id, application_id)
    if act == "refuse":
        services.refuse(current_actor(), wanted, reason=reason)
        return _("refused, the reason is sent"), True
    outcome = services.approve(current_actor(), wanted)
    if outcome.state == "approved":
        return _("admitted"), True
    if outcome.state == "waitlisted":
        words = _("no place is free: number %(place)s in the waiting list", place=outcome.place)
        return words, False
    return _("a place is kept for this person already"), True


@bp.route("/c/<slug>/admin/card", methods=["GET", "POST"])
def card_settings(slug: str) -> Any:
    """Change the card, the limit and the term of an offered place."""
    card = administered()
    form = CardForm(data=_as_data(card))
    if form.validate_on_submit():
        with told(form):
            actor = current_actor()
            if form.cap.data != card.cap:
                services.set_cap(actor, card.id, form.cap.data)
            services.change_card(actor, card.id, **_values(form))
            flash(_("Saved."))
            return redirect(url_for("communities.desk", slug=slug))
    return render_template("communities/card.html", card=card, form=form), status(form)


def _as_data(card: face.Card) -> dict[str, Any]:
    names = ("name", "kind", "scope", "district", "tagline", "about", "cap", "offer_hours")
    return {name: getattr(card, name) for name in names} | {
        "subjects": ", ".join(card.subjects),
        "goals": "\n".join(card.goals),
        "tasks": "\n".join(card.tasks),
    }


def _values(form: CardForm) -> dict[str, Any]:
    names = ("name", "kind", "scope", "district", "tagline", "about", "goals", "tasks")
    return {name: form[name].data or "" for name in names} | {
        "subjects": form.subject_list(),
        "offer_hours": form.offer_hours.data,
    }


@bp.route("/c/<slug>/admin/services", methods=["GET", "POST"])
def services_settings(slug: str) -> Any:
    """Switch services on and off; what is switched off keeps its data (T02)."""
    card, form = administered(), PlainForm()
    if form.validate_on_submit():
        wanted = set(request.form.getlist("on"))
        services.switch_services(
            current_actor(), card.id, {code: code in wanted for code in registry.known_codes()}
        )
        flash(_("Saved."))
        return redirect(url_for("communities.services_settings", slug=slug))
    rows = [(each, registry.is_on(card.services, each.code)) for each in registry.all_services()]
    return render_template("communities/services.html", card=card, form=form, rows=rows)


@bp.route("/c/<slug>/admin/<any(charter, rules):kind>", methods=["GET", "POST"])
def document_settings(slug: str, kind: str) -> Any:
    """Put a new text of the charter or the rules in force; members are asked again (A04)."""
    card = administered()
    text = face.text_in_force(card, kind)
    form = DocumentForm(data={"text": text.source})
    if form.validate_on_submit():
        with told(form):
            services.publish_document(current_actor(), card.id, kind, form.text.data)
            flash(_("The text is in force. Members will be asked to agree at their next visit."))
            return redirect(url_for(f"communities.{kind}", slug=slug))
    page = render_template(
        "communities/document_edit.html", card=card, form=form, text=text, kind=kind
    )
    return page, status(form)


@bp.route("/c/<slug>/admin/spin-off", methods=["GET", "POST"])
def spin_off(slug: str) -> Any:  # noqa: ARG001 — read by here()
    """Split an own association off: aim, leader, name, address (A15)."""
    card, form = administered(), SpinOffForm()
    names = people.names(card.id)
    form.leader.choices = [SelectChoice(user_id, name) for user_id, name in names]
    if card.members >= SPLIT_FROM and form.validate_on_submit():
        with told(form):
            made = services.spin_off(
                current_actor(),
                card.id,
                name=form.name.data or "",
                aim=form.aim.data or "",
                tasks=form.tasks.data or "",
                leader_id=form.leader.data,
                slug=form.slug.data or None,
                kind=form.kind.data,
            )
            flash(_("“%(community)s” is founded. Members join it themselves.", community=made.name))
            return redirect(url_for("communities.front", slug=made.slug))
    elif request.method == "POST" and card.members < SPLIT_FROM:
        require(deny("community.too_small", from_=SPLIT_FROM))
    page = render_template("communities/spin_off.html", card=card, form=form, split_from=SPLIT_FROM)
    return page, status(form)
