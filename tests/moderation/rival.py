"""One of two processes that hide the same text; started by test_at_once.py."""

import json
import sys
import time
from pathlib import Path

from community.core.actor import Actor
from community.core.errors import Conflict
from community.moderation.services import removing
from community.moderation.services.grounds import Grounds
from tests.conftest import site
from tests.moderation.acts import ARTICLE, REASON


def main() -> None:
    order = json.loads(sys.stdin.readline())
    app = site(order["database"], Path(order["folder"]))
    with app.app_context():
        print("ready", flush=True)
        time.sleep(max(0.0, float(sys.stdin.readline()) - time.time()))
        try:
            grounds = Grounds(ARTICLE, "скучают", REASON)
            removing.remove(Actor(order["actor"], "Модератор"), order["entry"], grounds)
            print("hidden")
        except Conflict as conflict:
            print(conflict)


if __name__ == "__main__":
    main()
