"""The lines of a card are read under every word of a person, so the rules look at them too."""

from __future__ import annotations

import pytest

from community.accounts.models import Organisation, Subject, User
from community.accounts.services import person, registration
from community.core.db import db
from community.core.errors import Invalid
from tests.world import PASSWORD, SLUG

NUMBER = "8 904 111-22-37"
CARD = {"school": "Школа № 3", "post": "учитель", "subjects": ["математика"], "role": "teacher"}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("school", f"Школа № 3, звоните {NUMBER}"),
        ("post", f"учитель, звоните {NUMBER}"),
        ("subjects", ["математика", f"звоните {NUMBER}"]),
    ],
)
def test_a_stopped_line_of_a_card_is_told_of_and_stored_nowhere(app, anna, field, typed):
    with app.app_context():
        with pytest.raises(Invalid) as told:
            registration.prepared(
                email="novaya@shkola.example", password=PASSWORD, last_name="Новая",
                first_name="Ольга", **{**CARD, field: typed},
            )  # fmt: skip
        assert list(told.value.fields) == [field]
        with pytest.raises(Invalid) as told:
            person.change_details(anna.actor, **{**CARD, field: typed})
        assert list(told.value.fields) == [field]
        db.session.rollback()
        kept = [
            *db.session.scalars(db.select(User.post)), *db.session.scalars(db.select(Subject.name)),
            *db.session.scalars(db.select(Organisation.name)),
        ]  # fmt: skip
        db.session.remove()
    assert [each for each in kept if "904" in each] == []


def test_ordinary_lines_pass(app, anna):
    with app.app_context():
        person.change_details(
            anna.actor, school="МБОУ СОШ № 12 им. В. И. Дикульского, ул. Садовая, 5",
            post="заместитель директора, учитель-дефектолог", role="teacher",
            subjects=["ОРКСЭ", "изобразительное искусство", "химия 8–9"],
        )  # fmt: skip
        db.session.remove()


def test_the_name_of_a_board_is_judged_and_the_form_keeps_it(app, galina):
    said = galina.post(
        f"/c/{SLUG}/boards/new",
        {"name": "Методика чтения", "purpose": f"Пишите или звоните {NUMBER}",
         "audience": "members", "kind": "formal"},
    )  # fmt: skip
    page = said.get_data(as_text=True)
    assert said.status_code == 422
    assert "Методика чтения" in page
    assert NUMBER in page
    assert "Методика чтения" not in galina.get(f"/c/{SLUG}/forum").get_data(as_text=True)
