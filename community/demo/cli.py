"""`community seed`: a demonstration to look at, or a volume to measure with."""

from collections.abc import Callable
from functools import partial

import click

from community.core.db import db
from community.demo import ground, volume
from community.demo import seed as demonstration
from community.demo.seed import LogIn
from community.demo.sentences import Writer
from community.demo.volume import Ground, Volume
from community.search import upkeep


@click.command()
@click.option("--demo", is_flag=True, help="Build the demonstration community.")
@click.option("--topics", type=click.IntRange(1, 100_000), help="How many topics to write.")
@click.option("--entries", type=click.IntRange(1, 2_000_000), help="How many entries in all.")
@click.option(
    "--long-topic",
    "longest",
    type=click.IntRange(1, 100_000),
    default=None,
    help="How many of the entries one topic takes.",
)
@click.option("--community", "slug", help="The community that is filled; made where there is none.")
@click.option("--chance", default=1, show_default=True, help="Another number makes other texts.")
def seed(
    *, demo: bool, topics: int | None, entries: int | None, longest: int | None,
    slug: str | None, chance: int,
) -> None:  # fmt: skip
    """Fill a community for a demonstration or a measurement.

    `--demo` builds the demonstration in an empty installation and prints four log-ins. `--topics N
    --entries M --community SLUG` writes so many texts of about 600 characters; `--long-topic L`
    puts L of them into one topic.
    """
    if demo == bool(topics or entries or longest):
        raise click.UsageError(
            "Выберите одно: --demo или --topics N --entries M --community АДРЕС."
        )
    if demo:
        _demo()
        return
    if not slug or not topics or not entries:
        raise click.UsageError("К --topics N нужны ещё --entries M и --community АДРЕС.")
    if entries - (longest or 1) < topics - 1:
        raise click.UsageError(
            "В каждой теме есть первое сообщение: --entries без --long-topic не меньше --topics."
        )
    _volume(slug, topics, entries, chance, longest or 0)


def _demo() -> None:
    people = demonstration.demonstration(started=partial(_bar, "Показательное сообщество"))
    _tell("Показательное сообщество готово.", people)


def _volume(slug: str, topics: int, entries: int, chance: int, longest: int) -> None:
    people = [] if ground.found(slug) else ground.make(slug)
    here = Ground.of(ground.found(slug) or 0)
    pieces = volume.plan(here, topics, entries, chance, longest=longest)
    made = Volume(here, Writer(chance))
    db.session.remove()
    made.write(pieces, _bar("Темы и сообщения", len(pieces)))
    upkeep.rebuild(here.community_id, _bar("Указатель поиска", len(pieces)))
    click.echo(f"Написано тем: {topics}, сообщений: {len(pieces)}.")
    if made.unfit:
        click.echo(f"Правила не пропустили и заменены другими: {made.unfit}.")
    if people:
        _tell(f"Сообщество «{slug}» создано.", people)


def _tell(said: str, people: list[LogIn]) -> None:
    click.echo(f"{said} Войти можно так:")
    for person in people:
        click.echo(f"    {person.role:<16} {person.email:<32} {person.password}")


def _bar(label: str, count: int) -> Callable[[int], None]:
    """Begin a progress bar that stays open until the last act."""
    bar = click.progressbar(length=count, label=label)
    bar.render_progress()

    def told(done: int) -> None:
        bar.update(done)
        if bar.finished:
            bar.render_finish()

    return told
