"""The databases, for a process that is killed on them."""

from tests.databases import anyio_backend, database_url, engine, migrated, postgres_server

__all__ = ["anyio_backend", "database_url", "engine", "migrated", "postgres_server"]
