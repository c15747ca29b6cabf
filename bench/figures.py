"""What was measured, and the table that tells it."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field


@dataclass
class Line:
    """Rounds of one piece of work on one server: CPU ms a request, and each latency in ms."""

    cpu: list[float] = field(default_factory=list)
    latency: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """Return the medians and the 99th percentile."""
        ordered, rates = sorted(self.latency) or [0.0], self.per_second or [0.0]
        return {
            "cpu_ms": statistics.median(self.cpu),
            "p50_ms": statistics.median(ordered),
            "p99_ms": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
            "per_second": statistics.median(rates),
        }


@dataclass
class Goal:
    """A promise: one figure over another, or one figure alone, against its bound."""

    name: str
    over: tuple[str, str]
    under: tuple[str, str] | None
    bound: float


GOALS = (
    Goal("страница темы / основа", ("ours", "topic"), ("floor", "topic"), 2.0),
    Goal("список тем / основа", ("ours", "list"), ("floor", "list"), 2.0),
    Goal("страница 250 / страница 1", ("ours", "page 250"), ("ours", "page 1"), 1.1),
    Goal("тема при 50 000 / при 1 000", ("ours", "topic"), ("small", "topic"), 1.1),
    Goal("список при 50 000 / при 1 000", ("ours", "list"), ("small", "list"), 1.1),
    Goal("ответ / основа", ("ours", "reply"), ("floor", "reply"), 4.5),
)


@dataclass
class Figures:
    """All lines by (server, work), and single figures with their bounds."""

    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    single: list[tuple[str, float, str, float]] = field(default_factory=list)

    def line(self, server: str, work: str) -> Line:
        """Return the line of a piece of work on a server, begun when it is new."""
        return self.lines.setdefault((server, work), Line())

    def note(self, name: str, value: float, unit: str, bound: float) -> None:
        """Keep a single figure with its bound."""
        self.single.append((name, value, unit, bound))

    def as_json(self) -> dict[str, object]:
        """Return everything for a file."""
        return {
            "lines": {f"{s}: {w}": line.summary() for (s, w), line in self.lines.items()},
            "single": self.single,
            "goals": [(goal.name, self.ratio(goal), goal.bound) for goal in GOALS],
        }

    def ratio(self, goal: Goal) -> float | None:
        """Return the ratio of a goal by CPU ms, or None when a side was not measured."""
        if goal.over not in self.lines or goal.under not in self.lines or goal.under is None:
            return None
        return (
            self.lines[goal.over].summary()["cpu_ms"] / self.lines[goal.under].summary()["cpu_ms"]
        )


def table(figures: Figures) -> str:
    """Return the table as text."""
    rows = [f"{'сервер':8}{'работа':22}{'CPU мс':>9}{'p50 мс':>9}{'p99 мс':>9}{'в секунду':>11}"]
    for (server, work), line in sorted(figures.lines.items(), key=lambda each: each[0][::-1]):
        told = line.summary()
        rows.append(
            f"{server:8}{work:22}{told['cpu_ms']:9.2f}{told['p50_ms']:9.2f}"
            f"{told['p99_ms']:9.2f}{told['per_second']:11.0f}"
        )
    rows.append("")
    for goal in GOALS:
        ratio = figures.ratio(goal)
        if ratio is not None:
            rows.append(_verdict(goal.name, ratio, "×", goal.bound))
    for name, value, unit, bound in figures.single:
        rows.append(_verdict(name, value, unit, bound))
    return "\n".join(rows)


def _verdict(name: str, value: float, unit: str, bound: float) -> str:
    reached = "достигнуто" if value <= bound else "НЕ достигнуто"
    return f"{name:44}{value:9.2f} {unit:4} цель ≤ {bound:g} {unit}: {reached}"
