"""The databases, for every test of the bot that asks for one."""

from tests.databases import anyio_backend, database, database_url, empty_url, engine, migrated, postgres_server

__all__ = ["anyio_backend", "database", "database_url", "empty_url", "engine", "migrated", "postgres_server"]
