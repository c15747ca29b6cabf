"""What the database holds: journal, clock, work behind the pages, seats, the index of the search."""

from __future__ import annotations

from datetime import timedelta

from community.config import Config
from community.doctor.findings import Findings, bad, ok, warn


def journal(config: Config) -> Findings:
    """Nobody has changed the journal behind the program's back."""
    from community.audit import signing, triggers, verify
    from community.core.db import db

    with verify.snapshot(db.engine) as connection:
        fault = verify.verify(connection, [], [signing.public(config.audit_signing_key())])
        unguarded = triggers.missing(connection)
        count = verify.size(connection)
    if fault is not None:
        yield bad(
            f"Журнал не сходится начиная с записи № {fault.number}.",
            "Ничего не чините: сохраните папку данных и верните рядом резервную копию.",
        )
    else:
        yield ok(f"Журнал сходится, записей: {count}")
    if unguarded:
        yield bad(
            f"В базе нет сторожей журнала: {', '.join(unguarded)}.",
            "Верните базу из резервной копии.",
        )


def time_runs_forward(_config: Config) -> Findings:
    """The clock is not behind what is already written."""
    from sqlalchemy import func, select

    from community.audit.chain import moment
    from community.audit.models import AuditEntry
    from community.core import clock
    from community.core.db import db

    last = db.session.scalar(select(func.max(AuditEntry.at)))
    ahead = moment(last) - clock.now() if last else timedelta()
    if ahead > timedelta(minutes=1):
        yield bad(
            f"Часы отстают: в журнале есть запись из будущего ({last}).",
            "Настройте время: timedatectl set-ntp true.",
        )
    else:
        yield ok(f"Часы: {clock.now():%d.%m.%Y %H:%M} по Гринвичу")


def background_work(config: Config) -> Findings:
    """Work behind the pages moves on, and nothing was given up."""
    from sqlalchemy import func, select

    from community.core import clock, outbox
    from community.core.db import db

    dead = outbox.dead_letters()
    if dead:
        said = f"{dead[0].consumer}: {dead[0].last_error}"
        yield bad(
            f"Не выполнено заданий: {len(dead)}. Первое — {said}",
            "Устраните причину; задания можно запустить снова на странице администратора.",
        )
    job = outbox.OutboxJob
    oldest = db.session.scalar(select(func.min(job.due)).where(job.state != "dead"))
    if oldest and clock.now() - oldest > timedelta(minutes=15):
        how = "запущен ли сайт" if config.embedded_worker else "запущен ли community worker"
        yield warn(
            f"Задания ждут с {oldest:%d.%m %H:%M} (всего {outbox.waiting()}).", f"Проверьте, {how}."
        )
    elif not dead:
        yield ok(f"Заданий в очереди: {outbox.waiting()}")


def seats(_config: Config) -> Findings:
    """The counters of members are what they count: by them the cap of 150 is kept."""
    from community.communities.services.seats import miscounted

    wrong = miscounted()
    for community_id, counted, real in wrong:
        yield bad(
            f"В сообществе {community_id} записано участников: {counted}, на деле их {real}.",
            "Сохраните резервную копию (community backup) и обратитесь к тем, кто ведёт программу.",
        )
    if not wrong:
        yield ok("Число участников в каждом сообществе верно")


def search_index(_config: Config) -> Findings:
    """Every community can be searched, and nothing is missing from the index."""
    from sqlalchemy import select

    from community.communities.models import Community
    from community.core.db import db
    from community.search import upkeep

    rows = db.session.execute(select(Community.id, Community.slug).order_by(Community.id)).all()
    behind = [row.slug for row in rows if not upkeep.fits(row.id)]
    if behind:
        yield warn(
            f"Указатель поиска потерян или неполон: {', '.join(behind[:6])}.",
            "Работающий сайт построит его сам за полчаса; сразу — community reindex.",
        )
    else:
        yield ok(f"Указатель поиска полон, сообществ: {len(rows)}")
