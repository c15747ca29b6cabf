"""The judgement: every rule is asked, the strongest live act wins, all messages are told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from community.rules.detectors.registry import DETECTORS
from community.rules.expression import NO, UNKNOWN, Facts, Finding, OverBudget
from community.rules.model import (
    ALLOW,
    BESIDE,
    STRENGTH,
    Hit,
    Judgement,
    Rule,
    RuleSet,
    Span,
    Submission,
    strongest,
)
from community.rules.setting import Setting

_PLACEHOLDER = re.compile(r"\{([a-z_]+)(?:\|([^{}]*))?\}")
_SHOWN = 80
MASK = "▒▒▒"
OVER_BUDGET = (
    "Текст слишком сложен для автоматической проверки, поэтому его прочитает модератор. "
    "Это не замечание вам."
)


def judge(ruleset: RuleSet, submission: Submission) -> Judgement:
    """What the set says of one submission (rules.md §2: the engine never deletes)."""
    reading = ruleset.index.read(submission)
    facts = Facts(submission, reading, Setting(reading.original, submission))
    fired = reading.fired
    hits: list[Hit] = []
    quiet: list[Hit] = []
    unknown: list[str] = []
    is_over = False
    for rule in ruleset.rules:
        if rule.trigger is not None and rule.trigger.isdisjoint(fired):
            continue
        if rule.mode == "off" or submission.event not in rule.on:
            continue
        try:
            finding = _met(rule, facts)
        except OverBudget:
            is_over = True
            break
        if finding.truth and not _is_due(rule, facts):
            quiet.append(_hit(rule, finding, facts))
            finding = NO if facts.submission.earlier_hits is not None else UNKNOWN
        if finding.truth is None:
            unknown.append(rule.id)
        if finding.truth or (finding.truth is None and rule.refuses):
            hits.append(_hit(rule, finding, facts))
    return _judgement(hits, quiet, unknown, is_over=is_over)


def _met(rule: Rule, facts: Facts) -> Finding:
    """Whether the text meets the rule, however often it has been met before."""
    if rule.trigger is not None and rule.trigger.isdisjoint(facts.reading.fired):
        return NO
    if _is_passed_over(rule, facts.submission):
        return NO
    finding = rule.when.evaluate(facts)
    if finding.truth is False:
        return NO
    if finding.spans:
        kept = _without_ignored(rule, finding.spans, facts)
        if not kept:
            return NO
        finding = Finding(finding.truth, kept, finding.kinds)
    if rule.unless is not None:
        except_for = rule.unless.evaluate(facts).truth
        if except_for or except_for is None:
            return NO if except_for else UNKNOWN
    return finding


def _is_passed_over(rule: Rule, submission: Submission) -> bool:
    """Exempt roles; and who has written a letter is not sent to letters: the public answer is free."""
    if rule.sends_to_letters and (submission.private or 0) > 0:
        return True
    return submission.author_role is not None and submission.author_role in rule.exempt


def _without_ignored(rule: Rule, spans: tuple[Span, ...], facts: Facts) -> tuple[Span, ...]:
    ignored: list[Span] = []
    if "quote" in rule.ignore:
        ignored.extend(facts.setting.verified_quotes)
    if "code" in rule.ignore:
        ignored.extend(facts.setting.code)
    if not ignored:
        return spans
    return tuple(
        span
        for span in spans
        if not any(start <= span[0] and span[1] <= end for start, end in ignored)
    )


def _is_due(rule: Rule, facts: Facts) -> bool:
    """Whether the rule has been met often enough to act; never when that is not known."""
    if rule.throttle is None:
        return True
    earlier = facts.submission.earlier_hits
    return earlier is not None and earlier.get(rule.id, 0) >= rule.throttle.count


def _hit(rule: Rule, finding: Finding, facts: Facts) -> Hit:
    size = facts.reading.title_size
    in_text = tuple(
        (max(start - size, 0), end - size) for start, end in finding.spans if end > size
    )
    in_title = tuple(
        (start, min(end, size - 1)) for start, end in finding.spans if start < size - 1
    )
    kind = finding.kinds[0] if finding.kinds else ""
    return Hit(
        rule=rule.id,
        v=rule.v,
        article=rule.article,
        title=rule.title,
        mode=rule.mode,
        severity=rule.severity,
        acts=rule.acts,
        act=strongest(rule.acts),
        spans=in_text,
        title_spans=in_title,
        kind=kind,
        message=_told(rule, finding, facts),
        offer=rule.offer,
        release=rule.release,
        reviewer=rule.reviewer,
    )


def _told(rule: Rule, finding: Finding, facts: Facts) -> str:
    shown = ""
    if finding.spans:
        start, end = finding.spans[0]
        shown = " ".join(facts.reading.original[start:end].split())
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
    if any(kind in DETECTORS for kind in finding.kinds):
        shown = masked(shown)
    titles = [DETECTORS[kind].title for kind in finding.kinds if kind in DETECTORS]
    return fill(
        rule.message,
        {
            "match": shown,
            "kind": ", ".join(dict.fromkeys(titles)),
            "until": facts.submission.untils.get(rule.term, ""),
            **facts.submission.values,
        },
    )


def masked(piece: str) -> str:
    """Personal data as a decision may show it: enough to recognise, too little to use."""
    return piece[: min(3, len(piece) // 3)] + MASK


def fill(message: str, values: Mapping[str, str]) -> str:
    """A message with its `{name|default}` places filled."""

    def value(found: re.Match[str]) -> str:
        return values.get(found.group(1)) or found.group(2) or "…"

    return _PLACEHOLDER.sub(value, message)


def _judgement(
    hits: list[Hit], quiet: list[Hit], unknown: list[str], *, is_over: bool
) -> Judgement:
    live = tuple(hit for hit in hits if hit.mode == "live")
    acts = [hit.act for hit in live if hit.act != ALLOW]
    act = max(acts, key=lambda one: STRENGTH[one], default=ALLOW)
    messages = list(dict.fromkeys(hit.message for hit in live))
    if is_over and STRENGTH.get(act, 0) < STRENGTH["hold"]:
        act = "hold"
        messages.append(OVER_BUDGET)
    return Judgement(
        act=act,
        hits=live,
        shadow_hits=tuple(hit for hit in hits if hit.mode == "shadow"),
        quiet_hits=tuple(quiet),
        unknown=tuple(unknown),
        message="\n".join(messages),
        beside=frozenset(act for hit in live for act in hit.acts if act in BESIDE),
        over_budget=is_over,
    )


def failed_cases(ruleset: RuleSet) -> Iterator[tuple[Rule, int, str]]:
    """Inline tests that the rules do not keep, with the line and the reason in words."""
    for rule in ruleset.rules:
        for case in rule.hit_cases:
            if not meets(ruleset, rule, case.submission):
                yield rule, case.line, f"{rule.id}: не сработало на «{case.submission.text}»"
        for case in rule.miss_cases:
            if meets(ruleset, rule, case.submission):
                yield rule, case.line, f"{rule.id}: сработало на «{case.submission.text}»"


def meets(ruleset: RuleSet, rule: Rule, submission: Submission) -> bool:
    """Whether one rule meets a submission, whatever its mode."""
    reading = ruleset.index.read(submission)
    facts = Facts(submission, reading, Setting(reading.original, submission))
    finding = _met(rule, facts)
    if finding.truth and not _is_due(rule, facts):
        return False
    return bool(finding.truth) or (finding.truth is None and rule.refuses)
