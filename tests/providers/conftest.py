"""What the tests of providers share: settings that point at a fake, and ways to ask it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec
import pytest

from providers.asking.asking import Asking
from providers.base import Completion, CompletionRequest, Delta, Message, Provider
from providers.dialects import DIALECTS, Dialect
from providers.registry import ProviderOptions, ProviderSetting, connect, resolve
from tests.fakes import FakeProvider

Asked: TypeAlias = Provider | Asking
Ask: TypeAlias = Callable[[Asked, CompletionRequest], Awaitable[Completion]]

REQUEST = CompletionRequest(
    messages=(
        Message(role="system", content="Rewrite the draft."),
        Message(role="user", content="no refund today, wait 5 days"),
    ),
    max_output_tokens=300,
)


@pytest.fixture
def options(tmp_path: Path) -> ProviderOptions:
    """Options with a state folder of the test's own."""
    return ProviderOptions(state_dir=tmp_path / "state")


@pytest.fixture(params=list(DIALECTS))
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Each wire dialect."""
    found: Dialect = request.param
    return found


@pytest.fixture
def fake(dialect: Dialect) -> Iterator[FakeProvider]:
    """A scripted provider that speaks the dialect."""
    with FakeProvider(dialect) as running:
        yield running


@pytest.fixture
def setting(fake: FakeProvider, dialect: Dialect) -> ProviderSetting:
    """The setting that leads to the fake."""
    return resolve("custom", base_url=fake.url, model="small", api=dialect)


@pytest.fixture
async def provider(setting: ProviderSetting, options: ProviderOptions) -> AsyncIterator[Provider]:
    """Our adapter, connected to the fake."""
    connected = connect(setting, options)
    yield connected
    await connected.aclose()


@pytest.fixture
async def impatient(setting: ProviderSetting, options: ProviderOptions) -> AsyncIterator[Provider]:
    """Our adapter, soon tired of a silent fake."""
    connected = connect(setting, msgspec.structs.replace(options, read_timeout=0.3))
    yield connected
    await connected.aclose()


@pytest.fixture(params=["whole", "streamed"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Ask for a whole answer, or collect a streamed one and check its pieces."""
    return ask_whole if request.param == "whole" else ask_streamed


async def ask_whole(asked: Asked, request: CompletionRequest) -> Completion:
    """Ask for a whole answer."""
    return await (asked.answer(request) if isinstance(asked, Asking) else asked.complete(request))


async def ask_streamed(asked: Asked, request: CompletionRequest) -> Completion:
    """Ask for a stream; its pieces must add up to its one completion, which comes last."""
    shown: list[str] = []
    completion = await heard(asked, request, shown)
    assert "".join(shown) == completion.text
    return completion


async def heard(asked: Asked, request: CompletionRequest, shown: list[str]) -> Completion:
    """Ask for a stream, and keep what it has shown."""
    if isinstance(asked, Asking):

        async def hear(piece: str) -> None:
            shown.append(piece)

        return await asked.answer(request, hear)
    pieces = [piece async for piece in asked.stream(request)]
    completion = pieces[-1]
    assert isinstance(completion, Completion)
    deltas = [piece for piece in pieces[:-1] if isinstance(piece, Delta)]
    assert len(deltas) == len(pieces) - 1
    shown += [delta.text for delta in deltas]
    return completion
