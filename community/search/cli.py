"""`community reindex`: build the search index anew, with a bar that shows how far it is."""

import click
from sqlalchemy import select

from community.communities.models import Community
from community.core.db import db
from community.search import documents, upkeep
from community.search.port import IndexBusy


@click.command()
@click.option("--community", "slug", metavar="SLUG", help="Only this community; else all of them.")
def reindex(slug: str | None) -> None:
    """Build the search index anew from the database. The site may run meanwhile.

    The old index answers until the new one stands in its place.
    """
    places = _communities(slug)
    if not places:
        raise click.ClickException(
            f"Сообщества с адресом «{slug}» нет." if slug else "Сообществ ещё нет: искать не в чем."
        )
    busy = [name for community_id, name in places if not _rebuilt(community_id, name)]
    if busy:
        names = ", ".join(f"«{name}»" for name in busy)
        raise click.ClickException(
            f"Указатель уже строит другая программа: {names}. Повторите чуть позже."
        )


def _communities(slug: str | None) -> list[tuple[int, str]]:
    rows = select(Community.id, Community.slug).order_by(Community.id)
    if slug is not None:
        rows = rows.where(Community.slug == slug)
    return [(row.id, row.slug) for row in db.session.execute(rows)]


def _rebuilt(community_id: int, name: str) -> bool:
    expected = documents.count(community_id)
    try:
        with click.progressbar(length=expected, label=name, show_pos=True) as bar:
            count = upkeep.rebuild(community_id, bar.update)
    except IndexBusy:
        return False
    click.echo(f"{name}: в указателе {count}")
    return True
