"""A side of a dispute does not decide: the page says which side, and hands the case over."""

from tests.moderation.acts import grounds, insist, journal, notices, page, say, state, topic
from tests.world import Person, Town

OTHER = "Здесь решает другой человек"


def refused(town: Town, who: Person, entry: int, quote: str) -> str:
    shown = page(who.get(f"/e/{entry}/decide"))
    answer = who.post(f"/e/{entry}/remove", grounds(quote))
    assert answer.status_code == 422
    assert state(town, entry) in ("published", "held")
    return shown


def test_the_one_who_is_answered_hands_the_case_over(
    town: Town, anna: Person, boris: Person, galina: Person
) -> None:
    mine = topic(town, boris)
    with town.app.app_context():
        from community.core.db import db
        from community.topics.models import Topic

        opener = db.session.get_one(Topic, mine).thread_id
    text = say(
        town, anna, mine, "Такие уроки дети терпят из вежливости.", parent_id=_opener(town, opener)
    )

    shown = refused(town, boris, text, "терпят")
    assert "текст обращён к вам" in shown
    assert "Передать другому модератору" in shown

    boris.post(f"/e/{text}/hand-over")

    assert "entry.handed_over" in journal(town)
    assert "Вам передали дело" in notices(town, galina)
    assert galina.post(f"/e/{text}/remove", grounds("терпят")).status_code == 200
    assert state(town, text) == "removed"


def _opener(town: Town, thread_id: int) -> int:
    from community.core.db import db
    from community.publishing.models import Thread

    with town.app.app_context():
        return db.session.get_one(Thread, thread_id).opener_id or 0


def test_who_settles_it_in_letters_does_not_decide(
    town: Town, anna: Person, boris: Person, irina: Person
) -> None:
    place = topic(town, irina)
    text = say(town, anna, place, "Половина таких занятий проходит впустую.")
    assert OTHER not in page(boris.get(f"/e/{text}/decide"))

    boris.post(
        f"/people/{anna.id}/write?about={text}",
        {"body": f"> [Анна Соколова, № 2](/e/{text})\n>\n> впустую\n\nДавайте обсудим это вдвоём."},
    )

    assert "выясняете что-то в письмах" in refused(town, boris, text, "впустую")


def test_an_ordinary_letter_makes_nobody_a_side(
    town: Town, anna: Person, boris: Person, irina: Person
) -> None:
    place = topic(town, irina)
    text = say(town, anna, place, "Половина таких занятий проходит впустую.")
    boris.post(f"/people/{anna.id}/write", {"body": "Анна Сергеевна, журнал уже у вас?"})

    assert boris.post(f"/e/{text}/remove", grounds("впустую")).status_code == 200


def test_who_complained_does_not_decide(
    town: Town, anna: Person, boris: Person, irina: Person
) -> None:
    place = topic(town, irina)
    text = say(town, anna, place, "Половина таких занятий проходит впустую.")
    boris.post(f"/e/{text}/report", {"reason": "insult"})

    assert "вы сами жаловались" in refused(town, boris, text, "впустую")
    assert (
        boris.post(f"/e/{text}/uphold", {"reason": "Жалоба напрасная, оставим."}).status_code == 422
    )


def test_where_everyone_is_a_side_it_is_said(
    town: Town, anna: Person, boris: Person, galina: Person, irina: Person
) -> None:
    place = topic(town, irina)
    text = say(town, anna, place, "Половина таких занятий проходит впустую.")
    for who in (boris, galina):
        say(town, who, place, "Это не так, я был на них сам.", parent_id=text)

    assert "больше некому" in page(boris.get(f"/e/{text}/decide"))
    answer = boris.post(f"/e/{text}/hand-over")
    assert answer.status_code == 403
    assert "больше некому" in page(answer)


def test_a_name_makes_its_bearer_a_side_only_where_a_rule_spoke(
    town: Town, anna: Person, boris: Person, galina: Person, irina: Person
) -> None:
    place = topic(town, irina)
    calm = say(town, anna, place, "Спасибо, @Борис Лунин и @Галина Орлова, всё понятно.")
    assert OTHER not in page(boris.get(f"/e/{calm}/decide"))
    rude = insist(town, anna, place, "Модератор Лунин — дебил, опять всё сломал.")

    assert state(town, rude) == "held"
    assert "сказан о вас" in page(boris.get(f"/e/{rude}/decide"))
    assert OTHER not in page(galina.get(f"/e/{rude}/decide"))
