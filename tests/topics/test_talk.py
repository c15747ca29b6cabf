"""Members open topics, answer, quote, mention, thank, edit, take back."""

from community.core.db import db
from community.publishing import drafts
from community.publishing.facts import Words
from tests.topics.conftest import Forum
from tests.world import SLUG, Person


def test_a_topic_is_opened_answered_and_read(forum: Forum, anna: Person, vera: Person) -> None:
    topic = forum.open(anna)
    forum.reply(vera, topic, "Помогла кухня: **рецепт** на двоих пересчитываем на пятерых.")

    page = forum.page(anna, topic)

    assert "Разбор ситуации" in page
    assert "<strong>рецепт</strong>" in page
    assert "new-line" in page
    assert "эксперт" in page
    assert "1 ответ" in page
    assert "new-line" not in forum.page(anna, topic), "what was read once is not new again"


def test_an_answer_hangs_under_its_question(forum: Forum, anna: Person, vera: Person) -> None:
    topic = forum.open(anna)
    first = forum.reply(vera, topic, "Первый ответ.")
    forum.reply(vera, topic, "Второй ответ.")
    under = forum.reply(anna, topic, "Ответ на первый.", parent_id=first)

    page = forum.page(vera, topic)

    assert page.index("Ответ на первый.") < page.index("Второй ответ.")
    assert "entry--depth-1" in page
    assert forum.entry(under).parent_id == first


def test_a_quotation_links_back_and_its_author_is_told(
    forum: Forum, anna: Person, vera: Person
) -> None:
    topic = forum.open(anna)
    first = forum.reply(vera, topic, "У меня на этом месте помогла кухня.")
    landed = anna.get(f"/e/{first}/quote")
    assert "помогла кухня" in landed.get_data(as_text=True), "the quotation stands in the composer"

    forum.reply(anna, topic, f"> [Вера Ильина, № 2](/e/{first})\n>\n> помогла кухня\n\nРасскажите!")
    forum.town.drain()

    assert "цитирует вас" in vera.get("/notices").get_data(as_text=True)


def test_a_mention_links_to_the_person_and_tells_them_once(
    forum: Forum, anna: Person, vera: Person, gleb: Person
) -> None:
    topic = forum.open(anna)
    forum.reply(anna, topic, "@Вера Ильина, поможете? И @Глеб Крюков, и @Никто Никакой.")
    forum.town.drain()
    forum.town.drain()

    page = forum.page(anna, topic)
    assert f'href="/people/{vera.id}"' in page
    assert f'href="/people/{gleb.id}"' not in page, "an outsider is not named"
    notices = vera.get("/notices").get_data(as_text=True)
    assert notices.count("упоминает вас") == 1


def test_followers_are_told_and_the_muted_are_not(
    forum: Forum, anna: Person, vera: Person, irina: Person
) -> None:
    topic = forum.open(anna)
    irina.post(f"/c/{SLUG}/topics/{topic}/follow/follow")
    assert forum.thread(topic).follower_count == 2
    anna.post(f"/c/{SLUG}/topics/{topic}/follow/mute")
    assert forum.thread(topic).follower_count == 1
    forum.reply(vera, topic, "Новость для всех.")
    forum.town.drain()

    assert "пишет в теме" in irina.get("/notices").get_data(as_text=True)
    assert "пишет в теме" not in anna.get("/notices").get_data(as_text=True)
    assert "Дроби" not in anna.get(f"/c/{SLUG}/news").get_data(as_text=True)
    assert "Дроби" in irina.get(f"/c/{SLUG}/news").get_data(as_text=True)


def test_news_ends_with_everything_read(forum: Forum, anna: Person, vera: Person) -> None:
    forum.open(anna, "Первая тема")
    forum.open(anna, "Вторая тема")
    page = vera.get(f"/c/{SLUG}/news").get_data(as_text=True)
    assert "Первая тема" in page
    assert "Вторая тема" in page

    vera.post(f"/c/{SLUG}/news/read")

    assert "Вы всё прочитали" in vera.get(f"/c/{SLUG}/news").get_data(as_text=True)


def test_a_topic_opens_at_the_first_unread_page(forum: Forum, anna: Person, vera: Person) -> None:
    topic = forum.open(anna)
    vera.get(f"/c/{SLUG}/topics/{topic}")
    for number in range(24):
        forum.reply(anna, topic, f"Ответ {number}.")
    assert vera.client.get(f"/c/{SLUG}/topics/{topic}").headers["Location"].endswith("page=1#new")
    forum.page(vera, topic, 1)
    assert vera.client.get(f"/c/{SLUG}/topics/{topic}").headers["Location"].endswith("page=2#new")
    second = forum.page(vera, topic, 2)
    assert "Ответ 23." in second
    assert "Ответ 3." not in second
    assert vera.get(f"/c/{SLUG}/topics/{topic}?page=3").status_code == 404


def test_thanks_are_given_and_taken_back_never_to_oneself(
    forum: Forum, anna: Person, vera: Person
) -> None:
    topic = forum.open(anna)
    entry = forum.reply(vera, topic, "Ответ.")
    anna.post(f"/e/{entry}/thanks")
    vera.post(f"/e/{entry}/thanks")
    assert forum.entry(entry).thanks == 1
    anna.post(f"/e/{entry}/thanks")
    assert forum.entry(entry).thanks == 0


def test_an_edit_keeps_the_old_text_and_refuses_to_overwrite(
    forum: Forum, anna: Person, vera: Person
) -> None:
    topic = forum.open(anna)
    entry = forum.reply(anna, topic, "Сначала было так.")
    saved = anna.post(f"/e/{entry}/edit", {"body": "Стало иначе.", "revision": 1})
    assert saved.status_code == 200
    late = anna.post(f"/e/{entry}/edit", {"body": "Совсем иначе.", "revision": 1})

    assert late.status_code == 409
    assert "Совсем иначе." in late.get_data(as_text=True), "the words typed are not lost"
    assert forum.entry(entry).body == "Стало иначе."
    history = vera.get(f"/e/{entry}/history").get_data(as_text=True)
    assert "<del>" in history
    assert vera.post(f"/e/{entry}/edit", {"body": "Чужое.", "revision": 2}).status_code == 404


def test_a_text_taken_back_leaves_a_stub_and_its_answers(
    forum: Forum, anna: Person, vera: Person
) -> None:
    topic = forum.open(anna)
    entry = forum.reply(anna, topic, "Погорячилась.")
    forum.reply(vera, topic, "Бывает.", parent_id=entry)
    anna.post(f"/e/{entry}/withdraw")

    page = forum.page(vera, topic)

    assert "Погорячилась." not in page
    assert "Бывает." in page
    assert 'class="stub"' in page


def test_what_is_typed_is_kept_when_the_form_is_refused(forum: Forum, anna: Person) -> None:
    topic = forum.open(anna)
    refused = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": "д" * 20_001})
    assert refused.status_code == 422
    assert "д" * 20_001 in refused.get_data(as_text=True)
    assert "д" * 100 in anna.get("/drafts").get_data(as_text=True)


def test_drafts_are_kept_their_versions_too_and_only_for_their_author(
    forum: Forum, anna: Person, vera: Person
) -> None:
    topic = forum.open(anna)
    place = f"topic:{topic}"
    anna.post(f"/drafts/{place}", {"body": "Начало мысли"})
    page = forum.page(anna, topic)
    assert "Начало мысли" in page
    assert "Начало мысли" not in forum.page(vera, topic)
    forum.reply(anna, topic, "Мысль до конца.")
    assert "Начало мысли" not in forum.page(anna, topic), "a sent text leaves no draft"


def test_help_is_called_from_those_whose_subject_fits(
    forum: Forum, anna: Person, irina: Person, vera: Person
) -> None:
    forum.open(anna, "Помогите с дробями", help_wanted="y", subject="математика")
    forum.town.drain()
    assert "просит помощи" in irina.get("/notices").get_data(as_text=True)
    assert "просит помощи" not in vera.get("/notices").get_data(as_text=True)
    assert "Коллеги ждут помощи" in vera.get(f"/c/{SLUG}/news").get_data(as_text=True)


def test_help_asked_for_again_is_told_to_nobody_twice(
    forum: Forum, anna: Person, irina: Person, vera: Person
) -> None:
    topic = forum.open(anna, "Помогите с дробями", help_wanted="y", subject="математика")
    forum.town.drain()
    for _toggle in range(4):  # it has come, it is wanted again
        anna.post(f"/c/{SLUG}/topics/{topic}/help")
        forum.town.drain()
    assert irina.get("/notices").get_data(as_text=True).count("просит помощи") == 1
    assert "Коллеги ждут помощи" in irina.get(f"/c/{SLUG}/news").get_data(as_text=True)
    assert "Коллеги ждут помощи" not in anna.get(f"/c/{SLUG}/news").get_data(as_text=True)


def test_drafts_of_a_hundred_places_are_kept(forum: Forum, anna: Person) -> None:
    kept = drafts.KEPT_PLACES
    with forum.town.app.app_context():
        for number in range(kept + 3):
            drafts.save(anna.actor, f"topic:{number + 500}", Words(body=f"Мысль {number}."))
        drafts.save(anna.actor, "topic:503", Words(body="Мысль 3, с продолжением."))
        places = [each.place for each in drafts.of(anna.actor)]
        db.session.remove()
    assert len(places) == kept
    assert {"topic:500", "topic:501", "topic:502"}.isdisjoint(places)
    said = anna.get("/drafts").get_data(as_text=True)
    assert "Мысль 3, с продолжением." in said
    assert f"черновики {kept} последних мест" in " ".join(said.split())
