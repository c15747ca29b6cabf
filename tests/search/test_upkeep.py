"""A lost or damaged index builds itself anew while the site runs; what was noted is never lost."""

import shutil
import threading
import time

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from community.core import outbox, worker
from community.core.db import db
from community.core.transactions import transaction
from community.search import documents, indexing, upkeep
from community.search.cli import reindex
from community.search.engines import index
from community.search.models import SearchDocument, SearchTask
from community.search.parsing import parse
from community.search.port import IndexBusy, IndexUnavailable
from tests.dbs import LEG

on_whoosh = pytest.mark.skipif(LEG == "postgres", reason="the index is a folder only beside SQLite")


@pytest.fixture
def globe(library, anna):
    made = library.topic(anna, "Старый глобус", "Отдаём школьный глобус.", name="глобус")
    assert library.found(anna, "глобус") == ["глобус"]
    return made


def home(app, community_id):
    return app.extensions["community"].index_dir / "whoosh-1" / str(community_id)


def eventually(condition, seconds=15.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        db.session.rollback()
        if condition():
            return True
        time.sleep(0.05)
    return False


def waiting():
    return db.session.scalar(select(func.count()).select_from(SearchTask))


def lose(app, community_id):
    shutil.rmtree(home(app, community_id))


def lose_generation(app, community_id):
    for folder in home(app, community_id).glob("g-*"):
        shutil.rmtree(folder)


def spoil(app, community_id):
    for file in home(app, community_id).glob("g-*/*"):
        if file.suffix != ".json" and "LOCK" not in file.name.upper():
            file.write_bytes(b"\x00garbage\xff" * 7)


def spoil_pointer(app, community_id):
    (home(app, community_id) / "current").write_bytes(b"\xff\xfe../../etc")


def empty_files(app, community_id):
    for file in home(app, community_id).glob("g-*/MAIN*"):
        file.write_bytes(b"")


@on_whoosh
@pytest.mark.parametrize("damage", [lose, lose_generation, spoil, spoil_pointer, empty_files])
def test_a_damaged_index_is_built_anew_while_the_page_answers(library, ctx, anna, globe, damage):
    ctx.extensions.pop("search")  # as after a restart: nothing is held open
    damage(ctx, library.community_id)

    meanwhile = library.find(anna, "глобус")
    assert library.names_of(meanwhile) == ["глобус"], "found among the newest texts"
    assert meanwhile.is_building

    assert eventually(lambda: not upkeep.is_building(library.community_id))
    healed = library.find(anna, "глобус")
    assert library.names_of(healed) == ["глобус"]
    assert not healed.is_building


@on_whoosh
@pytest.mark.parametrize("damage", [lose, lose_generation, spoil, spoil_pointer])
def test_a_change_finds_a_damaged_index_and_mends_it(library, ctx, anna, globe, damage):
    ctx.extensions.pop("search")
    damage(ctx, library.community_id)

    library.reply(anna, globe.thread_id, "Ещё есть карта.", name="карта")
    outbox.drain()

    assert waiting() == 0
    assert library.found(anna, "карта") == ["карта"]
    assert library.found(anna, "глобус") == ["глобус"]


def test_the_page_says_that_the_search_is_being_renewed(library, get_as, anna, globe, monkeypatch):
    def lost(*_args, **_kwargs):
        raise IndexUnavailable

    monkeypatch.setattr(type(index()), "search", lost)
    monkeypatch.setattr(upkeep, "rebuild_soon", lambda _community: None)
    said = get_as(anna, "/c/priozersk/search?q=глобус").get_data(as_text=True)
    assert "Поиск обновляется" in said
    assert "<mark>глобус</mark>" in said


def test_the_worker_finds_what_does_not_fit_the_database(library, ctx, anna, globe):
    with index().writing(library.community_id) as writer:
        writer.remove([f"e{globe.entry_id}"])
    assert not upkeep.fits(library.community_id)

    upkeep._checked.clear()
    upkeep.look_after()

    assert eventually(lambda: upkeep.fits(library.community_id))
    assert library.found(anna, "глобус") == ["глобус"]


def test_notes_outlive_an_index_that_cannot_be_written(library, ctx, anna, globe, monkeypatch):
    def busy(*_args, **_kwargs):
        raise IndexBusy

    with monkeypatch.context() as patch:
        patch.setattr(type(index()), "writing", busy)
        library.reply(anna, globe.thread_id, "Ещё есть карта.", name="карта")
        outbox.drain()
        assert waiting() > 0
        assert outbox.dead_letters() == []

    worker.run_duties()
    assert waiting() == 0
    assert library.found(anna, "карта") == ["карта"]


def test_a_raise_while_writing_leaves_the_index_as_it_was_and_free(library, ctx, anna, globe):
    before = index().count(library.community_id)

    def begun_and_broken():
        with index().writing(library.community_id) as writer:
            writer.remove([f"e{globe.entry_id}"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        begun_and_broken()
    assert index().count(library.community_id) == before
    with index().writing(library.community_id) as writer:
        writer.remove(["e999999"])


def test_a_failed_rebuild_keeps_the_old_index(library, ctx, anna, globe, monkeypatch):
    def broken(_community_id):
        yield from list(documents.people(library.community_id, [anna.id]))
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(upkeep.documents, "everything", broken)
        with pytest.raises(OSError, match="full"):
            upkeep.rebuild(library.community_id)
    assert library.found(anna, "глобус") == ["глобус"]
    if LEG != "postgres":
        assert len(list(home(ctx, library.community_id).glob("g-*"))) == 1


def test_what_changes_during_a_rebuild_is_not_lost(library, ctx, anna, globe, monkeypatch):
    real, made = documents.everything, []

    def slow(community_id):
        yield from list(real(community_id))
        if not made:
            made.append(1)
            other = threading.Thread(target=write)
            other.start()
            other.join()

    def write():
        with ctx.app_context():
            with transaction():
                indexing.note(library.community_id, [f"e{globe.entry_id}"])
            db.session.remove()

    if LEG == "postgres" or ctx.extensions["community"].is_sqlite:
        monkeypatch.setattr(upkeep.documents, "everything", slow)
        upkeep.rebuild(library.community_id)
    assert made
    assert waiting() == 0
    assert library.found(anna, "глобус") == ["глобус"]


def test_a_batch_is_one_commit(library, ctx, anna, globe, monkeypatch):
    opened = []
    real = type(index()).writing
    monkeypatch.setattr(
        type(index()),
        "writing",
        lambda self, number: (opened.append(number), real(self, number))[1],
    )
    for number in range(12):
        library.reply(anna, globe.thread_id, f"Глобус номер {number}", name="ещё")
    outbox.drain()
    assert len(opened) <= 3, "one to write, one to see that nothing is left"
    assert len(library.found(anna, "глобус")) == 13


def test_reindex_from_the_command_line(library, ctx, anna, globe):
    if LEG == "postgres":
        with transaction():
            db.session.query(SearchDocument).delete()
    else:
        lose(ctx, library.community_id)

    done = CliRunner().invoke(reindex, ["--community", "priozersk"])
    assert done.exit_code == 0, done.output
    assert f"priozersk: в указателе {documents.count(library.community_id)}" in done.output
    assert index().search(library.community_id, parse("глобус")).keys == [f"e{globe.entry_id}"]

    wrong = CliRunner().invoke(reindex, ["--community", "nowhere"])
    assert wrong.exit_code == 1
    assert "нет" in wrong.output


def test_reindex_says_when_another_builds(library, ctx, monkeypatch):
    def busy(*_args, **_kwargs):
        raise IndexBusy

    monkeypatch.setattr(type(index()), "rebuild", busy)
    done = CliRunner().invoke(reindex, [])
    assert done.exit_code == 1
    assert "другая программа" in done.output


def test_two_processes_never_write_one_index(library, ctx, globe):
    """The lock is the system's: a second writer waits, then gives way."""
    if LEG == "postgres":
        pytest.skip("PostgreSQL queues writers up by itself")
    entered, leave, result = threading.Event(), threading.Event(), []

    def hold():
        with ctx.app_context(), index().writing(library.community_id):
            entered.set()
            leave.wait(20)

    other = threading.Thread(target=hold)
    other.start()
    assert entered.wait(10)
    try:
        with index().writing(library.community_id):
            result.append("both")
    except IndexBusy:
        result.append("busy")
    finally:
        leave.set()
        other.join()
    assert result == ["busy"]


def test_threads_search_while_others_write(library, ctx, anna, globe):
    wrong, stop = [], threading.Event()

    def look():
        with ctx.app_context():
            while not stop.is_set():
                try:
                    if not index().search(library.community_id, parse("глобус")).keys:
                        wrong.append("lost")
                except Exception as error:  # noqa: BLE001
                    wrong.append(repr(error))
                finally:
                    db.session.rollback()

    threads = [threading.Thread(target=look) for _ in range(3)]
    for each in threads:
        each.start()
    for number in range(15):
        library.reply(anna, globe.thread_id, f"Запись {number}", name="запись")
        outbox.drain()
    upkeep.rebuild(library.community_id)
    stop.set()
    for each in threads:
        each.join()
    assert wrong == []


def test_a_new_entry_is_found_within_two_seconds(app, town, anna):
    """The embedded worker, as it runs: from the form to the hit."""
    from community.publishing import services as publishing
    from community.publishing.facts import Words
    from community.topics.models import Board
    from community.topics.services import writing
    from community.topics.services.writing import TopicPlan

    stop = threading.Event()
    thread = threading.Thread(target=worker.run_forever, args=(app, stop))
    thread.start()
    try:
        with app.app_context():
            board = db.session.scalars(
                select(Board.id).where(Board.community_id == town.community_id)
            ).first()
            _topic, made = writing.open_topic(
                anna.actor, board, Words(title="Глобус", body="Отдаём."),
                TopicPlan("discussion", "", False), seen=frozenset(), file_ids=(),
            )  # fmt: skip
            assert eventually(lambda: _has(town.community_id, "глобус"))
            began = time.monotonic()
            publishing.publish(anna.actor, made.thread_id, Words(body="И карту полушарий."))
            assert eventually(lambda: _has(town.community_id, "полушария"), seconds=2.0)
            assert time.monotonic() - began < 2.0
    finally:
        stop.set()
        outbox.wake.set()
        thread.join()


def _has(community_id, words):
    try:
        return bool(index().search(community_id, parse(words)).keys)
    except IndexUnavailable:
        return False
