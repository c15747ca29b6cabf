"""What the pages of one case share: the text, who may decide on it, the form with its grounds."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from community.communities.standing import Standing, standing
from community.core.errors import NotFound
from community.moderation import code, policies
from community.moderation.forms import ReasonForm, RemovalForm
from community.moderation.queries import decisions as rulings
from community.moderation.queries import interest, proposals, steps
from community.moderation.routes.shared import slug_of
from community.moderation.services import grounds
from community.moderation.services.grounds import Grounds
from community.publishing import access
from community.publishing import cards as word_cards
from community.publishing import queries as words_of
from community.publishing.models import Entry
from community.web.access import current_actor
from community.web.errors import sentence


def case(entry_id: int) -> tuple[Entry, Standing]:
    """Return an entry for a moderator; 404 for whoever may not know of its case."""
    found, _thread = words_of.entry(access.viewer(current_actor()), entry_id)
    who = standing(current_actor(), found.community_id or 0)
    if not policies.may_see_queue(who):
        raise NotFound
    return found, who


def grounds_of(form: Any) -> Grounds:
    """Return the grounds that a form says."""
    milder = form.milder.data if "milder" in form else "useless"
    return Grounds(
        form.article.data, form.quote.data, form.reason.data, milder, form.revision.number
    )


def views(found: Entry) -> list[Any]:
    """Return the text as it is drawn, with its decision's card."""
    reader = access.viewer(current_actor())
    shown = words_of.entries(reader, [found.id])
    word_cards.attach(reader, shown)
    return shown


def page(found: Entry, form: RemovalForm, answer: ReasonForm) -> str:
    """Draw one case: the text, the rules' marks, complaints, what was tried, what can be done."""
    actor = current_actor()
    tried = steps.of_entry(found.id)
    form.revision.data = str(found.revision)
    if not form.is_submitted():
        form.milder.data = tried[0].kind if tried else "useless"
    parties = grounds.parties_of(actor.id, found)
    refusing = policies.may_refuse_report(actor.id, rulings.refused_by(found.id))
    return render_template(
        "moderation/decide.html", entry=found, entries=views(found), form=form, answer=answer,
        reports=rulings.reports_of(found.id), reasons=code.reasons(), articles=code.grounds(),
        parties=sorted(map(side, parties)), tried=tried, proposal=proposals.waiting_for(found.id),
        why_two=proposals.why_two(actor.id, found),
        others=len(interest.free(found, but=actor.id)) if parties else 0,
        folded=any(step.kind == "folded" and step.state == "open" for step in tried),
        article_name=code.article_name, slug=slug_of(found.community_id),
        title=grounds.title_of(found.thread_id),
        refused_before="" if refusing else sentence(refusing),
    )  # fmt: skip


def side(name: str) -> str:
    """Return in words why a person is a side of the dispute."""
    return {
        "author": _("the text is yours"),
        "target": _("the text is said to you or of you"),
        "thread": _("you argue with the author in this talk"),
        "private": _("you and the author are settling something in letters"),
        "reporter": _("you complained of this text yourself"),
    }[name]


def why_two(code_: str) -> str:
    """Return in words why one signature is not enough."""
    return {
        "author": _("five texts of this author have been hidden within a day already"),
        "thread": _("five texts of this talk have been hidden within a day already"),
        "bulk": _("several texts are decided on together"),
        "purge": _("words are erased for good by two people only"),
        "consequence": _("many decisions of the last quarter were overturned"),
        "strikes": _("a member is suspended by an administrator only"),
    }[code_]
