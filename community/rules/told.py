"""A condition in words a teacher reads: what a rule looks for, without brackets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from community.rules.detectors.registry import DETECTORS

_TOWARD = {
    "you": "сказано собеседнику на «ты» или «вы»",
    "called": "обращение («…, такой-то»)",
    "mention": "рядом упоминание @имени",
    "reply": "это короткий ответ человеку",
    "staff": "речь о модераторе или администраторе",
}
_SHAPES = {
    "caps": "заглавных букв больше {} %",
    "links": "ссылок больше {}",
    "repeat": "один знак повторён больше {} раз подряд",
    "length": "длиннее {} знаков",
}
_SPACES = {
    "org_card": "карточка организации",
    "event_card": "карточка события",
    "lesson": "урок",
    "moderation_topic": "тема о действиях модераторов",
    "appeal": "обжалование",
}
EVENTS = {
    "post": "запись",
    "comment": "ответ",
    "edit": "правка",
    "topic": "новая тема",
    "pm_report": "жалоба на письмо",
    "message": "личное письмо",
    "chat": "реплика в чате",
    "upload": "файл",
    "join": "вступление",
    "moderator_delete": "удаление модератором",
    "appeal": "обжалование",
    "report": "жалоба",
}
ACTS = {
    "tag": "пометить для статистики",
    "notice": "переспросить автора",
    "offer_move": "предложить другое место",
    "prompt_private": "предложить сначала написать лично",
    "require_licence": "спросить автора и лицензию файла",
    "cooldown": "попросить сделать паузу",
    "hold": "показать модератору до публикации",
    "block": "не публиковать",
    "refuse": "отказать",
    "waitlist": "дать место в очереди",
    "second_moderator": "нужна подпись второго модератора",
    "alert": "сразу сказать модераторам",
}
MODES = {
    "live": "действует",
    "shadow": "только смотрит",
    "trial": "на испытании",
    "off": "выключено",
    "gone": "нет в файле",
}
_FIELDS = {"article": "статья", "quote": "цитата", "reason": "довод", "licence": "лицензия"}
_CONDITIONS = {
    "empty": "не указано",
    "filled": "указано",
    "not_in_text": "нет в тексте",
    "disagreement": "говорит лишь о несогласии",
}
_PARTIES = {"author": "автор", "target": "тот, о ком речь", "thread": "участник спора"}
_LISTED = 8


def acts_told(acts: Iterable[str]) -> str:
    """Return acts of a rule in words; an act of none of them lets the text pass."""
    return ", ".join(ACTS.get(act, act) for act in acts if act != "allow") or "пропустить"


def told(node: Any) -> str:
    """One predicate in words, without what is inside it where it joins others."""
    if not isinstance(node, Mapping) or len(node) != 1:
        return str(node)
    name, value = next(iter(node.items()))
    teller = _TELLERS.get(name)
    return teller(value) if teller else f"{name}: {value}"


def parts(node: Any) -> list[Any]:
    """The predicates that one joins: of «all», «any», «not», «near»."""
    if not isinstance(node, Mapping) or len(node) != 1:
        return []
    name, value = next(iter(node.items()))
    if name in ("all", "any"):
        return list(value)
    if name == "not":
        return [value]
    if name == "near":
        sides = (value["a"], value["b"])
        return [{"lemma": side} if isinstance(side, str | list) else side for side in sides]
    return []


def _words(value: Any) -> str:
    if isinstance(value, str):
        return f"из списка «{value[1:]}»" if value.startswith("$") else f"«{value}»"
    shown = ", ".join(_words(each) for each in value[:_LISTED])
    return shown if len(value) <= _LISTED else f"{shown} и ещё {len(value) - _LISTED}"


def _phrase(value: Any) -> str:
    words = value["words"] if isinstance(value, Mapping) else value
    words = words.split() if isinstance(words, str) else words
    return "слова подряд: " + " ".join(
        each if isinstance(each, str) else "/".join(map(str, each)) for each in words
    )


def _root(value: Any) -> str:
    if isinstance(value, str):
        return f"слово с корнем {_words(value)}"
    return "слово с корнем " + ", ".join(
        f"«{each.strip('^$')}»" for each in value["roots"][:_LISTED]
    )


def _shape(value: Mapping[str, Any]) -> str:
    return ", ".join(_SHAPES[name].format(bound) for name, bound in value.items())


def _author(value: Mapping[str, Any]) -> str:
    said = []
    for key, asked in value.items():
        if key == "signed_in":
            said.append("автор вошёл" if asked else "автор не вошёл")
        elif key == "name":
            said.append("вместо имени — отговорка вроде «Аноним»")
        elif key == "role":
            said.append(f"роль автора: {_choice(asked)}")
        else:
            name = {
                "age_days": "дней в сообществе",
                "posts": "текстов",
                "strikes": "предупреждений",
            }
            said.append(f"{name.get(key, key)} {_bounds(asked)}")
    return ", ".join(said)


def _bounds(value: Mapping[str, Any]) -> str:
    names = {"under": "меньше", "over": "больше"}
    return " и ".join(f"{names[key]} {bound}" for key, bound in value.items())


def _choice(value: Any, names: Mapping[str, str] | None = None) -> str:
    chosen = [value] if isinstance(value, str) else list(value)
    return ", ".join((names or {}).get(each, each) for each in chosen)


def _field(value: Mapping[str, str]) -> str:
    said = []
    for name, condition in value.items():
        short = condition.removeprefix("shorter_than_")
        how = _CONDITIONS.get(condition, f"короче {short} знаков")
        said.append(f"{_FIELDS.get(name, name)} — {how}")
    return ", ".join(said)


def _count(value: Mapping[str, Any]) -> str:
    more = ", без ответа" if value.get("unanswered") else ""
    return f"{_choice(value['event'], EVENTS)}: больше {value['over']} за {value.get('per', 'час')}{more}"


def _quote(pattern: str) -> str:
    return f"выражение {pattern}"


_TELLERS: Mapping[str, Any] = {
    "all": lambda _v: "всё вместе",
    "any": lambda _v: "хотя бы одно",
    "not": lambda _v: "кроме случая, когда",
    "near": lambda v: f"рядом, не дальше {v.get('within', 5)} слов",
    "lemma": lambda v: f"слово {_words(v)}",
    "root": _root,
    "phrase": _phrase,
    "re": _quote,
    "detect": lambda v: (
        "личные сведения: "
        + ", ".join(
            DETECTORS[k].title for k in ([v] if isinstance(v, str) else v) if k in DETECTORS
        )
    ),
    "shape": _shape,
    "toward": lambda v: " или ".join(_TOWARD.get(e, e) for e in ([v] if isinstance(v, str) else v)),
    "quoted": lambda _v: "это чужие слова: кавычки, цитата, книга",
    "person": lambda _v: "в предложении назван человек",
    "denied": lambda _v: "перед словом стоит «не»",
    "author": _author,
    "space": lambda v: f"место: {_choice(v, _SPACES)}",
    "event": lambda v: f"это {_choice(v, EVENTS)}",
    "field": _field,
    "count": _count,
    "conflict": lambda v: f"резких ответов между двумя за сутки: от {v.get('sharp', 1)}",
    "private_contact": lambda _v: "эти двое уже писали друг другу лично",
    "community": lambda v: f"участников не меньше {v.get('members_at_least')}",
    "party": lambda v: f"решающий — сторона спора ({_choice(v, _PARTIES)})",
}
