"""`community import`: threads and lessons from elsewhere, through the same doors as people's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import select

from community.accounts import queries as accounts
from community.communities.models import Community
from community.communities.standing import standing
from community.core.actor import Actor
from community.core.db import db
from community.core.outbox import drain
from community.topics.importing import lessons as lesson_files
from community.topics.importing import putting
from community.topics.importing import threads as thread_files
from community.topics.importing.outline import Brought, Unreadable
from community.topics.importing.people import People
from community.topics.importing.putting import Import
from community.topics.importing.report import Report

_community = click.option("--community", "slug", required=True, help="The community it goes into.")
_dry_run = click.option("--dry-run", is_flag=True, help="Judge everything and write nothing.")
_report = click.option(
    "--report", "report_file", type=click.Path(path_type=Path, dir_okay=False),
    help="Write the whole report into this file.",
)  # fmt: skip
_credit = click.option("--credit", default="", help="Whose it is and under which licence.")


@click.group("import")
def import_() -> None:
    """Bring in threads or lessons; each text is judged, and a second run doubles nothing."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_community
@_dry_run
@_report
@_credit
@click.option("--as-board", "board", default="Перенесённые обсуждения", show_default=True,
              help="The board for the topics; added where there is none.")  # fmt: skip
@click.option("--only", default="", help="Only these lines of the file: 1,2,5-9.")
@click.option("--source", default="", help="The name of the source, where the file was renamed.")
def threads(  # noqa: PLR0917 — options of a command
    file: Path, slug: str, dry_run: bool, report_file: Path | None, credit: str, board: str,  # noqa: FBT001
    only: str, source: str,
) -> None:  # fmt: skip
    """Bring in FILE: a JSON line for each thread, with its opening and comments.

    Authors become named accounts that nobody can sign in to; each takes a seat of the 150.
    """
    with _in_words():
        chosen = thread_files.numbers(only) if only else frozenset()
        brought = thread_files.read(file, credit, chosen)
        community_id = _found(slug)
        people = People(source or file.stem, community_id)
        labels = {label for topic in brought for label in topic.authors}
        people.require_seats(labels)
        names = {label: " ".join(people.name(label)) for label in labels}
        _bring(
            thread_files.named(brought, names),
            _begun(people.source, slug, board, people, dry_run),
            people,
            report_file,
        )


@import_.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_community
@click.option("--author", required=True, help="E-mail of the member who brings the lessons.")
@_dry_run
@_report
@_credit
@click.option("--as-board", "board", default="Уроки", show_default=True,
              help="The board for the topics; added where there is none.")  # fmt: skip
@click.option("--source", default="", help="The name of the source, where the folder was renamed.")
def lessons(  # noqa: PLR0917 — options of a command
    folder: Path, slug: str, author: str, dry_run: bool, report_file: Path | None, credit: str,  # noqa: FBT001
    board: str, source: str,
) -> None:  # fmt: skip
    """Bring in the lessons of FOLDER: a topic for each, an entry for each step, pictures as files."""
    with _in_words():
        if not credit.strip():
            raise Unreadable(
                "Скажите, чьи это уроки и под какой лицензией: --credit «…». В тексте можно"
                " писать {id} и {title}."
            )
        community_id = _found(slug)
        who = _author(author, community_id)
        people = People(source or folder.resolve().name, community_id, {author: who})
        brought = lesson_files.read(folder, author, credit)
        begun = _begun(people.source, slug, board, people, dry_run)
        _bring(brought, begun, people, report_file)


def _begun(source: str, slug: str, board: str, people: People, dry_run: bool) -> Import:  # noqa: FBT001
    """Return the import with its board; in a trial any open board will do for judging."""
    community_id = _found(slug)
    head = putting.administrator_of(community_id)
    board_id = (
        putting.any_board(community_id)
        if dry_run
        else putting.board(head, community_id, board, f"Перенесено: {source}")
    )
    report = Report(is_trial=dry_run)
    return Import(
        source[:80],
        community_id,
        board_id,
        people.actors,
        report,
        settle=lambda labels: people.settle(head, sorted(labels)),
        forget=people.forget_new,
    )


def _bring(brought: list[Brought], begun: Import, people: People, report_file: Path | None) -> None:
    count = sum(len(topic.texts) for topic in brought)
    db.session.remove()
    with click.progressbar(length=count, label="Сообщения", show_pos=True) as bar:
        for topic in brought:
            begun.bring(topic)
            db.session.remove()
            bar.update(len(topic.texts))
    begun.report.people = len(people.new)
    if not begun.report.is_trial:
        drain()
    text = begun.report.text()
    click.echo(text)
    if report_file is not None:
        report_file.write_text(text, "utf-8")
        click.echo(f"Отчёт: {report_file}")


def _found(slug: str) -> int:
    found = db.session.scalar(select(Community.id).where(Community.slug == slug))
    if found is None:
        raise Unreadable(f"Сообщества с адресом «{slug}» нет.")
    return found


def _author(email: str, community_id: int) -> Actor:
    person = accounts.user_by_email(email.strip().lower())
    if person is None or person.state != "active":
        raise Unreadable(f"Действующей учётной записи с почтой {email} нет.")
    actor = Actor(person.id, person.name)
    if not standing(actor, community_id).is_member:
        raise Unreadable(f"{person.name} не состоит в этом сообществе.")
    return actor


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what cannot be taken into a sentence and exit code 1."""
    try:
        yield
    except (Unreadable, OSError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from None
