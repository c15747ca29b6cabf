"""People of the demonstration: accounts, consent, pages about themselves."""

from dataclasses import dataclass, replace

from community.accounts import documents, names
from community.accounts.services import registration
from community.accounts.services.registration import Registration
from community.core.actor import Actor
from community.core.transactions import transaction
from community.demo.content import Content, Part
from community.profiles import services as profiles

PASSWORD = "мел и доска 1954"  # noqa: S105 — it is printed: everybody may come in


@dataclass
class People:
    """The accounts, by the ids of the content."""

    content: Content
    actors: dict[str, Actor]
    pattern: Registration
    """A registration with the common password hashed: a hundred and fifty hashes take too long."""

    @classmethod
    def of(cls, content: Content) -> "People":
        """Return the people of a content, none of them registered yet."""
        pattern = registration.prepared(
            email="pattern@example.org", password=PASSWORD, last_name="Орлова", first_name="Галина"
        )
        return cls(content, {}, pattern)

    def __getitem__(self, who: str) -> Actor:
        return self.actors[who]

    def register(self, who: str) -> None:
        """Open the account of a person, with consent given and the e-mail confirmed."""
        person = self.content.people[who]
        school = self.content.organisations[person["organisation"]]
        made = self._registration(person, school["name"])
        with transaction():
            registration.organisation(
                school["name"],
                short_name=school["short"],
                kind=_KINDS.get(school["kind"], "other"),
                settlement=school["place"],
            )
            user_id = registration.create_account(made, consent_sha=documents.consent().sha256)
        self.actors[who] = Actor(user_id, names.short(made.first_name, made.last_name))

    def introduce(self, who: str) -> None:
        """Let a person say on their page who they are and what they are looked for by."""
        person = self.content.people[who]
        profiles.rewrite(
            self[who],
            about=person.get("about", ""),
            interests_typed=", ".join(person.get("interests", ())),
            expected_revision=0,
        )

    def _registration(self, person: Part, school: str) -> Registration:
        last, first, patronymic = names.checked(*person["name"].split(" ", 2))
        return replace(
            self.pattern,
            email=registration.checked_email(person["email"]),
            last_name=last,
            first_name=first,
            patronymic=patronymic,
            school=school,
            post=person["post"],
            subjects=registration.checked_subjects(person["subjects"]),
            role=person["role"],
        )


_KINDS = {"школа": "school"}
