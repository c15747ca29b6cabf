"""What every composer does: take files, send, and keep the words whatever happens."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.core.actor import Actor
from community.core.errors import Conflict, Invalid, Refused
from community.files import services as files
from community.publishing import cards, drafts
from community.publishing.decisions import WordsStopped, rule_ids
from community.publishing.facts import Words
from community.publishing.forms import EntryForm
from community.web.access import current_actor
from community.web.errors import sentence

Sent = Callable[[Words, frozenset[str], Sequence[int]], Response]
Page = Callable[[Any], Any]


def send(form: EntryForm, place: str, act: Sent, page: Page, community_id: int) -> Any:
    """Validate and run ``act``; on a refusal draw ``page`` again with the card, the words kept."""
    actor = current_actor()
    if not form.validate_on_submit():
        keep(actor, place, form)
        return page(None), 422
    try:
        return act(form.words(), form.rules_seen(), _all_files(actor, form, community_id))
    except WordsStopped as stopped:
        keep(actor, place, form)
        form.seen.data = ",".join(sorted(rule_ids(stopped.decision.marks)))
        return page(cards.of(stopped.decision, form.words().body)), 422
    except Invalid as error:
        keep(actor, place, form)
        form.refuse({name: [_(each) for each in said] for name, said in error.fields.items()})
        return page(None), 422
    except Refused as error:
        keep(actor, place, form)
        form.refuse({"body": [sentence(error.verdict)]})
        return page(None), 403
    except Conflict as error:
        keep(actor, place, form)
        form.refuse({"body": [said(error)]})
        return page(None), 409


def said(error: Conflict) -> str:
    """Return the sentence of a conflict."""
    from community.core.verdict import REASONS

    return _(REASONS[error.code])


def keep(actor: Actor, place: str, form: EntryForm) -> None:
    """Store what was typed as the draft of the place."""
    words = form.words()
    if words.body or words.title:
        drafts.save(actor, place, words)


def restore(actor: Actor, place: str, form: EntryForm) -> Any:
    """Put the draft of the place into a form that was not sent; return it, or None."""
    draft = drafts.current(actor, place) if actor.is_person else None
    if draft is None or request.method != "GET":
        return None
    form.body.data = draft.body
    if draft.title and "title" in form:
        form["title"].data = draft.title
    return draft


def _all_files(actor: Actor, form: EntryForm, community_id: int) -> list[int]:
    ids = form.file_ids()
    for upload in form.files.data or ():
        if getattr(upload, "filename", ""):
            made = files.receive(actor, upload.stream, upload.filename, community_id=community_id)
            ids.append(made.id)
    return ids
