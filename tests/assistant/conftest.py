"""A service for all tests of a file, where each only reads, or changes nothing that another one looks at.

What uses it runs in the file's event loop: it is marked with `own_loop` of `tests.assistant.harness`.
"""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.assistant.harness import service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """A service as it is shipped."""
    async with service(tmp_path_factory.mktemp("shared") / "var") as client:
        yield client
