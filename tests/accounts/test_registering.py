"""Registration (A03, A04): a real name, consent as an act of its own, and nobody learns who is here."""

from datetime import timedelta

from community.accounts.models import Attempts
from community.accounts.services import delays
from community.core import clock
from community.core.db import db
from tests.accounts.stories import ANNA, PASSWORD, Letters, Visitor, said


def users(site):
    from community.accounts.models import User

    with site.app_context():
        return db.session.scalars(db.select(User).order_by(User.id)).all()


def test_anna_registers_consents_and_signs_in(site, visitor, letters):
    page = visitor.register()

    assert page.status_code == 302
    anna = users(site)[0]
    assert (anna.name, anna.sort_name) == ("Анна Соколова", "соколова анна сергеевна")
    assert anna.subject_line == "математика, физика"
    assert anna.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert visitor.sign_in().headers["Location"] == "/"
    assert visitor.is_in()


def test_nothing_is_stored_before_the_consent(site, visitor):
    page = visitor.fill("/register", ANNA)

    assert "Согласие на обработку персональных данных" in said(page)
    assert "checked" not in page.text
    assert users(site) == []


def test_without_the_tick_there_is_no_account(site, visitor):
    page = visitor.fill("/register", ANNA)

    refused = visitor.consent(page, consent="")

    assert refused.status_code == 422
    assert users(site) == []
    assert visitor.consent(refused).status_code == 302  # the form itself was not lost
    assert len(users(site)) == 1


def test_the_consent_is_recorded_with_text_time_and_address(site, visitor):
    from community.accounts import documents
    from community.accounts.models import Consent

    visitor.register()

    with site.app_context():
        row = db.session.scalars(db.select(Consent)).one()
        assert row.text_sha256 == documents.consent().sha256
        assert (row.purpose, row.ip, row.withdrawn_at) == ("account", "10.1.2.3", None)


def test_another_text_than_the_one_in_force_cannot_be_consented_to(site, visitor):
    page = visitor.fill("/register", ANNA)

    assert visitor.consent(page, text="0" * 64).status_code == 200
    assert users(site) == []


def test_a_network_that_opens_account_after_account_is_slowed_down(site, noon, visitor):
    """A seminar of sixty passes; a robot waits longer and longer, and a person loses nothing typed."""
    with site.app_context():
        for _turn in range(60):
            delays.count([delays.Counted.registrations("203.0.113.7")])
    robot = Visitor(site, address="203.0.113.7")

    slowed = robot.fill("/register", ANNA)

    assert slowed.status_code == 429
    assert slowed.headers["Retry-After"] == "2"
    assert "зарегистрировалось много людей" in said(slowed)
    assert 'value="Соколова"' in slowed.text
    assert users(site) == []
    assert visitor.fill("/register", ANNA).status_code == 200  # elsewhere nobody waits
    clock.travel(timedelta(seconds=3))
    again = robot.fill("/register", ANNA)
    assert "Согласие на обработку персональных данных" in said(again)
    assert robot.fill("/register", ANNA).headers["Retry-After"] == "4"
    clock.travel(timedelta(hours=2))
    assert robot.register().status_code == 302  # forgotten in an hour


def test_mistakes_in_the_form_are_no_registrations(site, visitor):
    for _turn in range(3):
        assert visitor.fill("/register", ANNA | {"email": ""}).status_code == 422
    with site.app_context():
        assert db.session.scalar(db.select(db.func.count(Attempts.subject))) == 0


def test_a_sealed_form_cannot_be_forged(site, visitor):
    page = visitor.fill("/register", ANNA)

    answer = visitor.consent(page, sealed="Z0FBQUFBQm5")

    assert answer.headers["Location"] == "/register"
    assert users(site) == []


def test_a_known_email_answers_the_same_and_only_its_owner_learns(site, visitor, letters):
    first = visitor.register()
    again = Visitor(site).register(last_name="Лунин", first_name="Борис", patronymic="")

    assert (again.status_code, again.headers["Location"]) == (
        first.status_code,
        first.headers["Location"],
    )
    assert len(users(site)) == 1
    assert users(site)[0].last_name == "Соколова"
    assert [subject.split(" — ")[0] for _to, subject, _text in letters.all()] == [
        "Подтвердите адрес почты",
        "У вас уже есть учётная запись",
    ]


def test_the_school_and_the_subjects_grow_the_lists_without_doubles(site, visitor):
    from community.accounts import queries

    visitor.register()
    Visitor(site).register(
        email="vera@example.org", school="мбоу школа № 3", subjects="Физика;химия"
    )

    with site.app_context():
        assert queries.school_names() == ["МБОУ «Школа № 3»"]
        assert sorted(queries.common_subjects()) == ["математика", "физика", "химия"]
        assert queries.subject_names(2) == ["физика", "химия"]


def test_a_letter_confirms_the_mailbox_and_opens_the_door(mailing_site):

    anna = Visitor(mailing_site)
    anna.register()
    assert anna.sign_in().status_code == 422  # not before the mailbox is proven

    link = Letters(mailing_site).link()
    assert anna.get(link).status_code == 200
    assert not anna.is_in()  # opening a link changes nothing: mail scanners open links
    assert anna.fill(link, {"password": "совсем другой пароль"}).status_code == 422
    assert anna.fill(link, {"password": PASSWORD}).headers["Location"] == "/"
    assert anna.is_in()
    assert Visitor(mailing_site).get(link).status_code == 409


def test_a_stranger_cannot_prepare_an_account_for_my_mailbox(mailing_site):

    Visitor(mailing_site).register(last_name="Чужая", password="пароль чужого человека")
    anna = Visitor(mailing_site)
    anna.register()

    assert [user.last_name for user in users(mailing_site)] == ["Соколова"]
    link = Letters(mailing_site).link()
    assert anna.fill(link, {"password": "пароль чужого человека"}).status_code == 422
    assert anna.fill(link, {"password": PASSWORD}).status_code == 302


def test_what_does_not_look_like_a_person_is_refused_kindly(site, visitor):
    for field, value in (
        ("last_name", "Аноним"),
        ("first_name", "Учитель"),
        ("first_name", "А."),
        ("first_name", "А"),
        ("last_name", "Соколова2"),
        ("last_name", "Сoколова"),  # a Latin o
        ("last_name", "Ааааа"),
        ("last_name", "<b>Соколова</b>"),
        ("email", "не почта"),
        ("email", "a@b"),
        ("password", "короткий"),
        ("password", "парольпароль"),
        ("password", "gfhjkmgfhjkm"),
        ("password", "Соколова Анна"),
        ("password", "x" * 129),
        ("role", "бог"),
        ("school", ""),
        ("subjects", ", ".join(f"предмет{'абвгдежзик'[n]}" for n in range(10))),
    ):
        page = visitor.fill("/register", ANNA | {field: value})
        assert page.status_code == 422, (field, value)
        assert f'id="{field}-error"' in page.text, (field, value)
    assert users(site) == []


def test_names_of_every_kind_are_taken(site, visitor):
    for number, (last, first, kept) in enumerate(
        (
            ("мамин-сибиряк", "дмитрий", "Дмитрий Мамин-Сибиряк"),
            ("ЛИ", "ЮН", "Юн Ли"),
            ("О’Нил", "Шон", "Шон О’Нил"),
            ("Айтматова Кызы", "Гүлнара", "Гүлнара Айтматова Кызы"),
            ("О", "Наталья", "Наталья О"),
        )
    ):
        visitor.register(last_name=last, first_name=first, email=f"person{number}@example.org")
        assert users(site)[-1].name == kept


def test_broken_input_is_refused_in_words(site, visitor):
    for value in ("\x00", "\ud800", "\u202eавосокоС", "я" * 10_000, "я" * 100_000):
        for field in ANNA:
            sent = ANNA | {field: value}
            page = visitor.fill(
                "/register", {n: t.encode("utf-8", "surrogatepass") for n, t in sent.items()}
            )
            assert page.status_code in (200, 422), (field, value[:10])
    assert users(site) == []
