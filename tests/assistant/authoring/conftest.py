"""A provider, and a service that asks it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.assistant.completion.asking import using
from tests.assistant.harness import service
from tests.fakes import FakeProvider


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        fake.reply("All is well.")
        yield fake


@pytest.fixture
async def client(state: Path, fake: FakeProvider) -> AsyncIterator[httpx.AsyncClient]:
    """A service that asks it."""
    async with service(state, **using(fake)) as client:
        yield client
