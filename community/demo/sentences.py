"""Believable texts for measurements: sentences of the demonstration's talk, mixed with made ones."""

import random
import re
from functools import cache

from community.demo import content
from community.demo.content import Part

_THEMES = """
    обыкновенные дроби|десятичные дроби|проценты|отрицательные числа|уравнения|площадь и периметр
    симметрия|устный счёт|таблица умножения|теорема Пифагора|квадратные корни|функции и графики
    безударные гласные|причастный оборот|прямая речь|сочинение-рассуждение|изложение|диктант
    «Капитанская дочка»|«Муму»|сказки Пушкина|поэзия Есенина|читательский дневник|устный рассказ
    закон Архимеда|электрическая цепь|давление|оптика|тепловые явления|строение атома
    реакции обмена|вода и растворы|клетка|фотосинтез|перелётные птицы|почва|круговорот воды
    карта полушарий|климат района|население|реформы Петра|Древний Рим|Великая Отечественная война
    времена глаголов|чтение вслух|словарные слова|говорение в парах|аудирование|письмо другу
    алгоритмы|таблицы и диаграммы|безопасность в сети|первая программа|чертёж детали|выпечка
    народные промыслы|хоровое пение|лыжная подготовка|подвижные игры|классный час|родительское собрание
    портфолио|рабочая программа|самоанализ урока|открытый урок|проект в пятом классе|экскурсия
"""
_CLASSES = [f"{number} «{letter}»" for number in range(1, 12) for letter in "АБВГ"]
_MADE = (
    "На теме «{theme}» в {group} сегодня справились {few} из {many}.",
    "Раньше тему «{theme}» я начинала с определения, теперь начинаю с вопроса.",
    "В {group} за {minutes} минут успели только половину, остальное ушло на дом.",
    "Карточек получилось {many}, печатала на обороте старых бланков.",
    "Завуч спросила, зачем на тему «{theme}» {hours} часов вместо двух.",
    "Попробовала так же в {group}: вышло хуже, зато стало понятно почему.",
    "Кабинет {room}, шкаф у окна, вторая полка: там лежит всё для темы «{theme}».",
    "К {day} ноября обещали собрать отзывы, пока их {few}.",
    "Самое трудное место — не «{theme}», а переход к следующему.",
    "Проверочную на {minutes} минут могу выложить, там {few} заданий и одно со звёздочкой.",
    "Один ученик из {group} придумал своё объяснение, и оно лучше моего.",
    "За {hours} лет я видела {few} способов начать тему «{theme}», и все рабочие.",
)
_TITLES = (
    "«{theme}»: с чего начать в {group}",
    "Как у вас проходит тема «{theme}»?",
    "{Theme}: что сработало, а что нет",
    "Проверочная по теме «{theme}» на {minutes} минут",
    "Тема «{theme}» в классе-комплекте",
    "Кто вёл тему «{theme}» в {group}?",
    "{Theme} без учебника: собираем находки",
    "Ошибки на теме «{theme}»: список от {group}",
)


class Writer:
    """Writes titles and texts; the same seed writes the same ones."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 — texts, not secrets

    def title(self) -> str:
        """Return the title of a topic."""
        return self._made(_TITLES)

    def text(self, length: int = 600) -> str:
        """Return a text of about ``length`` characters in two to four paragraphs."""
        wanted = self._chance.gauss(length, length / 5)
        paragraphs: list[list[str]] = [[]]
        size = 0
        while size < wanted:
            sentence = self._sentence()
            if len(paragraphs[-1]) >= 3 and self._chance.random() < 0.4:
                paragraphs.append([])
            paragraphs[-1].append(sentence)
            size += len(sentence) + 1
        return "\n\n".join(" ".join(sentences) for sentences in paragraphs)

    def _sentence(self) -> str:
        if self._chance.random() < 0.35:
            return self._made(_MADE)
        return self._chance.choice(_said())

    def _made(self, patterns: tuple[str, ...]) -> str:
        chance = self._chance
        theme = chance.choice(_themes())
        return chance.choice(patterns).format(
            theme=theme,
            Theme=theme[0].upper() + theme[1:],
            group=chance.choice(_CLASSES),
            few=chance.randint(3, 9),
            many=chance.randint(14, 33),
            minutes=chance.choice((7, 10, 12, 15, 20, 25, 40)),
            hours=chance.randint(5, 12),
            room=chance.randint(12, 48),
            day=chance.randint(5, 30),
        )


@cache
def _themes() -> tuple[str, ...]:
    return tuple(each.strip() for each in re.split(r"[|\n]", _THEMES) if each.strip())


@cache
def _said() -> tuple[str, ...]:
    """The plain sentences of the demonstration's entries; what the rules stop is left out."""
    found: dict[str, None] = {}
    for topic in content.load().topics.values():
        if topic["board"] == "moderation":
            continue  # what is said of moderators' acts has its own place
        for entry in topic["entries"]:
            if not _is_told(entry):
                found.update(dict.fromkeys(_sentences(entry["text"])))
    return tuple(found)


def _is_told(entry: Part) -> bool:
    return bool(entry.keys() & {"expect", "removed", "reports", "first_try"})


def _sentences(text: str) -> list[str]:
    plain = re.sub(r"[*_`>#]|^\s*(?:[-–]|\d+[.)])\s+", "", text, flags=re.MULTILINE)
    parts = re.split(r"(?<=[.!?…])\s+", plain)
    return [
        " ".join(part.split())
        for part in parts
        if 20 <= len(part) <= 160 and part[0].isupper() and part[-1] in ".!?…" and "|" not in part
    ]
