"""Killed in the middle of indexing: everything acknowledged is found after the restart."""

import random
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from community.config import ROOT
from community.core import clock, outbox, worker
from community.core.db import db
from community.search import upkeep
from community.search.engines import index
from community.search.models import SearchTask
from community.search.parsing import parse
from tests.conftest import site

pytestmark = pytest.mark.fault


def test_kill_in_the_middle_of_indexing(app, database_url, tmp_path):
    chance = random.Random(1954)
    acknowledged = {}
    for _round in range(4):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.search.writer", database_url, str(tmp_path / "data")],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        enough = chance.randint(8, 45)
        for _line in range(enough):
            line = process.stdout.readline().split()
            assert line, "the writer must still be writing"
            acknowledged[int(line[0])] = line[1]
        time.sleep(chance.random() * 0.05)
        process.kill()
        for line in process.stdout.read().splitlines():
            parts = line.split()
            if len(parts) == 2:
                acknowledged[int(parts[0])] = parts[1]
        process.wait()

    after = site(database_url, tmp_path / "data")
    with after.app_context(), clock.frozen(clock.now() + outbox.LEASE * 2):
        outbox.drain()
        worker.run_duties()
        until = time.monotonic() + 20
        while upkeep.is_building(1) and time.monotonic() < until:
            time.sleep(0.05)
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(SearchTask)) == 0
        assert upkeep.fits(1)
        lost = [
            entry_id
            for entry_id, word in acknowledged.items()
            if f"e{entry_id}" not in index().search(1, parse(word)).keys
        ]
        assert lost == []
        assert len(acknowledged) > 40
        db.session.remove()
        db.engine.dispose()
