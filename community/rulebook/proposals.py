"""A change of one rule before anybody accepts it: how the file would read, what is wrong with it."""

import difflib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from community.accounts.models import User
from community.config import Config
from community.core import clock
from community.core.db import db
from community.core.verdict import N_
from community.publishing.models import RuleMode
from community.rulebook import queries
from community.rulebook.examples import Example, examples
from community.rulebook.models import Backtest, Proposal
from community.rules import loader, splice
from community.rules.model import RuleSet, RuleSetError

GONE = N_("There is no such rule in the file any more.")
ANOTHER = N_("The id of a rule stays the same: a rule with another id is a new rule.")
TAKEN = N_("A rule with this id is there, or was there once. Choose an id that was never used.")
SAME = N_("Nothing is changed.")


NEAR = 2
"""How many unchanged lines are shown on each side of a change."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with a proposed text: at a line of the block, or None for the whole."""

    line: int | None
    words: str
    is_ours: bool = False
    """An English sentence to be translated; the loader's own are in the language of the file."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would become of the file: its text, the set it makes, the rule's examples."""

    rule: str
    v: int
    block: str
    before: str
    base: str
    whole: str = ""
    rules: RuleSet | None = None
    complaints: tuple[Complaint, ...] = ()
    examples: tuple[Example, ...] = ()


def drafted(typed: str, rule_id: str | None) -> Draft:
    """Return the file as it would be with ``typed`` in it; ``rule_id`` None means a new rule."""
    text = queries.file_text()
    base = digest(text)
    typed = typed.replace("\r\n", "\n").strip("\n") + "\n"
    try:
        name, data = splice.told(typed)
    except splice.SpliceError as error:
        return Draft(rule_id or "", 0, typed, "", base, complaints=(Complaint(None, str(error)),))
    known = splice.blocks(text).get(rule_id or name)
    complaint = _misnamed(name, rule_id, known, typed)
    before = known.text if known else ""
    if complaint:
        return Draft(rule_id or name, 0, typed, before, base, complaints=(complaint,))
    v = _next_version(name, data, text)
    block = splice.with_version(typed, v)
    try:
        whole = splice.replaced(text, known, block) if known else splice.appended(text, block)
    except splice.SpliceError as error:
        return Draft(name, v, block, before, base, complaints=(Complaint(None, str(error)),))
    return _loaded(Draft(name, v, block, before, base, whole))


def digest(text: str) -> str:
    """Return the SHA-256 of a file's text, by which a proposal knows its file."""
    return hashlib.sha256(text.encode()).hexdigest()


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    """Return what changed between two texts, line by line, as the page draws it.

    Lines far from any change come as «far»: a long rule is the same but for a few words.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    made: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            ends = b == len(old) and d == len(new)
            made += _parted(old[a:b], is_first=not a and not c, is_last=ends)
        else:
            made.extend((k, "".join(w)) for k, w in (("gone", old[a:b]), ("added", new[c:d])) if w)
    return made


def _parted(lines: list[str], *, is_first: bool, is_last: bool) -> list[tuple[str, str]]:
    """Part lines that stay into those beside a change and those far from it."""
    head, tail = 0 if is_first else NEAR, len(lines) - (0 if is_last else NEAR)
    if tail - head <= NEAR:
        return [("same", "".join(lines))]
    parts = (("same", lines[:head]), ("far", lines[head:tail]), ("same", lines[tail:]))
    return [(kind, "".join(some)) for kind, some in parts if some]


def _misnamed(
    name: str, rule_id: str | None, known: splice.Block | None, typed: str
) -> Complaint | None:
    if rule_id is not None:
        if known is None:
            return Complaint(None, GONE, is_ours=True)
        if name != rule_id:
            return Complaint(1, ANOTHER, is_ours=True)
        same = splice.with_version(typed, 1) == splice.with_version(known.text, 1)
        return Complaint(None, SAME, is_ours=True) if same else None
    seen = db.session.scalar(select(RuleMode.id).where(RuleMode.rule == name).limit(1))
    return Complaint(1, TAKEN, is_ours=True) if known or seen else None


def _next_version(name: str, data: dict[str, Any], text: str) -> int:
    """One more than any version of the rule that was ever here; a new rule keeps its own."""
    known = splice.blocks(text).get(name)
    last = db.session.scalar(select(func.max(RuleMode.v)).where(RuleMode.rule == name)) or 0
    told = data.get("v") if isinstance(data.get("v"), int) else 1
    if known:
        now = splice.told(known.text)[1].get("v")
        last = max(last, now if isinstance(now, int) else 0)
    return max(last + 1, told or 1) if known else told or 1


def _loaded(draft: Draft) -> Draft:
    config: Config = current_app.extensions["community"]
    place = splice.blocks(draft.whole).get(draft.rule)
    try:
        rules = loader.load_text(
            draft.whole,
            config.rules_file,
            today=clock.now().date(),
            cache_dir=config.data / "cache",
        )
    except RuleSetError as error:
        found = tuple(_of_block(each.line, each.message, place) for each in error.problems)
        return _with(draft, complaints=found)
    shown = tuple(examples(rules, draft.rule))
    first = place.first if place else 1
    failed = tuple(
        Complaint(
            each.line - first + 1, f"{'не ' if each.must_hit else ''}сработало на «{each.text}»"
        )
        for each in shown
        if not each.is_kept
    )
    return _with(draft, rules=rules, complaints=failed, examples=shown)


def _of_block(line: int, words: str, place: splice.Block | None) -> Complaint:
    if place and place.first <= line <= place.last:
        return Complaint(line - place.first + 1, words)
    return Complaint(None, f"строка {line} файла: {words}")


def _with(draft: Draft, **more: Any) -> Draft:
    from dataclasses import replace

    return replace(draft, **more)


@dataclass(frozen=True, slots=True)
class Told:
    """A proposal with the people and the run behind it."""

    row: Proposal
    by: str
    decided_by: str | None
    run: Backtest | None
    is_stale: bool


def told(rows: Sequence[Proposal]) -> list[Told]:
    """Return proposals as pages show them."""
    base = digest(queries.file_text())
    ids = {each.made_by for each in rows} | {each.decided_by for each in rows if each.decided_by}
    named = select(User.id, User.name).where(User.id.in_(ids))
    names: dict[int, str] = {row.id: row.name for row in db.session.execute(named)}
    return [
        Told(
            row=each,
            by=names.get(each.made_by, ""),
            decided_by=names.get(each.decided_by) if each.decided_by else None,
            run=db.session.get(Backtest, each.backtest_id) if each.backtest_id else None,
            is_stale=each.state == "waiting" and each.base != base,
        )
        for each in rows
    ]


def waiting_of(community_id: int) -> list[Told]:
    """Return proposals of a community that nobody has decided yet, oldest first."""
    rows = db.session.scalars(
        select(Proposal)
        .where(Proposal.community_id == community_id, Proposal.state == "waiting")
        .order_by(Proposal.id)
    )
    return told(list(rows))


def of_rule(rule_id: str) -> list[Told]:
    """Return the newest proposals about a rule."""
    rows = db.session.scalars(
        select(Proposal).where(Proposal.rule == rule_id).order_by(Proposal.id.desc()).limit(20)
    )
    return told(list(rows))
