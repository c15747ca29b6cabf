"""Every detector by its name in the file, with the words people are shown for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from community.rules.detectors import address, contacts, papers, people
from community.rules.model import Span


@dataclass(frozen=True, slots=True)
class Detector:
    """One kind of personal data: what people call it, how it is found."""

    title: str
    find: Callable[[str], Iterable[Span]]


DETECTORS: Mapping[str, Detector] = {
    "phone": Detector("номер телефона", contacts.phones),
    "email": Detector("адрес электронной почты", contacts.emails),
    "social": Detector("личная страница или имя в мессенджере", contacts.handles),
    "address": Detector("домашний адрес", address.addresses),
    "passport": Detector("номер паспорта или другого документа", papers.passports),
    "snils": Detector("СНИЛС", papers.snils),
    "inn": Detector("ИНН", papers.inns),
    "card": Detector("номер банковской карты", papers.cards),
    "plate": Detector("номер автомобиля", papers.plates),
    "birth_date": Detector("дата рождения", people.birth_dates),
    "child_record": Detector("сведения об ученике", people.child_records),
}
