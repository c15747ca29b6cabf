"""Which engine stands behind the port: Whoosh beside SQLite, the database itself on PostgreSQL."""

from flask import current_app

from community.config import Config
from community.search.port import SearchIndex
from community.search.postgres_engine import PostgresIndex
from community.search.whoosh_engine import WhooshIndex


def index() -> SearchIndex:
    """Return the index of this installation."""
    known: SearchIndex | None = current_app.extensions.get("search")
    if known is None:
        config: Config = current_app.extensions["community"]
        known = WhooshIndex(config.index_dir) if config.is_sqlite else PostgresIndex()
        current_app.extensions["search"] = known
    return known
