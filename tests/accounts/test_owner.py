"""The owner's link: printed again at each start, works once, tells nothing to a reader of the database."""

import pytest

from community.accounts import owner
from community.core.db import db
from community.core.errors import NotFound, Refused


def token_of(link):
    return link.rpartition("/first-run/")[2]


def test_the_link_is_the_same_at_each_start_until_it_is_spent(site):
    config = site.extensions["community"]
    link = owner.owner_link(config)

    assert link is not None
    assert link.startswith(f"{config.public_url}/first-run/")
    assert owner.owner_link(site) == link
    with site.app_context():
        assert owner.check(token_of(link))
        assert not owner.check(token_of(link)[:-1] + "0z")
        assert not owner.check("")
        owner.spend(token_of(link))
        assert not owner.check(token_of(link))
        with pytest.raises(Refused):
            owner.spend(token_of(link))
    assert owner.owner_link(config) is None


def test_a_wrong_token_spends_nothing(site):
    link = owner.owner_link(site)
    with site.app_context():
        with pytest.raises(NotFound):
            owner.spend("0" * 64)
        assert owner.check(token_of(link))


def test_the_token_is_not_in_the_database(site):
    from community.accounts.models import OwnerLink

    link = owner.owner_link(site)
    with site.app_context():
        row = db.session.scalars(db.select(OwnerLink)).one()
        assert token_of(link) not in (row.nonce, str(row.id))


def test_a_community_founded_otherwise_closes_the_door(site):
    with site.app_context():
        owner.close()
        owner.close()
    assert owner.owner_link(site) is None


def test_without_a_database_there_is_no_link_yet(build, tmp_path):
    from dataclasses import replace

    config = build().extensions["community"]
    empty = replace(config, database_url=f"sqlite:///{tmp_path / 'empty.sqlite3'}")

    assert owner.owner_link(empty) is None
