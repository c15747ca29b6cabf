"""What the calendar tells: who is expected and who is there, what is to come and what was."""

from community.calendar.queries.happenings import (
    PER_PAGE,
    Row,
    author_of,
    coming,
    feed,
    found,
    happening,
    meeting_of,
    opener_of,
    today,
    was,
)
from community.calendar.queries.people import (
    Answer,
    AnswerCard,
    Presence,
    Stay,
    answer_card,
    answers,
    presence,
    stays,
)

__all__ = [
    "PER_PAGE", "Answer", "AnswerCard", "Presence", "Row", "Stay", "answer_card", "answers",
    "author_of", "coming", "feed", "found", "happening", "meeting_of", "opener_of",
    "presence", "stays", "today", "was",
]  # fmt: skip
