"""What anybody may see: the network's face, a community's face, its charter and rules (A01, A02)."""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for

from community.communities import services_registry as registry
from community.communities.here import here, here_standing
from community.communities.kinds import KINDS, kind_name, role_name, scope_name
from community.communities.queries import admissions, face, people
from community.communities.routes import bp
from community.web.access import current_actor, public


@bp.app_context_processor
def names() -> dict[str, Any]:
    """Give templates the names of kinds, scopes and roles."""
    return {"kind_name": kind_name, "scope_name": scope_name, "role_name": role_name}


@bp.get("/")
@public
def network() -> Any:
    """Show the network: straight into the only community, or the catalogue of several (A02)."""
    count, slug = face.only_slug()
    if count == 1:
        return redirect(url_for("communities.front", slug=slug))
    wanted = {name: request.args.get(name, "")[:120] for name in ("kind", "subject", "words")}
    every = face.catalogue()
    subjects = sorted({each for card in every for each in card.subjects}, key=str.casefold)
    return render_template(
        "communities/network.html",
        cards=face.catalogue(**wanted),
        mine=face.memberships(current_actor()),
        wanted=wanted,
        kinds=[code for code in KINDS if any(card.kind == code for card in every)],
        subjects=subjects,
        is_empty=not every,
    )


@bp.get("/c/<slug>/")
@public
def front(slug: str) -> Any:
    """Lead members to what is new, show everybody else the community's face (A01)."""
    place, who = here(), here_standing()
    wanted = registry.front_of(place.services)
    if who.is_member and wanted in current_app.view_functions and "face" not in request.args:
        return redirect(url_for(wanted, slug=slug))
    card = face.card(place.id)
    parent, children = face.family(card)
    actor = current_actor()
    return render_template(
        "communities/front.html",
        card=card,
        parent=parent,
        children=children,
        officers=people.officers(card.id),
        who=who,
        case=admissions.last_case(card.id, actor.id) if actor.is_person else None,
    )


@bp.get("/c/<slug>/charter")
@public
def charter(slug: str) -> Any:  # noqa: ARG001 — read by here()
    """Show the charter in force and its earlier versions."""
    return _document("charter")


@bp.get("/c/<slug>/rules")
@public
def rules(slug: str) -> Any:  # noqa: ARG001 — read by here()
    """Show the rules of talk: the five rules and what counts as breaking them (B01)."""
    return _document("rules")


@bp.get("/c/<slug>/<any(charter, rules):kind>/<int:number>")
@public
def document_version(slug: str, kind: str, number: int) -> Any:  # noqa: ARG001 — read by here()
    """Show an earlier version of a document, by its stable address."""
    return _document(kind, number)


def _document(kind: str, number: int | None = None) -> Any:
    card = face.card(here().id)
    text = (
        face.text_in_force(card, kind) if number is None else face.text_version(card, kind, number)
    )
    return render_template(
        "communities/document.html",
        card=card,
        text=text,
        versions=face.versions(card.id, kind),
        parent=face.family(card)[0],
        shows_figures=here().has("journal") and here_standing().reads,
    )
