"""Two people decide on one text at the same moment: one of them does, the other is told (rules, §6)."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

from sqlalchemy import select

from community.audit.models import Sealed
from community.communities.services import roles
from community.core.db import db
from community.core.errors import Conflict, Refused
from community.core.transactions import transaction
from community.publishing import deciding
from community.publishing.models import Entry
from tests.moderation.acts import (
    ARTICLE,
    REASON,
    grounds,
    journal,
    page,
    proposals,
    removals,
    say,
    state,
    topic,
)
from tests.world import SLUG, Person, Town

BODY = "На третьем уроке дети скучают и смотрят в окно."
NEW = "На третьем уроке дети слушают и смотрят на доску."
ROUNDS = 4


def at_once(town: Town, *acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at the same moment, each in a thread of its own; return what came of each."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with town.app.app_context():
            gate.wait()
            try:
                return act()
            except (Conflict, Refused) as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def post(who: Person, path: str, form: dict[str, Any] | None = None) -> tuple[int, str]:
    answer = who.post(path, form or {})
    return answer.status_code, page(answer)


def decided(town: Town) -> list[str]:
    """Return what the journal keeps of decisions on texts."""
    return [kind for kind in journal(town) if kind in ("entry.removed", "entry.released")]


def test_of_two_removals_one_stands_and_the_other_reads_why(
    town: Town, anna: Person, irina: Person, boris: Person, galina: Person
) -> None:
    where = topic(town, irina)
    for who in (boris, galina):
        who.get("/notices")  # signed in before the race
    for done in range(1, ROUNDS + 1):
        text = say(town, anna, where, f"{BODY} Случай {done}.")
        answers = at_once(
            town,
            lambda at=text: post(boris, f"/e/{at}/remove", grounds("скучают")),
            lambda at=text: post(galina, f"/e/{at}/remove", grounds("смотрят", article="4.1-клевета")),
        )  # fmt: skip
        (won, _page), (lost, told) = sorted(answers)
        assert (won, lost) == (200, 409), answers
        rows = removals(town)
        assert "Кто-то решил раньше вас" in told
        assert f'href="/decisions/{rows[-1].number}"' in told, "who lost reads what was decided"
        assert len(rows) == done
        assert state(town, text) == "removed"
        with town.app.app_context():
            kept = db.session.get_one(Entry, text)
            assert (kept.removal_number, kept.removal_article) == (
                rows[-1].number,
                rows[-1].article,
            )
    assert decided(town) == ["entry.removed"] * ROUNDS


def test_who_publishes_and_who_hides_a_held_text_do_not_undo_each_other(
    town: Town, anna: Person, irina: Person, boris: Person, galina: Person
) -> None:
    where = topic(town, irina)
    for who in (boris, galina):
        who.get("/notices")
    for done in range(1, ROUNDS + 1):
        text = say(town, anna, where, f"{BODY} Случай {done}.")
        hold(town, text)
        answers = at_once(
            town,
            lambda at=text: post(boris, f"/e/{at}/remove", grounds("скучают")),
            lambda at=text: post(galina, f"/e/{at}/release"),
        )
        # A text that was published a moment before may be hidden still; the other way round not.
        statuses = [status for status, _page in answers]
        expected = {(200, 409): "removed", (409, 200): "published", (200, 200): "removed"}
        assert state(town, text) == expected[statuses[0], statuses[1]]
        if statuses == [200, 200]:
            assert decided(town)[-2:] == ["entry.released", "entry.removed"]


def hold(town: Town, text: int) -> None:
    with town.app.app_context(), transaction():
        deciding.keep_unseen(text)


def test_a_proposal_is_signed_or_refused_and_never_both(
    town: Town, anna: Person, irina: Person, boris: Person, galina: Person, vera: Person
) -> None:
    signer = appoint(town, galina, vera)
    text = say(town, anna, topic(town, irina), BODY)
    path = f"/c/{SLUG}/moderation/texts?author={anna.id}"
    boris.post(
        path, {"entry": [text], "article": ARTICLE, "reason": REASON, f"quote-{text}": "скучают"}
    )
    [waiting] = proposals(town)
    for who in (galina, signer):
        who.get("/notices")

    answers = at_once(
        town,
        lambda: post(galina, f"/proposals/{waiting.number}/sign"),
        lambda: post(signer, f"/proposals/{waiting.number}/refuse",
                     {"reason": "Это наблюдение учителя, а не грубость."}),
    )  # fmt: skip

    assert sorted(status for status, _page in answers) == [200, 409]
    [closed] = proposals(town)
    signed = answers[0][0] == 200
    assert closed.state == ("signed" if signed else "refused")
    assert state(town, text) == ("removed" if signed else "published")


def appoint(town: Town, galina: Person, who: Person) -> Person:
    """Make somebody a second moderator."""
    with town.app.app_context():
        roles.grant(
            galina.actor, town.community_id, who.id, "moderator",
            order_number="21-о", order_date=date(2026, 9, 1),
        )  # fmt: skip
    return who


def test_an_edit_that_races_a_removal_leaves_the_quotation_true(
    town: Town, anna: Person, irina: Person, boris: Person
) -> None:
    where = topic(town, irina)
    for who in (anna, boris):
        who.get("/notices")
    for number in range(ROUNDS):
        text = say(town, anna, where, f"{BODY} Случай {number}.")
        before = len(removals(town))
        form = grounds("скучают") | ({"revision": "1"} if number % 2 else {})
        removed, edited = at_once(
            town,
            lambda at=text, said=form: post(boris, f"/e/{at}/remove", said),
            lambda at=text: post(anna, f"/e/{at}/edit", {"body": NEW, "revision": "1"}),
        )
        assert {removed[0], edited[0]} <= {200, 403, 409, 422}
        made = removals(town)[before:]
        if removed[0] == 200:
            assert [each.entry_id for each in made] == [text]
            assert made[0].quote in sealed_text(town, made[0].number), "true at the commit"
        else:
            assert made == []
            assert state(town, text) == "published"
            assert removed[0] == (409 if "revision" in form else 422)


def sealed_text(town: Town, number: int) -> str:
    with town.app.app_context():
        return db.session.scalars(
            select(Sealed.text).where(Sealed.number == number, Sealed.part == "text")
        ).one()


def test_processes_decide_once_too(
    town: Town, anna: Person, irina: Person, boris: Person, galina: Person
) -> None:
    text = say(town, anna, topic(town, irina), BODY)
    with town.app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    rivals = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.moderation.rival"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _who in range(2)
    ]  # fmt: skip
    folder = str(town.app.extensions["community"].data)
    for rival, who in zip(rivals, (boris, galina), strict=True):
        order = {"database": url, "folder": folder, "actor": who.id, "entry": text}
        assert rival.stdin is not None
        rival.stdin.write(json.dumps(order) + "\n")
        rival.stdin.flush()
    for rival in rivals:
        assert rival.stdout is not None
        assert rival.stdout.readline() == "ready\n"
    start = time.time() + 0.3
    for rival in rivals:
        assert rival.stdin is not None
        rival.stdin.write(f"{start}\n")
        rival.stdin.flush()
    said = sorted(rival.communicate(timeout=60)[0].strip() for rival in rivals)

    assert said == ["entry.not_published", "hidden"]
    assert len(removals(town)) == 1
    assert decided(town) == ["entry.removed"]
