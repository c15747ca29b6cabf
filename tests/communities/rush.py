"""One of several processes that rush at the same community; started by test_rush.py.

Reads a JSON order from standard input, waits for the common start, and prints what came of each.
"""

import json
import sys
import threading
import time
import traceback
from pathlib import Path
from queue import Empty, SimpleQueue

from community.communities import services
from community.core.actor import Actor
from community.core.errors import Refused
from tests.communities.small import AGREED, WHY, small_app


def main() -> None:
    order = json.load(sys.stdin)
    app = small_app(order["database"], Path(order["folder"]))
    queue: SimpleQueue[dict[str, object]] = SimpleQueue()
    for task in order["tasks"]:
        queue.put(task)
    results: list[str] = []
    time.sleep(max(0.0, order["start"] - time.time()))
    threads = [
        threading.Thread(target=work, args=(app, queue, results)) for _ in range(order["threads"])
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    print(json.dumps(results))


def work(app, queue, results) -> None:
    with app.app_context():
        while True:
            try:
                task = queue.get_nowait()
            except Empty:
                return
            results.append(do(task))


def do(task) -> str:  # noqa: PLR0911 — one line per act
    actor = Actor(task["actor"], "Участник")
    try:
        match task["act"]:
            case "approve":
                return services.approve(actor, task["application"]).state
            case "admit":
                return services.admit(actor, task["community"], task["person"]).state
            case "invitation":
                found = services.accept_invitation(actor, task["code"], agreed=AGREED, why=WHY)
                return found.state
            case "leave":
                services.leave(actor, task["community"])
                return "left"
            case "revoke":
                services.revoke(actor, task["community"], task["person"], "administrator")
                return "revoked"
            case _:
                return "unknown"
    except Refused as refusal:
        return refusal.code
    except Exception:  # noqa: BLE001 — a broken task must show in the counts, not vanish with its thread
        return traceback.format_exc()


if __name__ == "__main__":
    main()
