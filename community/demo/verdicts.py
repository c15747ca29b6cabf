"""What became of words that were sent: let through, held, asked about, or stopped."""

from collections.abc import Callable
from dataclasses import dataclass

from community.publishing.decisions import AskFirst, Blocked, Decision, rule_ids
from community.publishing.services import Published

Send = Callable[[frozenset[str]], Published]


@dataclass(frozen=True, slots=True)
class Fate:
    """The act of the rules, which of them acted, and the text where it was taken."""

    act: str
    rules: tuple[str, ...]
    made: Published | None


def judged(send: Send) -> Fate:
    """Send words as a person does, once, and tell what became of them."""
    try:
        made = send(frozenset())
    except (AskFirst, Blocked) as stopped:
        return _fate(stopped.decision, None)
    return _fate(made.decision, made)


def insisted(send: Send) -> Fate:
    """Send words and, where a rule only asks, send them again as an author who insists."""
    first = judged(send)
    if first.made is not None or first.act in ("block", "refuse"):
        return first
    return judged(lambda _seen: send(frozenset(first.rules)))


def _fate(decision: Decision, made: Published | None) -> Fate:
    act = decision.act
    if made is not None:
        act = "hold" if made.state == "held" else "allow"
    return Fate(act, tuple(sorted(rule_ids(decision.marks))), made)
