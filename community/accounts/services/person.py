"""What a person tells about themselves, and how they like the pages."""

from collections.abc import Sequence

from community.accounts import names, queries
from community.accounts.events import PersonChanged, PersonRenamed
from community.accounts.models import ROLES, UserName
from community.accounts.services import registration
from community.audit import services as audit
from community.core import clock, outbox
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Invalid
from community.core.transactions import use_case

LANGUAGES = ("", "ru", "en")
"""What one may choose to read in; «» is the language of the installation."""


@use_case
def rename(actor: Actor, user_id: int, *, last_name: str, first_name: str, patronymic: str) -> bool:
    """Change a person's name and keep the old one in sight and in the journal (B05, S3 §4 r4).

    Returns whether anything changed.
    """
    last_name, first_name, patronymic = names.checked(last_name, first_name, patronymic)
    person = queries.user_to_change(user_id)
    old = names.full(person.last_name, person.first_name, person.patronymic)
    new = names.full(last_name, first_name, patronymic)
    if old == new:
        return False
    person.last_name, person.first_name, person.patronymic = last_name, first_name, patronymic
    person.name = names.short(first_name, last_name)
    person.sort_name = names.fold(new)
    db.session.add(UserName(user_id=user_id, old=old, new=new, at=clock.now(), by=actor.user_id))
    sealed = {"old": old, "new": new}
    audit.record(actor, "account.renamed", target=("user", user_id), sealed=sealed)
    outbox.emit(PersonRenamed(user_id=user_id))
    return True


@use_case
def change_details(
    actor: Actor, *, school: str, post: str, subjects: Sequence[str], role: str
) -> None:
    """Change one's school, post, subjects and role; the lists grow where something is new."""
    if role not in ROLES:
        raise Invalid({"role": ["?"]})
    if wrong := registration.judged(school, post, subjects):
        raise Invalid(wrong)
    person = queries.user_to_change(actor.id)
    person.organisation_id = registration.organisation(school)
    person.post = names.tidy(post)[:120]
    person.role = role
    registration.teach(actor.id, registration.checked_subjects(subjects))
    outbox.emit(PersonChanged(user_id=actor.id))


@use_case
def prefer(actor: Actor, *, view: str | None = None, language: str | None = None) -> None:
    """Keep how a person likes the pages: their look, their language."""
    person = queries.user_to_change(actor.id)
    chosen = dict(person.preferences)
    if view is not None:
        chosen["view"] = view[:200]
    if language in LANGUAGES:
        chosen["language"] = language
    person.preferences = chosen
