"""`python3 run.py bench`: the product beside the floor, in turns, on the same data and settings.

python3 run.py bench [--topics 5000] [--entries 50000] [--rounds 3] [--requests 120] [--keep DIR]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from bench.data import prepare
from bench.figures import Figures, table
from bench.servers import Server, start_floor, start_ours, start_worker
from bench.work import measure, startup, weight


def main() -> int:
    """Prepare the data, run the rounds, print the table; returns 0 whatever the figures say."""
    options = _options()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="uchitelskaya-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    data = prepare(folder, topics=options.topics, entries=options.entries)
    figures = Figures()
    startup(figures, data)
    with (
        start_floor(data) as floor,
        start_ours(data.large, worker=False) as ours,
        start_ours(data.small, worker=False) as small,
        start_worker(data.large) as worker,
    ):
        servers: dict[str, Server] = {
            "floor": floor,
            "ours": ours,
            "small": small,
            "worker": worker,
        }
        for turn in range(options.rounds):
            print(f"Круг {turn + 1} из {options.rounds}", flush=True)
            measure(figures, servers, data, options.requests)
        weight(figures, ours, data)
    print(table(figures))
    (folder / "figures.json").write_text(
        json.dumps(figures.as_json(), ensure_ascii=False, indent=1)
    )
    print(f"Числа: {folder / 'figures.json'}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--topics", type=int, default=5_000)
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=120)
    parser.add_argument(
        "--keep", help="keep the data in this folder and take it from there next time"
    )
    made: argparse.Namespace = parser.parse_args()
    return made


if __name__ == "__main__":
    raise SystemExit(main())
