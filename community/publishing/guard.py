"""The second fence: no statement writes people's words unless the gate is open around it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event

_gate_open: ContextVar[bool] = ContextVar("gate_open", default=False)
_GUARDED = re.compile(
    r"\b(?:INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?|COPY"
    r"|(?:DROP|ALTER)\s+TABLE(?:\s+IF\s+EXISTS)?)\s+(?:ONLY\s+)?"
    r'(?:"?\w+"?\s*\.\s*)?["`\[]?(?:entries|entry_revisions|verdicts)\b',
    re.IGNORECASE,
)
"""A write to people's words anywhere in a statement: after WITH, a comment, with a schema or without."""


class GateBypassed(RuntimeError):
    """Someone tried to write words past the gate: a defect of ours, never a person's mistake."""


@contextmanager
def gate_opened() -> Iterator[None]:
    """Let statements on people's words through; only ``gate`` calls this (an architecture test)."""
    token = _gate_open.set(True)
    try:
        yield
    finally:
        _gate_open.reset(token)


def install(engine: Engine) -> None:
    """Watch every statement of ``engine``, whether flushed, bulk or raw."""
    event.listen(engine, "before_cursor_execute", _watch)


def _watch(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if statement[:6] != "SELECT" and not _gate_open.get() and _GUARDED.search(statement):
        raise GateBypassed(statement[:80])
