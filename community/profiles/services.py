"""What a person changes on their own page."""

from sqlalchemy import delete

from community.accounts.events import PersonChanged
from community.accounts.names import fold
from community.communities.standing import standing
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Invalid, Refused
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import deny
from community.files import services as files
from community.profiles import interests, queries
from community.profiles.models import Interest, Profile
from community.publishing import gate
from community.publishing import services as publishing
from community.publishing.facts import Circumstances, Words
from community.publishing.placing import OWN_PAGE
from community.publishing.services import NO_RULES

PASSING = ("allow", "tag")


@use_case
def rewrite(
    actor: Actor,
    *,
    about: str,
    interests_typed: str,
    expected_revision: int,
    seen: frozenset[str] = NO_RULES,
) -> None:
    """Change what the person says of themselves and what they are looked for by, both or neither.

    Raises what the gate raises: ``AskFirst``, ``Blocked``, ``Invalid``, ``Conflict``.
    """
    home = _home(actor)
    _set_interests(actor, interests_typed, home)
    _set_about(actor, Words(body=about), home, expected_revision, seen)


@use_case
def forget(user_id: int) -> None:
    """Clear the page of a person who asked to be forgotten: photo, interests, words about themselves."""
    files.forget_face(user_id)
    db.session.execute(delete(Interest).where(Interest.user_id == user_id))
    profile = db.session.get(Profile, user_id)
    if profile is not None:
        _withdraw(Actor(user_id=user_id, name=""), profile)


def _home(actor: Actor) -> int:
    home = queries.home(actor.id)
    if home is None:
        raise Refused(deny("profile.members_only"))
    return home


def _set_interests(actor: Actor, typed: str, home: int) -> None:
    """Interests are labels outside the gate, so the gate is asked of them and anything found refuses."""
    kept = interests.parse(typed)
    if kept == queries.interests(actor.id):
        return
    if kept:
        who = standing(actor, home)
        at = Circumstances(event="post", community_id=home)
        decision = gate.check(actor, who, Words(body=interests.joined(kept)), at)
        if decision.act not in PASSING:
            raise Invalid({"interests": [mark.message for mark in decision.marks]})
    db.session.execute(delete(Interest).where(Interest.user_id == actor.id))
    db.session.add_all(
        Interest(user_id=actor.id, words=each, folded=fold(each), position=position)
        for position, each in enumerate(kept)
    )
    db.session.flush()
    emit(PersonChanged(user_id=actor.id))  # interests are found by the search


def _set_about(
    actor: Actor, words: Words, home: int, expected_revision: int, seen: frozenset[str]
) -> None:
    profile = db.session.get(Profile, actor.id)
    former, _revision = queries.about_for_change(actor)
    if words.body.strip() == former:
        return
    if not words.body.strip():
        if profile is not None:
            _withdraw(actor, profile)
    elif profile is not None and profile.entry_id is not None and former:
        publishing.revise(
            actor, profile.entry_id, words, expected_revision=expected_revision, seen=seen
        )
    else:
        _say_anew(actor, words, home, profile, seen)


def _say_anew(
    actor: Actor, words: Words, home: int, profile: Profile | None, seen: frozenset[str]
) -> None:
    """The first words, or new ones after the former were taken back or removed."""
    made = publishing.open_thread(
        actor,
        words,
        community_id=home,
        kind="profile",
        audience="network",
        posting="author",
        space=OWN_PAGE,
        event="post",
        seen=seen,
    )
    if profile is None:
        profile = Profile(user_id=actor.id, thread_id=made.thread_id)
        db.session.add(profile)
    profile.thread_id, profile.entry_id = made.thread_id, made.entry_id
    db.session.flush()


def _withdraw(actor: Actor, profile: Profile) -> None:
    if profile.entry_id is None:
        return
    entry, _thread = publishing.entry_for_change(profile.entry_id)
    if entry.state in ("published", "held"):
        publishing.withdraw(actor, profile.entry_id)
    profile.entry_id = None
