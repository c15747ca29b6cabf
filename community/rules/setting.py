"""Where a found word stands: in a quotation, next to whom, in which sentence."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

from community.rules.model import Span, Submission

_QUOTES = re.compile(r"«[^»]{1,600}»|“[^”]{1,600}”|„[^“”]{1,600}[“”]|\"[^\"\n]{1,600}\"|`[^`\n]+`")
_QUOTE_LINES = re.compile(r"^[ \t]{0,3}>.*$", re.MULTILINE)
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_END = re.compile(r"[.!?…]+[\s)»\"”]+|\n+")
_CLAUSE = re.compile(r"[.!?…;:()\n]+|,|\s[—–-]\s")
_TURN = re.compile(r"[.!?…;:()\n]+|\s[—–-]\s")
_WORD = re.compile(r"[^\W_]+")
_YOU = frozenset(
    [
        "ты",
        "тебя",
        "тебе",
        "тобой",
        "тобою",
        "вы",
        "вас",
        "вам",
        "вами",
        "твой",
        "твоя",
        "твое",
        "твои",
        "твоего",
        "твоей",
        "твоих",
        "твоим",
        "твою",
        "твоем",
        "твоими",
        "ваш",
        "ваша",
        "ваше",
        "ваши",
        "вашего",
        "вашей",
        "ваших",
        "вашим",
        "вашу",
        "вашем",
        "вашими",
        "сам",
        "сама",
        "сами",
        "ty",
        "tebya",
        "tebja",
        "tebe",
        "toboy",
        "toboj",
        "tvoy",
        "tvoj",
        "tvoya",
        "tvoja",
        "tvoi",
        "vy",
        "vas",
        "vam",
        "vami",
        "vash",
        "vasha",
        "vashi",
        "sam",
        "sama",
        "ns",
        "ds",
        "dfc",
        "dfv",
        "nt,z",
        "nt,t",
    ]
)
_STAFF = re.compile(r"(?:модер|админ)[а-я]*|администрац[а-я]*|ведущ[а-я]+ сайта", re.IGNORECASE)
_SPEECH = re.compile(
    r"\b(?:назвал|назвала|назвали|назвать|называет|называют|называл[аи]?|называть|обозвал[аи]?|"
    r"обзыва[а-я]*|дразн[а-я]*|крикнул[аи]?|кричит|кричал[аи]?|кричат|сказал[аи]?|заявил[аи]?|"
    r"пиш(?:ет|ут)|написал[аи]?|услышал[аи]?|выражение|роман[а-я]*|рассказ[а-я]*|"
    r"сказк[а-я]*|повест[а-я]*|поэм[а-я]*|пьес[а-я]*|басн[а-я]*|поговорк[а-я]*|пословиц[а-я]*|"
    r"героин[а-я]*|геро[йяеию][а-я]*|персонаж[а-я]*|фильм[а-я]*|стихотворени[а-я]*|"
    r"произведени[а-я]*|ругательств[а-я]*|оскорблени[а-я]*|мультфильм[а-я]*)\b",
    re.IGNORECASE,
)
_NOT = frozenset({"не", "ни", "вовсе", "никакой", "никакая", "никакие"})
_MENTION = re.compile(r"(?<!\S)@[\w.-]+")
_PATRONYMIC = r"[А-ЯЁ][а-яё]+(?:ович|евич|ьич|овн|евн|ичн|иничн)(?:а|у|ем|ом|е|ой|ы)?"
_SURNAME = (
    r"[А-ЯЁ][а-яё]{1,}(?:ов|ев|ёв|ин|ын|ск|цк)(?:а|у|ым|ой|ых|ы|ые|ий|ая|ого|ому|ую|е|ым)?"
    r"|[А-ЯЁ][а-яё]{2,}(?:енко|чук|щук|дзе|швили|янц?)"
)
_PERSON = re.compile(
    rf"(?<![\w-])(?:[А-ЯЁ][а-яё]+\s+{_PATRONYMIC}|{_SURNAME}|[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?[А-ЯЁ][а-яё]+)(?![\w])"
)
_NOT_MEMBERS = re.compile(
    r"^(?:Раскольников|Пушкин|Гогол|Чичиков|Онегин|Ленин|Сталин|Путин|Обломов|Печорин|Базаров|"
    r"Ростов|Болконск|Безухов|Чацк|Фамусов|Хлестаков|Достоевск|Толст|Чехов|Тургенев|Лермонтов|"
    r"Некрасов|Горьк|Маяковск|Булгаков|Шариков|Ломоносов|Менделеев|Невск|Донск|Суворов|Кутузов|"
    r"Грибоедов|Крылов|Островск|Карамзин|Салтыков|Гончаров|Лесков|Шолохов|Мелехов|Кирсанов|"
    r"Карамазов|Мармеладов|Свидригайлов|Лужин|Манилов|Ноздрёв|Ноздрев|Плюшкин|Собакевич|"
    r"Дубровск|Троекуров|Швабрин|Пугач[её]в|Гринёв|Гринев|Романов|Наполеон|Гитлер|Мещерск|"
    r"Росси|Москов|Русск|Советск|Невск)",
)
_NEAR_WORDS = 4


class Setting:
    """The author's text cut into sentences, quotations and words, each only when asked."""

    def __init__(self, original: str, submission: Submission) -> None:
        self._text = original
        self._submission = submission

    @cached_property
    def _quoted(self) -> tuple[Span, ...]:
        return tuple(
            match.span()
            for pattern in (_QUOTES, _QUOTE_LINES, _CODE)
            for match in pattern.finditer(self._text)
        )

    @cached_property
    def verified_quotes(self) -> tuple[Span, ...]:
        """Quoted lines that really stand in the text being answered."""
        source = " ".join((self._submission.quotable or "").split())
        if not source:
            return ()
        return tuple(
            match.span()
            for match in _QUOTE_LINES.finditer(self._text)
            if " ".join(match.group().lstrip(" \t>").split()) in source
        )

    @cached_property
    def code(self) -> tuple[Span, ...]:
        """Fenced pieces of program text."""
        return tuple(match.span() for match in _CODE.finditer(self._text))

    @cached_property
    def _ends(self) -> list[int]:
        return [match.end() for match in _END.finditer(self._text)]

    @cached_property
    def _clause_ends(self) -> list[int]:
        return [match.end() for match in _CLAUSE.finditer(self._text)]

    @cached_property
    def _turns(self) -> list[int]:
        return [match.end() for match in _TURN.finditer(self._text)]

    @cached_property
    def _words(self) -> tuple[list[int], list[str]]:
        found = list(_WORD.finditer(self._text))
        return [m.start() for m in found], [m.group().lower().replace("ё", "е") for m in found]

    def sentence(self, span: Span) -> Span:
        """The sentence around a place."""
        return _between(self._ends, span, len(self._text))

    def clause(self, span: Span) -> Span:
        """The piece between commas and dashes around a place."""
        return _between(self._clause_ends, span, len(self._text))

    def word_at(self, offset: int) -> int:
        """The number of the word at an offset, to measure distance in words."""
        return bisect_right(self._words[0], offset)

    def is_quoted(self, span: Span) -> bool:
        """Whether a place is someone else's words: quotation marks, a quoted line, told speech."""
        if any(start <= span[0] and span[1] <= end for start, end in self._quoted):
            return True
        start, end = self.sentence(span)
        return bool(_SPEECH.search(self._text[start:end])) and not self._is_said_to_you(span)

    def is_toward(self, span: Span, whom: frozenset[str]) -> bool:
        """Whether a place is aimed at a person of the given sorts."""
        if self._is_denied(span):
            return False
        start, end = self.sentence(span)
        sentence = self._text[start:end]
        return (
            ("you" in whom and (self._is_said_to_you(span) or self._is_called_out(span)))
            or ("mention" in whom and bool(_MENTION.search(sentence)))
            or ("staff" in whom and bool(_STAFF.search(sentence)))
            or ("reply" in whom and self._is_short_answer(span))
        )

    def has_person(self, span: Span) -> bool:
        """Whether a living person is named in the same sentence."""
        start, end = self.sentence(span)
        return any(
            not _NOT_MEMBERS.match(found.group().split()[-1])
            and not _NOT_MEMBERS.match(found.group())
            for found in _PERSON.finditer(self._text[start:end])
        )

    def _is_said_to_you(self, span: Span) -> bool:
        start, end = _between(self._turns, span, len(self._text))
        starts, words = self._words
        first, last = bisect_left(starts, span[0]), bisect_left(starts, span[1])
        low = max(bisect_left(starts, start), first - _NEAR_WORDS)
        high = min(bisect_left(starts, end), last + _NEAR_WORDS)
        return any(word in _YOU for word in words[low:first] + words[last:high])

    def _is_called_out(self, span: Span) -> bool:
        """«…, дурак!» and «Идиоты!»: the word stands alone between marks and the voice rises."""
        start, end = self.clause(span)
        starts, _ = self._words
        count = bisect_left(starts, end) - bisect_left(starts, start)
        tail = self._text[span[1] : min(end + 1, len(self._text))]
        return count <= 2 and "!" in tail

    def _is_short_answer(self, span: Span) -> bool:
        if self._submission.target_author_id is None:
            return False
        start, end = self.sentence(span)
        starts, _ = self._words
        return bisect_left(starts, end) - bisect_left(starts, start) <= 4

    def _is_denied(self, span: Span) -> bool:
        starts, words = self._words
        first = bisect_left(starts, span[0])
        return bool(set(words[max(0, first - 2) : first]) & _NOT)


def _between(ends: list[int], span: Span, size: int) -> Span:
    after = bisect_right(ends, span[0])
    before = bisect_left(ends, span[1])
    return (ends[after - 1] if after else 0, ends[before] if before < len(ends) else size)
