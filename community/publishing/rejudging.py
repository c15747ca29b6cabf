"""What a verdict keeps of the circumstances, so that the same text can be judged again a year later.

Never words: what the rules asked of a name or of a quoted text is kept as their answer.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from community.publishing.facts import Words
from community.rules.circumstances import is_placeholder
from community.rules.marks import QUOTE_LINES
from community.rules.model import Submission
from community.rules.setting import Setting

_WORDS = frozenset({"text", "title", "author_name", "quotable", "values", "untils", "fields"})
_KEPT = tuple(each.name for each in fields(Submission) if each.name not in _WORDS)
_NAMELESS, _NAMED = "Аноним", "Анна Соколова"
_APART = " \x00 "


def kept(asked: Submission) -> dict[str, Any]:
    """Return the circumstances of a submission as plain data without words."""
    told = {name: _plain(getattr(asked, name)) for name in _KEPT}
    told = {name: value for name, value in told.items() if value is not None}
    if asked.author_name is not None:
        told["nameless"] = is_placeholder(asked.author_name)
    if asked.fields is not None:
        told["field_sizes"] = {name: len(value.strip()) for name, value in asked.fields.items()}
    if asked.quotable is not None and QUOTE_LINES.search(asked.text):
        told["quoted"] = [list(span) for span in _setting(asked).verified_quotes]
    return told


def submission_of(words: Words, event: str, facts: Mapping[str, Any] | None) -> Submission:
    """Return what the rules were asked then; what was not kept is «not known»."""
    asked = Submission(text=words.body, title=words.title, event=event)
    if facts is None:
        return asked
    known = {name: facts[name] for name in _KEPT if name in facts}
    if "parties" in known:
        known["parties"] = frozenset(known["parties"])
    if "nameless" in facts:
        known["author_name"] = _NAMELESS if facts["nameless"] else _NAMED
    if "field_sizes" in facts:
        known["fields"] = {name: "х" * size for name, size in facts["field_sizes"].items()}
    asked = replace(asked, **known)
    return replace(asked, quotable=_quoted(asked, facts["quoted"])) if "quoted" in facts else asked


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return dict(value) if isinstance(value, Mapping) else value


def _setting(asked: Submission) -> Setting:
    return Setting(_whole(asked), asked)


def _whole(asked: Submission) -> str:
    title = asked.title.strip("\n")
    return f"{title}\n{asked.text}" if title else asked.text


def _quoted(asked: Submission, spans: list[list[int]]) -> str:
    """The quoted lines themselves: that they stood in the text being answered was found then."""
    whole = _whole(asked)
    return _APART.join(whole[start:end].lstrip(" \t>") for start, end in spans)
