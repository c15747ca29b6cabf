"""Results as tables to take away, and the bar of a decision."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from community.ballots import charts
from tests.ballots.conftest import BASE, cells

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(answer):
    """Return sheet -> its rows as texts; fails where a cell is a formula."""
    assert answer.status_code == 200
    found = {}
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
        shared = ET.fromstring(book.read("xl/sharedStrings.xml"))
        words = ["".join(each.itertext()) for each in shared]
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        for number, name in enumerate(names, 1):
            root = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(root.iter(f"{SHEET}f"))
            found[name] = [
                [
                    words[int(cell.findtext(f"{SHEET}v"))]
                    if cell.get("t") == "s"
                    else cell.findtext(f"{SHEET}v")
                    for cell in row.iter(f"{SHEET}c")
                ]
                for row in root.iter(f"{SHEET}row")
            ]
    return found


def test_a_table_is_safe_for_spreadsheets(booth, anna, irina):
    ballot = booth.open(anna, options="=СУММ(A1)\n+7\n@имя\nобычный")
    booth.vote(anna, ballot, "+7")
    text = anna.get(f"{BASE}/{ballot}/votes.csv").get_data(as_text=True)
    assert "'=СУММ(A1)" in text
    assert "'+7;1;1;Анна Соколова" in text
    assert "'@имя" in text
    book = sheets(anna.get(f"{BASE}/{ballot}/votes.xlsx"))
    assert book["Результат"][1:3] == [
        ["=СУММ(A1)", "0", "0", ""],
        ["+7", "1", "1", "Анна Соколова"],
    ]
    for kind in ("csv", "xlsx"):
        assert irina.get(f"{BASE}/{ballot}/votes.{kind}").status_code == 404  # has not voted yet


def test_a_workbook_tells_who_voted_how(booth, anna, irina):
    several = booth.open(anna, kind="several", options="Раз\nДва\nТри", most="2")
    booth.vote(irina, several, "Раз", "Три")
    booth.vote(anna, several, "Два")
    book = sheets(anna.get(f"{BASE}/{several}/votes.xlsx"))
    assert book["Кто как проголосовал"][1:] == [
        ["Ирина Кольцова", "Раз; Три", ""],
        ["Анна Соколова", "Два", ""],
    ]
    time = booth.open(anna, kind="time", options="1 декабря\n2 декабря")
    first, _second = booth.options(time).values()
    booth.vote(anna, time, **{f"option-{first}": "1"})
    assert sheets(anna.get(f"{BASE}/{time}/votes.xlsx"))["Кто как проголосовал"] == [
        ["Имя", "1 декабря", "2 декабря", "Голосовал по доверенности"],
        ["Анна Соколова", "если надо", "не могу", ""],
    ]
    order = booth.open(anna, kind="ranking", options="Музей\nТеатр")
    museum, theatre = booth.options(order).values()
    booth.vote(anna, order, **{f"option-{museum}": "2", f"option-{theatre}": "1"})
    rows = sheets(anna.get(f"{BASE}/{order}/votes.xlsx"))["Кто как проголосовал"]
    assert rows[1] == ["Анна Соколова", "2", "1", ""]


def test_of_a_secret_ballot_the_totals_alone_are_given(booth, town, anna):
    ballot = booth.open(anna, secrecy="secret")
    people = ("galina", "boris", "vera", "anna", "irina")
    for who in people:
        booth.vote(town[who], ballot, "Среда")
    assert anna.get(f"{BASE}/{ballot}/votes.xlsx").status_code == 404  # not before the closing
    booth.close(anna, ballot)
    book = sheets(anna.get(f"{BASE}/{ballot}/votes.xlsx"))
    assert list(book) == ["Результат"]
    assert book["Результат"][2] == ["Среда", "5", "5", ""]


def test_a_decision_is_drawn_as_one_bar_with_its_table(booth, boris, galina, anna, irina):
    ballot = booth.open(
        boris, kind="decision", options="", base="roll", majority="two_thirds", results="at_once"
    )
    for who, said in ((galina, "За"), (anna, "За"), (irina, "Против")):
        booth.vote(who, ballot, said)
    page = booth.page(boris, ballot)
    drawn = re.findall(r'ballot__part--(\w+)" x="([\d.]+)" y="3" width="([\d.]+)"', page)
    assert drawn == [("for", "0.0", "40.0"), ("against", "40.0", "20.0")]  # of the roll of five
    assert cells(page)["За"] == ["2"]
    assert cells(page)["Не голосовали"] == ["2"]
    assert "<span>40 %</span>" in page
    opinion = booth.open(anna, results="at_once")
    assert "ballot__three" not in booth.page(anna, opinion)


@given(st.tuples(*[st.integers(0, 150)] * 3), st.integers(0, 150))
def test_a_bar_is_never_longer_than_its_base(votes, silent):
    whole = sum(votes) + silent
    bar = charts.decision(votes, whole, "half")
    assert sum(part.length for part in bar.parts) <= 100.1
    for part, after in zip(bar.parts, bar.parts[1:], strict=False):
        assert abs(part.start + part.length - after.start) < 0.05
    assert {part.code for part in bar.parts} == {
        code for code, number in zip(charts.CODES, votes, strict=True) if number
    }
