"""Each test has a database of its own, whichever engine the leg runs on."""

import pytest
from sqlalchemy import create_engine, inspect, text


@pytest.fixture
def engine(database_url):
    made = create_engine(database_url)
    yield made
    made.dispose()


@pytest.mark.parametrize("turn", [1, 2])
def test_rows_of_one_test_are_gone_in_the_next(engine, turn):
    """Both turns write the same row; without the cleaning the second would find the first's."""
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM organisations")) == 0
        connection.execute(
            text(
                "INSERT INTO organisations (name, short_name, folded, kind, settlement, created_at)"
                " VALUES ('Школа', 'Школа', 'школа', 'school', '', '2026-01-01 00:00:00')"
            )
        )
        assert connection.scalar(text("SELECT max(id) FROM organisations")) == 1


def test_the_schema_is_there(engine):
    assert {"organisations", "users", "outbox_jobs"} <= set(inspect(engine).get_table_names())
