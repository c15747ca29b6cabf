"""Making the agenda: items, their order, proposals, rapporteurs, acquaintance with documents."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.communities.here import here, require_member
from community.core import clock
from community.core.errors import Conflict, Invalid, NotFound, Refused
from community.core.verdict import require
from community.councils.forms.planning import ItemForm, ItemPlanForm, ReasonForm
from community.councils.policies import holding as policies
from community.councils.policies import planning as before
from community.councils.queries import acquaintance, people, single
from community.councils.queries import agenda as items_of
from community.councils.queries.agenda import ItemView
from community.councils.routes.blueprints import bp
from community.councils.routes.calling import desk
from community.councils.routes.planning import back, moved
from community.councils.services import acquainting, agenda, planning, proposing
from community.publishing import access, composing
from community.publishing import queries as words_of
from community.publishing.facts import Words
from community.web.access import current_actor
from community.web.errors import sentence, status_of
from community.web.forms import number_sent

BASE = "/c/<slug>/councils/<int:council_id>"
ITEM = BASE + "/items/<int:item_id>"


@bp.route(f"{BASE}/items/new", methods=["GET", "POST"])
def new_item(slug: str, council_id: int) -> Any:
    """Put an item on the agenda (I01)."""
    who, row = require_member(), _council(council_id)
    require(policies.may_prepare(who, row.Council))
    place = planning.place_of_item(council_id)
    return _compose(slug, row, place, planning.add_item, _("A new item of the agenda"))


@bp.route(f"{BASE}/items/propose", methods=["GET", "POST"])
def propose(slug: str, council_id: int) -> Any:
    """Propose an item to the agenda till the date that is set (I01)."""
    who, row = require_member(), _council(council_id)
    require(before.may_propose(who, row.Council, clock.now()))
    place = proposing.place_of(council_id)
    return _compose(slug, row, place, proposing.propose, _("A proposal to the agenda"))


def _compose(slug: str, row: Any, place: str, put: Any, heading: str) -> Any:
    actor, council_id, form = current_actor(), row.Council.thread_id, ItemForm()
    form.offer(people.invited(row.Happening.id))
    draft = composing.restore(actor, place, form)

    def page(decision: Any) -> str:
        return render_template(
            "councils/item_new.html", form=form, slug=slug, row=row, heading=heading, place=place,
            decision=decision, draft=draft or composing.restore(actor, place, form),
            proposes=put is proposing.propose, urls=composing.addresses_with_files(
                slug, place, check=url_for("councils.check_words", slug=slug)
            ),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], file_ids: Any) -> Response:
        made = put(actor, council_id, words, form.plan(), seen=seen, file_ids=file_ids)
        if made.state == "held":
            flash(_("Your text waits for a check. It is seen by you and the moderators."))
        at = url_for("councils.council", slug=slug, council_id=council_id,
                     _anchor=f"item-{made.thread_id}")  # fmt: skip
        return composing.sent(at, made)

    return composing.send(form, desk(place), act, page) if form.is_submitted() else page(None)


@bp.route(f"{ITEM}/edit", methods=["GET", "POST"])
def edit_item(slug: str, council_id: int, item_id: int) -> Any:
    """Change who reports on an item and its minutes; its words are changed by their author."""
    who, row = require_member(), _council(council_id)
    require(policies.may_prepare(who, row.Council))
    item, form, status = _item(council_id, item_id), ItemPlanForm(), 200
    form.offer(people.invited(row.Happening.id))
    if request.method == "GET":
        form.rapporteur_id.data, form.minutes.data = item.rapporteur_id or 0, item.minutes
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                agenda.change_item(current_actor(), council_id, item_id, form.plan())
                return back(slug, council_id, f"item-{item_id}")
            except Invalid as error:
                told = {name: [_(each) for each in said] for name, said in error.fields.items()}
                form.refuse(told)
            except (Refused, Conflict) as error:
                status = _say(form, error)
    mine = item.author_id == current_actor().user_id
    return render_template(
        "councils/item_edit.html", form=form, slug=slug, row=row, item=item, mine=mine
    ), status


@bp.post(f"{ITEM}/up")
def item_up(slug: str, council_id: int, item_id: int) -> Any:
    """Let an item stand one place earlier."""
    return _step(slug, council_id, item_id, -1)


@bp.post(f"{ITEM}/down")
def item_down(slug: str, council_id: int, item_id: int) -> Any:
    """Let an item stand one place later."""
    return _step(slug, council_id, item_id, 1)


@bp.post(f"{ITEM}/take-off")
def take_off(slug: str, council_id: int, item_id: int) -> Any:
    """Take an item off the agenda."""
    _known(council_id, item_id)
    actor, version = current_actor(), number_sent("version")
    return moved(slug, council_id, lambda: agenda.take_off(actor, council_id, item_id, version))


@bp.post(f"{ITEM}/take-back")
def take_back(slug: str, council_id: int, item_id: int) -> Any:
    """Take one's own proposal back."""
    _known(council_id, item_id)
    return moved(slug, council_id, lambda: agenda.take_back(current_actor(), council_id, item_id))


@bp.post(f"{ITEM}/accept")
def accept(slug: str, council_id: int, item_id: int) -> Any:
    """Put a proposal on the agenda, or back what was taken off."""
    _known(council_id, item_id)
    return moved(slug, council_id, lambda: proposing.accept(current_actor(), council_id, item_id))


@bp.route(f"{ITEM}/decline", methods=["GET", "POST"])
def decline(slug: str, council_id: int, item_id: int) -> Any:
    """Decline a proposal with a reason in words."""
    who, row = require_member(), _council(council_id)
    require(policies.may_prepare(who, row.Council))
    item, form, place = _item(council_id, item_id), ReasonForm(), proposing.place_of_answer(item_id)
    actor = current_actor()
    draft = composing.restore(actor, place, form)

    def page(decision: Any) -> str:
        return render_template(
            "councils/item_decline.html", form=form, slug=slug, row=row, item=item,
            decision=decision, place=place,
            draft=draft or composing.restore(actor, place, form),
            urls=composing.addresses(
                slug, place, check=url_for("councils.check_words", slug=slug)
            ),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> Response:
        made = proposing.decline(actor, council_id, item_id, words, seen=seen)
        at = url_for("councils.council", slug=slug, council_id=council_id,
                     _anchor=f"item-{item_id}")  # fmt: skip
        return composing.sent(at, made)

    return composing.send(form, desk(place), act, page) if form.is_submitted() else page(None)


@bp.post(f"{ITEM}/decline-report")
def decline_report(slug: str, council_id: int, item_id: int) -> Any:
    """Say that one cannot report."""
    _known(council_id, item_id)

    def act() -> None:
        agenda.decline_report(current_actor(), council_id, item_id)
        flash(_("The chairman and the secretary are told that somebody else has to report."))

    return moved(slug, council_id, act)


@bp.post(f"{ITEM}/acquaint")
def acquaint(slug: str, council_id: int, item_id: int) -> Any:
    """Say that one has read the documents of an item («Ознакомлен(а)»)."""
    _known(council_id, item_id)
    acquainting.acquaint(current_actor(), council_id, item_id)
    return back(slug, council_id, f"item-{item_id}")


@bp.get(f"{BASE}/readers")
def readers(slug: str, council_id: int) -> str:
    """Show the desk who has read the documents and who has not."""
    who, row = require_member(), _council(council_id)
    if not (policies.leads(row.Council, who.user_id) or who.is_moderator):
        raise NotFound
    found = acquaintance.readers(council_id, row.Happening.id)
    return render_template(
        "councils/readers.html", slug=slug, row=row, council=row.Council, items=found,
        owing=any(each.owing for each in found),
    )  # fmt: skip


@bp.post(f"{BASE}/remind")
def remind(slug: str, council_id: int) -> Any:
    """Remind those who have not read the documents, once a day at most."""
    require_member()
    _council(council_id)

    def act() -> None:
        told = acquainting.remind(current_actor(), council_id)
        flash(ngettext("%(num)s person is reminded.", "%(num)s people are reminded.", told))

    return moved(slug, council_id, act)


def _step(slug: str, council_id: int, item_id: int, step: int) -> Any:
    _known(council_id, item_id)
    actor, version = current_actor(), number_sent("version")
    return moved(
        slug, council_id, lambda: agenda.move_item(actor, council_id, item_id, step, version)
    )


def _council(council_id: int) -> Any:
    return single.council(access.viewer(current_actor()), council_id, here().id)


def _known(council_id: int, item_id: int) -> None:
    """Answer 404 for a council or an item that the reader may not know of."""
    require_member()
    _council(council_id)
    words_of.thread(access.viewer(current_actor()), item_id)


def _item(council_id: int, item_id: int) -> ItemView:
    reader = access.viewer(current_actor())
    known = (*items_of.agenda(reader, council_id), *items_of.proposals(reader, council_id))
    found = next((each for each in known if each.thread_id == item_id), None)
    if found is None:
        raise NotFound
    return found


def _say(form: ItemPlanForm, error: Refused | Conflict) -> int:
    if isinstance(error, Conflict):
        form.form_errors.append(composing.said(error))
        return 409
    form.form_errors.append(sentence(error.verdict))
    return status_of(error.code)
