"""What every test may use: the shipped knowledge, the reader without its sentence model, and a fixed moment."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings

from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.understanding.reader import Reader, load_reader

# The same examples in every run: a test that fails here fails everywhere. `--hypothesis-profile=search` looks further.
settings.register_profile("steady", derandomize=True, deadline=None, max_examples=60)
settings.register_profile(
    "search", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def reader() -> Reader:
    return load_reader(model=False)


@pytest.fixture(scope="session")
def now() -> datetime:
    """A Saturday, two days before the Monday of most openings."""
    return datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Europe/Paris"))
