"""What is told of a child by name: date of birth, health, family, police record.

Not caught: dates of birth of writers, and children without a surname («один мальчик с ЗПР»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from community.rules.detectors.spots import LONG_NUMBER, matches
from community.rules.model import Span

_MONTHS = r"(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-я]*"
_DATE = rf"\d{{1,2}}(?:[./-]\d{{1,2}}[./-]|\s+{_MONTHS}\s+)(?:20[0-3]\d|[012]\d)(?!\d)"
_BORN = re.compile(
    rf"(?:дат[аыуе] рождения|д\.\s?р\.|др\b|день рождения|родил(?:ся|ась)|рожд[её]н\w*)"
    rf"[^\d\n]{{0,30}}({_DATE})"
    rf"|({_DATE})\s*(?:г(?:ода|\.)?\s*)?(?:г\.\s?р\.|года рождения|г/р|рождения)",
    re.IGNORECASE,
)
_FIRST = (
    r"(?:Александр|Саш|Алексе|Леш|Лёш|Анастаси|Наст|Андре|Анн|Ан[яеию]|Антон|Арин|Арсени|Артем|Артём|Богдан|"
    r"Вадим|Валери|Васили|Вас[яеию]|Вер[аыуе]|Виктор|Вит[яеию]|Виктори|Виолетт|Владимир|Вов|Влад|Вячеслав|Слав|"
    r"Галин|Георги|Глеб|Григори|Дани[ил]|Дан[яеию]|Дарь|Даш|Денис|Дмитри|Дим|Диан|Евгени|Жен|Егор|Екатерин|"
    r"Кат[яеию]|Елен|Лен|Елизавет|Лиз|Захар|Зо[яеию]|Иван|Ван[яеию]|Игор|Илья|Иль[иеию]|Ильдар|Инн|Ирин|Ир[аыуе]|"
    r"Карин|Кирилл|Кир[аыуе]|Кост|Константин|Ксени|Ксюш|Лев|Льв|Леонид|Лид|Любов|Люб|Людмил|Максим|Макс|Маргарит|"
    r"Рит|Марин|Мари|Маш|Марк|Матве|Милан|Михаил|Миш|Надежд|Над|Натал|Наташ|Никит|Никола|Кол[яеию]|Олег|Олес|"
    r"Ольг|Ол[яеию]|Павел|Павл|Паш|Пет[ря]|Петь|Полин|Поли|Роман|Ром[аыуе]|Руслан|Светлан|Свет|Семен|Семён|Серге|"
    r"Сереж|Серёж|Соф[ьи]|Сон[яеию]|Степан|Таис|Тамар|Татьян|Тан[яеию]|Тимофе|Тим[аыуе]|Тимур|Ульян|Фед[оя]р|"
    r"Фёдор|Эмил|Юли|Юл[яеию]|Юри|Юр[аыуе]|Яна|Ян[ыуе]|Яросла)[а-яё]{0,4}"
)
_LAST = r"[А-ЯЁ][а-яё]+(?:ов|ев|ёв|ин|ын|ск|цк|енк|чук|юк|ян|их|ых)[а-яё]{0,3}"
_NAMED = re.compile(rf"(?<![\w-])(?:{_FIRST}\s+{_LAST}|{_LAST}\s+{_FIRST})(?!\w)")
_KIN = re.compile(
    r"(?<!\w)(?:он|она|сын\w*|доч\w*|ребен\w*|ребён\w*|ученик\w*|учениц\w*|мальчик\w*|девочк\w*|внук\w*|внучк\w*|"
    r"воспитанни\w*|[А-ЯЁ][а-яё]+\s+[А-ЯЁ][а-яё]+)(?!\w)",
    re.IGNORECASE,
)
_PRIVATE = re.compile(
    r"(?<!\w)(?:диагноз\w*|зпр|тнр|рас\b|аутизм\w*|аутист\w*|сдвг|дцп|эпилепси\w*|энурез\w*|"
    r"умственн\w+ отстал\w+|"
    r"инвалидност\w*|ребенок-инвалид|ребёнок-инвалид|вич\b|гепатит\w*|диабет\w*|психиатр\w*|"
    r"психолог\w* поставил\w*|"
    r"(?:стоит|состоит|поставили?|поставлен\w*|снят\w*) на (?:учете|учёте|учет|учёт)|"
    r"пдн|кдн|под опек\w+|опекун\w*|"
    r"при[её]мн\w+ (?:семь\w+|реб\w+|мать|отец)|усыновл\w+|детдом\w*|детск\w+ дом\w*|"
    r"неблагополучн\w+ семь\w*|"
    r"мать пь[её]т|отец пь[её]т|пьющ\w+|отец сидит|мать сидит|лишен\w* родительских|лишён\w* родительских|"
    r"беремен\w*|насили\w+ в семье|попытк\w+ суицид\w*|суицид\w*|(?:получил\w*|стоит|одни) двойк\w*|"
    r"не успевает по|неуспевающ\w*|мал(?:о)?имущ\w*)(?!\w)",
    re.IGNORECASE,
)
_PRIVATE_STEMS = (
    "диагноз", "зпр", "тнр", "аути", "сдвг", "дцп", "эпилеп", "энурез", "отстал", "инвалид",
    "вич", "гепатит", "диабет", "психиатр", "психолог", "учет", "учёт", "пдн", "кдн", "опек",
    "приемн", "приёмн", "усыновл", "детдом", "детск", "неблагопол", "мать", "отец", "пьющ", "лишен", "лишён",
    "беремен", "насил", "суицид", "двойк", "успева", "имущ",
)  # fmt: skip
"""Without one of them there is nothing private in a text; they are looked for much faster."""
_SHORT = re.compile(r"\bрас\b")
_SENTENCE = re.compile(r"[^.!?\n]+")


def birth_dates(text: str) -> Iterator[Span]:
    """Dates of birth of children; a year before 2000 belongs to textbooks."""
    for match in matches(_BORN, text, LONG_NUMBER, 60, 40):
        around = text[max(0, match.start() - 60) : match.end() + 40]
        if _KIN.search(around):
            yield match.span(1) if match.group(1) else match.span(2)


def child_records(text: str) -> Iterator[Span]:
    """A child's full name in one sentence with health, family or police matters."""
    lowered = text.lower()
    likely = any(stem in lowered for stem in _PRIVATE_STEMS) or _SHORT.search(lowered)
    if not likely or not _PRIVATE.search(text):
        return
    for sentence in _SENTENCE.finditer(text):
        if not _PRIVATE.search(sentence.group()):
            continue
        for name in _NAMED.finditer(sentence.group()):
            yield (sentence.start() + name.start(), sentence.start() + name.end())
