"""One page for every decision: what it was, what can be done, the appeal and how far it has come."""

from collections.abc import Callable
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.communities.standing import standing
from community.core.errors import NotFound
from community.moderation import policies, statements
from community.moderation.forms import (
    AnswerForm,
    AppealForm,
    ReasonForm,
    StepForm,
    number_in,
    rules_seen,
)
from community.moderation.queries import rulings
from community.moderation.routes.blueprints import cases_bp
from community.moderation.routes.shared import errors_into, slug_of
from community.moderation.services import appealing, lifting, readers, warning
from community.moderation.statements import DecisionPage
from community.publishing import cards
from community.web.access import current_actor


@cases_bp.route("/decisions/<int:number>", methods=["GET", "POST"])
def ruling(number: int) -> Any:
    """A decision as those it concerns and the moderators read it; 404 for everybody else."""
    first = rulings.answered_by(number)
    if first != number:
        _readable(first)
        return redirect(url_for("cases.ruling", number=first))
    said = _readable(number)
    forms = _forms(said)
    sent, status = request.form.get("act", ""), 200
    if request.method == "POST":
        status = 422
        form = forms.get(sent)
        if form is not None and form.validate_on_submit():
            with errors_into(form, _FIRST[sent]) as attempt:
                _ACTS[sent](number, form)
            if attempt.done:
                return redirect(url_for("cases.ruling", number=number))
            said, status = _readable(number), attempt.status
    return render_template(
        "moderation/decision.html", said=said, forms=forms, slug=slug_of(said.what.community_id)
    ), status


@cases_bp.get("/decisions/<int:number>.json")
def ruling_as_json(number: int) -> Response:
    """The same for programs: every field of the card, and the appeal (rules, §5)."""
    said = _readable(number)
    return jsonify(cards.as_json(said.card) | statements.as_json(said))


def _readable(number: int) -> DecisionPage:
    """Return a decision for who may read it: whom it concerns, the moderators, an operator asked."""
    actor, what = current_actor(), rulings.ruling(number)
    appeal = rulings.appeal_of(number, what.side)
    who = standing(actor, what.community_id)
    called = appeal is not None and appeal.escalated_at is not None
    if (
        actor.user_id != what.about_id
        and not policies.may_see_queue(who)
        and not (called and readers.is_operator(actor.user_id))
    ):
        raise NotFound
    return statements.read(actor, who, what, appeal)


def _forms(said: DecisionPage) -> dict[str, Any]:
    version = said.appeal.version if said.appeal else 0
    steps = {
        name: StepForm(prefix=name, version=version) for name in ("withdraw", "take", "return")
    }
    return steps | {
        "appeal": AppealForm(prefix="appeal"),
        "answer": AnswerForm(prefix="answer", version=version, partly=said.partly),
        "warn": ReasonForm(prefix="warn"),
        "lift": ReasonForm(prefix="lift"),
    }


def _appeal(number: int, form: Any) -> None:
    appealing.appeal(current_actor(), number, words=form.words.data, seen=rules_seen(form))
    flash(_("The appeal is accepted: another person will answer within three days."))


def _withdraw(number: int, _form: Any) -> None:
    appealing.withdraw(current_actor(), number)
    flash(_("You have withdrawn the appeal; the decision stands."))


def _take(number: int, form: Any) -> None:
    appealing.take(current_actor(), number, version=number_in(form.version.data))


def _return(number: int, _form: Any) -> None:
    appealing.give_back(current_actor(), number)
    flash(_("Another person may answer the appeal now."))


def _answer(number: int, form: Any) -> None:
    appealing.answer(
        current_actor(),
        number,
        outcome=form.outcome.data,
        answer=form.answer.data,
        version=number_in(form.version.data),
    )
    flash(_("The answer is sent, with your reasons."))


def _warn(number: int, form: Any) -> None:
    warning.warn(current_actor(), number, reason=form.reason.data)
    flash(_("The author has been warned for 90 days."))


def _lift(number: int, form: Any) -> None:
    lifting.lift_pause(current_actor(), number, reason=form.reason.data)
    flash(_("The pause is lifted; the member has been told why."))


_FIRST = {
    "appeal": "words", "answer": "answer", "warn": "reason", "lift": "reason",
    "withdraw": "version", "take": "version", "return": "version",
}  # fmt: skip
_ACTS: dict[str, Callable[[int, Any], None]] = {
    "appeal": _appeal, "answer": _answer, "warn": _warn, "lift": _lift,
    "withdraw": _withdraw, "take": _take, "return": _return,
}  # fmt: skip
