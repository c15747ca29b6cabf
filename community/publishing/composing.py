"""What every composer does: take files, send, and keep the words whatever happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import jsonify, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.core.actor import Actor
from community.core.errors import Conflict, Invalid, Refused
from community.core.markup import clean
from community.core.verdict import REASONS, Verdict, require
from community.files import queries as stored
from community.files import services as files
from community.publishing import cards, drafts, offers, sendings
from community.publishing.decisions import AskFirst, WordsStopped, rule_ids
from community.publishing.facts import Words
from community.publishing.forms import EntryForm
from community.publishing.offers import Finding, Ways
from community.publishing.services import Published
from community.web.access import current_actor
from community.web.errors import noted, sentence, status_of, wants_json

Sent = Callable[[Words, frozenset[str], Sequence[int]], Response]
Page = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a text is being written: its draft, whose files, and the ways out."""

    place: str
    community_id: int | None
    ways: Finding


def addresses(slug: str, place: str, *, action: str = "", check: str = "") -> dict[str, str]:
    """Return the addresses that a composer of words alone works with in a community."""
    return {
        "action": action,
        "draft": f"/drafts/{place}",
        "preview": f"/c/{slug}/preview",
        "check": check or f"/c/{slug}/check/{place}",
        "code": f"/c/{slug}/rules",
    }


def addresses_with_files(
    slug: str, place: str, *, action: str = "", check: str = ""
) -> dict[str, str]:
    """Return the same for a composer that takes files and names colleagues."""
    return addresses(slug, place, action=action, check=check) | {
        "people": f"/c/{slug}/people.json",
        "upload": f"/files?community={slug}",
    }


def send(form: EntryForm, desk: Desk, act: Sent, page: Page) -> Any:
    """Validate and run ``act``; on a refusal draw ``page`` again with the card, the words kept.

    An author who accepts an offer of the card sends the same form with «accept». A client that asks
    for JSON gets the card and the status instead of the page.
    """
    actor, accepted = current_actor(), request.form.get("accept", "")
    if not form.validate_on_submit():
        keep(actor, desk.place, form)
        return _answer(form, page, 422)
    key = (form.sending.data or "") if form.sending else ""
    if (accepted or request.files) and (led := sendings.known(actor, key)) is not None:
        return _taken_before(actor, desk, led)  # before anything is done that is done outside of it
    if accepted == "move" and (found := desk.ways()).move_url:
        return _moved(actor, form, desk.place, found)
    try:
        if accepted == "mask":
            form.take(offers.mask(actor, form.words(), desk.ways()))
        file_ids = _all_files(actor, form, desk.community_id)
        made = sendings.once(actor, key, lambda: act(form.words(), form.rules_seen(), file_ids))
        return made if isinstance(made, Response) else _taken_before(actor, desk, made)
    except WordsStopped as stopped:
        noted(stopped.code)
        keep(actor, desk.place, form)
        form.seen.data = ",".join(sorted(rule_ids(stopped.decision.marks)))
        return _answer(form, page, 422, _card(stopped, form.words().body, desk.ways()))
    except (Invalid, Refused, Conflict) as error:
        keep(actor, desk.place, form)
        return _answer(form, page, _tell(form, error))


def sent(url: str, made: Published) -> Response:
    """Lead to the text that was taken; as JSON tell where it stands, and the card where it waits."""
    if not wants_json():
        return redirect(url)
    card = cards.of(made.decision, "") if made.state == "held" else None
    if card is not None:
        card |= {"offers": cards.ways_of_hold(made.entry_id)}
    answer = jsonify(
        entry=made.entry_id,
        url=url,
        state=made.state,
        decision=cards.as_json(card) if card else None,
    )
    answer.status_code = 202 if card else 201
    answer.headers["Location"] = url
    return answer


def _taken_before(actor: Actor, desk: Desk, url: str) -> Response:
    """Lead to what the same form has made already: its first answer was lost on the way."""
    drafts.drop(actor, desk.place)
    if not wants_json():
        return redirect(url)
    answer = jsonify(entry=None, url=url, state="published", decision=None)
    answer.headers["Location"] = url
    return answer


def _card(stopped: WordsStopped, body: str, ways: Ways) -> cards.Card:
    offered = offers.on_card(stopped.decision, ways)
    if not isinstance(stopped, AskFirst):
        return cards.of(stopped.decision, body, offers=offered)
    offered.append(offers.as_it_is(stopped.decision))
    return cards.of(stopped.decision, body, offers=offered, title=_("Please look once more"))


def _answer(form: EntryForm, page: Page, status: int, card: cards.Card | None = None) -> Any:
    """Draw the page again, or say the same as JSON: the card, and what is wrong with each field."""
    if not wants_json():
        return page(card), status
    wrong = {name: [str(each) for each in said] for name, said in form.errors.items() if name}
    said = " ".join(each for told in wrong.values() for each in told)
    error = card["title"] if card else said or str(_("This did not work."))
    decision = cards.as_json(card) if card else None
    return jsonify(error=error, fields=wrong, decision=decision, seen=form.seen.data or ""), status


def _tell(form: EntryForm, error: Invalid | Refused | Conflict) -> int:
    """Put the words of a refusal into the form and return its status."""
    if isinstance(error, Invalid):
        form.refuse({name: [_(each) for each in told] for name, told in error.fields.items()})
        return 422
    if isinstance(error, Refused):
        form.refuse({"body": [sentence(error.verdict)]})
        return status_of(error.code)
    form.refuse({"body": [said(error)]})
    return 409


def said(error: Conflict) -> str:
    """Return the sentence of a conflict."""
    return str(_(REASONS[noted(error.code)]))


def require_or_keep(verdict: Verdict, actor: Actor, place: str, form: EntryForm) -> None:
    """Raise ``Refused`` unless the verdict allows; what was sent too late stays as the draft."""
    if not verdict and form.is_submitted():
        keep(actor, place, form)
    require(verdict)


def keep(actor: Actor, place: str, form: EntryForm) -> None:
    """Store what was typed as the draft of the place."""
    words = form.words()
    if words.body or words.title:
        drafts.save(actor, place, words)


def restore(actor: Actor, place: str, form: EntryForm) -> Any:
    """Put the draft of the place into a form that was not sent; return it, or None."""
    draft = drafts.shown(actor, place) if actor.is_person else None
    if draft is not None and request.method != "GET":
        return draft if draft.body == clean(form.body.data or "") else None  # what was just kept
    if draft is None:
        return None
    form.body.data = draft.body
    if draft.title and "title" in form:
        form["title"].data = draft.title
    return draft


def _moved(actor: Actor, form: EntryForm, place: str, ways: Ways) -> Response:
    """Carry the text into the draft of the topic on moderators' acts, after what stands there (B09)."""
    kept, words = drafts.current(actor, ways.move_place), form.words()
    before = f"{kept.body.rstrip()}\n\n" if kept and kept.body.strip() else ""
    drafts.save(actor, ways.move_place, Words(body=before + words.body))
    drafts.drop(actor, place)
    return redirect(ways.move_url)


def _all_files(actor: Actor, form: EntryForm, community_id: int | None) -> list[int]:
    ids = form.file_ids()
    for upload in (form.files.data if "files" in form else None) or ():
        if getattr(upload, "filename", ""):
            made = files.receive(actor, upload.stream, upload.filename, community_id=community_id)
            ids.append(made.id)
    if ids:
        _rename(actor, stored.own_among(actor, ids))
        form.attached = stored.own_among(actor, ids)
        rights = {"licence": form.licence.data or "", "author": form.file_author.data or ""}
        files.declare(actor, [each.id for each in form.attached], **rights)
    return ids


def _rename(actor: Actor, cards_of: Sequence[stored.FileCard]) -> None:
    """Give the files that no text shows yet the names typed beside them: a refused name is mended there."""
    for file in cards_of:
        typed = request.form.get(f"file_name_{file.id}", "").strip()
        if typed and typed != file.name and not file.is_used:
            files.rename(actor, file.id, typed)
