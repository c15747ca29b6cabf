"""A submission told as plain data: inline tests of the file, lines of `community rules judge`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community.rules.document import maybe
from community.rules.model import EVENTS, SPACES, Submission

_WHOLE = {
    "age_days": "author_age_days",
    "posts": "author_posts",
    "strikes": "author_strikes",
    "author_id": "author_id",
    "target_author_id": "target_author_id",
    "sharp": "sharp",
    "private": "private",
    "members": "members",
}
_WORDS = {"name": "author_name", "role": "author_role", "quotable": "quotable"}
_FIELDS = ("article", "quote", "reason", "licence")
KEYS = frozenset(
    {
        "text",
        "title",
        "event",
        "space",
        "signed_in",
        "counts",
        "upheld",
        "earlier_hits",
        "fields",
        "parties",
    }
    | {"author", "values", "id"}
    | set(_WHOLE)
    | set(_WORDS)
    | set(_FIELDS)
)


class CaseError(ValueError):
    """Data that tells no submission, with the reason in words."""


def submission_of(data: object, *, event: str, is_strict: bool = False) -> Submission:
    """The submission that plain data tells; an ordinary signed-in member unless it says else."""
    if isinstance(data, str):
        data = {"text": data}
    if not isinstance(data, Mapping):
        raise CaseError("ожидался объект с полем «text»")
    if is_strict:
        for key in data:
            if key not in KEYS:
                raise CaseError(f"поля «{key}» не существует{maybe(str(key), KEYS)}")
    data = {**data, **_author(data)}
    values: dict[str, Any] = {
        "text": _text(data, "text", is_needed=True),
        "title": _text(data, "title"),
        "event": _one_of(event if data.get("event") is None else data["event"], EVENTS, "события"),
        "space": _space(data.get("space")),
        "signed_in": _flag(data.get("signed_in", True)),
        "author_name": _text(data, "name") if data.get("name") is not None else "Анна Соколова",
        "fields": _fields(data),
        "counts": _numbers(data.get("counts"), "counts"),
        "upheld": _numbers(data.get("upheld"), "upheld"),
        "earlier_hits": _numbers(data.get("earlier_hits"), "earlier_hits"),
    }
    for key, name in _WHOLE.items():
        if data.get(key) is not None:
            values[name] = _number(data[key], key)
    for key in ("role", "quotable"):
        if data.get(key) is not None:
            values[_WORDS[key]] = _text(data, key)
    values["parties"] = frozenset(_strings(data.get("parties") or [], "parties"))
    submission = Submission(**values)
    return replace(submission, values=_strings_map(data.get("values")))


def _author(data: Mapping[str, Any]) -> dict[str, Any]:
    if "author" not in data:
        return {}
    author = data["author"]
    if author is None:
        return {"signed_in": False}
    if isinstance(author, str):
        return {"name": author}
    if isinstance(author, int) and not isinstance(author, bool):
        return {"author_id": author}
    if isinstance(author, Mapping):
        known = {key: author[key] for key in author if key in KEYS - {"text", "author"}}
        if isinstance(author.get("id"), int):
            known["author_id"] = author["id"]
        known.pop("id", None)
        return known
    raise CaseError("«author» должен быть объектом, именем или null")


def _text(data: Mapping[str, Any], key: str, *, is_needed: bool = False) -> str:
    value = data.get(key)
    if value is None and not is_needed:
        return ""
    if not isinstance(value, str):
        raise CaseError(f"поле «{key}» должно быть строкой")
    return value


def _one_of(value: object, allowed: tuple[str, ...], what: str) -> str:
    if value not in allowed:
        raise CaseError(f"{what} «{value}» не существует{maybe(str(value), allowed)}")
    return str(value)


def _space(value: object) -> str | None:
    return None if value in (None, "") else _one_of(value, SPACES, "места")


def _flag(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise CaseError("«signed_in» должно быть true или false")


def _number(value: object, key: str) -> int:
    if isinstance(value, int):
        return int(value)
    raise CaseError(f"«{key}» должно быть целым числом")


def _numbers(value: object, key: str) -> dict[str, int] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise CaseError(f"«{key}» должно быть объектом с числами")
    return {str(name): _number(number, key) for name, number in value.items()}


def _fields(data: Mapping[str, Any]) -> dict[str, str] | None:
    told = {key: _text(data, key) for key in _FIELDS if key in data}
    if data.get("fields") is not None:
        told = {**_strings_map(data["fields"]), **told}
    return told or None


def _strings_map(value: object) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise CaseError("ожидался объект со строками")
    return {str(key): "" if item is None else str(item) for key, item in value.items()}


def _strings(value: object, key: str) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise CaseError(f"«{key}» должно быть списком строк")
