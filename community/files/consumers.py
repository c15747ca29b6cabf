"""What files give to «Мои данные»."""

from collections.abc import Iterator

from sqlalchemy import select

from community.accounts.my_data import DataFile, as_json, provider
from community.core.db import db
from community.files import storage
from community.files.models import StoredFile


@provider("files")
def own_files(user_id: int) -> Iterator[DataFile]:
    """Give the person's uploads as they are kept, and a list of them; one that is lost is only listed."""
    rows = db.session.scalars(
        select(StoredFile).where(StoredFile.owner_id == user_id).order_by(StoredFile.id)
    ).all()
    described = [
        {
            "id": row.id,
            "name": row.name,
            "mime": row.mime,
            "octets": row.octets,
            "at": row.created_at,
        }
        for row in rows
    ]
    if rows:
        yield DataFile("files.json", as_json(described), "Список ваших файлов")
    for row in rows:
        try:
            with storage.current().open(row.sha256) as content:
                yield DataFile(f"{row.id}-{row.name}", content.read(), row.name)
        except storage.StorageFailed:
            continue
