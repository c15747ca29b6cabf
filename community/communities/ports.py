"""What this floor asks of others without knowing them; the composition root fills it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from community.core.actor import Actor
from community.core.errors import Invalid
from community.core.verdict import ALLOW, Verdict, deny
from community.rules.model import STRENGTH, Judgement, RuleSet, Submission

Provider = Callable[[], RuleSet | None]


@dataclass(frozen=True, slots=True)
class Papers:
    """How the paper of an order is kept: taken before the transaction, claimed inside of it."""

    receive: Callable[[Actor, BinaryIO, str | None, int], int]
    claim: Callable[[Actor, int, int], None]


_provider: list[Provider] = []
_papers: list[Papers] = []
_on_founded: list[Callable[[Actor, int], None]] = []


def use_ruleset(provider: Provider) -> None:
    """Judge admissions and words by the rule set that ``provider`` returns at the time."""
    _provider[:] = [provider]


def use_papers(papers: Papers) -> None:
    """Keep the papers of orders where ``papers`` says; without it an order has no file."""
    _papers[:] = [papers]


def receive_paper(
    actor: Actor, stream: BinaryIO, name: str | None, community_id: int
) -> int | None:
    """Take the paper of an order and return the id of its file; outside of transactions."""
    return _papers[0].receive(actor, stream, name, community_id) if _papers else None


def claim_paper(actor: Actor, file_id: int, community_id: int) -> None:
    """Keep the paper for as long as the order stands; inside the transaction of the order."""
    if _papers:
        _papers[0].claim(actor, file_id, community_id)


def on_founded(hook: Callable[[Actor, int], None]) -> Callable[[Actor, int], None]:
    """Call ``hook(actor, community_id)`` in the transaction that founds a community."""
    if hook not in _on_founded:
        _on_founded.append(hook)
    return hook


def tell_founded(actor: Actor, community_id: int) -> None:
    """Run the hooks of a founding: standard boards and whatever else a room prepares."""
    for hook in _on_founded:
        hook(actor, community_id)


def may_seat(members: int, cap: int) -> Verdict:
    """Ask the cap rule whether one more may join; the database stays the wall (S3 §1)."""
    judged = _judge(Submission(text="", event="join", members=members, signed_in=True))
    if judged is not None and judged.act in ("refuse", "block", "hold"):
        return deny("community.full", cap=cap)
    return ALLOW


def check_words(actor: Actor, **texts: str) -> None:
    """Refuse texts that a live rule would hold or block; raises ``Invalid`` with its message.

    Reasons, notes and charters are not entries and have no moderator's queue: what an entry would
    wait with, these have to be written without.
    """
    if said := faults(actor, texts):
        raise Invalid(said)


def faults(actor: Actor, texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what the live rules say of texts that have no queue; those that pass are left out."""
    said: dict[str, list[str]] = {}
    for name, text in texts.items():
        judged = (
            _judge(
                Submission(
                    text=text,
                    event="comment",
                    signed_in=actor.user_id is not None or actor.kind == "system",
                    author_name=actor.name or None,
                    author_id=actor.user_id,
                )
            )
            if text.strip()
            else None
        )
        if judged is not None and STRENGTH.get(judged.act, 0) >= STRENGTH["cooldown"]:
            said[name] = [judged.message]
    return said


def _judge(submission: Submission) -> Judgement | None:
    ruleset = _provider[0]() if _provider else None
    if ruleset is None:
        return None
    from community.rules.engine import judge

    return judge(ruleset, submission)
