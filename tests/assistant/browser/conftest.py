"""One browser, and one service between a scripted Libredesk and a scripted provider, for the tests of this folder."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.assistant.browser.composing import Office, office
from tests.browser import chromium

# Playwright counts as a running loop in this thread until it ends, which has to be before other folders' tests start.


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def shared_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The service and what stands around it."""
    with office(tmp_path_factory.mktemp("office")) as all_:
        yield all_
