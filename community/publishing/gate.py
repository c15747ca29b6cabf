"""The only door through which words come in: judge, record the verdict, render, store.

Nothing else writes entries, revisions or verdicts; five fences see to it (docs/adr/0003).
There is no parameter that skips, forces or softens the judgement, and there must never be one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from community.audit import services as audit
from community.communities.standing import Standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Invalid
from community.core.markup import MAX_TEXT, RENDER_VERSION, clean, render
from community.core.verdict import REASONS
from community.publishing import ruleset
from community.publishing.decisions import (
    HOLD_TERM,
    PERSON_TERM,
    AskFirst,
    Blocked,
    Decision,
    decision_of,
    rule_ids,
)
from community.publishing.facts import Circumstances, Words, submission
from community.publishing.guard import gate_opened
from community.publishing.models import Entry, EntryRevision, VerdictRecord
from community.publishing.rejudging import kept
from community.rules import engine
from community.rules.model import ENGINE_VERSION, Judgement, RuleSet, Submission, strongest

MAX_TITLE = 200


@dataclass(frozen=True, slots=True)
class Passed:
    """A text that was judged: what is to be stored with it."""

    words: Words
    digest: str
    verdict_id: int
    html: str
    state: str
    decision: Decision
    number: int | None


def check(actor: Actor, who: Standing, words: Words, at: Circumstances) -> Decision:
    """Tell what the gate would say of the text, writing nothing; for the composer."""
    return decision_of(_judged(ruleset.in_force(), submission(actor, who, _taken(words), at)))


def let_in(
    actor: Actor,
    who: Standing,
    words: Words,
    at: Circumstances,
    *,
    seen: frozenset[str],
    people: Mapping[str, str],
) -> Passed:
    """Judge ``words`` and record the verdict; ``seen`` are the rules whose notice the author has read.

    Raises ``Invalid`` (empty, too long), ``AskFirst`` (a notice not seen yet), ``Blocked``.
    A text that is held is returned with state «held» and the number of the decision.
    """
    words = _taken(words)
    rules = ruleset.in_force()
    asked = submission(actor, who, words, at)
    judgement = _judged(rules, asked)
    case = _Case(actor, who, words, at, rules, asked, judgement)
    decision = decision_of(judgement)
    _ask(decision, seen)
    ruleset.store(rules)
    if decision.act in _STOPPING or (at.event == LETTER and decision.act == "cooldown"):
        raise _blocked(case)
    held = decision.act in ("hold", "cooldown")
    number = _journal(case, "entry.held") if held else None
    if held:
        decision = decision_of(judgement, number=number, until=_until(judgement))
    verdict_id = _record(case, number)
    state = "held" if held else "published"
    html = render(words.body, people)
    return Passed(words, digest(words), verdict_id, html, state, decision, number)


def store(passed: Passed, entry: Entry) -> None:
    """Write a new entry with its verdict; positions and counters are the caller's."""
    with gate_opened():
        entry.title, entry.body = passed.words.title, passed.words.body
        entry.html, entry.html_version = passed.html, RENDER_VERSION
        entry.digest, entry.verdict_id = passed.digest, passed.verdict_id
        db.session.add(entry)
        db.session.flush()


def rewrite(passed: Passed, entry: Entry, **changes: Any) -> None:
    """Replace an entry's text, keeping the old one as a revision."""
    with gate_opened():
        old = EntryRevision(
            entry_id=entry.id,
            number=entry.revision,
            title=entry.title,
            body=entry.body,
            digest=entry.digest,
            verdict_id=entry.verdict_id,
            written_at=entry.edited_at or entry.created_at,
        )
        db.session.add(old)
        entry.title, entry.body = passed.words.title, passed.words.body
        entry.html, entry.html_version = passed.html, RENDER_VERSION
        entry.digest, entry.verdict_id = passed.digest, passed.verdict_id
        entry.revision, entry.edited_at = entry.revision + 1, clock.now()
        for name, value in changes.items():
            setattr(entry, name, value)
        db.session.flush()


def mark(entry_id: int, **values: Any) -> None:
    """Change what stands around a text (state, place, counters); never the text itself."""
    forbidden = values.keys() & {"body", "title", "html", "digest", "verdict_id"}
    if forbidden:
        raise ValueError(f"words change through let_in only: {sorted(forbidden)}")
    with gate_opened():
        db.session.execute(
            update(Entry).where(Entry.id == entry_id).values(values),
            execution_options={"synchronize_session": "fetch"},
        )


def rerender(entry_id: int, html: str) -> None:
    """Store the HTML of the same words as a newer renderer draws it."""
    with gate_opened():
        db.session.execute(
            update(Entry).where(Entry.id == entry_id).values(html=html, html_version=RENDER_VERSION)
        )


def digest(words: Words) -> str:
    """Return the SHA-256 that ties a text to its verdict."""
    return hashlib.sha256(f"{words.title}\0{words.body}".encode()).hexdigest()


def _taken(words: Words) -> Words:
    title, body = " ".join(clean(words.title).split()), clean(words.body).strip()
    if not body:
        raise Invalid({"body": [REASONS["entry.empty"]]})
    if len(body) > MAX_TEXT or len(title) > MAX_TITLE:
        raise Invalid({"body": [REASONS["entry.too_long"] % {"limit": MAX_TEXT}]})
    return Words(body=body, title=title)


def _ask(decision: Decision, seen: frozenset[str]) -> None:
    """Raise while a rule that only asks has not been read by the author yet."""
    asking = [each for each in decision.marks if set(each.acts) & _ASKING]
    if rule_ids(asking) - seen and decision.act not in _STOPPING:
        raise AskFirst(decision)


def _judged(rules: RuleSet, asked: Submission) -> Judgement:
    """Ask the rules; of a letter nothing may lead to a person who would read it (rules, settled)."""
    judgement = engine.judge(rules, asked)
    if asked.event != LETTER:
        return judgement
    hits = tuple(
        replace(hit, acts=kept, act=strongest(kept))
        for hit in judgement.hits
        if (kept := tuple(act for act in hit.acts if act not in _SHOWING))
    )
    acts = tuple(hit.act for hit in hits)
    messages = dict.fromkeys(hit.message for hit in hits)
    return replace(
        judgement, hits=hits, act=strongest(acts), message="\n".join(messages), beside=frozenset()
    )


LETTER = "message"
_SHOWING = frozenset({"hold", "alert"})
_STOPPING = frozenset({"block", "refuse"})
_ASKING = frozenset({"notice", "offer_move", "prompt_private", "require_licence"})


@dataclass(frozen=True, slots=True)
class _Case:
    """Whose words, where, and what the rules said of them."""

    actor: Actor
    who: Standing
    words: Words
    at: Circumstances
    rules: RuleSet
    asked: Submission
    judgement: Judgement


def _blocked(case: _Case) -> Blocked:
    stopped = Blocked(decision_of(case.judgement))

    def record() -> None:
        ruleset.store(case.rules)
        number = None if case.at.event == LETTER else _journal(case, "entry.blocked")
        _record(case, number)
        stopped.decision = decision_of(case.judgement, number=number)

    stopped.aftermath = record
    return stopped


def _journal(case: _Case, kind: str) -> int:
    first = case.judgement.hits[0]
    return audit.record(
        case.actor,
        kind,
        actor_role="moderator" if case.who.is_moderator else "member",
        community_id=case.at.community_id,
        author_id=case.actor.user_id,
        body={
            "rule": first.rule,
            "rule_version": first.v,
            "article": first.article,
            "rule_set": case.rules.hash,
            "spans": [list(span) for span in first.spans],
            "event": case.at.event,
            "automatic": "full",
        },
        sealed=f"{case.words.title}\n{case.words.body}",
    )


def _until(judgement: Judgement) -> datetime:
    by_person = any(hit.release == "person" for hit in judgement.hits if "hold" in hit.acts)
    return clock.now() + (PERSON_TERM if by_person else HOLD_TERM)


def _record(case: _Case, number: int | None) -> int:
    row = VerdictRecord(
        digest=digest(case.words),
        act=case.judgement.act,
        event=case.at.event,
        rule_set=case.rules.hash,
        engine=ENGINE_VERSION,
        hits=hits_of(case.judgement),
        actor_id=case.actor.user_id,
        at=clock.now(),
        number=number,
        facts=kept(case.asked),
    )
    with gate_opened():
        db.session.add(row)
        db.session.flush()
    return row.id


def hits_of(judgement: Judgement) -> list[dict[str, Any]]:
    """Return what a verdict keeps of the rules that spoke, those on trial among them."""
    return [
        {
            "rule": hit.rule,
            "v": hit.v,
            "mode": hit.mode,
            "acts": list(hit.acts),
            "article": hit.article,
            "release": hit.release,
            "spans": [list(span) for span in hit.spans],
            "offer": list(hit.offer),
            "kind": hit.kind,
        }
        for hit in (*judgement.hits, *judgement.shadow_hits)
    ]
