"""What became of an import: counts and, for all that did not simply go, lines with the reasons."""

from collections import Counter
from dataclasses import dataclass, field

OUTCOMES = {
    "published": "опубликовано",
    "noticed": "опубликовано после предупреждения",
    "held": "задержано до проверки",
    "blocked": "не пропущено правилами",
    "left": "не перенесено: начало темы не пропущено",
    "waits": "не перенесено: начало темы ждёт проверки",
    "known": "перенесено раньше",
}
_QUOTED = 90


@dataclass
class Report:
    """Counts by outcome, lines for the operator, and notes on what was changed on the way."""

    is_trial: bool
    counts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    topics: int = 0
    people: int = 0
    files: int = 0
    missing: int = 0
    """Pictures that texts name and the folder lacks; their words stay."""

    def tell(self, outcome: str, key: str, author: str, why: str, words: str) -> None:
        """Count a text that a rule spoke of, with the rule and the beginning of the words."""
        self.counts[outcome] += 1
        if why:
            self.rules[f"{OUTCOMES[outcome]}: {why}"] += 1
            said = " ".join(words.split())[:_QUOTED]
            self.lines.append(f"{key} ({author}) {OUTCOMES[outcome]}: {why} — «{said}»")

    def text(self) -> str:
        """Return the whole report in words."""
        head = "Проба: ничего не записано.\n" if self.is_trial else ""
        if self.counts["waits"]:
            self.notes.append(
                "Когда модератор решит о началах тем, повторите перенос: придут и ответы."
            )
        if self.missing:
            self.notes.append(f"Картинок нет в папке, на их месте слова: {self.missing}.")
        counts = "".join(
            f"  {name}: {self.counts[code]}\n"
            for code, name in OUTCOMES.items()
            if self.counts[code]
        )
        parts = [
            f"{head}Тем: {self.topics}, новых участников: {self.people}, файлов: {self.files}.\n",
            f"Сообщения:\n{counts}" if counts else "",
            _section(
                "Какие правила сработали:", [f"{why} — {n}" for why, n in self.rules.most_common()]
            ),
            _section("Подробно:", self.lines),
            _section("Замечания:", self.notes),
        ]
        return "\n".join(part for part in parts if part)


def _section(head: str, lines: list[str]) -> str:
    return "\n".join([head, *(f"  {line}" for line in lines)]) + "\n" if lines else ""
