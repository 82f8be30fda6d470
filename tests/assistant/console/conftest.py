"""One browser and one service for all tests of this folder."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.assistant.console.office import Office, office
from tests.browser import chromium
from tests.servers.redis import RedisServer

# Playwright counts as a running loop in this thread until it ends: tests that are coroutines belong into other folders.


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def shared_office(tmp_path_factory: pytest.TempPathFactory, redis: RedisServer) -> Iterator[Office]:
    """The service and its provider."""
    with office(tmp_path_factory.mktemp("office"), REDIS_URL=redis.url) as all_:
        yield all_
