"""An hour found by vote becomes a meeting in the calendar: appointed, moved, called off, held."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.ballots.queries import options as offered
from community.ballots.services import casting, closing, opening
from community.ballots.services.opening import BallotPlan, whole_text
from community.calendar import hours, queries
from community.calendar.models import Happening
from community.calendar.services import meeting
from community.calendar.services.appointing import When
from community.communities.services import members
from community.core import clock
from community.core.db import db
from community.core.errors import Conflict, NotFound, Refused
from community.core.worker import run_duties
from community.notices.models import Notice
from community.publishing.facts import Words
from tests.calendar.test_book import at_once
from tests.councils.conftest import call
from tests.world import SLUG

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
OPTIONS = ("четверг, 3 декабря, 15:00", "пятница, 4 декабря, 16:30")


@pytest.fixture
def found(town):
    """The id of a closed vote of Анна's that chose Friday."""
    with clock.frozen(NOW):
        yield choose(town)


def choose(town, kind="time"):
    with town.app.app_context():
        words = whole_text(Words(title="Когда разберём олимпиаду?", body="На час."), OPTIONS)
        ballot, _made = opening.open_ballot(
            town["anna"].actor, town.community_id, words,
            BallotPlan(kind=kind, options=OPTIONS, closes_at=NOW + timedelta(days=1)),
        )  # fmt: skip
        options = [each.id for each in offered(ballot)]
        for who in ("anna", "vera"):
            worse, better = (2, 1) if kind == "ranking" else (0, 2)
            choices = {str(options[0]): worse, str(options[1]): better}
            casting.cast(town[who].actor, ballot, choices)
        closing.close(town["anna"].actor, ballot)
        return ballot


def text(answer, status=200):
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def path(ballot):
    return f"/c/{SLUG}/meetings/from/ballot/{ballot}"


SENT = {"starts_at": "2026-12-04T16:30", "ends_at": "2026-12-04T17:30", "body": "Кабинет 12"}


def only(town):
    with town.app.app_context():
        return db.session.scalars(select(Happening)).one()


def told(town, code):
    with town.app.app_context():
        return set(db.session.scalars(select(Notice.user_id).where(Notice.code == code)))


def test_a_found_hour_is_put_into_the_calendar_in_two_clicks(town, found):
    anna = town["anna"]
    ballot = text(anna.get(f"/c/{SLUG}/ballots/{found}"))
    assert "Внести в календарь" in ballot
    form = text(anna.get(path(found)))
    assert "Выбрано голосованием: пятница, 4 декабря, 16:30" in form
    assert 'value="2026-12-04T16:30"' in form
    assert 'value="2026-12-04T17:30"' in form

    page = text(anna.post(path(found), SENT))
    assert "Когда разберём олимпиаду?" in page
    assert "пятница, 4 декабря, 16:30" in page
    assert "Кабинет 12" in page
    assert "Не ответили (5)" in page
    everyone = {town[who].id for who in ("galina", "boris", "vera", "irina")}
    assert told(town, "calendar.appointed") == everyone
    assert "Назначена встреча: 4 декабря, 16:30 — «Когда разберём олимпиаду?»" in text(
        town["vera"].get("/notices")
    )
    assert "К встрече в календаре" in text(town["vera"].get(f"/c/{SLUG}/ballots/{found}"))
    assert "Когда разберём олимпиаду?" in text(town["irina"].get(f"/c/{SLUG}/calendar"))
    again = anna.post(path(found), SENT)
    assert "уже в календаре" in text(again, 409)


def test_who_leads_the_vote_appoints(town, found):
    assert town["vera"].get(path(found)).status_code == 404
    assert town["gleb"].get(path(found)).status_code == 403
    assert "Внести в календарь" not in text(town["vera"].get(f"/c/{SLUG}/ballots/{found}"))
    assert town["boris"].get(path(found)).status_code == 200
    assert town["anna"].get(f"/c/{SLUG}/meetings/from/ballot/999").status_code == 404
    assert town["anna"].get(f"/c/{SLUG}/meetings/from/dream/1").status_code == 404
    assert town["anna"].get(path(choose(town, "ranking"))).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"starts_at": "2026-11-30T16:30"}, "Начало должно быть в будущем"),
        ({"ends_at": "2026-12-04T16:00"}, "позже начала"),
        ({"starts_at": ""}, "Заполните"),
        ({"starts_at": "завтра"}, "укажите день и время"),
        ({"starts_at": "9999-12-31T23:59", "ends_at": "9999-12-31T23:59"}, "укажите день и время"),
        ({"body": "Звоните 8 904 111-22-33"}, "8 904 111-22-33"),
        ({"body": "а" * 201}, "200"),
    ],
)
def test_an_odd_form_comes_back_with_words(town, found, sent, said):
    page = text(town["anna"].post(path(found), SENT | sent), 422)
    assert said.lower() in page.lower()
    with town.app.app_context():
        assert db.session.scalar(select(Happening.id)) is None


def test_a_meeting_is_moved_called_off_and_takes_place_after_all(town, found):
    anna, boris, vera = town["anna"], town["boris"], town["vera"]
    anna.post(path(found), SENT)
    here = f"/c/{SLUG}/meetings/{only(town).thread_id}"
    assert vera.get(f"{here}/move").status_code == 403
    assert vera.post(f"{here}/move", SENT | {"body": "Дома"}).status_code == 403
    assert vera.post(f"{here}/cancel").status_code == 403
    assert 'value="Кабинет 12"' in text(anna.get(f"{here}/move"))

    page = text(boris.post(f"{here}/move", SENT | {"starts_at": "2026-12-05T10:00",
                                                   "ends_at": "2026-12-05T11:00"}))  # fmt: skip
    assert "суббота, 5 декабря, 10:00" in page
    assert anna.id in told(town, "calendar.moved")
    assert boris.id not in told(town, "calendar.moved")
    assert "Отменено" in text(anna.post(f"{here}/cancel"))
    assert only(town).state == "cancelled"
    assert vera.id in told(town, "calendar.called_off")
    assert (
        vera.post(f"/c/{SLUG}/calendar/{only(town).id}/answer", {"answer": "yes"}).status_code
        == 409
    )
    text(anna.post(f"{here}/restore"))
    assert (only(town).state, only(town).sequence) == ("planned", 3)
    with town.app.app_context():
        kinds = select(AuditEntry.kind).where(AuditEntry.kind.startswith("happening."))
        assert list(db.session.scalars(kinds.order_by(AuditEntry.number))) == [
            f"happening.{each}" for each in ("appointed", "moved", "cancelled", "restored")
        ]


def test_a_meeting_is_over_when_its_hour_is(town, found):
    town["anna"].post(path(found), SENT)
    clock.travel(timedelta(days=4))
    with town.app.app_context():
        run_duties()
    it = only(town)
    assert (it.state, it.sequence) == ("over", 0)
    here = f"/c/{SLUG}/meetings/{it.thread_id}"
    assert "Перенести" not in text(town["anna"].get(here))
    assert town["anna"].post(f"{here}/cancel").status_code == 409
    assert "олимпиаду" in text(town["anna"].get(f"/c/{SLUG}/calendar/past"))


def test_a_council_is_no_meeting(town, found):
    """A council is moved and called off by rules of its own."""
    council = call(town, town["galina"], town["irina"])
    happening = council.row().happening_id
    assert town["boris"].get(f"/c/{SLUG}/meetings/{council.id}").status_code == 404
    later = When(starts_at=NOW + timedelta(days=9), ends_at=NOW + timedelta(days=10))
    with town.app.app_context():
        for act in (meeting.cancel, meeting.restore):
            with pytest.raises(NotFound):
                act(town["galina"].actor, happening)
        with pytest.raises(NotFound):
            meeting.move(town["galina"].actor, happening, later)


def test_of_two_at_once_one_meeting_is_appointed(town, found):
    when = When(starts_at=NOW + timedelta(days=3), ends_at=NOW + timedelta(days=3, hours=1))

    def appoint(who):
        try:
            return meeting.appoint(town[who].actor, town.community_id, ("ballot", found), when)
        except Conflict as error:
            return error.code

    came = at_once(town, lambda: appoint("anna"), lambda: appoint("boris"))
    assert "calendar.stands_already" in came
    with town.app.app_context():
        assert queries.meeting_of(only(town).thread_id) == only(town).id


def test_a_suspended_or_former_member_is_not_expected(town, found):
    with town.app.app_context():
        members.leave(town["vera"].actor, town.community_id)
    town["anna"].post(path(found), SENT)
    with town.app.app_context():
        assert town["vera"].id not in {each.user_id for each in queries.answers(only(town).id)}
        with pytest.raises(Refused):
            meeting.cancel(town["vera"].actor, only(town).id)


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("четверг, 3 декабря, 15:00", (2026, 12, 3, 15, 0)),
        ("3-го декабря в 9.05", (2026, 12, 3, 9, 5)),
        ("12 мая 2027, 18:30", (2027, 5, 12, 18, 30)),
        ("15:30, 7 марта", (2027, 3, 7, 15, 30)),
        ("04.12 в 16:30", (2026, 12, 4, 16, 30)),
        ("04.12.2026 16.30", (2026, 12, 4, 16, 30)),
        ("4.12.27, 8 ч", (2027, 12, 4, 8, 0)),
        ("5 декабря в 14 часов, кабинет 12", (2026, 12, 5, 14, 0)),
        ("в четверг после уроков", None),
        ("3 декабря", None),
        ("31 февраля, 10:00", None),
        ("", None),
    ],
)
def test_an_hour_is_read_out_of_words(town, words, hour):
    with clock.frozen(NOW), town.app.app_context():
        assert hours.read(words) == (datetime(*hour) if hour else None)  # noqa: DTZ001
