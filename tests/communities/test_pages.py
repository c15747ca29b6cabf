"""The pages, through the front door: a visitor, an applicant, a member, an administrator."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from community.accounts import owner
from community.accounts.models import Agreement
from community.communities import services
from community.communities.models import Application, Community, Invitation, Membership, RoleGrant
from community.communities.services import founding
from community.communities.standing import standing
from community.core import clock
from community.core.actor import SYSTEM
from community.core.clock import now
from community.core.db import db
from community.core.transactions import transaction
from community.notices.models import Notice
from tests.conftest import site
from tests.world import AGREED, SLUG, WHY

HERE = f"/c/{SLUG}"
TICKS = {"agree_charter": "y", "agree_rules": "y"}
REASON = "Заявка говорит о продаже курсов, рекламу мы не размещаем."


def words(answer):
    """The words of a page, as a person reads them."""
    text = re.sub(r"<(script|style).*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("&#34;", "«")


def ticks(answer):
    """What the form of agreement on a page would send with both boxes ticked."""
    page = answer.get_data(as_text=True)
    versions = {
        name: re.search(rf'name="{name}"[^>]*value="(\d+)"', page).group(1)
        for name in ("charter_version", "rules_version")
    }
    return TICKS | versions


def row(app, statement):
    with app.app_context():
        found = db.session.scalar(statement)
        db.session.remove()
        return found


def newest(app):
    """The number of the last application; the known members had theirs."""
    return row(app, select(func.max(Application.id)))


def apply(person, why=WHY):
    return person.post(f"{HERE}/apply", ticks(person.get(f"{HERE}/apply")) | {"why": why})


# what a visitor sees (A01, A02) ----------------------------------------------------------------


def test_a_visitor_sees_the_face_of_the_only_community(app):
    answer = app.test_client().get("/", follow_redirects=True)
    page = words(answer)
    assert answer.status_code == 200
    for part in (
        "Педагоги Приозёрного района", "Сообщество", "Приозёрный район", "Учиться друг у друга",
        "Делиться опытом", "Галина Орлова", "приказ № 17-о от 1 сентября 2026 г.", "5 из 150",
        "Правила общения", "Подать заявку",
    ):  # fmt: skip
        assert part in page, part


def test_the_catalogue_of_several_filters_by_kind_and_subject(app, galina):
    with app.app_context():
        services.found(
            services.founding.SYSTEM, name="Математика без страха", administrator_id=galina.id,
            kind="creative_group", scope="subject", subjects=["математика"],
        )  # fmt: skip
        db.session.remove()
    browser = app.test_client()
    whole = words(browser.get("/"))
    assert "Математика без страха" in whole
    assert "Педагоги Приозёрного района" in whole
    for query in ("kind=creative_group", "subject=математика", "words=без страха"):
        page = words(browser.get(f"/?{query}"))
        assert "Творческая группа · предметное : математика" in page.replace(
            "предметное:", "предметное :"
        )
        assert "Педагоги Приозёрного района" not in page
    assert "Ничего не подошло" in words(browser.get("/?words=физкультура"))


def test_a_visitor_reads_the_charter_and_the_rules(app):
    browser = app.test_client()
    for path in ("charter", "rules", "charter/1", "rules/1"):
        answer = browser.get(f"{HERE}/{path}")
        assert answer.status_code == 200
        assert "редакция 1" in words(answer)
    assert browser.get(f"{HERE}/charter/7").status_code == 404


def test_an_unknown_community_answers_in_words(app, anna):
    for client in (app.test_client(), anna.client):
        answer = client.get("/c/nigde/")
        assert answer.status_code == 404
        assert "Ошибка 404" in words(answer)


# joining (A04, A05) ------------------------------------------------------------------------------


def test_from_application_to_news(app, gleb, galina):
    answer = apply(gleb)
    assert "Заявка ждёт решения" in words(answer)
    queue = galina.get(f"{HERE}/admin/applications")
    for part in ("Глеб Крюков", "Школа № 9", "химия", "адрес подтверждён", WHY, "5 из 150"):
        assert part in words(queue), part
    number = newest(app)

    answer = galina.post(f"{HERE}/admin/applications", {"id": number, "act": "approve"})

    assert "Глеб Крюков : заявка принята" in words(answer)
    assert gleb.get(f"{HERE}/").request.path == f"{HERE}/news"
    with app.app_context():
        stored = db.session.execute(
            select(Agreement.kind, Agreement.community_id).where(Agreement.user_id == gleb.id)
        ).all()
        db.session.remove()
    assert {each.kind for each in stored} == {"charter", "rules"}


def test_the_applicant_reads_why_they_were_refused(app, gleb, galina):
    apply(gleb)
    number = newest(app)
    short = galina.post(
        f"{HERE}/admin/applications", {"id": number, "act": "refuse", "reason": "нет"}
    )
    assert short.status_code == 422
    assert "чуть подробнее" in words(short)
    assert "checked" in short.get_data(as_text=True)  # the mark is kept

    galina.post(f"{HERE}/admin/applications", {"id": number, "act": "refuse", "reason": REASON})

    page = words(gleb.get(f"{HERE}/application"))
    assert "Заявка отклонена" in page
    assert REASON in page
    assert "Подать заявку снова" in page


def test_no_application_without_both_ticks_and_words(app, gleb):
    form, before = ticks(gleb.get(f"{HERE}/apply")), newest(app)
    for missing in ("agree_charter", "agree_rules"):
        sent = {name: value for name, value in form.items() if name != missing}
        answer = gleb.post(f"{HERE}/apply", sent | {"why": WHY})
        assert answer.status_code == 422
        assert WHY in words(answer)  # nothing typed is lost
    assert gleb.post(f"{HERE}/apply", form | {"why": "хочу"}).status_code == 422
    for versions in ({"charter_version": "9"}, {"rules_version": "٣"}, {"charter_version": "-1"}):
        answer = gleb.post(f"{HERE}/apply", form | versions | {"why": WHY})
        assert answer.status_code == 422
        assert "тем временем изменились" in words(answer)
    assert newest(app) == before


def test_several_at_once_each_with_an_outcome_of_its_own(app, gleb, galina, anna):
    with app.app_context():
        from tests.communities.small import people

        extra = people(2, first=900)
        ids = [
            services.apply(each, row_id(), why=WHY, agreed=AGREED) for each in (gleb.actor, *extra)
        ]
        services.set_cap(galina.actor, row_id(), 7)
        services.withdraw(extra[1], ids[2])
        db.session.remove()

    answer = galina.post(f"{HERE}/admin/applications", {"id": [*ids, 4040, "ой"], "act": "approve"})

    page = words(answer)
    assert "Глеб Крюков : заявка принята" in page
    assert page.count("заявка принята") >= 2
    assert "По этой заявке уже есть решение." in page
    assert "Такой заявки здесь нет." in page


def row_id():
    return db.session.scalar(select(Community.id).where(Community.slug == SLUG))


def test_at_the_cap_the_queue_explains_and_gives_numbers(app, gleb, galina, anna):
    with app.app_context():
        services.set_cap(galina.actor, row_id(), 5)
        db.session.remove()
    assert "Сейчас все места (5) заняты" in words(gleb.get(f"{HERE}/apply"))
    apply(gleb)
    assert "принять сейчас никого нельзя" in words(galina.get(f"{HERE}/admin/applications"))
    number = newest(app)
    answer = galina.post(f"{HERE}/admin/applications", {"id": number, "act": "approve"})
    assert "свободных мест нет: № 1 в листе ожидания" in words(answer)
    assert "Ваш номер в листе ожидания — 1" in words(gleb.get(f"{HERE}/application"))

    assert "Вы вышли из «Педагоги" in words(anna.post(f"{HERE}/leave"))
    page = gleb.get(f"{HERE}/application")
    assert "Для вас освободилось место" in words(page)

    without = gleb.post(f"{HERE}/application/{number}/accept")
    assert without.status_code == 422
    gleb.post(f"{HERE}/application/{number}/accept", ticks(page))
    assert (
        row(app, select(Application.state).order_by(Application.id.desc()).limit(1)) == "approved"
    )
    assert gleb.get(f"{HERE}/").request.path == f"{HERE}/news"


def test_declining_through_the_page(app, gleb, galina, irina):
    with app.app_context():
        services.set_cap(galina.actor, row_id(), 5)
        db.session.remove()
    apply(gleb)
    number = newest(app)
    galina.post(f"{HERE}/admin/applications", {"id": number, "act": "approve"})
    irina.post(f"{HERE}/leave")
    assert "Вы отказались от места" in words(gleb.post(f"{HERE}/application/{number}/decline"))
    again = gleb.post(f"{HERE}/application/{number}/decline")
    assert again.status_code == 409
    assert "Сейчас для вас не держат места." in words(again)


def test_anothers_application_cannot_be_touched(app, gleb, anna):
    apply(gleb)
    number = newest(app)
    for act in ("withdraw", "decline"):
        answer = anna.post(f"{HERE}/application/{number}/{act}")
        assert answer.status_code == 403
        assert "заявка другого человека" in words(answer)
    assert anna.post(f"{HERE}/application/999/withdraw").status_code == 404
    gleb.post(f"{HERE}/application/{number}/withdraw")
    assert (
        row(app, select(Application.state).order_by(Application.id.desc()).limit(1)) == "withdrawn"
    )


# texts that change (A04) -------------------------------------------------------------------------


def test_a_changed_charter_asks_members_before_going_on(app, anna, galina):
    assert anna.get(f"{HERE}/news").request.path == f"{HERE}/news"
    answer = galina.post(f"{HERE}/admin/charter", {"text": "# Положение\n\nНовое: по средам чай."})
    assert "по средам чай" in words(answer)
    assert "редакция 2" in words(answer)
    assert "Ирина Кольцова" in words(galina.get(f"{HERE}/admin/members?which=not_agreed"))

    asked = anna.get(f"{HERE}/news?after=1")
    assert asked.request.path == f"{HERE}/agree"
    assert "Тексты изменились" in words(asked)
    assert anna.get(f"{HERE}/charter").status_code == 200  # reading needs no agreement
    onward = anna.post(f"{HERE}/agree?next={HERE}/news", ticks(asked))

    assert onward.request.path == f"{HERE}/news"
    page = words(galina.get(f"{HERE}/admin/members?which=not_agreed"))
    assert "Анна Соколова" not in page
    assert galina.get(f"{HERE}/news").request.path == f"{HERE}/news"  # who published has agreed
    assert "по средам чай" not in words(app.test_client().get(f"{HERE}/charter/1"))


def test_the_same_text_is_no_new_version(app, galina):
    galina.post(f"{HERE}/admin/rules", {"text": "Правила: раз."})
    galina.post(f"{HERE}/admin/rules", {"text": "Правила: раз.\n"})
    assert row(app, select(Community.rules_version)) == 2


def test_words_on_their_way_are_not_lost_to_a_changed_text(app, anna, galina):
    galina.post(f"{HERE}/admin/rules", {"text": "Правила: раз."})
    sent = anna.client.post(f"{HERE}/confirm", data={})
    assert sent.status_code != 302  # not sent away to agree: the answer is about the form itself


def test_agreeing_never_leads_off_the_site(app, anna, galina):
    galina.post(f"{HERE}/admin/rules", {"text": "Правила: два."})
    asked = anna.get(f"{HERE}/news")
    answer = anna._post(f"{HERE}/agree?next=https://zlo.example/", ticks(asked))
    assert answer.headers["Location"] == f"{HERE}/"


# invitations (A14) -------------------------------------------------------------------------------


def test_an_invitation_from_link_to_seat(app, galina, gleb):
    made = galina.post(f"{HERE}/invitations", {"note": "Для химиков", "days": "7", "uses": "2"})
    link = re.search(
        r'value="https?://[^/"]+(/invitation/[\w-]+)"', made.get_data(as_text=True)
    ).group(1)
    visitor = app.test_client().get(link)
    assert "Галина Орлова приглашает вас" in words(visitor)
    assert "Для химиков" in words(visitor)
    assert f"/login?next={link}" in visitor.get_data(as_text=True)

    page = gleb.get(link)
    gleb.get(link)
    answer = gleb.post(link, ticks(page))

    assert answer.request.path in (f"{HERE}/", f"{HERE}/news")
    table = words(galina.get(f"{HERE}/invitations"))
    assert "открыли: 2 · откликнулись: 1 из 2 · приняты: 1" in table


def test_a_dead_link_says_what_to_do(app, galina, gleb):
    made = galina.post(f"{HERE}/invitations", {"days": "1", "uses": "1"})
    link = re.search(r'(/invitation/[\w-]+)"', made.get_data(as_text=True)).group(1)
    with clock.frozen(now() + timedelta(days=1, hours=1)):
        page = words(app.test_client().get(link))
    assert "Срок этого приглашения прошёл" in page
    assert app.test_client().get("/invitation/nikakogo").status_code == 404
    for bad in (
        {"days": "0", "uses": "1"},
        {"days": "1", "uses": "151"},
        {"days": "x", "uses": ""},
    ):
        assert galina.post(f"{HERE}/invitations", bad).status_code == 422


# administration ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["", "applications", "members", "card", "services", "charter", "rules", "spin-off"],
)
def test_the_desk_is_for_administrators(app, path, anna, gleb, galina):
    assert app.test_client().get(f"{HERE}/admin/{path}").status_code == 302
    for person in (anna, gleb):
        answer = person.get(f"{HERE}/admin/{path}")
        assert answer.status_code == 403
        assert "только администратор" in words(answer)
    assert galina.get(f"{HERE}/admin/{path}").status_code == 200


def test_appointing_a_moderator_by_the_form(app, galina, anna):
    base = f"{HERE}/admin/members/{anna.id}"
    bare = galina.post(f"{base}/roles", {"role": "moderator"})
    assert bare.status_code == 422
    assert "укажите его номер" in words(bare)
    future = {"role": "moderator", "order_number": "9-о", "order_date": "2999-01-01"}
    assert "ещё не наступил" in words(galina.post(f"{base}/roles", future))

    sent = {"role": "moderator", "order_number": "9-о", "order_date": "2026-09-02"}
    assert "приказ № 9-о от 2 сентября 2026 г." in words(galina.post(f"{base}/roles", sent))

    with app.app_context():
        assert standing(anna.actor, row_id()).is_moderator
        db.session.remove()
    galina.post(f"{base}/roles/moderator/revoke")
    grants = select(RoleGrant.id).join(Membership, RoleGrant.membership_id == Membership.id)
    assert row(app, grants.where(Membership.user_id == anna.id)) is None


def test_the_order_is_kept_as_a_paper_that_members_read(app, galina, anna, irina, gleb):
    paper = io.BytesIO("Приказ № 9-о. Назначить модератором.".encode())
    galina.post(
        f"{HERE}/admin/members/{anna.id}/roles",
        {
            "role": "moderator", "order_number": "9-о", "order_date": "2026-09-02",
            "order_file": (paper, "приказ.txt"),
        },
        content_type="multipart/form-data",
    )  # fmt: skip
    link = re.search(r'href="(/files/\d+)"', irina.get(f"{HERE}/?face=1").get_data(as_text=True))
    answer = irina.get(link.group(1))
    assert answer.status_code == 200
    assert "Назначить модератором" in answer.get_data(as_text=True)
    assert gleb.get(link.group(1)).status_code == 404
    assert "/files/" not in app.test_client().get(f"{HERE}/").get_data(as_text=True)


def test_words_that_a_rule_stops_stand_nowhere(app, gleb, galina, anna):
    rude = "Вот её номер 8 904 111-22-33, звоните этой дуре в любое время."
    answer = apply(gleb, why=rude)
    assert answer.status_code == 422
    invited = galina.post(f"{HERE}/invitations", {"note": rude, "days": "1", "uses": "1"})
    assert invited.status_code == 422
    removed = galina.post(f"{HERE}/admin/members/{anna.id}/remove", {"reason": rude})
    assert removed.status_code == 422
    with app.app_context():
        for column in (Application.why, Invitation.note, Membership.state_note, Notice.params):
            found = db.session.scalars(select(column)).all()
            assert not any("904" in str(each) for each in found)
        db.session.remove()


def test_a_visit_is_noted_once_a_day(app, anna):
    seen = select(Membership.last_active_at).where(Membership.user_id == anna.id)
    before = row(app, seen)
    anna.get(f"{HERE}/news")
    assert row(app, seen) == before
    with clock.frozen(now() + timedelta(hours=25)):
        anna.get(f"{HERE}/confirm")
        assert row(app, seen) == now()


@pytest.mark.parametrize(
    "odd", ["\x00", "\ud800", "\u202e" * 50, "я" * 3_000, "%s %(cap)s {0}", "<script>x</script>"]
)
def test_odd_words_get_words_back_and_never_a_500(galina, gleb, anna, odd):
    odd = odd.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    form = dict.fromkeys(
        ("why", "note", "emails", "days", "uses", "reason", "name", "kind", "scope", "subjects",
         "cap", "offer_hours", "text", "role", "order_number", "order_date", "leader", "id", "act",
         "charter_version", "rules_version", "agree_charter", "agree_rules", "on", "months"),
        odd,
    )  # fmt: skip
    for person, path in (
        (gleb, "apply"), (galina, "invitations"), (galina, "admin/applications"),
        (galina, "admin/card"), (galina, "admin/services"), (galina, "admin/rules"),
        (galina, "admin/spin-off"), (galina, f"admin/members/{anna.id}/roles"),
        (galina, f"admin/members/{anna.id}/suspend"), (galina, "admin/members/ask"),
        (anna, "agree"), (gleb, "application/1/accept"),
    ):  # fmt: skip
        answer = person.post(f"{HERE}/{path}", form)
        assert answer.status_code < 500, path
        assert "<script>x" not in answer.get_data(as_text=True)


def test_the_last_administrator_is_refused_with_words(app, galina):
    answer = galina.post(f"{HERE}/leave")
    assert answer.status_code == 422
    assert "единственный администратор" in words(answer)
    revoke = galina.post(f"{HERE}/admin/members/{galina.id}/roles/administrator/revoke")
    assert revoke.status_code == 409


def test_suspending_removing_and_who_may_not(app, galina, anna, irina):
    base = f"{HERE}/admin/members/{anna.id}"
    assert galina.post(f"{base}/suspend", {"reason": ""}).status_code == 422
    galina.post(f"{base}/suspend", {"reason": "До ответа на две жалобы коллег."})
    answer = anna.get(f"{HERE}/news")
    assert answer.status_code == 200, "a suspended member reads"
    assert "приостановлено" in words(anna.get(f"{HERE}/?face=1"))
    galina.post(f"{base}/resume")
    assert anna.get(f"{HERE}/news").status_code == 200
    galina.post(f"{base}/remove", {"reason": "Продавала курсы в личных письмах."})
    assert anna.get(f"{HERE}/news").status_code == 403
    assert galina.get(base).status_code == 404
    assert (
        irina.post(f"{HERE}/admin/members/{galina.id}/remove", {"reason": REASON}).status_code
        == 403
    )


def test_a_service_that_is_off_answers_in_words_and_comes_back(app, galina, anna):
    everything = re.findall(r'name="on" value="(\w+)"',
                            galina.get(f"{HERE}/admin/services").get_data(as_text=True))  # fmt: skip
    assert "forum" in everything
    galina.post(f"{HERE}/admin/services", {"on": [each for each in everything if each != "forum"]})
    answer = anna.get(f"{HERE}/forum")
    assert answer.status_code == 404
    assert "Служба «Форум» здесь отключена" in words(answer)
    assert f'href="{HERE}/forum"' not in anna.get(f"{HERE}/?face=1").get_data(as_text=True)
    galina.post(f"{HERE}/admin/services", {"on": everything})
    assert anna.get(f"{HERE}/forum").status_code == 200


def test_the_card_keeps_what_was_typed_and_its_limits(app, galina):
    page = galina.get(f"{HERE}/admin/card")
    assert 'value="150"' in page.get_data(as_text=True)
    form = {
        "name": "Педагоги района", "kind": "gpmo", "scope": "subject", "subjects": "физика, химия",
        "district": "Приозёрный", "tagline": "Рядом", "about": "Слова", "goals": "Раз\nДва",
        "tasks": "Три", "cap": "140", "offer_hours": "24",
    }  # fmt: skip
    assert galina.post(f"{HERE}/admin/card", form | {"cap": "151"}).status_code == 422
    low = galina.post(f"{HERE}/admin/card", form | {"cap": "3"})
    assert low.status_code == 422
    assert "Предел не может быть меньше" in words(low)
    galina.post(f"{HERE}/admin/card", form)
    page = words(app.test_client().get(f"{HERE}/"))
    for part in ("Педагоги района", "ГПМО · предметное", "физика, химия", "Раз", "Два", "5 из 140"):
        assert part in page, part


def test_silent_members_are_asked_through_the_page(app, galina, anna):
    with app.app_context(), transaction():
        db.session.execute(
            update(Membership)
            .where(Membership.user_id == anna.id)
            .values(last_active_at=now() - timedelta(days=200))
        )
    page = galina.get(f"{HERE}/admin/members?which=silent&months=3")
    assert "Анна Соколова" in words(page)
    answer = galina.post(f"{HERE}/admin/members/ask", {"id": anna.id, "months": "3"})
    assert "1 письмо отправлено" in words(answer)
    assert "Спасибо" in words(anna.post(f"{HERE}/confirm"))
    assert "Анна Соколова" not in words(galina.get(f"{HERE}/admin/members?which=silent&months=3"))


@pytest.mark.parametrize(
    "query",
    ["which=ой", "months=-5", "months=ё", "page=0", "page=999999", "words=%00%25_", "page=-1"],
)
def test_odd_questions_get_plain_answers(galina, query):
    assert galina.get(f"{HERE}/admin/members?{query}").status_code == 200


# the first start (issue: first-run page) ---------------------------------------------------------


def test_the_owner_link_founds_the_first_community_once(database_url, tmp_path):
    app = site(database_url, tmp_path / "data")
    with app.app_context():
        path = "/first-run/" + owner.owner_link(app).rsplit("/", 1)[1]
    browser = app.test_client()
    assert browser.get("/first-run/chuzhoy").status_code == 404
    page = browser.get(path).get_data(as_text=True)
    assert "Общие положения" in page
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    form = {
        "csrf_token": token, "community_name": "Педагоги Синегорья", "kind": "community",
        "charter": "# Положение\n\nО нас.", "last_name": "Орлова", "first_name": "Галина",
        "school": "Методический центр", "email": "galina@example.org",
        "password": "мел и доска 1954", "consent": "y",
    }  # fmt: skip
    assert browser.post(path, data=form | {"password": "123"}).status_code == 422
    assert browser.post(path, data=form | {"consent": ""}).status_code == 422
    assert row(app, select(Community.id)) is None

    answer = browser.post(path, data=form)

    assert answer.status_code == 302
    assert row(app, select(Community.slug)) == "pedagogi-sinegorya"
    assert browser.get(path).status_code == 404  # the link is spent
    assert browser.post(path, data=form).status_code in (403, 404, 409)
    with app.app_context():
        assert owner.owner_link(app) is None
        db.session.remove()
    sign_in = {"csrf_token": token, "email": "galina@example.org", "password": "мел и доска 1954"}
    assert browser.post("/login", data=sign_in).status_code in (302, 303)
    assert browser.get("/c/pedagogi-sinegorya/admin/").status_code == 200
    boards = words(browser.get("/c/pedagogi-sinegorya/forum", follow_redirects=True))
    assert "модератор" in boards  # the rooms prepared theirs


def test_ones_own_pages_keep_the_rail_of_the_community_where_one_was_last(app, anna):
    with app.app_context():
        made = founding.found(SYSTEM, name="Астрономы", slug="astro", administrator_id=anna.id)
        services.documents.agree(anna.actor, made.id, agreed=AGREED)
        db.session.remove()
    for slug in ("astro", SLUG, "astro"):
        anna.get(f"/c/{slug}/forum")
        frame = anna.get("/notices").get_data(as_text=True).split("<main", 1)[0]
        assert f"/c/{slug}/forum" in frame.split('class="rail"')[1]
