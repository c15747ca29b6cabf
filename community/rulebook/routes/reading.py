"""The list of rules, one rule, the box «Попробовать на тексте»."""

import json
from typing import Any

from flask import jsonify, render_template, request
from flask_babel import gettext as _

from community.communities.here import here, require_member
from community.core.markup import MAX_TEXT, clean
from community.publishing import access, cards, ruleset
from community.rulebook import policies, queries
from community.rulebook.examples import examples
from community.rulebook.forms import TryForm
from community.rulebook.proposals import waiting_of
from community.rulebook.routes import shared
from community.rulebook.routes.blueprints import bp
from community.rulebook.services import braking, trials
from community.rules import engine
from community.rules.model import Rule, Submission
from community.rules.versions import versions
from community.web.access import current_actor
from community.web.errors import wants_json


@bp.get("/c/<slug>/rulebook")
def index(slug: str) -> str:
    """Every rule: members read what it asks, moderators also how it fares."""
    who = require_member()
    return render_template(
        "rulebook/index.html",
        slug=slug,
        rows=queries.rows(),
        keeps=bool(policies.may_keep(who)),
        problem=ruleset.problem() if policies.may_keep(who) else "",
        proposals=waiting_of(here().id) if policies.may_keep(who) else [],
        **_words(),
    )


@bp.get("/c/<slug>/rulebook/<rule_id>")
def rule(slug: str, rule_id: str) -> str:
    """One rule: in words for members; as written, with figures and samples, for moderators."""
    who = require_member()
    found = shared.known_rule(rule_id)
    row = next(each for each in queries.rows() if each.rule.id == rule_id)
    told = {"slug": slug, "row": row, "rule": found, **_words()}
    if not policies.may_keep(who):
        return render_template("rulebook/rule.html", keeps=False, **told)
    reader = access.viewer(current_actor())
    run = shared.run_in_words(queries.latest_run(rule_id), rule_id)
    brake = queries.open_brake(rule_id)
    waiting = braking.places_held(rule_id, here().id)
    return render_template(
        "rulebook/rule.html",
        keeps=True,
        block=queries.block(rule_id),
        when=_condition(found, "when"),
        unless=_condition(found, "unless"),
        examples=examples(ruleset.file_set(), rule_id),
        samples=queries.samples(reader, row.hits.latest),
        run=run,
        run_samples=queries.samples(reader, run["samples"]) if run else [],
        report=trials.report_of(rule_id, versions(ruleset.file_set())[rule_id].meaning),
        changes=queries.changes(rule_id),
        brake=brake,
        stopped=queries.stopped(brake, here().id) if brake else [],
        held=len(waiting),
        held_samples=queries.samples(reader, waiting),
        wrong=queries.wrong_hits(reader, rule_id),
        **told,
    )


@bp.route("/c/<slug>/rulebook/try", methods=["GET", "POST"])
def try_text(slug: str) -> Any:
    """Judge a text as the set in force would, trials and watching rules among them; writes nothing."""
    shared.keeper()
    form = TryForm()
    found = None
    if form.validate_on_submit():
        found = _judged(form.title.data or "", form.body.data or "", form.event.data)
        if wants_json() or request.args.get("as") == "json":
            return jsonify({key: value for key, value in found.items() if key != "pieces"})
    status = 422 if form.errors else 200
    return render_template(
        "rulebook/try.html", slug=slug, form=form, found=found, **_words()
    ), status


def _judged(title: str, body: str, event: str) -> dict[str, Any]:
    body = clean(body)[:MAX_TEXT]
    asked = Submission(
        text=body, title=title, event=event, signed_in=True, author_name=current_actor().name,
        author_role="member", counts={}, earlier_hits={}, sharp=0, private=0,
    )  # fmt: skip
    judgement = engine.judge(ruleset.in_force(), asked)
    hits: list[dict[str, Any]] = [
        {
            "rule": hit.rule, "title": hit.title, "article": cards.article(hit.article),
            "mode": hit.mode, "acts": list(hit.acts), "message": hit.message,
            "spans": [list(span) for span in hit.spans],
        }
        for hit in (*judgement.hits, *judgement.shadow_hits)
    ]  # fmt: skip
    return {
        "act": judgement.act,
        "hits": hits,
        "unknown": list(judgement.unknown),
        "pieces": _pieces(body, [span for hit in hits for span in hit["spans"]]),
    }


def _pieces(body: str, spans: list[Any]) -> list[tuple[str, bool]]:
    """Cut a text where the red pencil marks it."""
    marked = [False] * len(body)
    for start, end in spans:
        marked[start:end] = [True] * (end - start)
    made: list[tuple[str, bool]] = []
    at = 0
    for place in range(1, len(body) + 1):
        if place == len(body) or marked[place] != marked[at]:
            made.append((body[at:place], marked[at]))
            at = place
    return made


def _condition(found: Rule, key: str) -> dict[str, Any] | None:
    data = json.loads(ruleset.file_set().canonical)
    node = next(each for each in data["rules"] if each["id"] == found.id).get(key)
    return shared.tree(node) if node else None


def _words() -> dict[str, Any]:
    return {
        "modes": shared.MODES,
        "whys": shared.WHY,
        "acts_in_words": shared.acts_in_words,
        "events_in_words": shared.events_in_words,
        "said_in_words": shared.said_in_words,
        "article": cards.article,
        "act_names": {"allow": _("let through"), **shared.ACTS},
    }
