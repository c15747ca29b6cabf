"""Threads from a file of JSON lines: an opening and the comments under it."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from community.topics.importing.outline import Brought, Text, Unreadable, title_of

_MENTION = re.compile(r"@(участник-\d+|[\w.-]+)")


def read(path: Path, credit: str, only: frozenset[int] = frozenset()) -> list[Brought]:
    """Return the threads of a file; raises ``Unreadable`` with the line that is wrong.

    Each line: ``{"thread", "title"?, "opening": {"n", "author", "text"}, "comments": [{"n",
    "author", "reply_to"?, "text"}], "source"?}``. The credit stands under each opening.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        row = _row(line, number)
        if not only or number in only:
            found.append(_thread(row, number, credit or str(row.get("source") or "")))
    if not found:
        raise Unreadable("В файле нет ни одной темы.")
    return found


def numbers(given: str) -> frozenset[int]:
    """Return the numbers of «1,2,5-9»; raises ``Unreadable``."""
    chosen: set[int] = set()
    for part in given.replace(" ", "").split(","):
        first, _dash, last = part.partition("-")
        if not first.isdigit() or (last and not last.isdigit()):
            raise Unreadable(f"Номера тем пишут так: 1,2,5-9. Непонятно: «{part}».")
        chosen.update(range(int(first), int(last or first) + 1))
    return frozenset(chosen)


def named(threads: list[Brought], names: Mapping[str, str]) -> list[Brought]:
    """Return the threads with «@участник-003» turned into «@Имя Фамилия»."""

    def say(found: re.Match[str]) -> str:
        return f"@{names[found.group(1)]}" if found.group(1) in names else found.group(0)

    return [
        Brought(
            title=_MENTION.sub(say, each.title),
            kind=each.kind,
            texts=tuple(
                Text(text.key, text.author, _MENTION.sub(say, text.body), text.parent)
                for text in each.texts
            ),
        )
        for each in threads
    ]


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise Unreadable(f"Строка {number}: это не JSON ({error}).") from None
    messages = (
        [row.get("opening"), *(row.get("comments") or ())] if isinstance(row, dict) else [None]
    )
    for each in messages:
        if not isinstance(each, dict) or not _is_message(each):
            raise Unreadable(
                f"Строка {number}: нужны opening и comments, в каждом сообщении n, author и text."
            )
    return dict(row)


def _is_message(each: dict[str, Any]) -> bool:
    has_words = isinstance(each.get("text"), str) and isinstance(each.get("author"), str)
    return has_words and isinstance(each.get("n"), int) and bool(each["author"].strip())


def _thread(row: dict[str, Any], number: int, credit: str) -> Brought:
    if not credit.strip():
        raise Unreadable(
            f"Строка {number}: не сказано, откуда обсуждение. Добавьте поле source или --credit."
        )
    thread = str(row.get("thread") or number)
    opening = row["opening"]
    body = f"{opening['text'].strip()}\n\n*Перенесено: {credit}*"
    texts = [Text(_key(thread, opening["n"]), opening["author"], body)]
    for each in row["comments"]:
        answered = each.get("reply_to")
        parent = _key(thread, answered) if isinstance(answered, int) else None
        texts.append(Text(_key(thread, each["n"]), each["author"], each["text"], parent))
    return Brought(str(row.get("title") or title_of(opening["text"])), "discussion", tuple(texts))


def _key(thread: str, number: int) -> str:
    return f"{thread[:40]}:{number}"
