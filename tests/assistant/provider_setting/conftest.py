"""What the tests of the provider setting share.

What uses the service of a file runs in its event loop: it is marked with `own_loop` of `tests.assistant.harness`.
"""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from tests.assistant.harness import service
from tests.assistant.provider_setting.setting import KEY, put
from tests.fakes import FakeProvider


@pytest.fixture
def first() -> Iterator[FakeProvider]:
    """The active provider; it lets only its key in."""
    with FakeProvider("chat", key=KEY) as fake:
        fake.reply("from the first")
        yield fake


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """A service for all tests of a file that save settings; each takes `client`."""
    async with service(tmp_path_factory.mktemp("provider-setting") / "var") as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def client(running_client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same, back at the built-in model, without a stored key, and with all answers forgotten."""
    assert (await put(running_client, provider="local", api_key="", verify=False)).status_code == 200
    assert (await running_client.delete("/api/v1/ai/cache")).status_code == 200
    return running_client
