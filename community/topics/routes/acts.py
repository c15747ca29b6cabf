"""What a reader may do with entries and topics, as addresses; drawn under «Ещё»."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import get_locale

from community.communities.here import here
from community.communities.standing import Standing
from community.publishing import policies as words_policies
from community.publishing.views import ActionView, EntryView
from community.topics import policies
from community.topics.forms import STAGE_NAMES
from community.web.addresses import address
from community.web.words import say as _


def offer(entries: Sequence[EntryView], slug: str, row: Any, who: Standing) -> None:
    """Put on each entry the addresses of what the reader may do with it."""
    if not who.is_member:
        return
    writes = bool(words_policies.may_write(who, row.Thread))
    base = address("topics.topic", slug=slug, topic_id=row.Topic.id)
    language, letters = str(get_locale()), here().has("letters")
    for entry in entries:
        if entry.state == "published":
            if writes:
                entry.reply_url = f"{base}?reply={entry.id}#composer"
                entry.quote_url = f"/e/{entry.id}/quote"
            if not entry.is_mine:
                entry.thanks_url = f"/e/{entry.id}/thanks"
        entry.more_actions = _more(
            _Case(
                language, entry.id, entry.author_id, entry.state,
                is_mine=entry.is_mine, is_opener=entry.id == row.Thread.opener_id,
                has_history=entry.revision > 1 and bool(entry.html), moderates=who.is_moderator,
                may_write_to=letters and not entry.author.gone,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Case:
    """All that the acts on an entry depend on."""

    language: str
    entry_id: int
    author_id: int
    state: str
    is_mine: bool
    is_opener: bool
    has_history: bool
    moderates: bool
    may_write_to: bool


@lru_cache(maxsize=1_000)
def _more(case: _Case) -> tuple[ActionView, ...]:
    made: list[ActionView] = []
    at, stands = f"/e/{case.entry_id}", case.state in ("published", "held")
    if case.is_mine and stands:
        made.append(ActionView(_("Edit"), f"{at}/edit"))
        made.append(ActionView(_("Take back"), f"{at}/withdraw", danger=True))
    if case.has_history:
        made.append(ActionView(_("History of the text"), f"{at}/history"))
    if not case.is_mine and case.state == "published":
        if case.may_write_to:
            letter = f"/people/{case.author_id}/write?about={case.entry_id}"
            made.append(ActionView(_("Settle it in person"), letter))
        made.append(ActionView(_("Complain"), f"{at}/report"))
    if case.moderates and stands:
        if not case.is_opener:
            made.append(ActionView(_("Move to another topic"), f"{at}/move"))
        made.append(ActionView(_("Hide with reasons"), f"{at}/remove", danger=True))
    if case.moderates and case.state == "removed":
        made.append(ActionView(_("Put back"), f"{at}/restore"))
    return tuple(made)


def topic_tools(slug: str, row: Any, who: Standing) -> list[ActionView]:
    """Return what the reader may do with the topic as a whole."""
    if not who.is_member:
        return []
    topic, thread = row.Topic, row.Thread

    def at(act: str, **values: Any) -> str:
        return address(f"topics.{act}", slug=slug, topic_id=topic.id, **values)

    made: list[ActionView] = []
    if policies.may_ask_help(who, thread) and thread.state == "open":
        name = _("Help has come") if topic.help_wanted_at else _("Ask colleagues for help")
        made.append(ActionView(name, at("ask_help"), "post"))
    if topic.kind == "initiative" and policies.may_advance(who, thread, topic):
        made.extend(
            ActionView(_("Stage: %(stage)s", stage=name), at("advance", stage=stage), "post")
            for stage, name in STAGE_NAMES.items()
            if stage != topic.stage
        )
    if thread.state == "open" and policies.may_conclude(who, thread, thread.space):
        made.append(ActionView(_("Sum up and close"), at("conclude")))
    if thread.state == "open" and here().has("ballots"):
        made.append(ActionView(_("Put to the vote"), f"/c/{slug}/ballots/new?topic={thread.id}"))
    if policies.may_moderate(who):
        made.append(
            ActionView(_("Unpin") if topic.pinned_at else _("Pin at the top"), at("pin"), "post")
        )
        made.append(ActionView(_("Arrange: move, split, join, close"), at("arrange")))
    return made
