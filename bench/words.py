"""Texts of about 600 characters in the words of teachers, different each time."""

from __future__ import annotations

import random

_WHO = (
    "Пятиклассники",
    "Мои девятиклассники",
    "Ребята",
    "Дети",
    "Шестой класс",
    "Коллеги",
    "Родители",
)
_DID = (
    "сами предложили сравнить", "долго спорили про", "с интересом разбирали", "не сразу поняли",
    "сначала отмолчались, а потом объяснили", "нарисовали в тетради", "разложили на столе",
    "вспомнили на следующем уроке",
)  # fmt: skip
_WHAT = (
    "полоски бумаги", "числовой луч", "задачу про рецепт", "дроби с разными знаменателями",
    "карту района", "опыт с линейкой", "правило проверки", "таблицу склонений", "план рассказа",
    "старую фотографию школы", "модель молекулы", "схему предложения",
)  # fmt: skip
_WHEN = (
    "в начале урока",
    "после звонка",
    "на методобъединении",
    "дома",
    "на следующий день",
    "в группах",
)
_END = (
    "Спасибо за мысль.", "Расскажу, что получится.", "Кто пробовал иначе?", "Буду рада советам.",
    "Попробую ещё раз в четверг.", "Материалы приложу позже.", "Времени ушло минут двадцать.",
)  # fmt: skip
_TITLES = ("Как вы объясняете", "Чем заменить", "Делюсь: удалась", "Вопрос про", "С чего начать")


def sentence(chance: random.Random) -> str:
    """Return one sentence."""
    parts = (chance.choice(_WHO), chance.choice(_DID), chance.choice(_WHAT), chance.choice(_WHEN))
    return f"{parts[0]} {parts[1]} {parts[2]} {parts[3]}."


def text(chance: random.Random) -> str:
    """Return a text of about 600 characters, in two paragraphs, sometimes with a list."""
    first = " ".join(sentence(chance) for _ in range(chance.randint(3, 4)))
    second = " ".join(sentence(chance) for _ in range(chance.randint(2, 3)))
    if chance.random() < 0.1:
        second = "\n".join(f"- {sentence(chance)}" for _ in range(3))
    return f"{first}\n\n{second}\n\n{chance.choice(_END)} Номер {chance.randint(1, 10**9)}."


def title(chance: random.Random) -> str:
    """Return a title."""
    return f"{chance.choice(_TITLES)} {chance.choice(_WHAT)} — {chance.randint(1, 10**6)}"


def sentence_about(word: str) -> str:
    """Return a sentence with a word that is nowhere else."""
    return f"А ещё мне помогла {word}: дети растили соль на нитке."
