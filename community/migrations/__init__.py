"""Schema history by Alembic; imports no model classes."""
