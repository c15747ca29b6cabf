"""The rules over the lines of a card: school, post, subjects. The rules stand above; they come here."""

from collections.abc import Callable, Mapping

Judge = Callable[[Mapping[str, str]], dict[str, list[str]]]
"""Field -> text in, field -> what the rules say of it out; fields that pass are left out."""

_judge: list[Judge] = []


def use(judge: Judge) -> None:
    """Let the composition root join the rules in force."""
    _judge[:] = [judge]


def faults(lines: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what the rules say of the lines; an empty answer lets all of them pass."""
    return _judge[0](lines) if _judge else {}
