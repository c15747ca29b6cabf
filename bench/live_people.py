"""150 people at a chat, with sessions of their own; made through the same use cases as everywhere."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

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


def open_council(webs: list[Web]) -> tuple[int, str, str]:
    """Hold a council of everybody: all have come, the first item goes on.

    Return the number of the item, where its lines are said, the council's address; the first of
    ``webs`` is its chairman then.
    """
    for chair in webs:
        status, _headers, page = chair.get(f"/c/{SLUG}/councils/new")
        if status == 200:
            break
    else:
        raise SystemExit("nobody here may call a council")
    seats = re.search(r'name="chairman_id".*?</select>', page, re.DOTALL)
    ids = [
        each
        for each in re.findall(r'value="(\d+)"', seats.group(0) if seats else "")
        if each != "0"
    ]
    own = re.search(r'name="actor" content="(\d+)"', page).group(1)
    webs.insert(0, webs.pop(webs.index(chair)))
    soon = datetime.now(ZoneInfo("Europe/Moscow")) + timedelta(minutes=5)
    form = {
        "title": "Замер", "body": "О скорости.", "access": "all", "mode": "live", "quorum": "half",
        "starts_at": f"{soon:%Y-%m-%dT%H:%M}", "ends_at": f"{soon + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "chairman_id": own, "secretary_id": next(each for each in ids if each != own),
        "deputy_id": "0", "follows_id": "0",
    }  # fmt: skip
    status, headers, page = chair.post(f"/c/{SLUG}/councils/new", form)
    found = re.search(rf"/c/{SLUG}/councils/\d+", headers.get("location", ""))
    if found is None:
        raise SystemExit(f"the council was not called: {status} {page[:3000]}")
    at = found.group(0)
    item = {"title": "Вопрос", "body": "Обсудим.", "rapporteur_id": "0", "minutes": "60"}
    chair.post(f"{at}/items/new", item)
    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(lambda web: web.post(f"{at}/come", {})[0], webs))
    if set(came) != {302}:
        raise SystemExit(f"not everybody came: {came}")
    chair.post(f"{at}/desk/open", {"version": _version(chair, at)})
    desk = chair.get(f"{at}/desk")[2]
    number = re.search(r"/desk/items/(\d+)/take", desk)
    if number is None:
        raise SystemExit(f"there is no item to take: {desk[:3000]}")
    chair.post(f"{at}/desk/items/{number.group(1)}/take", {"version": _version(chair, at)})
    return int(number.group(1)), f"{at}/items/{number.group(1)}", at


def _version(chair: Web, at: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', chair.get(f"{at}/desk")[2])
    return found.group(1) if found else ""
