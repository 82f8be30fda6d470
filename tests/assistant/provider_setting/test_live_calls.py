"""Live calls that go on, and what they are bounded by."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.provider_setting.live_calls import LiveCalls
from providers.errors import CredentialsError, ModelLoadingError, TimedOutError, UnavailableError
from providers.registry import ProviderOptions, ProviderSetting, resolve
from tests.fakes import FakeProvider, steps
from tests.fakes.loading import Loading
from tests.waiting import eventually

WAIT, LOAD = 1.0, 3.0


def setting(fake: FakeProvider, model: str = "large") -> ProviderSetting:
    """Return the setting of a model of a fake."""
    return resolve("ollama", base_url=fake.url, model=model)


@pytest_asyncio.fixture
async def calls(tmp_path: Path) -> AsyncIterator[LiveCalls]:
    """Calls that go on for a short time."""
    made = LiveCalls(ProviderOptions(state_dir=tmp_path), load=LOAD)
    yield made
    await made.aclose()


async def test_load_without_end_is_broken_off(calls: LiveCalls) -> None:
    """The provider sees the connection close; who tries it next is told, and the one after that asks again."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        with pytest.raises(ModelLoadingError):
            await calls.check(setting(fake), WAIT)
        await eventually(lambda: load.given_up == 1)
        with pytest.raises(TimedOutError, match=f"within {LOAD:g} seconds"):
            await calls.check(setting(fake), WAIT)
        assert len(fake.requests) == 1
        assert (await calls.check(setting(fake), 30)).model == "large"


async def test_oldest_load_ends_for_one_too_many(tmp_path: Path) -> None:
    """Who waits for it is told so."""
    load, calls = Loading(), LiveCalls(ProviderOptions(state_dir=tmp_path), most=2)
    with FakeProvider() as fake:
        fake.script(*[load] * 3)
        with pytest.raises(ModelLoadingError):
            await calls.check(setting(fake, "a"), WAIT)
        waiting = asyncio.ensure_future(calls.check(setting(fake, "a"), 30))
        for model in ("b", "c"):
            with pytest.raises(ModelLoadingError):
                await calls.check(setting(fake, model), WAIT)
        with pytest.raises(UnavailableError, match="another one that was tried meanwhile"):
            await waiting
        await eventually(lambda: load.given_up == 1)
        load.finish()
        assert [(await calls.check(setting(fake, model), 30)).model for model in ("b", "c")] == ["b", "c"]
        assert len(fake.requests) == 3
    await calls.aclose()


@pytest.mark.parametrize("end", [steps.status(401), steps.reply("ready")])
async def test_end_that_no_one_asks_for_is_forgotten(calls: LiveCalls, end: steps.Step) -> None:
    """It says nothing about the server as it is much later, and holds a key."""
    load = Loading(end)
    with FakeProvider() as fake:
        fake.script(load)
        with pytest.raises(ModelLoadingError):
            await calls.check(setting(fake), WAIT)
        load.finish()
        await asyncio.sleep(LOAD + WAIT)
        assert (await calls.check(setting(fake), 30)).text.startswith("Thank you")
        assert len(fake.requests) == 2


async def test_server_that_says_so_for_too_long_is_asked_no_more(calls: LiveCalls) -> None:
    """The next one who tries it asks anew, and is told what it says then."""
    with FakeProvider() as fake:
        fake.script(*[steps.status(503, message="Loading model", retry_after="2")] * 2)
        with pytest.raises(ModelLoadingError):
            await calls.check(setting(fake), WAIT)
        with pytest.raises(ModelLoadingError):
            await calls.check(setting(fake), 30)
        seen = len(fake.requests)
        await asyncio.sleep(2 * WAIT)
        assert len(fake.requests) == seen == 2
        fake.script(steps.status(401))
        with pytest.raises(CredentialsError):
            await calls.check(setting(fake), 30)


async def test_errors_are_each_callers_own(calls: LiveCalls) -> None:
    """What one of them is told besides, such as where else was looked, is no one else's."""
    load = Loading(steps.status(401))
    with FakeProvider() as fake:
        fake.script(load)
        both = asyncio.gather(*(calls.check(setting(fake), 30) for _ in range(2)), return_exceptions=True)
        await eventually(lambda: len(fake.requests) == 1)
        load.finish()
        one, other = await both
    assert isinstance(one, CredentialsError)
    assert isinstance(other, CredentialsError)
    assert one is not other


async def test_names_make_no_other_setting(calls: LiveCalls) -> None:
    """A fallback with a name is the same server."""
    load = Loading()
    with FakeProvider() as fake:
        fake.script(load)
        named = ProviderSetting(
            provider="ollama", api_key="", model="large", base_url=setting(fake).base_url, api="chat", name="mine"
        )
        for each in (setting(fake), named):
            with pytest.raises(ModelLoadingError):
                await calls.check(each, WAIT)
        assert len(fake.requests) == 1
