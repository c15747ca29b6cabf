"""Topics that were joined: nothing is lost in them, nothing is shown by them."""

from tests.topics.conftest import Forum
from tests.world import SLUG, Person


def join(by: Person, topic: int, into: int) -> int:
    fields = {"act": "merge", "merge-into": str(into), "merge-reason": "Об одном и том же."}
    return by.post(f"/c/{SLUG}/topics/{topic}/arrange", fields).status_code


def test_texts_do_not_vanish_in_a_topic_that_was_joined(
    forum: Forum, anna: Person, boris: Person
) -> None:
    first, second, third = (forum.open(anna, title=name) for name in ("Один", "Два", "Три"))
    assert join(boris, first, second) == 200

    assert join(boris, third, first) in (404, 422)
    assert join(boris, second, first) in (404, 422), "two topics never lead to each other"

    assert forum.thread(second).state == "open"
    assert forum.thread(third).state == "open"
    assert "Как вернуть интерес" in forum.page(anna, first), "the old address leads on"


def test_a_joined_topic_tells_a_stranger_nothing(
    forum: Forum, anna: Person, boris: Person, gleb: Person
) -> None:
    first, second = forum.open(anna, title="Тайная тема"), forum.open(anna, title="Другая")
    assert join(boris, first, second) == 200

    for path in ("conclude", "?page=1", ""):
        answer = gleb.get(
            f"/c/{SLUG}/topics/{first}/{path}"
            if path == "conclude"
            else f"/c/{SLUG}/topics/{first}{path}"
        )
        assert answer.status_code == 404
        assert "Тайная тема" not in answer.get_data(as_text=True)
    sent = gleb.post(f"/c/{SLUG}/topics/{first}/reply", {"body": "Кто здесь?"})
    assert "Тайная тема" not in sent.get_data(as_text=True)


def test_a_joined_topic_is_not_opened_again(forum: Forum, anna: Person, boris: Person) -> None:
    first, second = forum.open(anna), forum.open(anna)
    assert join(boris, first, second) == 200

    fields = {"act": "lock", "lock-reason": "Открываю снова."}
    boris.post(f"/c/{SLUG}/topics/{first}/arrange", fields)

    assert forum.thread(first).state == "merged"


def test_a_text_whose_author_was_asked_once_can_be_split_off(
    forum: Forum, anna: Person, vera: Person, boris: Person
) -> None:
    """The moderator is not asked again about words that the author has insisted on."""
    topic = forum.open(anna)
    asked = "Опять эта хрень с отчётами, уроки готовить некогда."
    path = f"/c/{SLUG}/topics/{topic}/reply"
    page = vera.post(path, {"body": asked}).get_data(as_text=True)
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    assert seen
    entry = forum.reply(vera, topic, asked, seen=seen)
    fields = {"act": "split", "split-title": "Об уроке", "split-reason": "Это другая тема."}

    answer = boris.post(f"/c/{SLUG}/topics/{topic}/arrange", fields | {"entries": str(entry)})

    assert answer.status_code == 200
    assert forum.entry(entry).title == "Об уроке"
