"""A judgement as a value: policies (may this standing?) and rules (does this text break?) return it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from community.core.errors import Refused

_EMPTY: Mapping[str, Any] = MappingProxyType({})

REASONS: dict[str, str] = {}
"""Reason code -> English sentence (a gettext msgid). Each package registers its own in reasons.py."""


class Act(StrEnum):
    """What a verdict does to the act it judges, weakest first."""

    ALLOW = "allow"
    NOTICE = "notice"
    HOLD = "hold"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An act with a reason code and the values its sentence needs; true when it allows."""

    act: Act
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)

    def __bool__(self) -> bool:
        return self.act is Act.ALLOW


ALLOW = Verdict(Act.ALLOW)


def deny(code: str, **params: Any) -> Verdict:
    """Refuse with a reason code that ``register`` knows."""
    return Verdict(Act.BLOCK, code, params)


def hold(code: str, **params: Any) -> Verdict:
    """Let the act wait for a person, with a reason code."""
    return Verdict(Act.HOLD, code, params)


def require(verdict: Verdict) -> None:
    """Raise ``Refused`` unless the verdict allows; the transaction around it rolls back."""
    if not verdict:
        raise Refused(verdict)


def register(reasons: Mapping[str, str]) -> None:
    """Add reason codes with their English sentences; a code belongs to one package only."""
    for code, sentence in reasons.items():
        if REASONS.get(code, sentence) != sentence:
            raise ValueError(f"reason {code} is registered twice")
        REASONS[code] = sentence


def N_(sentence: str) -> str:  # noqa: N802 — the customary gettext marker for strings translated later
    """Mark ``sentence`` for extraction without translating it now."""
    return sentence
