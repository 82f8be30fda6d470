"""A provider and a service that asks it, for all tests of a file; before each of them both forget the others.

What uses this service runs in the file's event loop: it is marked with `own_loop` of `tests.assistant.harness`.
"""

import os
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from tests.assistant.completion.asking import using
from tests.assistant.harness import service
from tests.fakes import FakeProvider

collect_ignore = ["test_litellm.py"] if os.environ.get("EXAMPLES_FACTOR", "1") == "1" else []
"""What takes too long for the short form of the suite."""


@pytest.fixture(scope="module")
def running_fake() -> Iterator[FakeProvider]:
    """A provider for all tests of a file; each takes `shared_fake`."""
    with FakeProvider() as fake:
        yield fake


@pytest.fixture
def shared_fake(running_fake: FakeProvider) -> FakeProvider:
    """The same, which has forgotten what the tests before wanted of it."""
    running_fake.forget()
    return running_fake


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_client(
    running_fake: FakeProvider, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A service for all tests of a file that asks that provider; each takes `client`."""
    async with service(tmp_path_factory.mktemp("completion") / "var", **using(running_fake)) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def client(running_client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same, which has forgotten all answers."""
    assert (await running_client.delete("/api/v1/ai/cache")).status_code == 200
    return running_client
