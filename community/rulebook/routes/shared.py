"""What the pages of rules share: who reads, names of modes and reasons, figures of a run."""

from typing import Any

from flask_babel import gettext as _

from community.communities.here import require_member
from community.communities.standing import Standing
from community.core.errors import NotFound
from community.core.verdict import N_, require
from community.publishing import ruleset
from community.rulebook import policies, trying
from community.rulebook.models import Backtest
from community.rules import engine
from community.rules.model import Rule
from community.rules.told import ACTS, EVENTS, parts, told

MODES = {
    "live": N_("in force"),
    "trial": N_("on trial"),
    "shadow": N_("watches only"),
    "off": N_("switched off"),
}
WHY = {
    "first": N_("came with the first file"),
    "new": N_("a new rule"),
    "changed": N_("the rule was changed"),
    "file": N_("the mode was changed in the file"),
    "lists": N_("the words of its lists were changed"),
    "promoted": N_("promoted by a person"),
    "brake": N_("stopped by the emergency brake"),
    "quarter": N_("too many of its decisions were cancelled in a quarter"),
    "hand": N_("put on trial by hand"),
}
FIGURES = {
    "fires": N_("would speak"),
    "acting": N_("of these would act"),
    "new": N_("is silent about them now"),
    "gone": N_("speaks now and would not"),
    "removed": N_("hidden by people"),
    "released": N_("let through by people"),
    "restored": N_("put back by people"),
    "reported": N_("complained of"),
}


def keeper() -> Standing:
    """Return the standing of a moderator or administrator; others get 403, strangers 404."""
    who = require_member()
    require(policies.may_keep(who))
    return who


def known_rule(rule_id: str) -> Rule:
    """Return a rule of the file; raises ``NotFound``."""
    try:
        return ruleset.file_set().rule(rule_id)
    except KeyError:
        raise NotFound from None


def acts_in_words(rule: Rule) -> str:
    """Return «переспросить автора; показать модератору»."""
    return "; ".join(ACTS.get(act, act) for act in rule.acts)


def said_in_words(rule: Rule) -> str:
    """Return what the author reads, with «…» where the words of their text will stand."""
    return engine.fill(rule.message, {})


def events_in_words(rule: Rule) -> str:
    """Return on what the rule is asked."""
    return ", ".join(EVENTS[each] for each in EVENTS if each in rule.on)


def tree(node: Any) -> dict[str, Any]:
    """Return a condition in words with what is inside it."""
    return {"words": told(node), "parts": [tree(each) for each in parts(node)]}


def run_in_words(row: Backtest | None, rule_id: str) -> dict[str, Any] | None:
    """Return a run as the page shows it: how far it is, or its figures for the rule."""
    if row is None:
        return None
    counts = row.figures.get("rules", {}).get(rule_id)
    return {
        "row": row,
        "percent": 100 * row.judged // row.total if row.total else 100,
        "figures": [(_(name), counts[key]) for key, name in FIGURES.items()] if counts else [],
        "changes": [
            (*change.split(">"), count) for change, count in row.figures.get("acts", {}).items()
        ],
        "precision": trying.precision(counts) if counts else None,
        "samples": counts["samples"] if counts else [],
        "wordless": row.figures.get("wordless", 0),
    }
