"""What the client's tests share: an authority, and both event loops that the service runs on."""

import asyncio
from collections.abc import Callable

import pytest
import uvloop

from http1.trust import Trust
from tests.authorities import Authority


def pytest_asyncio_loop_factories(
    config: pytest.Config,  # noqa: ARG001 - the hook's signature
    item: pytest.Item,  # noqa: ARG001 - likewise
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run each test on asyncio's own loop and on uvloop."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody knows unless told."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trust(authority: Authority) -> Trust:
    """Trust in it, besides the system's authorities."""
    return Trust(more=authority.file)
