"""What the gate asks the rules, and what it asks the author before a text goes on."""

from dataclasses import replace
from typing import Any

from community.communities.standing import Standing
from community.core import clock
from community.core.actor import Actor
from community.publishing import records
from community.publishing.decisions import AskFirst, Decision, decision_of, rule_ids
from community.publishing.facts import (
    LETTER,
    UPLOAD,
    Circumstances,
    Words,
    letters_lately,
    submission,
)
from community.publishing.records import Case
from community.publishing.terms import spoken
from community.rules import engine
from community.rules.model import Judgement, RuleSet, Submission
from community.rules.needs import NOTHING, length_of

STOPPING = frozenset({"block", "refuse"})
_ASKING = frozenset({"notice", "offer_move", "prompt_private", "require_licence"})


def judged(
    rules: RuleSet, actor: Actor, who: Standing, words: Words, at: Circumstances
) -> tuple[Submission, Judgement]:
    """Ask the rules; those that send to letters or tell a time are asked again with what they lack."""
    asked = submission(actor, who, words, at, rules.needs.get(at.event, NOTHING))
    judgement = engine.judge(rules, asked)
    spoke = [rules.rule(hit.rule) for hit in (*judgement.hits, *judgement.shadow_hits)]
    lacking: dict[str, Any] = {}
    if asked.private is None and any(rule.sends_to_letters for rule in spoke):
        lacking["private"] = letters_lately(actor, asked.target_author_id)
    if terms := {rule.term for rule in spoke if "{until" in rule.message}:
        lacking["untils"] = {term: spoken(clock.now() + length_of(term)) for term in sorted(terms)}
    if lacking:
        asked = replace(asked, **lacking)
        judgement = engine.judge(rules, asked)
    return asked, records.unread(judgement) if asked.event == LETTER else judgement


def ask(decision: Decision, seen: frozenset[str], *, needed: frozenset[str]) -> None:
    """Raise while a rule that only asks has not been read by the author, or its act needs an answer."""
    asking = [each for each in decision.marks if set(each.acts) & _ASKING]
    unread = rule_ids(asking) - seen
    unread |= rule_ids([each for each in asking if set(each.acts) & needed])
    if unread and decision.act not in STOPPING:
        raise AskFirst(decision)


def told(case: Case) -> Decision:
    """Return the decision as its author meets it; places in a file's name are none in the text beside."""
    decision = decision_of(case.judgement)
    if case.at.event != UPLOAD:
        return decision
    bare = [replace(each, spans=(), title_spans=(), offers=()) for each in decision.marks]
    return replace(decision, marks=tuple(bare))


def needed(at: Circumstances) -> frozenset[str]:
    """Return the acts to which reading is no answer: a file is asked about until it has a licence."""
    is_bare = at.event == UPLOAD and not (at.fields or {}).get("licence")
    return frozenset({"require_licence"}) if is_bare else frozenset()
