"""Pages of moderation: complaints, what waits, decisions, appeals, the open journal."""

from community.moderation import cards, cases, safeguards
from community.moderation.routes import (
    complaints,
    decisions,
    feeds,
    figures,
    journal,
    letters,
    milder,
    proposals,
    queue,
    rulings,
    strikes,
)
from community.moderation.routes.blueprints import cases_bp, desk_bp, journal_bp

blueprints = (journal_bp, desk_bp, cases_bp)
__all__ = [
    "blueprints",
    "cards",
    "cases",
    "complaints",
    "decisions",
    "feeds",
    "figures",
    "journal",
    "letters",
    "milder",
    "proposals",
    "queue",
    "rulings",
    "safeguards",
    "strikes",
]
