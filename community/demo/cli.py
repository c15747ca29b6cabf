"""`community seed`: a demonstration to look at, or a volume to measure with."""

from collections.abc import Callable

import click

from community.demo import seed as demonstration


@click.command()
@click.option("--demo", is_flag=True, help="Build the demonstration community.")
@click.option("--topics", type=click.IntRange(1, 100_000), help="How many topics to write.")
@click.option("--entries", type=click.IntRange(1, 2_000_000), help="How many entries in all.")
@click.option("--community", "slug", help="The community that is filled; made where there is none.")
def seed(*, demo: bool, topics: int | None, entries: int | None, slug: str | None) -> None:
    """Fill a community for a demonstration or a measurement.

    `--demo` builds the demonstration in an empty installation and prints four log-ins. `--topics N
    --entries M --community SLUG` writes so many texts of about 600 characters.
    """
    if demo == bool(topics or entries):
        raise click.UsageError(
            "Выберите одно: --demo или --topics N --entries M --community АДРЕС."
        )
    if demo:
        _demo()
        return
    if not slug or not topics or not entries:
        raise click.UsageError("К --topics N нужны ещё --entries M и --community АДРЕС.")


def _demo() -> None:
    people = demonstration.demonstration(started=_bar)
    click.echo("Показательное сообщество готово. Войти можно так:")
    for person in people:
        click.echo(f"    {person.role:<16} {person.email:<32} {person.password}")


def _bar(count: int) -> Callable[[int], None]:
    """Begin a progress bar that stays open until the last act."""
    bar = click.progressbar(length=count, label="Показательное сообщество")
    bar.render_progress()

    def told(done: int) -> None:
        bar.update(done)
        if bar.finished:
            bar.render_finish()

    return told
