"""Many processes at once: the cap is exact, and an administrator stays (S3 §1, A06, A09)."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from community.audit.models import AuditEntry
from community.communities import services
from community.communities.models import Application, Community, Membership
from community.communities.services import seats
from community.core.db import db
from tests.communities.small import AGREED, WHY, admitted, found, people

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 4
THREADS = 3

pytestmark = pytest.mark.fault


def rush(database_url: str, folder: Path, tasks: list[dict[str, object]]) -> Counter[str]:
    """Deal the tasks to processes that begin at one moment; return how often each outcome came."""
    start = time.time() + 4
    running = []
    for number in range(PROCESSES):
        order = {
            "database": database_url,
            "folder": str(folder),
            "tasks": tasks[number::PROCESSES],
            "threads": THREADS,
            "start": start,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.communities.rush"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(order))
        process.stdin.close()
        process.stdin = None
        running.append(process)
    results: list[str] = []
    for process in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        results.extend(json.loads(out))
    assert len(results) == len(tasks)
    return Counter(results)


def counted(community_id: int) -> tuple[int, int, int]:
    db.session.rollback()
    row = db.session.execute(
        select(Community.members, Community.reserved).where(Community.id == community_id)
    ).one()
    rows = db.session.scalar(
        select(func.count()).where(
            Membership.community_id == community_id, Membership.state.in_(("active", "suspended"))
        )
    )
    return row.members, row.reserved, rows or 0


def test_of_300_admissions_at_once_exactly_149_get_in(floor, database_url, tmp_path):
    galina, *applicants = people(301)
    community = found(galina)
    applications = [
        services.apply(each, community.id, why=WHY, agreed=AGREED) for each in applicants
    ]
    tasks = [{"act": "approve", "actor": galina.id, "application": each} for each in applications]

    outcomes = rush(database_url, tmp_path / "data", tasks)

    assert outcomes == {"approved": 149, "waitlisted": 151}
    assert counted(community.id) == (150, 0, 150)
    states = Counter(db.session.scalars(select(Application.state)))
    assert states == {"approved": 149, "waitlisted": 151}
    admissions = db.session.scalar(
        select(func.count()).where(AuditEntry.kind == "membership.admitted")
    )
    assert admissions == 150


def test_no_way_in_at_once_makes_a_151st(floor, database_url, tmp_path):
    galina, oleg, *others = people(302)
    community = found(galina)
    admitted(galina, community.id, [oleg])
    services.grant(galina, community.id, oleg.id, "administrator")
    codes = [services.invite(galina, community.id, uses=100)[0].code]
    applying, invited, imported = others[:100], others[100:200], others[200:300]
    applications = [services.apply(each, community.id, why=WHY, agreed=AGREED) for each in applying]
    tasks: list[dict[str, object]] = []
    for number in range(100):
        decider = (galina, oleg)[number % 2].id
        tasks += [
            {"act": "approve", "actor": decider, "application": applications[number]},
            {"act": "invitation", "actor": invited[number].id, "code": codes[0]},
            {
                "act": "admit",
                "actor": decider,
                "community": community.id,
                "person": imported[number].id,
            },
        ]

    outcomes = rush(database_url, tmp_path / "data", tasks)

    assert outcomes["approved"] == 148
    assert outcomes["approved"] + outcomes["waitlisted"] + outcomes["community.full"] == 300
    assert counted(community.id) == (150, 0, 150)
    assert seats.miscounted() == []


def test_seats_freed_in_a_rush_are_kept_for_the_waiting_list(floor, database_url, tmp_path):
    galina, *others = people(220)
    community = found(galina)
    inside, waiting = others[:149], others[149:179]
    admitted(galina, community.id, inside)
    for each in waiting:
        application = services.apply(each, community.id, why=WHY, agreed=AGREED)
        assert services.approve(galina, application).state == "waitlisted"
    late = [services.apply(each, community.id, why=WHY, agreed=AGREED) for each in others[179:]]
    tasks: list[dict[str, object]] = [
        {"act": "leave", "actor": each.id, "community": community.id} for each in inside[:20]
    ]
    tasks += [{"act": "approve", "actor": galina.id, "application": each} for each in late]

    outcomes = rush(database_url, tmp_path / "data", tasks)

    assert outcomes["left"] == 20
    assert outcomes["waitlisted"] == 40  # nobody gets past those who wait
    assert counted(community.id) == (130, 20, 130)
    offered = db.session.scalars(
        select(Application.user_id).where(Application.state == "offered").order_by(Application.id)
    ).all()
    assert list(offered) == [each.id for each in waiting[:20]]


def test_administrators_who_go_at_once_leave_one_behind(floor, database_url, tmp_path):
    administrators = people(12)
    community = found(administrators[0])
    admitted(administrators[0], community.id, administrators[1:])
    for each in administrators[1:]:
        services.grant(administrators[0], community.id, each.id, "administrator")
    tasks: list[dict[str, object]] = []
    for number, each in enumerate(administrators):
        if number % 2:
            tasks.append({"act": "leave", "actor": each.id, "community": community.id})
        else:
            neighbour = administrators[(number + 2) % 12].id
            tasks.append(
                {"act": "revoke", "actor": each.id, "community": community.id, "person": neighbour}
            )

    rush(database_url, tmp_path / "data", tasks)

    assert len(seats.administrators(community.id)) >= 1
    stored = db.session.scalar(select(Community.administrators))
    assert stored == len(seats.administrators(community.id))
    assert seats.miscounted() == []
