"""Registration (A03, A04): a real name, consent as an act of its own, and nobody learns who is here."""

from community.core.db import db


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
