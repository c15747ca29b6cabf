"""A survey as its author types it: one field of lines, that a phone can fill in too.

A line that begins a question stands by itself; options follow on lines with «-» (one answer) or «+»
(several answers); «1-5» under a question makes a scale, nothing under it a free answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from community.core.errors import Invalid
from community.core.verdict import N_

MOST_QUESTIONS, MOST_OPTIONS, LONGEST, LONGEST_OPTION = 30, 20, 300, 150
SCALE_MARK = "1-5"


@dataclass(slots=True)
class Question:
    """A question as it was typed."""

    label: str
    kind: str = "text"
    options: list[str] = field(default_factory=list)


def parse(text: str) -> list[Question]:
    """Return the questions of the typed lines; raises ``Invalid`` for the field «questions»."""
    made: list[Question] = []
    for line in filter(None, (" ".join(each.split()) for each in text.splitlines())):
        if line == SCALE_MARK or line.startswith(("- ", "+ ")):
            if not made:
                raise Invalid({"questions": [N_("Begin with a question, then its options.")]})
            _follow(made[-1], line)
        else:
            made.append(Question(line))
    _require(made)
    return made


def _follow(question: Question, line: str) -> None:
    kind = "scale" if line == SCALE_MARK else "one" if line[0] == "-" else "many"
    if question.kind not in ("text", kind) or (kind == "scale" and question.kind == "scale"):
        raise Invalid({"questions": [N_("A question has options of one kind only.")]})
    question.kind = kind
    if kind != "scale":
        question.options.append(line[2:].strip())


def _require(questions: Sequence[Question]) -> None:
    wrong = None
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        wrong = N_("Ask from one to thirty questions.")
    for each in questions:
        if each.options and not 2 <= len(each.options) <= MOST_OPTIONS:
            wrong = N_("A question has from two to twenty options.")
        elif len(set(each.options)) != len(each.options):
            wrong = N_("Two options of a question are the same.")
        elif len(each.label) > LONGEST or any(len(one) > LONGEST_OPTION for one in each.options):
            wrong = N_("A question or an option is too long.")
    if wrong:
        raise Invalid({"questions": [wrong]})


_MARKS = {"one": "-", "many": "+", "scale": "*"}
_NUMBERED = re.compile(r"\d+\. (?P<label>.*)")


def lines(questions: Sequence[Question]) -> str:
    """Return the questions as the gate judges and keeps them: a numbered list."""
    told = []
    for number, each in enumerate(questions, 1):
        told.append(f"{number}. {each.label}")
        options = [SCALE_MARK] if each.kind == "scale" else each.options
        told += [f"    {_MARKS[each.kind]} {option}" for option in options]
    return "\n".join(told)


def typed(text: str) -> tuple[str, str]:
    """Part a kept text into the greeting and the questions as they were typed; the reverse of ``lines``."""
    greeting, mark, asked = f"\n{text}".partition("\n1. ")
    if not mark:
        return text, ""
    told = []
    for line in f"1. {asked}".splitlines():
        numbered = _NUMBERED.fullmatch(line)
        told.append(numbered["label"] if numbered else line.strip().removeprefix("* "))
    return greeting.strip(), "\n".join(told)
