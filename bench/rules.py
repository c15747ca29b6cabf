"""Speed of the rule engine alone, in CPU time: 300 rules on texts of 2,000 characters.

    python bench/rules.py [--texts 400]

The project's own set is grown to 300 rules with patterns of the same make, so that the automaton
has as many as the promise names. Hostile inputs are measured at n and 4n for their growth.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from datetime import date
from pathlib import Path

from community.rules.engine import judge
from community.rules.loader import from_canonical, load
from community.rules.model import RuleSet, Submission

ROOT = Path(__file__).parents[1]
SIZE = 2_000
WANTED_RULES = 300


def cpu_ms(work: object, *arguments: object) -> float:
    """CPU milliseconds of one call."""
    start = time.process_time()
    work(*arguments)  # type: ignore[operator]
    return (time.process_time() - start) * 1000


def percentile(times: list[float], share: float) -> float:
    """The value that this share of the times does not exceed."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def texts(count: int, seed: int = 7) -> list[str]:
    """Texts of the wanted size, made of the evaluation set's ordinary sentences and its hits."""
    pieces = []
    for file in sorted((ROOT / "tests" / "rules" / "eval").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            pieces.extend([case["text"]] * (12 if case["want"] == "free" else 1))
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        text = ""
        while len(text) < SIZE:
            text += chance.choice(pieces) + " "
        made.append(text[:SIZE])
    return made


def grown(ruleset: RuleSet) -> RuleSet:
    """The same set with as many rules as the promise names."""
    data = json.loads(ruleset.canonical)
    chance = random.Random(3)
    syllables = ["кра", "мо", "лит", "вен", "пус", "тор", "гла", "ник", "шор", "беж", "дым", "рус"]
    for number in range(WANTED_RULES - len(data["rules"])):
        words = ["".join(chance.choices(syllables, k=3)) for _ in range(6)]
        pattern = rf"\b({words[0]}|{words[1]})\p{{L}}* (\p{{L}}+ ){{0,2}}({'|'.join(words[2:])})"
        data["rules"].append({
            "id": f"НАГ-{number + 1}", "v": 1, "article": "нагрузка", "severity": 1, "mode": "live",
            "when": {"re": pattern}, "then": ["notice"], "message": "нагрузка",
            "tests": {"hit": [f"{words[0]} {words[2]}"], "miss": ["урок"]},
        })  # fmt: skip
    return from_canonical(json.dumps(data, ensure_ascii=False), today=date(2026, 1, 1))


def hostile(size: int) -> dict[str, str]:
    """Inputs that are made to be slow."""
    return {
        "ﷺ (grows ×18)": "ﷺ" * size,
        "letters а": "а" * size,
        "а б в г": "а б " * (size // 4),
        "stars а*а*": "а*" * (size // 2),
        "digits": "8" * size,
        "digits with gaps": "8 9 " * (size // 4),
        "dots": "." * size,
        "dashed": "а-" * (size // 2),
        "quotes": "«" * size,
        "many words": ("урок " * size)[:size],
        "latin": ("durak ya " * size)[:size],
        "mixed": ("дyрaк " * size)[:size],
        "insults": ("ты дурак, " * size)[:size],
        "obscene": ("хуй " * size)[:size],
        "at signs": "a@" * (size // 2),
        "emoji": "😀" * size,
        "combining": "и\u0306" * (size // 2),
        "names": ("Иванова украла деньги " * size)[:size],
        "lines": "> а\n" * (size // 4),
        "street": ("ул. Ленина " * size)[:size],
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=400)
    count = parser.parse_args().texts
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    own = load(ROOT / "moderation_rules.yaml", today=date(2026, 1, 1))
    own_ms = (time.process_time() - start) * 1000
    print(f"load of the project's own {len(own.rules)} rules, no cache: {own_ms:.0f} ms CPU")
    ruleset = grown(own)
    print(f"rules: {len(ruleset.rules)}; texts: {count} of {SIZE} characters")
    made = [Submission(text=text, signed_in=True, author_name="Анна") for text in texts(count)]
    for name in ("cold", "warm"):
        times = [cpu_ms(judge, ruleset, one) for one in made]
        told = " ".join(f"p{int(s * 100)} {percentile(times, s):.2f}" for s in (0.5, 0.95, 0.99))
        print(f"{name}: {told} max {max(times):.2f} ms CPU")
    for size in (2_000, 20_000):
        print(f"hostile inputs of {size} characters, ms CPU:")
        for name, text in hostile(size).items():
            one = Submission(text=text, signed_in=True, author_name="Анна")
            judge(ruleset, one)
            print(f"  {name:<18} {min(cpu_ms(judge, ruleset, one) for _ in range(3)):.1f}")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"memory over the bare process: {(after - before) / 1024:.0f} MB")


if __name__ == "__main__":
    main()
