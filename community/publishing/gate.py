"""The only door through which words come in: judge, record the verdict, render, store.

Nothing else writes entries, revisions or verdicts; five fences see to it (docs/adr/0003).
There is no parameter that skips, forces or softens the judgement, and there must never be one.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from community.communities.standing import Standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import create, db
from community.core.errors import Invalid
from community.core.markup import MAX_TEXT, RENDER_VERSION, clean, render
from community.core.verdict import REASONS
from community.publishing import alerting, asking, pauses, records, ruleset
from community.publishing.decisions import Blocked, Decision, Paused, WordsStopped, decision_of
from community.publishing.facts import LETTER, Circumstances, Words
from community.publishing.guard import gate_opened
from community.publishing.models import Entry, EntryRevision, RuleHit, VerdictRecord
from community.publishing.records import Case
from community.rules import engine
from community.rules.model import Submission

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
    alert: Case | None = None
    """What moderators are to be told of, when a rule wants it and the text is published."""


def check(actor: Actor, who: Standing, words: Words, at: Circumstances) -> Decision:
    """Tell what the gate would say of the text, writing nothing; for the composer."""
    _asked, judgement = asking.judged(ruleset.in_force(), actor, who, _taken(words), at)
    return decision_of(judgement)


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

    Raises ``Invalid`` (empty, too long), ``AskFirst`` (a notice not seen yet), ``Blocked``, ``Paused``.
    A text that is held is returned with state «held» and the number of the decision.
    """
    words = _taken(words)
    case = _weighed(actor, who, words, at, seen)
    decision = decision_of(case.judgement)
    number = None
    if decision.act == "hold":
        number = records.journal(case, "entry.held")
        decision = decision_of(case.judgement, number=number, until=records.until(case.judgement))
    verdict_id = _record(case, number)
    state = "held" if decision.act == "hold" else "published"
    alert = None if state == "held" or "alert" not in case.judgement.beside else case
    html = render(words.body, people)
    return Passed(words, digest(words), verdict_id, html, state, decision, number, alert)


def weigh(
    actor: Actor,
    who: Standing,
    words: Words,
    at: Circumstances,
    *,
    seen: frozenset[str] = frozenset(),
) -> Decision:
    """Judge words that become no entry — a complaint, an appeal, a file's label — and keep the verdict.

    Raises ``AskFirst``, ``Blocked``, ``Paused`` as ``let_in`` does. Nothing of the kind can wait for
    a moderator: what would be held is let through, because a person reads it anyway.
    """
    case = _weighed(actor, who, _short(words), at, seen)
    _record(case, None)
    return asking.told(case)


def judge_unsigned(words: Words, *, seen: frozenset[str] = frozenset()) -> None:
    """Judge words that nobody signs and few read: a free answer of a survey by link (L02).

    Keeps nothing: a verdict has a time, and the time would tie the answer to its author. Raises
    ``AskFirst`` or ``Blocked``; what a rule would hold goes on, because a person reads it anyway.
    """
    text = _taken(words)
    asked = Submission(text=text.body, title=text.title, event="survey")
    decision = decision_of(engine.judge(ruleset.in_force(), asked))
    asking.ask(decision, seen, needed=frozenset())
    if decision.act in asking.STOPPING:
        raise Blocked(decision)


def _weighed(
    actor: Actor, who: Standing, words: Words, at: Circumstances, seen: frozenset[str]
) -> Case:
    pauses.require_none(actor, who, at)
    rules = ruleset.in_force()
    asked, judgement = asking.judged(rules, actor, who, words, at)
    case = Case(actor, who, words, at, rules, asked, judgement)
    asking.ask(asking.told(case), seen, needed=asking.needed(at))
    if judgement.act in asking.STOPPING or judgement.act == "cooldown":
        raise _stopped(case)
    ruleset.store(rules)
    return case


def tell_alert(passed: Passed, entry: Entry) -> None:
    """Tell the moderators of a published text that a rule wants them to see at once."""
    if passed.alert is not None:
        alerting.alert(passed.alert, entry_id=entry.id)


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


def blank(entry: Entry) -> None:
    """Erase the words of an entry and its history for good; verdicts stay, tied to no text.

    A digest without salt could be guessed back to a telephone number, so it goes with the words.
    """
    past = select(EntryRevision.verdict_id).where(EntryRevision.entry_id == entry.id)
    with gate_opened():
        old = {*db.session.scalars(past), entry.verdict_id}
        db.session.execute(delete(EntryRevision).where(EntryRevision.entry_id == entry.id))
        last = {each: _nameless(db.session.get_one(VerdictRecord, each)) for each in sorted(old)}
        db.session.flush()
        kept = last[entry.verdict_id]
        entry.title = entry.body = entry.html = ""
        entry.digest, entry.verdict_id, entry.file_count = kept.digest, kept.id, 0
        db.session.flush()
        for former, verdict in last.items():
            met = update(RuleHit).where(RuleHit.verdict_id == former)
            db.session.execute(met.values(verdict_id=verdict.id))
        db.session.execute(delete(VerdictRecord).where(VerdictRecord.id.in_(old)))


def _nameless(verdict: VerdictRecord) -> VerdictRecord:
    """Return a copy of a verdict under a digest of nothing."""
    kept = {
        each.key: getattr(verdict, each.key)
        for each in VerdictRecord.__table__.columns
        if each.key not in ("id", "digest")
    }
    made = VerdictRecord(digest=hashlib.sha256(secrets.token_bytes(32)).hexdigest(), **kept)
    db.session.add(made)
    return made


def digest(words: Words) -> str:
    """Return the SHA-256 that ties a text to its verdict."""
    return hashlib.sha256(f"{words.title}\0{words.body}".encode()).hexdigest()


def _taken(words: Words) -> Words:
    taken = _short(words)
    if not taken.body:
        raise Invalid({"body": [REASONS["entry.empty"]]})
    return taken


def _short(words: Words) -> Words:
    title, body = " ".join(clean(words.title).split()), clean(words.body).strip()
    if len(body) > MAX_TEXT or len(title) > MAX_TITLE:
        raise Invalid({"body": [REASONS["entry.too_long"] % {"limit": MAX_TEXT}]})
    return Words(body=body, title=title)


def _stopped(case: Case) -> WordsStopped:
    """Return the refusal with what outlives it: the journal, the verdict, the pause, the alert."""
    decision = asking.told(case)
    paused = case.judgement.act == "cooldown"
    stopped = Paused(decision) if paused else Blocked(decision)

    def record() -> None:
        ruleset.store(case.rules)
        kind = "entry.paused" if paused else "entry.blocked"
        number = None if case.at.event == LETTER else records.journal(case, kind)
        _record(case, number)
        end = pauses.begin_all(case, number) if paused else None
        stopped.decision = replace(decision, number=number, until=end)
        if case.judgement.beside & {"alert"}:
            alerting.alert(case, number=number)

    stopped.aftermath = record
    return stopped


def _record(case: Case, number: int | None) -> int:
    row = records.verdict_of(case, digest(case.words), number)
    db.session.flush()  # what the row names is there before it
    with gate_opened():
        verdict_id = create(_VERDICT, **row)
    for hit in records.hit_rows(case.judgement, row | {"id": verdict_id}):
        db.session.add(RuleHit(**hit))
    return verdict_id


_VERDICT = insert(VerdictRecord).values(
    {each: bindparam(each) for each in VerdictRecord.__table__.columns.keys() if each != "id"}  # noqa: SIM118
)
