"""What happens to trials on history, as facts of ids."""

from dataclasses import dataclass

from community.core.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestStep(Event):
    """A run over history has a piece before it."""

    backtest_id: int
