"""A rule as people change it, at real browsers: tried on a text, proposed, accepted, on trial.

With PICTURES=test-results every step is kept as pictures.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.live import House
from tests.browser.people import HOME
from tests.browser.test_moderation_walk import fits, reads_well
from tests.rulebook.conftest import app, mode_of, rule, rules_file
from tests.world import Town

__all__ = ["app", "rules_file"]
pytestmark = pytest.mark.browser
BOOK = f"{HOME}/rulebook"


def test_a_rule_is_tried_proposed_accepted_and_on_trial(
    house: House, town: Town, rules_file: Path
) -> None:
    boris, galina, anna = (house.desk().sign_in(who) for who in ("boris", "galina", "anna"))
    boris.go(f"{BOOK}/try")
    boris.page.fill("[name=body]", "Ерунда какая, коллеги.")
    boris.press("Проверить")
    assert boris.page.locator("#answer .struck").inner_text().lower() == "ерунда"
    boris.picture("walk-17-try")
    reads_well(boris)
    fits(boris)

    boris.go(f"{BOOK}/ПРБ-1/propose")
    boris.page.fill("[name=block]", rule(then="[block]"))
    boris.page.fill("[name=why]", "Слово пустое, пусть не проходит.")
    boris.picture("walk-18-propose")
    reads_well(boris)
    fits(boris)
    boris.press("Предложить")
    town.drain()
    path = boris.path
    assert "/proposals/" in path
    assert not boris.reads("Принять и записать")

    galina.go(path)
    assert galina.page.locator("ins").first.is_visible()
    galina.picture("walk-19-proposal")
    reads_well(galina)
    fits(galina)
    galina.press("Принять и записать в файл")
    assert "then: [block]" in rules_file.read_text("utf-8")
    assert mode_of(house.app) == "shadow"
    galina.go(f"{BOOK}/ПРБ-1")
    assert galina.page.locator(".chip--new").first.is_visible()
    galina.picture("walk-20-on-trial")
    reads_well(galina)
    fits(galina)

    anna.go(BOOK)
    assert anna.reads("Пустое слово")
    assert anna.page.locator("a[href$='/propose']").count() == 0, "members read, moderators propose"
    anna.picture("walk-21-for-members")
    reads_well(anna)
    fits(anna)
