"""A provider and a service with a desk that asks it, for all tests of a file.

What uses this service runs in the file's event loop: it is marked with `own_loop` of `tests.assistant.harness`.
"""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.assistant.completion.asking import using
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import service
from tests.fakes import FakeProvider

REPLY = "Hello Carla, a new one is on its way."


@pytest.fixture(scope="module")
def running_provider() -> Iterator[FakeProvider]:
    """A provider for all tests of a file."""
    with FakeProvider() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: FakeProvider) -> FakeProvider:
    """The same, which answers with a reply."""
    running_provider.forget()
    running_provider.reply(REPLY)
    return running_provider


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_helpdesk(
    running_provider: FakeProvider, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DeskClient]:
    """A service with a desk, which asks that provider."""
    async with service(tmp_path_factory.mktemp("conversation") / "var", **using(running_provider)) as client:
        yield DeskClient(client)


@pytest_asyncio.fixture(loop_scope="module")
async def helpdesk(running_helpdesk: DeskClient, provider: FakeProvider) -> DeskClient:  # noqa: ARG001 - it answers
    """The same, which has forgotten all answers."""
    await running_helpdesk.delete("/api/v1/ai/cache")
    return running_helpdesk
