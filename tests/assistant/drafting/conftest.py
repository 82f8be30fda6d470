"""A helpdesk of Libredesk's shapes, a provider, and a service between them, for all tests of a file."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from tests.assistant.completion.asking import using
from tests.assistant.drafting.pressing import ADA, BEN, EVE, Press
from tests.assistant.harness import service
from tests.fakes import FakeProvider
from tests.fakes.helpdesk import PARCEL, RETURN, Agent, Helpdesk, fake_helpdesk


@pytest.fixture(scope="module")
def running_fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        yield fake


@pytest.fixture
def fake(running_fake: FakeProvider) -> FakeProvider:
    """The same, which has forgotten the tests before."""
    running_fake.forget()
    return running_fake


@pytest.fixture(scope="module")
def running_helpdesk() -> Iterator[Helpdesk]:
    """A helpdesk with an agent, Eve, who may read only what is assigned to her."""
    with fake_helpdesk() as helpdesk:
        ada, ben = helpdesk.agents
        ada.key, ben.key = ADA, BEN
        rights = ["conversations:read", "conversations:read_assigned", "messages:read", "messages:write"]
        helpdesk.agents.append(Agent(id=9, first_name="Eve", email="eve@h.example", permissions=rights, key=EVE))
        yield helpdesk


@pytest.fixture
def helpdesk(running_helpdesk: Helpdesk) -> Helpdesk:
    """The same, with one message in one conversation, and none in the other."""
    for uuid in (PARCEL, RETURN):
        running_helpdesk.conversations[uuid].messages.clear()
        running_helpdesk.conversations[uuid].previous.clear()
    running_helpdesk.conversations[PARCEL].say("<p>My lamp 4471 came broken. What now?</p>")
    running_helpdesk.tags[:] = []
    running_helpdesk.answers.clear()
    return running_helpdesk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_client(
    running_fake: FakeProvider, running_helpdesk: Helpdesk, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A service in front of that helpdesk."""
    state = tmp_path_factory.mktemp("drafting") / "var"
    async with service(state, core_url=running_helpdesk.url, **using(running_fake)) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def client(running_client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of it, which has forgotten all answers."""
    running_client.headers["Authorization"] = f"token {ADA}"
    assert (await running_client.delete("/api/v1/ai/cache")).status_code == 200
    return running_client


@pytest.fixture(params=["key", "session"])
def press(request: pytest.FixtureRequest, client: httpx.AsyncClient, helpdesk: Helpdesk) -> Press:
    """What presses buttons, signed in in each way."""
    return Press(client, helpdesk, session=request.param == "session")
