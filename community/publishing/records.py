"""What is kept of a judgement: the row of the journal, the verdict, the rules that were met."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from community.audit import services as audit
from community.communities.standing import Standing
from community.core import clock
from community.core.actor import Actor
from community.publishing.decisions import HOLD_TERM, PERSON_TERM
from community.publishing.facts import Circumstances, Words
from community.publishing.rejudging import kept
from community.rules.model import ENGINE_VERSION, Judgement, RuleSet, Submission, strongest

_SHOWING = frozenset({"hold", "alert"})


@dataclass(frozen=True, slots=True)
class Case:
    """Whose words, where, what was known of them, and what the rules said."""

    actor: Actor
    who: Standing
    words: Words
    at: Circumstances
    rules: RuleSet
    asked: Submission
    judgement: Judgement


def journal(case: Case, kind: str, **more: Any) -> int:
    """Write the decision to the journal; the words lie sealed beside it."""
    return audit.record(
        case.actor,
        kind,
        actor_role="moderator" if case.who.is_moderator else "member",
        community_id=case.at.community_id,
        author_id=case.actor.user_id,
        body=_grounds(case) | more,
        sealed=f"{case.words.title}\n{case.words.body}",
    )


def _grounds(case: Case) -> dict[str, Any]:
    known = {
        "rule_set": case.rules.hash,
        "event": case.at.event,
        "automatic": "full",
    }
    if not case.judgement.hits:  # held because the rules would have taken too long over it
        return known | {"code": "over_budget"}
    first = case.judgement.hits[0]
    return known | {
        "rule": first.rule,
        "rule_version": first.v,
        "article": first.article,
        "spans": [list(span) for span in first.spans],
    }


def unread(judgement: Judgement) -> Judgement:
    """Of a letter nothing may lead to a person who would read it (rules, settled)."""
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


def until(judgement: Judgement) -> datetime:
    """Return when a hold ends, or when it is too long for a person to have left it."""
    by_person = judgement.over_budget or any(
        hit.release == "person" for hit in judgement.hits if "hold" in hit.acts
    )
    return clock.now() + (PERSON_TERM if by_person else HOLD_TERM)


def verdict_of(case: Case, digest: str, number: int | None) -> dict[str, Any]:
    """Return the columns of the verdict's row, all but its id."""
    return {
        "digest": digest,
        "act": case.judgement.act,
        "event": case.at.event,
        "rule_set": case.rules.hash,
        "engine": ENGINE_VERSION,
        "hits": hits_of(case.judgement),
        "actor_id": case.actor.user_id,
        "at": clock.now(),
        "number": number,
        "facts": kept(case.asked),
        "community_id": case.at.community_id,
        "thread_id": case.at.thread_id,
        "target_id": case.asked.target_author_id,
    }


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


def hit_rows(judgement: Judgement, verdict: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows by which rules are counted; ``verdict`` are the columns of its row."""
    place = {
        name: verdict[name]
        for name in ("event", "actor_id", "community_id", "thread_id", "target_id", "at")
    }
    acted = [(hit, False) for hit in (*judgement.hits, *judgement.shadow_hits)]
    return [
        {"verdict_id": verdict["id"], "rule": hit.rule, "v": hit.v, "mode": hit.mode}
        | {"is_quiet": is_quiet}
        | place
        for hit, is_quiet in (*acted, *((hit, True) for hit in judgement.quiet_hits))
    ]
