"""The journal's vocabulary: which acts it knows, their sentences, what their bodies may hold.

A closed list is the fence against personal data in a chain that nobody can erase: a body holds the
keys that its kind allows, and their values are numbers, codes and times, never sentences.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from community.core.verdict import N_

RESERVED = frozenset({"actor_id", "actor_role", "author_id", "community_id", "target", "sealed"})
_CODE = re.compile(r"[^\s@\"'<>]{1,80}")
_ARTICLE = re.compile(r"\d[\d.]*-[\w ,;.\-]{1,120}")
_DEPTH = 3


class JournalError(ValueError):
    """A caller wants to write what the journal does not take; a fault of the program."""


@dataclass(frozen=True, slots=True)
class Kind:
    """An act of the journal: its sentence (English, a msgid) and the keys of its body."""

    sentence: str
    keys: frozenset[str]


KINDS: dict[str, Kind] = {}


@dataclass(frozen=True, slots=True)
class Group:
    """A group of acts that the journal's page is filtered by: the first words of its kinds."""

    name: str
    rooms: frozenset[str]


GROUPS: dict[str, Group] = {
    "words": Group(
        N_("Decisions on texts"),
        frozenset({"entry", "removal", "report", "appeal", "warning", "letter", "words"}),
    ),
    "people": Group(
        N_("Admission, members and roles"),
        frozenset({"application", "seat", "invitation", "membership", "role", "account"}),
    ),
    "topics": Group(N_("Topics, boards and chats"), frozenset({"topic", "board", "chat"})),
    "ballots": Group(N_("Ballots"), frozenset({"ballot", "survey"})),
    "councils": Group(N_("Councils"), frozenset({"council", "happening"})),
    "order": Group(
        N_("Rules, documents and settings"),
        frozenset({"rules", "refusals", "document", "community", "journal", "personal"}),
    ),
}


def register_kind(kind: str, sentence: str, keys: Iterable[str] | str = ()) -> None:
    """Add an act to the vocabulary; ``keys`` (or words of a string) are what its body may hold."""
    allowed = frozenset(keys.split() if isinstance(keys, str) else keys)
    if allowed & RESERVED:
        raise JournalError(
            f"{kind}: {sorted(allowed & RESERVED)} are written by the journal itself"
        )
    made = Kind(sentence, allowed)
    if KINDS.get(kind, made) != made:
        raise JournalError(f"the kind {kind} is registered twice")
    KINDS[kind] = made


def checked(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body as a plain dictionary when the kind allows it, else raise ``JournalError``."""
    known = KINDS.get(kind)
    if known is None:
        raise JournalError(f"unknown kind {kind}: register it with audit.kinds.register_kind")
    for key, value in body.items():
        if key not in known.keys:
            raise JournalError(f"{kind} does not allow the key {key}")
        if not _is_plain(value, _DEPTH):
            raise JournalError(f"{kind}: {key} is no number, code or time; words belong to sealed=")
    return dict(body)


def _is_plain(value: Any, depth: int) -> bool:
    if value is None or isinstance(value, bool | int):
        return True
    if isinstance(value, str):
        return value == "" or bool(_CODE.fullmatch(value) or _ARTICLE.fullmatch(value))
    if isinstance(value, list | tuple) and depth:
        return all(_is_plain(each, depth - 1) for each in value)
    return False


_RULE = (
    "rule rule_version article rule_set spans event automatic until previous verdict_id reviewer"
)
_GROUNDS = (
    "article rule rule_version rule_set spans quote_start quote_end milder automatic previous"
)

_COUNT = "ballot_id cast voters outcome reconciled result_hash"
_SECOND = "user_id until quarter decided overturned"

for _kind, _sentence, _keys in (
    # What happens to words.
    ("entry.held", N_("A text waits for a moderator"), f"{_RULE} code"),
    ("entry.blocked", N_("A text was not published"), _RULE),
    ("entry.paused", N_("A rule asked the author for a pause"), f"{_RULE} user_id"),
    ("entry.pause_lifted", N_("A pause was lifted before its end"), "previous"),
    ("entry.released", N_("A waiting text was published"), f"{_RULE} outcome"),
    ("entry.refused", N_("A waiting text was not published"), f"{_RULE} outcome"),
    ("entry.removed", N_("A text was hidden"), f"{_GROUNDS} second_id report_id entry_id"),
    ("entry.restored", N_("A hidden text was put back"), f"{_GROUNDS} outcome undo entry_id"),
    ("entry.moved", N_("A text was moved"), "from_id to_id topic_id board_id"),
    ("entry.purged", N_("A text was erased for good"), f"{_GROUNDS} second_id"),
    ("letter.opened", N_("A private letter was opened after a complaint"), "report_id article"),
    ("entry.asked_to_edit", N_("An author was asked to change a text"), _GROUNDS),
    ("removal.refused", N_("A removal was not accepted"), f"{_GROUNDS} code entry_id"),
    ("report.made", N_("A complaint was made"), "reason entry_id report_id"),
    ("report.taken", N_("A complaint was taken up"), "report_id entry_id"),
    ("report.closed", N_("A complaint was decided"), "outcome reason report_id entry_id previous"),
    ("appeal.made", N_("A decision was appealed against"), "previous appeal_id"),
    ("appeal.taken", N_("An appeal was taken up"), "previous appeal_id"),
    ("appeal.returned", N_("An appeal was given back unanswered"), "previous appeal_id"),
    ("appeal.withdrawn", N_("An appeal was withdrawn"), "previous appeal_id"),
    ("appeal.lapsed", N_("An appeal had nothing left to cancel"), "previous appeal_id"),
    ("appeal.escalated", N_("An appeal was passed to the administrators"), "previous appeal_id"),
    ("appeal.closed", N_("An appeal was decided"), "previous outcome appeal_id"),
    ("warning.given", N_("A warning was given"), f"{_GROUNDS} until"),
    ("warning.cancelled", N_("A warning was cancelled"), "previous"),
    ("entry.handed_over", N_("A case was handed to another person"), ""),
    ("entry.folded", N_("A text was folded"), f"{_GROUNDS} until"),
    ("entry.unfolded", N_("A folded text was opened again"), "previous outcome"),
    ("removal.proposed", N_("A removal waits for a second signature"), f"{_GROUNDS} code until"),
    ("removal.rejected", N_("A second signature was refused"), "previous article code"),
    ("removal.lapsed", N_("A proposal came to nothing"), "previous article code"),
    ("removal.withdrawn", N_("A proposal was taken back"), "previous article code"),
    ("removal.counted", N_("The figures of a quarter were counted"), "quarter decided overturned"),
    ("removal.second_required", N_("A moderator’s removals need a second signature"), _SECOND),
    # Topics and boards.
    ("topic.locked", N_("A topic was closed for replies"), "topic_id reason"),
    ("topic.unlocked", N_("A topic was opened again"), "topic_id"),
    ("topic.closed", N_("A topic was closed with a conclusion"), "topic_id"),
    ("topic.pinned", N_("A topic was pinned"), "topic_id"),
    ("topic.unpinned", N_("A topic was unpinned"), "topic_id"),
    ("topic.moved", N_("A topic was moved to another board"), "topic_id from_id to_id"),
    ("topic.split", N_("A topic was split"), "topic_id from_id to_id entries entry_ids"),
    ("topic.merged", N_("Two topics were merged"), "topic_id from_id to_id entries"),
    ("board.created", N_("A board was made"), "board_id readable"),
    ("board.changed", N_("A board was changed"), "board_id readable"),
    ("board.closed", N_("A board was closed"), "board_id"),
    # The rule set.
    ("rules.loaded", N_("A rule set came into force"), "rule_set previous_set rules live shadow"),
    ("rules.refused", N_("A broken rule set was refused"), "rule_set problems"),
    ("rules.mode_changed", N_("A rule changed its mode"), "rule rule_version from to rule_set"),
    (
        "rules.brake",
        N_("The brake put a rule back to trial"),
        "rule rule_version hits share rule_set",
    ),
    ("rules.proposed", N_("A change of a rule was proposed"), "rule rule_version proposal_id"),
    (
        "rules.accepted",
        N_("A change of a rule was accepted by a second person"),
        "rule rule_version proposal_id previous file_before file_after proposed_by",
    ),
    (
        "rules.declined",
        N_("A change of a rule was refused"),
        "rule rule_version proposal_id previous proposed_by",
    ),
    # Membership, seats and roles.
    ("application.made", N_("A person applied"), "user_id"),
    ("application.approved", N_("An application was approved"), "user_id members"),
    ("application.refused", N_("An application was refused"), "user_id code"),
    ("application.withdrawn", N_("An application was withdrawn"), "user_id"),
    ("application.waitlisted", N_("A person was put on the waiting list"), "user_id place"),
    ("seat.offered", N_("A free seat was offered"), "user_id until"),
    ("seat.declined", N_("An offered seat was declined"), "user_id"),
    ("seat.lapsed", N_("The term of an offered seat ran out"), "user_id"),
    ("invitation.made", N_("An invitation was made"), "invitation_id uses until"),
    ("invitation.revoked", N_("An invitation was taken back"), "invitation_id"),
    (
        "membership.admitted",
        N_("A person became a member"),
        "user_id came_by members invitation_id",
    ),
    ("membership.left", N_("A member left"), "user_id members code"),
    ("membership.removed", N_("A member was removed"), "user_id members code"),
    (
        "membership.suspended",
        N_("A membership was suspended"),
        "user_id until code article previous",
    ),
    (
        "membership.suspension_proposed",
        N_("A suspension was proposed"),
        "user_id days article code",
    ),
    (
        "membership.suspension_refused",
        N_("A proposed suspension was refused"),
        "user_id previous code",
    ),
    ("membership.resumed", N_("A membership was resumed"), "user_id code previous"),
    ("role.granted", N_("A role was given"), "user_id role order_number order_date order_file_id"),
    (
        "role.removed",
        N_("A role was taken away"),
        "user_id role order_number order_date order_file_id",
    ),
    ("community.founded", N_("A community was founded"), "kind parent_id"),
    ("community.changed", N_("A community's card was changed"), "fields"),
    ("community.service_switched", N_("A service was switched"), "service on"),
    ("community.spun_off", N_("A new community split off"), "child_id members"),
    (
        "document.changed",
        N_("The charter or the rules were changed"),
        "document version version_hash",
    ),
    # Ballots.
    ("ballot.opened", N_("A ballot was opened"), "ballot_id ballot_kind secrecy voters"),
    ("ballot.closed", N_("A ballot was closed and counted"), _COUNT),
    ("ballot.cancelled", N_("A ballot was cancelled"), "ballot_id cast"),
    (
        "ballot.recounted",
        N_("The votes of a ballot were counted again"),
        "ballot_id result_hash agrees",
    ),
    # Surveys of people outside.
    ("survey.opened", N_("A survey was opened"), "survey_id questions"),
    ("survey.closed", N_("A survey was closed"), "survey_id"),
    ("survey.erased", N_("The answers of a survey were erased"), "survey_id answers"),
    # Refusals are counted, not listed one by one.
    ("refusals.counted", N_("Refused attempts within an hour"), "code count hour"),
    # Exports and views.
    ("journal.exported", N_("The journal was exported"), "first last"),
    ("personal.viewed", N_("Someone's personal data were viewed"), "what user_id"),
    ("personal.exported", N_("Someone's data archive was made"), "user_id"),
    ("words.erased", N_("Sealed words were erased by right"), "number part"),
):
    register_kind(_kind, _sentence, _keys)
