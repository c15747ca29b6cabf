"""A process that writes and indexes until it is killed; prints the id of each acknowledged text."""

import sys
from pathlib import Path

from sqlalchemy import select

from community.core import outbox
from community.core.db import db
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.search import upkeep
from community.topics.models import Board
from community.topics.services import writing
from community.topics.services.writing import TopicPlan
from tests.conftest import site
from tests.world import Town


def main(database_url: str, folder: str) -> None:
    app = site(database_url, Path(folder))
    anna = Town(app)["anna"].actor
    with app.app_context():
        board = db.session.scalars(select(Board.id)).first()
        _topic, made = writing.open_topic(
            anna, board, Words(title="Журнал наблюдений", body="Начало наблюдений."),
            TopicPlan("discussion", "", False), seen=frozenset(), file_ids=(),
        )  # fmt: skip
        for number in range(100_000):
            entry = publishing.publish(
                anna, made.thread_id, Words(body=f"Наблюдение номер{number} за погодой.")
            )
            print(entry.entry_id, f"номер{number}", flush=True)
            if number % 3 == 0:
                outbox.drain()
            if number % 20 == 19:
                upkeep.rebuild(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
