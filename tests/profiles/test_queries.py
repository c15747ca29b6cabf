"""How many questions the pages of people ask the database: bounded, whoever is shown."""

import io
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from community.core.db import db
from tests.files import samples
from tests.world import SLUG


@contextmanager
def counted(app):
    asked = []

    def note(_conn, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def busy(anna):
    """Anna with everything that a page of a person can show."""
    anna.post("/people/me/photo", {"file": (io.BytesIO(samples.picture()), "я.jpg")})
    typed = ", ".join(f"интерес {number}" for number in range(12))
    anna.post("/people/me/edit", {"body": "Учу дробям.", "interests": typed, "revision": "0"})
    return anna


@pytest.mark.parametrize(
    ("path", "most"),
    [("/people/{anna}", 18), (f"/c/{SLUG}/people", 19), (f"/c/{SLUG}/people.json?q=а", 5)],
)
def test_a_page_asks_few_questions(app, busy, boris, path, most):
    path = path.format(anna=busy.id)
    boris.get(path)

    with counted(app) as asked:
        assert boris.get(path).status_code == 200

    assert len(asked) <= most, "\n".join(asked)


def test_my_data_holds_the_interests(app, busy):
    from community.profiles.consumers import own_page

    with app.app_context():
        gathered = list(own_page(busy.id))

    assert "интерес 11" in str(gathered[0].content)
