"""Words that are erased for good are in no table, no index and no file; the journal stays whole."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, select
from sqlalchemy import text as sql

from community.audit.verify import snapshot, verify
from community.core.db import db
from community.publishing.models import Entry, RuleHit, VerdictRecord
from tests.dbs import LEG
from tests.moderation.acts import grounds, journal, notices, page, proposals, say, state, topic
from tests.world import SLUG, Person, Town

SECRET = "кракозябровой"
BODY = f"Ученица из {SECRET} семьи снова не пришла на урок."
LATER = f"Ученица из семьи {SECRET} опять не пришла, что делать?"
FORM = {
    "article": "4.1-личные",
    "quote": SECRET,
    "reason": "Семейные обстоятельства ученицы названы.",
}


@pytest.fixture
def entry(town: Town, anna: Person, irina: Person, boris: Person) -> int:
    """A text with history, drafts, a complaint, a notice and a place in the index."""
    made = say(town, anna, topic(town, irina), BODY)
    anna.post(f"/e/{made}/edit", {"body": LATER, "revision": "1"})
    anna.post(f"/drafts/entry:{made}", {"body": f"{LATER} Ещё."})
    irina.post(f"/e/{made}/report", {"reason": "insult", "words": f"Зачем про {SECRET}?"})
    town.drain()
    return made


def propose(town: Town, entry: int, boris: Person) -> int:
    assert boris.post(f"/e/{entry}/purge", FORM).status_code == 200
    return proposals(town)[-1].number


def test_it_needs_its_own_grounds_and_two_people(
    town: Town, entry: int, anna: Person, boris: Person, galina: Person
) -> None:
    for spoiled in ({"article": "4.1-оскорбления"}, {"quote": "нет таких"}, {"reason": "да"}):
        assert boris.post(f"/e/{entry}/purge", FORM | spoiled).status_code == 422
    assert anna.get(f"/e/{entry}/purge").status_code == 404
    number = propose(town, entry, boris)
    assert state(town, entry) == "held", "personal data waits unseen"
    assert boris.post(f"/proposals/{number}/sign").status_code == 403
    assert SECRET in page(galina.get(f"/proposals/{number}"))
    with town.app.app_context():
        assert "entry.purged" not in journal(town)


def test_the_words_are_nowhere_and_the_journal_is_whole(
    town: Town,
    entry: int,
    anna: Person,
    boris: Person,
    galina: Person,
    irina: Person,
    tmp_path: Path,
) -> None:
    assert places(town, tmp_path), "the sweep finds the words before they are erased"
    number = propose(town, entry, boris)
    town.drain()

    assert galina.post(f"/proposals/{number}/sign").status_code == 200
    town.drain()
    with town.app.app_context():
        from community.core.worker import run_duties

        run_duties()

    assert places(town, tmp_path) == []
    assert "entry.purged" in journal(town)
    with town.app.app_context(), snapshot(db.engine) as connection:
        assert verify(connection) is None
    seen = page(irina.get(f"/e/{entry}"))
    assert "Текст стёрт насовсем" in seen
    assert "стёрты насовсем" in notices(town, anna)
    assert anna.get(f"/e/{entry}").status_code == 200
    assert boris.get(f"/e/{entry}/decide").status_code == 200
    assert boris.get(f"/e/{entry}/history").status_code in (200, 404)
    assert boris.get(f"/c/{SLUG}/journal").status_code == 200
    assert galina.get(f"/proposals/{number}").status_code == 200
    assert boris.post(f"/e/{entry}/purge", FORM).status_code in (409, 422)


def test_a_hidden_text_may_be_erased_later(
    town: Town, entry: int, boris: Person, galina: Person, tmp_path: Path
) -> None:
    galina.post(f"/e/{entry}/remove", grounds(SECRET, article="4.1-личные"))
    number = propose(town, entry, boris)
    galina.post(f"/proposals/{number}/sign")
    town.drain()

    assert places(town, tmp_path) == []
    assert state(town, entry) == "removed"


def places(town: Town, folder: Path) -> list[str]:
    """Return where the words stand: table and column, or a file of the data folder."""
    found = []
    with town.app.app_context():
        for table in inspect(db.engine).get_table_names():
            for row in db.session.execute(sql(f'SELECT * FROM "{table}"')).mappings():
                found += [f"{table}.{name}" for name, value in row.items() if SECRET in str(value)]
        db.session.rollback()
        database = db.engine.url.database if LEG == "sqlite" else None
    if database is not None:
        sqlite3.connect(database).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        town_files = [Path(database), Path(f"{database}-wal")]
        found += [str(each) for each in town_files if each.exists() and holds(each)]
    return sorted(
        {*found, *(str(each) for each in folder.rglob("*") if each.is_file() and holds(each))}
    )


def holds(file: Path) -> bool:
    stem = SECRET.removesuffix("ой").encode()
    return stem in file.read_bytes()


def test_what_rules_had_met_is_counted_when_the_words_are_gone(
    town: Town, anna: Person, irina: Person, boris: Person, galina: Person
) -> None:
    path = f"/c/{SLUG}/topics/{topic(town, irina)}/reply"
    body = f"{BODY} Дурак тот, кто молчит."
    asked = page(anna.post(path, {"body": body}))
    seen = asked.split('name="seen"')[1].split('value="')[1].split('"')[0]
    anna.post(path, {"body": body, "seen": seen})
    with town.app.app_context():
        entry = db.session.scalar(select(Entry.id).where(Entry.body == body))
        met = db.session.scalars(select(RuleHit.rule)).all()
    assert met
    assert galina.post(f"/proposals/{propose(town, entry, boris)}/sign").status_code == 200
    with town.app.app_context():
        kept = select(RuleHit.rule).join(VerdictRecord, VerdictRecord.id == RuleHit.verdict_id)
        assert db.session.scalars(kept).all() == met
        assert db.session.get_one(Entry, entry).body == ""
