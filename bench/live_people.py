"""150 people at a chat, with sessions of their own; made through the same use cases as everywhere."""

from __future__ import annotations

import re
from pathlib import Path

from bench.live_client import Web

PEOPLE = 150
SLUG = "priozersk"


def furnish(folder: Path) -> list[dict[str, str]]:
    """Make an installation with a full community in it; return a cookie for each of its members."""
    import subprocess
    import sys

    from flask.sessions import SecureCookieSessionInterface
    from sqlalchemy import select

    from community.accounts.models import User
    from community.accounts.services import registration, sessions
    from community.accounts.services.sessions import Place
    from community.app import create_app
    from community.communities.models import Community
    from community.communities.services import applications
    from community.config import ROOT, Config
    from community.core import outbox
    from community.core.actor import Actor
    from community.core.db import db
    from tests import world

    command = [sys.executable, "-m", "community", "migrate", "--data", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    app = create_app(Config.from_env({"COMMUNITY_DATA": str(folder)}))
    if not _is_furnished(app):
        world.build(app)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookies = []
    with app.app_context():
        community = db.session.scalar(select(Community.id).where(Community.slug == world.SLUG))
        galina = db.session.scalar(select(User.id).where(User.email == world.email_of("galina")))
        consent = db.session.scalar(select(User.consent_sha).where(User.id == galina))
        members = 5
        while members < PEOPLE:
            number = members
            last = ["Ивановская", "Петровская", "Сидорская", "Кузнецкая", "Лесовская"][number % 5]
            plan = registration.prepared(
                email=f"m{number}@shkola.example", password=world.PASSWORD, last_name=last,
                first_name="Мария", patronymic="Петровна", school="Школа № 4", post="учитель",
                subjects=["история"], role="teacher",
            )  # fmt: skip
            person = registration.create_account(plan, consent_sha=consent)
            asked = applications.apply(
                Actor(person, f"Мария {last}"), community, why=world.WHY, agreed=world.AGREED
            )
            applications.approve(Actor(galina, "Галина Орлова"), asked)
            members += 1
        outbox.drain()
        everyone = db.session.scalars(select(User.id).where(User.email != world.email_of("gleb")))
        for user_id in list(everyone)[:PEOPLE]:
            key = sessions.open_session(user_id, Place("127.0.0.1", "bench"))
            cookies.append({"community": signer.dumps({"_user_id": key, "_fresh": True})})
        db.session.remove()
        db.engine.dispose()
    return cookies


def _is_furnished(app) -> bool:
    from sqlalchemy import func, select

    from community.communities.models import Community
    from community.core.db import db

    with app.app_context():
        return bool(db.session.scalar(select(func.count()).select_from(Community)))


def open_chat(web: Web) -> tuple[int, str]:
    """Open a chat in which the measuring is done; return its number and its address."""
    form = {"title": "Замер", "body": "О скорости.", "access": "community"}
    status, headers, page = web.post(f"/c/{SLUG}/chats/new", form)
    found = re.search(r"/chats/(\d+)", headers.get("location", ""))
    if found is None:
        raise SystemExit(f"the chat was not opened: {status} {page[:500]}")
    return int(found.group(1)), f"/c/{SLUG}/chats/{found.group(1)}"
