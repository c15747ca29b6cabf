"""What a check tells: fine, worth a look, or broken, and the way to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: fine, worth a look, or broken; and the way to mend it."""

    level: Literal["ok", "warn", "bad"]
    words: str
    cure: str = ""


Findings = Iterator[Finding]


def ok(words: str) -> Finding:
    """Tell that a thing is as it should be."""
    return Finding("ok", words)


def warn(words: str, cure: str) -> Finding:
    """Tell of a thing that works but deserves a look."""
    return Finding("warn", words, cure)


def bad(words: str, cure: str) -> Finding:
    """Tell of a thing that keeps the site from working as promised."""
    return Finding("bad", words, cure)
