"""`community councils …`: believe sealed minutes only after having checked them."""

import click

from community.councils.queries import objections as reading


@click.group()
def councils() -> None:
    """Check the sealed minutes of councils."""


@councils.command("verify")
def verify_command() -> None:
    """Reckon the hash of all sealed minutes anew; exit 1 when one is not what the journal keeps."""
    rows = reading.sealed()
    broken = [row for row in rows if not reading.is_whole(row)]
    for row in broken:
        click.echo(
            f"Протокол № {row.number} (педсовет {row.council_id}) не совпадает с записью журнала "
            f"№ {row.sealed_number}."
        )
    if broken:
        raise SystemExit(1)
    click.echo(f"Проверено подписанных протоколов: {len(rows)}. Все совпадают с журналом.")
