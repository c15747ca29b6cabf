"""The minutes to take away: a file for Word in the school's form, a page to print, PDF where there is one."""

from io import BytesIO

import pytest
from docx import Document

from community.councils import pdf
from community.councils.services import holding
from tests.councils.signed import closed, sealed_minutes, text
from tests.councils.test_minutes import put_to_vote, write

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def opened_file(answer):
    """The document as the library reads it: its paragraphs."""
    assert (answer.status_code, answer.mimetype) == (200, WORD)
    return Document(BytesIO(answer.data))


def lines(document):
    return [each.text.replace("\u00a0", " ") for each in document.paragraphs if each.text.strip()]


@pytest.fixture
def held(opened):
    """A council with everything that its minutes may hold."""
    vera = str(opened.town["vera"].id)
    write(
        opened, "Успеваемость выросла на **три** процента:\n\n- в пятых классах\n- в шестых классах"
    )
    write(opened, "Нужна помощь *пятым* классам.", "spoke", speaker_id=vera)
    put_to_vote(opened, "open", {"anna": 0, "boris": 0, "irina": 1})
    write(opened, "1) Утвердить план.\n2) Провести консультации.", "resolved")
    opened.do(holding.put_off, opened.items[1])
    return closed(opened)


def test_the_file_has_the_form_of_the_school(held):
    document = opened_file(held.secretary.get(f"{held.path}/minutes.docx"))
    told = lines(document)
    order = [
        "ПРОТОКОЛ № 1", "Тема: Итоги первой четверти", "Председатель: Орлова Г. Ю.",
        "Секретарь: Кольцова И. О.", "ПОВЕСТКА ДНЯ",
        "1. Успеваемость по классам — докладчик: Соколова А. С.", "СЛУШАЛИ",
        "Успеваемость выросла на три процента:", "– в пятых классах", "– в шестых классах", "ВЫСТУПИЛИ",
        "Ильина В. П. — Нужна помощь пятым классам.", "ГОЛОСОВАЛИ",
        "«Утвердить план?»: за — 2, против — 1, воздержались — 0. Решение принято.",
        "за: Лунин Б. А., Соколова А. С.", "ПОСТАНОВИЛИ", "Вопрос отложен.",
    ]  # fmt: skip
    places = [told.index(each) for each in order]
    assert places == sorted(places)
    assert any(line.startswith("3 декабря 2026") and "Кабинет 12" in line for line in told)
    assert "Присутствовали: 4" in " ".join(told)

    page = document.sections[0]
    assert (page.page_width.mm, page.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    assert (page.left_margin.mm, page.top_margin.mm) == pytest.approx((30, 20), abs=0.1)
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert "PAGE" in page.header._element.xml
    bold = [run.text for each in document.paragraphs for run in each.runs if run.bold]
    assert "три" in bold


def test_an_unsigned_file_has_lines_for_a_pen(held):
    told = lines(opened_file(held.secretary.get(f"{held.path}/minutes.docx")))
    assert told[-2:] == ["Председатель\t\tОрлова Г. Ю.", "Секретарь\t\tКольцова И. О."]


def test_a_sealed_file_tells_its_hash(town):
    meeting = sealed_minutes(town)
    document = opened_file(town["anna"].get(f"{meeting.path}/minutes.docx"))
    footer = document.sections[0].footer.paragraphs[0].text
    page = text(town["anna"].get(f"{meeting.path}/minutes"))
    assert footer.split("SHA-256 ")[1][:64] in page
    assert "подписано 6 декабря 2026" in lines(document)[-1].replace("\u202f", " ")


def test_print_shows_the_sheet_alone(held):
    answer = held.secretary.get(f"{held.path}/minutes/print")
    page = answer.get_data(as_text=True)
    assert "ПОСТАНОВИЛИ" in page
    assert "<nav" not in page
    assert "Записать" not in text(answer)
    assert "Председатель Орлова Г. Ю." in text(answer).replace("  ", " ")


@pytest.mark.parametrize("file", ["minutes.docx", "minutes.pdf", "minutes/print"])
def test_a_draft_is_not_taken_away_by_others(held, file):
    assert held.town["anna"].get(f"{held.path}/{file}").status_code == 404
    assert held.town["gleb"].get(f"{held.path}/{file}").status_code in (403, 404)


def test_pdf_is_offered_only_where_it_can_be_made(held, monkeypatch):
    monkeypatch.setattr(pdf, "has_pdf", lambda: False)
    answer = held.secretary.get(f"{held.path}/minutes.pdf")
    assert answer.status_code == 404
    assert "нельзя получить PDF" in text(answer)
    assert "minutes.pdf" not in held.secretary.get(f"{held.path}/minutes").get_data(as_text=True)

    monkeypatch.setattr(pdf, "has_pdf", lambda: True)
    given = []
    monkeypatch.setattr(pdf, "as_pdf", lambda html: given.append(html) or b"%PDF-1.7")
    made = held.secretary.get(f"{held.path}/minutes.pdf")
    assert (made.mimetype, made.data) == ("application/pdf", b"%PDF-1.7")
    assert "ПОСТАНОВИЛИ" in given[0]
    assert "minutes.pdf" in held.secretary.get(f"{held.path}/minutes").get_data(as_text=True)
