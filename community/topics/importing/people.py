"""People behind imported words: nobody is anonymous here, and nobody is passed off as a colleague.

Each label of the file becomes a named account of its own. It says of itself that it was brought
from elsewhere, cannot be signed in to, and gets no letters; its seat is taken like everyone's.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from community.accounts.models import User
from community.accounts.services import keeping, registration
from community.accounts.services.registration import Registration
from community.communities.models import Community, Membership
from community.communities.services import applications
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.transactions import use_case
from community.notices import services as notices
from community.topics.importing.outline import Unreadable

POST = "участник перенесённого обсуждения"
_NO_PASSWORD = "!"  # noqa: S105 — no password has this for its hash
_LAST_NAMES = """
    Абросимов Бажин Веденин Галанин Дёмин Ерохин Жилин Забелин Исаков Карамышев Лаптев Мещерин
    Набоков Осинин Панин Рогожин Саврасов Тихомиров Уваров Фирсов Хлебников Царёв Чистов Шубин
    Щукин Юдин Яхонтов Барсуков Вологдин Горшков Добрынин Елагин Журавин Зырянов Ивлев Кедров
    Лугинин Мохов Незнамов Окладин Плетнёв Родионов Суворин Травин Угрюмов Филатов Холмогоров
"""
_FIRST_NAMES = """
    Анна Борис Валентина Глеб Дарья Егор Жанна Захар Инна Кирилл Лидия Матвей Нина Олег Полина
    Роман Софья Тимофей Ульяна Фёдор Элина Юрий Яна Артём Вера Денис Ева Илья Кира Лев Майя Павел
    Раиса Степан Тамара Антон
"""
_LAST, _FIRST = _LAST_NAMES.split(), _FIRST_NAMES.split()
_WOMEN, _MEN = frozenset("ая"), frozenset({"Илья"})


@dataclass
class People:
    """The accounts of an import, by the labels of its file."""

    source: str
    community_id: int
    actors: dict[str, Actor] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    """Labels whose accounts this import made (or would make)."""
    _fresh: set[str] = field(default_factory=set)

    def find(self, labels: Iterable[str]) -> None:
        """Look up the accounts that an earlier import of the same source made."""
        wanted = {self._email(label): label for label in labels}
        rows = db.session.execute(
            select(User.id, User.name, User.email).where(User.email.in_(wanted))
        )
        for row in rows:
            self.actors[wanted[row.email]] = Actor(row.id, row.name)

    def require_seats(self, labels: set[str]) -> None:
        """Raise ``Unreadable`` in words where the authors do not fit into the community (S3 §1)."""
        self.find(labels)
        room = db.session.get_one(Community, self.community_id, populate_existing=True)
        free = room.cap - room.members - room.reserved
        new = len(labels) - len(self._inside())
        if new > free:
            raise Unreadable(
                f"Авторов, которых ещё нет в сообществе, — {new}, а свободных мест — {free}"
                f" из {room.cap}: больше {room.cap} человек в сообществе не бывает."
                " Перенесите часть тем (--only 1,2,5-9), остальные — в другое сообщество."
            )

    def settle(self, administrator: Actor, labels: Iterable[str]) -> None:
        """Make the accounts that are missing and seat them; each is a use case of its own."""
        for label in labels:
            if label not in self.actors:
                self.actors[label] = self._register(label)
                self._fresh.add(label)
                self.new.add(label)
        inside = self._inside()
        for label in labels:
            if self.actors[label].id not in inside:
                applications.admit(administrator, self.community_id, self.actors[label].id)

    def forget_new(self, labels: Iterable[str]) -> None:
        """Forget accounts that were made in a transaction that did not stay."""
        for label in labels:
            if label in self._fresh:
                del self.actors[label]
        self._fresh.clear()

    def name(self, label: str) -> tuple[str, str]:
        """Return first and last name of the account of a label; the same label, the same name."""
        digits = "".join(each for each in label if each.isdigit())
        number = int(digits[:9]) if digits else int(self._hash(label)[:8], 16)
        first = _FIRST[number % len(_FIRST)]
        last = _LAST[(number // len(_FIRST) + number) % len(_LAST)]
        return first, f"{last}а" if first[-1] in _WOMEN and first not in _MEN else last

    def _inside(self) -> set[int]:
        ids = [actor.id for actor in self.actors.values()]
        return set(
            db.session.scalars(
                select(Membership.user_id).where(
                    Membership.community_id == self.community_id,
                    Membership.user_id.in_(ids),
                    Membership.state.in_(("active", "suspended")),
                )
            )
        )

    def _register(self, label: str) -> Actor:
        first, last = self.name(label)
        made = Registration(
            email=registration.checked_email(self._email(label)),
            password_hash=_NO_PASSWORD,
            last_name=last,
            first_name=first,
            school=f"Перенесено: {self.source}"[:200],
            post=POST,
            role="partner",
        )
        return Actor(_keep(made), f"{first} {last}")

    def _email(self, label: str) -> str:
        return f"import-{self._hash(label)[:16]}@import.example"

    def _hash(self, label: str) -> str:
        return hashlib.sha256(f"{self.source}\0{label}".encode()).hexdigest()


@use_case
def _keep(made: Registration) -> int:
    """Open the account, silence it and close it for signing in, all or nothing."""
    user_id = registration.create_account(made)
    notices.choose_mail(Actor(user_id, made.first_name), ())
    keeping.suspend(SYSTEM, made.email)
    return user_id
