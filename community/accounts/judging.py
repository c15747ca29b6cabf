"""The rules over the lines of a card: school, post, subjects. The rules stand above; they come here."""

from collections.abc import Callable, Mapping

from flask import Flask, current_app

Judge = Callable[[Mapping[str, str]], dict[str, list[str]]]
"""Field -> text in, field -> what the rules say of it out; fields that pass are left out."""

_OF_SITE = "judge of cards"


def use(app: Flask, judge: Judge) -> None:
    """Let the composition root of a site join the rules in force there."""
    app.extensions[_OF_SITE] = judge


def faults(lines: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what the rules say of the lines; an empty answer lets all of them pass."""
    judge: Judge | None = current_app.extensions.get(_OF_SITE)
    return judge(lines) if judge is not None else {}
