"""Addresses of surveys: the list, one survey with its answers, opening; the page behind the link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.communities.here import here, here_standing, require_member
from community.core import clock
from community.core.errors import Invalid, NotFound, Refused
from community.core.markup import render
from community.core.verdict import Verdict, deny
from community.publishing import access, cards, composing
from community.publishing.composing import Desk
from community.publishing.decisions import AskFirst, WordsStopped, rule_ids
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Ways
from community.surveys import exports, policies, queries, services
from community.surveys.forms import AnswerForm, SurveyForm
from community.surveys.models import SCALE, SurveyQuestion
from community.surveys.plan import typed
from community.web import tables
from community.web.access import current_actor, public
from community.web.errors import sentence

bp = Blueprint("surveys", __name__)
link_bp = Blueprint("survey_link", __name__)
blueprints = (bp, link_bp)


@bp.get("/c/<slug>/surveys")
def index(slug: str) -> str:
    """Show the surveys of the community."""
    require_member()
    rows = queries.rows(access.viewer(current_actor()), here().id)
    return render_template("surveys/list.html", rows=rows, slug=slug, now=clock.now())


@bp.route("/c/<slug>/surveys/new", methods=["GET", "POST"])
def new(slug: str) -> Any:
    """Open a survey."""
    require_member()
    form, place = SurveyForm(), services.place_of(here().id)
    draft = composing.restore(current_actor(), place, form)
    if draft is not None:
        form.unfold()
    form.begin()

    def page(decision: Any) -> str:
        return render_template(
            "surveys/new.html", form=form, slug=slug, decision=decision, place=place, draft=draft,
            urls=composing.addresses(slug, place),
        )  # fmt: skip

    def act(words: Words, seen: frozenset[str], _files: Any) -> AnyResponse:
        survey_id, made = services.open_survey(
            current_actor(), here().id, words, form.plan(), seen=seen
        )
        if made.state == "held":
            flash(
                _("Your text waits for a check. The link works when a moderator lets it through.")
            )
            return redirect(url_for("surveys.index", slug=slug))
        flash(_("The survey is open. Give people the link or the picture with it."))
        return redirect(url_for("surveys.survey", slug=slug, survey_id=survey_id))

    if not form.is_submitted():
        return page(None)
    desk = Desk(place, here().id, lambda: Ways(here_standing(), _at()))
    return composing.send(form, desk, act, page)


@bp.get("/c/<slug>/surveys/<int:survey_id>")
def survey(slug: str, survey_id: int) -> str:
    """Show a survey: its link with the picture, and to those who may read them the answers."""
    require_member()
    row = _found(survey_id)
    link = url_for("survey_link.answer", token=row.Survey.token, _external=True)
    manages = bool(policies.may_manage(here_standing(), row.Survey))
    asked, count = queries.questions(survey_id), queries.count(survey_id)
    return render_template(
        "surveys/survey.html", it=row.Survey, title=row.Entry.title, author=row.author_name,
        slug=slug, link=link, count=count, manages=manages, greeting=_greeting(row), asked=asked,
        results=queries.results(asked, survey_id) if manages else [],
        qr=segno.make(link, error="m").svg_data_uri(scale=5, border=2), is_open=_is_open(row.Survey),
    )  # fmt: skip


@bp.post("/c/<slug>/surveys/<int:survey_id>/close")
def close(slug: str, survey_id: int) -> AnyResponse:
    """Close a survey before its term."""
    require_member()
    _found(survey_id)
    services.close(current_actor(), survey_id)
    flash(_("The survey is closed."))
    return redirect(url_for("surveys.survey", slug=slug, survey_id=survey_id))


@bp.post("/c/<slug>/surveys/<int:survey_id>/erase")
def erase(slug: str, survey_id: int) -> AnyResponse:
    """Erase the answers of a closed survey."""
    require_member()
    _found(survey_id)
    services.drop_answers(current_actor(), survey_id)
    flash(_("The answers are erased."))
    return redirect(url_for("surveys.survey", slug=slug, survey_id=survey_id))


@bp.get("/c/<slug>/surveys/<int:survey_id>/answers.csv")
def as_csv(slug: str, survey_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Give the answers as CSV to those who may read them."""
    _require_manager(survey_id)
    content = exports.as_csv(survey_id)
    return tables.attachment(content, tables.CSV, f"survey-{survey_id}.csv")


@bp.get("/c/<slug>/surveys/<int:survey_id>/answers.xlsx")
def as_xlsx(slug: str, survey_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Give the answers as a workbook to those who may read them."""
    _require_manager(survey_id)
    content = exports.as_xlsx(survey_id)
    return tables.attachment(content, tables.XLSX, f"survey-{survey_id}.xlsx")


def _require_manager(survey_id: int) -> None:
    require_member()
    if not policies.may_manage(here_standing(), _found(survey_id).Survey):
        raise NotFound


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands before whoever has the link: the survey, its questions, what was filled in."""

    row: Any
    form: AnswerForm
    asked: Sequence[SurveyQuestion]
    given: Mapping[int, Any]


@link_bp.route("/s/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> Any:
    """Let whoever has the link answer: no account, no name, one answer from a device."""
    row, form = queries.by_token(token[:64]), AnswerForm()
    verdict = _may_answer(row.Survey)
    if not verdict:
        return _told(row, sentence(verdict)), 200 if request.method == "GET" else 403
    asked = queries.questions(row.Survey.id)
    sheet = Sheet(row, form, asked, _given(asked) if form.is_submitted() else {})
    if not form.is_submitted():
        return _asked(sheet)
    if not form.validate_on_submit():
        return _asked(sheet), 422
    return _taken(sheet)


def _taken(sheet: Sheet) -> Any:
    row, form = sheet.row, sheet.form
    try:
        services.answer(row.Survey.token, sheet.given, seen=form.rules_seen())
    except WordsStopped as stopped:
        form.seen.data = ",".join(sorted(rule_ids(stopped.decision.marks)))
        again = isinstance(stopped, AskFirst)
        return _asked(sheet, card=_card(sheet, stopped), again=again), 422
    except Invalid as error:
        said = [_(each) for told in error.fields.values() for each in told]
        return _asked(sheet, said=said), 422
    except Refused as error:
        return _told(row, sentence(error.verdict)), 403
    made = redirect(url_for("survey_link.thanks", token=row.Survey.token))
    made.set_cookie(
        _cookie(row.Survey.id), _seal().dumps(row.Survey.id), expires=row.Survey.closes_at,
        httponly=True, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return made


def _card(sheet: Sheet, stopped: WordsStopped) -> cards.Card:
    """Return the card for people outside: they have no page of their own and write no letters here."""
    words = "\n".join(sheet.given[each.id] for each in sheet.asked if each.kind == "text")
    if isinstance(stopped, AskFirst):
        message = _("The marked words may hurt, or tell too much. Change them, or send as it is.")
        return cards.of(stopped.decision, words, message=message)
    title = _("The answer is not sent yet")
    message = _(
        "Please take out what is marked: surnames, telephones, addresses and rude words are not "
        "taken in answers without a name. Everything else stays in the form."
    )
    return cards.of(stopped.decision, words, title=title, message=message)


@link_bp.get("/s/<token>/thanks")
@public
def thanks(token: str) -> str:
    """Thank for the answer."""
    row = queries.by_token(token[:64])
    return _told(row, _("Thank you, your answer is taken."))


def _asked(sheet: Sheet, **more: Any) -> str:
    row = sheet.row
    shown: dict[str, Any] = {"card": None, "again": False, "said": []} | more
    return render_template(
        "surveys/answer.html", it=row.Survey, title=row.Entry.title, community=row.community_name,
        greeting=_greeting(row), form=sheet.form, asked=sheet.asked, given=sheet.given,
        scale=range(1, SCALE + 1), **shown,
    )  # fmt: skip


def _told(row: Any, words: str) -> str:
    return render_template(
        "surveys/told.html", title=row.Entry.title, community=row.community_name, words=words
    )


def _given(asked: Sequence[SurveyQuestion]) -> dict[int, Any]:
    """Read the answers from the form by the kinds of the questions; nonsense becomes an unknown option."""
    found: dict[int, Any] = {}
    for each in asked:
        sent = request.form.getlist(f"q{each.id}")[:50]
        if each.kind == "text":
            found[each.id] = " ".join(sent)[:20_000]
        else:
            found[each.id] = [_number(one) for one in sent]
    return found


def _number(sent: str) -> int:
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else -1


def _greeting(row: Any) -> Markup:
    return Markup(render(typed(row.Entry.body)[0], {}))  # noqa: S704 — the sanitiser's own


def _may_answer(survey: Any) -> Verdict:
    try:
        if _seal().loads(request.cookies.get(_cookie(survey.id), "")) == survey.id:
            return deny("survey.answered")
    except BadSignature:
        pass
    return policies.may_answer(survey, clock.now(), 0)


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="survey")


def _cookie(survey_id: int) -> str:
    return f"survey-{survey_id}"


def _is_open(survey: Any) -> bool:
    return bool(survey.state == "open" and survey.closes_at > clock.now())


def _found(survey_id: int) -> Any:
    return queries.survey(access.viewer(current_actor()), survey_id, here().id)


def _at() -> Circumstances:
    return Circumstances(event="topic", community_id=here().id)
