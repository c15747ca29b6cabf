"""What follows from changes elsewhere, and what this room gives to «Мои данные»."""

from collections.abc import Iterator

from community.accounts.events import PersonLeft
from community.accounts.my_data import DataFile, as_json, provider
from community.core.outbox import consumes
from community.profiles import queries, services


@consumes(PersonLeft)
def forget_person(event: PersonLeft) -> None:
    """Clear the page of a person who left without leaving their name; a second run finds it clear."""
    if event.anonymised:
        services.forget(event.user_id)


@provider("profile")
def own_page(user_id: int) -> Iterator[DataFile]:
    """Give the person's interests; the words about themselves are among their texts."""
    said = queries.interests(user_id)
    if said:
        yield DataFile("interests.json", as_json(said), "Ваши интересы")
