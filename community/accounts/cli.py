"""`community user …`: what an operator does with accounts; speaks to them in Russian."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from community.accounts import queries
from community.accounts.keys import config
from community.accounts.models import User
from community.accounts.services import keeping, registration
from community.core.actor import SYSTEM
from community.core.errors import Conflict, Invalid, NotFound
from community.core.verdict import REASONS

STATES = {
    "new": "ждёт подтверждения почты",
    "active": "действует",
    "suspended": "приостановлена",
    "left": "участник ушёл, тексты подписаны",
    "anonymised": "участник ушёл, имя снято",
}


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what goes wrong into a sentence and exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from flask_babel import gettext as _

        try:
            return command(*args, **kwargs)
        except NotFound:
            raise click.ClickException(
                "Учётной записи с такой почтой нет. Посмотрите: user list"
            ) from None
        except Conflict as conflict:
            raise click.ClickException(_(REASONS[conflict.code])) from None
        except Invalid as invalid:
            said = "\n".join(
                f"{field}: {' '.join(words)}" for field, words in invalid.fields.items()
            )
            raise click.ClickException(said) from None

    return run


@click.group()
def user() -> None:
    """Look after accounts: list, create, reset a password, suspend."""


@user.command("list")
@click.argument("words", default="")
@click.option("--limit", default=50, show_default=True, help="How many to show.")
@told
def list_command(words: str, limit: int) -> None:
    """List accounts whose name or e-mail contains WORDS."""
    for each in queries.find_people(words, limit):
        click.echo(f"{each.id:>6}  {each.email or '—':<32} {each.name:<32} {STATES[each.state]}")


@user.command()
@click.argument("email")
@told
def show(email: str) -> None:
    """Show what is known of one account."""
    person = keeping.person(email)
    click.echo(f"Имя:       {person.last_name} {person.first_name} {person.patronymic}".rstrip())
    for former in queries.former_names(person.id):
        click.echo(f"Ранее:     {former}")
    click.echo(f"Почта:     {person.email} ({_confirmed(person)})")
    click.echo(f"Школа:     {queries.school_name(person.id) or '—'}")
    click.echo(f"Должность: {person.post or '—'}; предметы: {person.subject_line or '—'}")
    click.echo(f"Запись:    {STATES[person.state]}, с {person.created_at:%d.%m.%Y}")
    second = "включён" if queries.credentials_of(person.id).has_second_factor else "выключен"
    click.echo(f"Второй шаг входа {second}; оператор: {'да' if person.is_operator else 'нет'}")


def _confirmed(person: User) -> str:
    return "подтверждена" if person.email_confirmed_at else "не подтверждена"


@user.command()
@click.option("--email", prompt="Почта", help="The e-mail to sign in with.")
@click.option("--last-name", prompt="Фамилия", help="The real last name.")
@click.option("--first-name", prompt="Имя", help="The real first name.")
@click.option("--patronymic", default="", help="The patronymic, where there is one.")
@click.option("--school", prompt="Школа", help="School or organisation; a new one joins the list.")
@click.option("--post", default="", help="The post.")
@click.option("--subjects", default="", help="Subjects with commas between them.")
@click.option(
    "--role", default="teacher", type=click.Choice(registration.ROLES), show_default=True,
    help="What the person is at the school.",
)  # fmt: skip
@click.option("--operator", is_flag=True, help="Make the person an operator of the installation.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@told
def create(*, operator: bool, password_stdin: bool, subjects: str, **details: str) -> None:
    """Open a confirmed account; consent is asked for at the first sign-in."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Пароль", hide_input=True, confirmation_prompt="Пароль ещё раз")
    prepared = registration.prepared(password=password, subjects=subjects.split(","), **details)
    user_id = registration.create_account(prepared, is_operator=operator)
    click.echo(f"Учётная запись № {user_id} создана: {prepared.email}")


@user.command("reset-link")
@click.argument("email")
@told
def reset_link(email: str) -> None:
    """Print a link to a new password, to be handed over in person; works for two hours."""
    click.echo(config().public_url + keeping.reset_link(email))


@user.command()
@click.argument("email")
@told
def confirm(email: str) -> None:
    """Confirm an e-mail without a letter."""
    keeping.confirm(email)
    click.echo("Почта подтверждена.")


@user.command()
@click.argument("email")
@told
def suspend(email: str) -> None:
    """Keep a person out until `resume`; every device is signed out, nothing is erased."""
    keeping.suspend(SYSTEM, email)
    click.echo("Учётная запись приостановлена, на всех устройствах выполнен выход.")


@user.command()
@click.argument("email")
@told
def resume(email: str) -> None:
    """Let a suspended person in again."""
    keeping.resume(SYSTEM, email)
    click.echo("Учётная запись снова действует.")


@user.command("promote-operator")
@click.argument("email")
@told
def promote_operator(email: str) -> None:
    """Let a person see notes about the state of the installation."""
    keeping.make_operator(SYSTEM, email)
    click.echo("Теперь это оператор сайта.")
