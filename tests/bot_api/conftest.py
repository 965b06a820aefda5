"""The event loop of these tests."""

from tests.databases import anyio_backend

__all__ = ["anyio_backend"]
