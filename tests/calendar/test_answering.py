"""«Буду», «не буду», a voice given to a colleague: who may, till when, and who is told."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.calendar import queries
from community.calendar.services import answering, appointing
from community.core.db import db
from community.core.errors import Invalid, NotFound, Refused
from community.notices.models import Notice
from tests.councils.conftest import call, hour  # noqa: F401
from tests.world import SLUG, Town


@dataclass
class There:
    """A happening, asked and answered as people do."""

    town: Town
    id: int

    @property
    def path(self):
        return f"/c/{SLUG}/calendar/{self.id}"

    def answer(self, who, *what):
        with self.town.app.app_context():
            answering.answer(self.town[who].actor, self.id, *what)

    def give(self, giver, holder):
        self.answer(giver, "proxy", self.town[holder].id)

    def expect(self, who):
        with self.town.app.app_context():
            appointing.expect(self.id, [self.town[who].id])

    def card(self, who):
        with self.town.app.app_context():
            return queries.answer_card(self.id, self.town[who].id)

    def answered(self):
        with self.town.app.app_context():
            return {
                each.name.split()[0]: (each.answer, each.proxy_name.split(" ")[0])
                for each in queries.answers(self.id)
            }

    def told(self, code):
        with self.town.app.app_context():
            found = select(Notice).where(Notice.code == code).order_by(Notice.id)
            return [
                (it.user_id, it.params["person"].split()[0]) for it in db.session.scalars(found)
            ]


@pytest.fixture
def there(town, hour):  # noqa: F811
    """A council that takes voices by proxy."""
    return _there(town, takes_proxies=True)


def _there(town, **more):
    made = call(town, town["galina"], town["irina"], **more)
    return There(town, made.row().happening_id)


def refused(code):
    return pytest.raises(Refused, check=lambda error: error.code == code)


def test_everyone_expected_answers_and_may_think_again(town, there):
    town["anna"].post(f"{there.path}/answer", {"answer": "yes"})
    town["vera"].post(f"{there.path}/answer", {"answer": "no"})
    assert there.answered()["Анна"] == ("yes", "")
    town["anna"].post(f"{there.path}/answer", {"answer": "no"})
    assert there.answered() == {
        "Анна": ("no", ""), "Борис": ("", ""), "Вера": ("no", ""), "Галина": ("", ""),
        "Ирина": ("", ""),
    }  # fmt: skip


def test_a_voice_is_given_told_and_handed_back(town, there):
    anna, vera = town["anna"], town["vera"]
    vera.post(f"{there.path}/answer", {"answer": "proxy", "proxy_id": anna.id})
    assert there.answered()["Вера"] == ("proxy", "Анна")
    assert there.told("calendar.proxy_given") == [(anna.id, "Вера")]
    assert "Вам доверили голос (Вера Ильина): «Итоги первой четверти»" in anna.get(
        "/notices"
    ).get_data(as_text=True)
    assert [each.user_id for each in there.card("anna").voices] == [vera.id]

    anna.post(f"{there.path}/hand-back/{vera.id}")
    assert there.answered()["Вера"] == ("", "")
    assert there.told("calendar.holder_gave_back") == [(vera.id, "Анна")]
    with town.app.app_context():
        acts = select(AuditEntry.kind).where(AuditEntry.kind.startswith("happening."))
        assert list(db.session.scalars(acts.order_by(AuditEntry.number))) == [
            "happening.proxy_given", "happening.proxy_handed_back",
        ]  # fmt: skip
        with pytest.raises(NotFound):
            answering.hand_back(anna.actor, there.id, vera.id)


def test_who_changes_their_mind_takes_the_voice_back(town, there):
    there.give("vera", "anna")
    there.give("vera", "boris")
    there.answer("vera", "yes")
    assert there.told("calendar.proxy_taken_back") == [
        (town["anna"].id, "Вера"), (town["boris"].id, "Вера"),
    ]  # fmt: skip


def test_a_holder_who_stays_away_gives_the_voices_back(town, there):
    there.give("vera", "anna")
    there.give("anna", "boris")
    assert there.answered()["Вера"] == ("", "")
    assert there.told("calendar.holder_gave_back") == [(town["vera"].id, "Анна")]
    with refused("calendar.holder_gave_away"):
        there.give("vera", "anna")
    there.answer("irina", "no")
    with refused("calendar.holder_stays_away"):
        there.give("vera", "irina")


def test_nobody_holds_more_than_three_voices(town, there):
    for giver in ("anna", "vera", "irina"):
        there.give(giver, "boris")
    with refused("calendar.holder_is_full"):
        there.give("galina", "boris")
    assert town["boris"].id not in [each.user_id for each in there.card("galina").holders]
    assert town["boris"].id in [each.user_id for each in there.card("anna").holders]


def test_whom_one_cannot_trust(there):
    with refused("calendar.proxy_of_oneself"):
        there.give("vera", "vera")
    with refused("calendar.holder_not_expected"):
        there.give("vera", "gleb")
    there.expect("gleb")  # and yet no member
    with refused("calendar.holder_not_expected"):
        there.give("vera", "gleb")
    with refused("calendar.not_a_member"):
        there.answer("gleb", "yes")
    with pytest.raises(Invalid, check=lambda error: "proxy_id" in error.fields):
        there.answer("vera", "proxy")
    with pytest.raises(Invalid, check=lambda error: "answer" in error.fields):
        there.answer("vera", "perhaps")


def test_without_proxies_everybody_votes_in_person(town, hour):  # noqa: F811
    with refused("calendar.no_proxies"):
        _there(town).give("vera", "anna")


def test_answers_are_taken_until_it_is_over(town, there):
    answer = f"{there.path}/answer"
    assert town["anna"].post(answer, {"answer": "perhaps"}).status_code == 422
    assert town["gleb"].post(answer, {"answer": "yes"}).status_code == 403
    assert town["anna"].post(f"/c/{SLUG}/calendar/999/answer", {"answer": "yes"}).status_code == 404
    with town.app.app_context():
        appointing.settle(there.id, "over")
    late = town["anna"].post(answer, {"answer": "yes"})
    assert late.status_code == 409
    assert "уже не меняются" in late.get_data(as_text=True)
