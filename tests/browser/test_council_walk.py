"""A council of the demonstration community, held in real browsers by five people at once.

With PICTURES=folder each step is kept as pictures, and the minutes' file is turned into one too
where LibreOffice is present.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from community.core import clock
from community.core.worker import run_duties
from community.demo import content, seed
from community.demo.people import PASSWORD
from tests import conftest
from tests.browser.live import Desk, House
from tests.browser.test_moderation_walk import fits, reads_well
from tests.demo.test_demonstration import TOPICS

pytestmark = pytest.mark.browser
HOME = f"/c/{content.FIRST}"
CHAIR, SECRETARY = "Орлова", "Ильина"
PEOPLE = {
    "orlova": CHAIR, "ilina": SECRETARY, "lunin": "Лунин", "sokolova": "Соколова", "tihonova": "Тихонова",
}  # fmt: skip
SHARP = "Нина Васильевна, ну вы и дура, считать не умеете."
SOFT = "Нина Васильевна, проверьте, пожалуйста, расчёт: у меня выходит иначе."
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True}


@pytest.fixture
def village(database_url: str, tmp_path: Path, browser: Any) -> Iterator[House]:
    """The demonstration, without most of its topics, at real browsers."""
    app = conftest.site(database_url, tmp_path / "data")
    known = content.load()
    few = {k: each for k, each in known.people.items() if not k.startswith("quiet")}
    topics = {key: each for key, each in known.topics.items() if key in TOPICS}
    with app.app_context():
        part = replace(known, topics=topics, quiet=(), people=few)
        seed.build(part, lambda _count: lambda _done: None)
    opened = House(app, browser)
    yield opened
    opened.close()
    conftest._close(app)


def sit_down(village: House, who: str, **look: Any) -> Desk:
    desk = village.desk(**look)
    desk.go("/login")
    desk.page.fill("[name=email]", f"{who}@example.org")
    desk.page.fill("[name=password]", PASSWORD)
    desk.page.press("[name=password]", "Enter")
    desk.page.wait_for_url(lambda url: "/login" not in url)
    return desk


def call(chair: Desk) -> str:
    """Call a council of five for ten minutes from now, with two items; return its address."""
    chair.go(f"{HOME}/councils/new")
    soon = (clock.now() + timedelta(minutes=10)).astimezone(ZoneInfo("Europe/Moscow"))
    chair.page.fill("[name=title]", "Итоги первой четверти")
    chair.write("Успеваемость, пропуски и домашние задания.")
    chair.page.fill("[name=starts_at]", f"{soon:%Y-%m-%dT%H:%M}")
    chair.page.fill("[name=ends_at]", f"{soon + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    chair.page.fill("[name=place]", "Кабинет 12")
    for field, name in (("chairman_id", CHAIR), ("secretary_id", SECRETARY)):
        options = chair.page.locator(f"select[name={field}] option")
        value = options.filter(has_text=name).first.get_attribute("value")
        chair.page.select_option(f"select[name={field}]", value)
    chair.page.check("[name=access][value=chosen]")
    chair.page.locator("details", has=chair.page.locator("[name=people]")).locator(
        "summary"
    ).click()
    for name in PEOPLE.values():
        chair.page.locator("label", has_text=name).first.click()
    chair.press("Созвать педсовет")
    at = re.match(rf"{HOME}/councils/\d+", chair.path)
    assert at, chair.path
    for title, minutes in (("Успеваемость по классам", 10), ("Домашние задания без экрана", 15)):
        chair.page.get_by_role("link", name=re.compile("Добавить вопрос")).first.click()
        chair.page.wait_for_load_state()
        chair.page.fill("[name=title]", title)
        chair.page.fill("[name=minutes]", str(minutes))
        chair.write("Справка завуча и предложение к решению.")
        chair.press("Внести в повестку")
        chair.go(at.group(0))
    return at.group(0)


def press(desk: Desk, name: str | re.Pattern[str]) -> None:
    """Press a button of the hall or of the desk; the page may stay or be loaded anew."""
    desk.page.locator("#main").get_by_role("button", name=name).first.click()


def say(desk: Desk, words: str) -> None:
    desk.page.locator(".composer__text").fill(words)
    press(desk, "Отправить реплику")


def vote(people: dict[str, Desk], choices: dict[str, str]) -> None:
    for who, choice in choices.items():
        booth = people[who].page.locator(".booth")
        booth.get_by_role("button", name=choice, exact=True).click()
        booth.locator(".booth__taken").wait_for()


def put_to_vote(chair: Desk, at: str, question: str, secrecy: str) -> None:
    chair.go(f"{at}/vote")
    chair.page.fill("[name=title]", question)
    chair.page.check(f"[name=secrecy][value={secrecy}]")
    chair.press("Открыть голосование")
    chair.page.get_by_role("heading", name=question).first.wait_for()


def close_vote(chair: Desk, at: str) -> None:
    chair.page.locator("a, button").filter(has_text="Закрыть и подсчитать").first.click()
    chair.page.wait_for_load_state()
    if chair.path.endswith("/close"):
        chair.press("Закрыть и подсчитать")
    chair.page.wait_for_url(f"**{at}/desk")


def note(secretary: Desk, at: str, item: int, kind: str, words: str) -> None:
    secretary.go(f"{at}/minutes/note?item={item}&kind={kind}")
    secretary.write(words)
    secretary.page.locator("[data-send]").click()
    secretary.page.wait_for_url(lambda url: "/note" not in url)


def test_a_council_is_held_by_several_people_at_once(village: House, tmp_path: Path) -> None:
    looks = {"sokolova": PHONE}
    people = {who: sit_down(village, who, **looks.get(who, {})) for who in PEOPLE}
    chair, secretary, phone = people["orlova"], people["ilina"], people["sokolova"]
    at = call(chair)
    chair.picture("council-01-called")
    reads_well(chair)

    # People arrive; the quorum is there when three of five are.
    for desk in people.values():
        desk.go(f"{at}/hall")
    phone.page.get_by_text("0 из 5, нужно 3").wait_for()
    for who in ("ilina", "lunin", "sokolova"):
        press(people[who], "Я здесь")
    people["tihonova"].page.get_by_text("Кворум есть").wait_for()
    press(people["tihonova"], "Я здесь")
    chair.go(f"{at}/desk")
    press(chair, "Открыть педсовет")
    press(chair, re.compile("Дальше: вопрос 1"))
    phone.page.get_by_text("5 из 5, нужно 3").wait_for()
    phone.page.locator(".composer__text").wait_for()

    # The queue: a remark goes before a speech that was asked for earlier.
    press(people["tihonova"], "Выступление")
    people["tihonova"].page.get_by_text("Вы подняли руку для выступления").wait_for()
    press(people["lunin"], "Реплика")
    chair.page.get_by_text("реплика").first.wait_for()
    chair.picture("council-02-desk-queue")
    reads_well(chair)
    press(chair, re.compile("Слово следующему"))
    people["lunin"].page.locator(".hand__word", has_text="Слово у вас.").wait_for()
    press(people["lunin"], re.compile("Я закончил"))
    chair.page.locator("[data-desk]").get_by_text("Закончить выступление").wait_for(state="hidden")
    press(chair, re.compile("Слово следующему"))
    people["tihonova"].page.locator(".hand__word", has_text="Слово у вас.").wait_for()
    press(people["tihonova"], re.compile("Я закончил"))

    # The talk: a sharp line is asked about in place, its softer one reaches everybody.
    say(phone, SHARP)
    phone.page.locator(".composer [data-notes] .decision").first.wait_for()
    assert phone.page.locator(".composer__text").input_value() == SHARP
    phone.picture("council-03-phone-softened")
    say(phone, SOFT)
    for who in ("lunin", "tihonova", "ilina"):
        people[who].page.get_by_text("у меня выходит иначе").wait_for()
        assert not people[who].reads("считать не умеете")

    # An open vote and a secret one; the result is hidden till the closing.
    wall = village.desk(viewport={"width": 1280, "height": 720})
    wall.context.add_cookies(people["lunin"].context.cookies())
    wall.go(f"{at}/projector")
    put_to_vote(chair, at, "Открыть две группы выравнивания", "open")
    vote(people, {"lunin": "За", "sokolova": "За", "tihonova": "Против", "ilina": "За"})
    phone.picture("council-04-phone-vote")
    reads_well(phone)
    fits(phone)
    wall.page.get_by_role("heading", name="Открыть две группы выравнивания").wait_for()
    wall.picture("council-05-projector-vote")
    reads_well(wall)
    assert not phone.reads("Решение принято")
    close_vote(chair, at)
    phone.page.locator(".vote__verdict", has_text="Решение принято").first.wait_for()

    put_to_vote(chair, at, "Поддержать кандидатуру руководителя группы", "secret")
    vote(people, {"lunin": "За", "sokolova": "За", "tihonova": "Против", "ilina": "Воздержаться"})
    chair.go(f"{at}/hall")
    vote(people, {"orlova": "За"})
    people["lunin"].picture("council-06-hall-secret")
    reads_well(people["lunin"])
    chair.go(f"{at}/desk")
    close_vote(chair, at)
    people["tihonova"].page.locator(".vote__verdict", has_text="Решение принято").nth(1).wait_for()
    wall.picture("council-07-projector-result")

    # The secretary writes; the council is closed; objections have their term; two sign.
    item = int(people["lunin"].page.locator("[data-talk]").get_attribute("data-talk"))
    note(secretary, at, item, "heard", "Представлена справка об успеваемости за первую четверть.")
    note(secretary, at, item, "resolved", "Открыть две группы выравнивания до 20 декабря.")
    secretary.go(f"{at}/desk")
    secretary.picture("council-08-secretary")
    chair.go(f"{at}/desk")
    chair.page.locator("summary", has_text="Закрыть педсовет").click()
    chair.page.locator("#main").get_by_role("button", name="Закрыть педсовет").click()
    phone.page.locator("[data-piece=now]", has_text="Педсовет закрыт").wait_for()

    secretary.go(f"{at}/minutes")
    with secretary.page.expect_navigation():
        secretary.page.get_by_role("button", name="Показать участникам").click()
    secretary.picture("council-09-minutes-shown")
    reads_well(secretary)
    with clock.frozen(clock.now() + timedelta(days=4)), village.app.app_context():
        run_duties()
    for desk in (secretary, chair):
        desk.go(f"{at}/minutes/sign")
        desk.page.fill("[name=password]", PASSWORD)
        desk.picture(f"council-10-sign-{'chair' if desk is chair else 'secretary'}")
        desk.page.locator("#main").get_by_role("button", name=re.compile("Подписать")).click()
        desk.page.wait_for_url(f"**{at}/minutes*")
    phone.go(f"{at}/minutes")
    for words in ("ПРОТОКОЛ № ", "СЛУШАЛИ", "ВЫСТУПИЛИ", "ГОЛОСОВАЛИ", "ПОСТАНОВИЛИ", "две группы выравнивания до 20 декабря"):  # fmt: skip  # noqa: E501
        assert phone.reads(words), words
    phone.picture("council-11-minutes-sealed")
    reads_well(phone)
    fits(phone)
    as_a_file(chair, at, tmp_path)


def as_a_file(chair: Desk, at: str, folder: Path) -> None:
    """Take the minutes as a file for Word, read it, and keep its picture where pictures are wanted."""
    docx = pytest.importorskip("docx")
    answer = chair.context.request.get(f"{at}/minutes.docx")
    assert answer.status == 200, answer.status
    file = folder / "minutes.docx"
    file.write_bytes(answer.body())
    words = "\n".join(each.text for each in docx.Document(str(file)).paragraphs)
    for part in (
        "ПРОТОКОЛ",
        "Итоги первой четверти",
        "СЛУШАЛИ",
        "ГОЛОСОВАЛИ",
        "Открыть две группы",
    ):
        assert part in words, words
    pictures, office = os.environ.get("PICTURES"), shutil.which("soffice")
    if pictures and office:
        made = [office, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file)]
        subprocess.run(made, check=True, capture_output=True, timeout=120)
        target = str(Path(pictures) / "council-12-minutes-docx")
        subprocess.run(
            ["pdftoppm", "-png", "-r", "70", str(folder / "minutes.pdf"), target], check=True
        )
