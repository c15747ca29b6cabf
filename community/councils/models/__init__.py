"""The tables of councils: the meeting itself, and what stays of it."""

from community.councils.models.meeting import (
    Council,
    CouncilItem,
    CouncilQuestion,
    CouncilQuestionVote,
    CouncilReading,
    CouncilTurn,
    CouncilVote,
)
from community.councils.models.records import (
    CouncilMinutes,
    CouncilNote,
    CouncilObjection,
    CouncilTask,
)

__all__ = [
    "Council",
    "CouncilItem",
    "CouncilMinutes",
    "CouncilNote",
    "CouncilObjection",
    "CouncilQuestion",
    "CouncilQuestionVote",
    "CouncilReading",
    "CouncilTask",
    "CouncilTurn",
    "CouncilVote",
]
