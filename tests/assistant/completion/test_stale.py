"""An answer to a conversation that has gone on meanwhile is given, and not stored."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.auth.actor import Actor
from assistant.completion.answer import Answer, Begun, Piece
from assistant.completion.request import DraftRequest
from assistant.services import Services
from tests.assistant.completion.asking import using
from tests.assistant.harness import settings_for
from tests.fakes import FakeProvider

ACTOR = Actor(id=1, name="Ada")


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider that answers."""
    with FakeProvider() as fake:
        fake.reply("The refund was sent on Monday.")
        yield fake


@pytest_asyncio.fixture
async def services(fake: FakeProvider, tmp_path: Path) -> AsyncIterator[Services]:
    """A service that asks it."""
    services = Services(settings_for(tmp_path / "var", **using(fake)))
    async with services.running():
        yield services


async def _gone_on() -> bool:
    return True


async def _not_gone_on() -> bool:
    return False


def _request(*, gone_on: bool) -> DraftRequest:
    return DraftRequest(
        prompt_key="reply_friendly",
        content="The refund was sent on Monday.",
        look=_gone_on if gone_on else _not_gone_on,
        arrived=asyncio.get_running_loop().time(),
    )


async def _asked(services: Services, *, gone_on: bool, streamed: bool) -> Answer:
    async def listen(_part: Begun | Piece) -> None: ...

    request, completions = _request(gone_on=gone_on), services.completions
    return await (completions.stream(request, ACTOR, listen) if streamed else completions.complete(request, ACTOR))


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_stale_answer_is_not_stored(services: Services, fake: FakeProvider, streamed: bool) -> None:  # noqa: FBT001 - a parameter
    """Those who waited with whoever asked are told too; whoever asks next gets a new one, which is stored."""
    first = await asyncio.gather(*(_asked(services, gone_on=True, streamed=streamed) for _ in range(3)))
    assert [answer.cache for answer in first] == ["miss", "coalesced", "coalesced"]
    assert all(answer.stale for answer in first)

    again = [await _asked(services, gone_on=False, streamed=streamed) for _ in range(2)]

    assert [(answer.cache, answer.stale) for answer in again] == [("miss", False), ("hit", False)]
    assert len(fake.requests) == 2
