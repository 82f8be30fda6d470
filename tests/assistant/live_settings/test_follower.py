"""Following what is saved: by looking now and then, at once when told, and past every failure."""

import asyncio

import pytest

from assistant.errors import DatabaseUnavailableError
from assistant.live_settings.follower import Follower


class Saved:
    """Something that is reloaded; `trouble` is what the next reloads raise."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.looks = 0

    async def reload(self) -> None:
        """Look at it."""
        self.looks += 1
        if self.trouble is not None:
            raise self.trouble

    async def looked(self, times: int) -> None:
        """Wait until it was looked at that often."""
        async with asyncio.timeout(10):
            while self.looks < times:  # noqa: ASYNC110 - a look tells nobody
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("trouble", [DatabaseUnavailableError("away"), ValueError("damaged")])
async def test_failed_looks_are_followed_by_others(trouble: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """It looks by itself, whatever went wrong before; only what no one expects is logged."""
    saved = Saved()
    async with Follower("prices", saved.reload, every=0.01).running():
        await saved.looked(2)
        saved.trouble = trouble
        await saved.looked(5)
        saved.trouble = None
        await saved.looked(8)
    assert ("could not be read" in caplog.text) == isinstance(trouble, ValueError)


async def test_it_looks_at_once_when_told() -> None:
    """Nothing waits for the next look where someone knows of a change."""
    saved = Saved()
    follower = Follower("prices", saved.reload, every=3600)
    async with follower.running():
        assert saved.looks == 1
        follower.look()
        await saved.looked(2)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_start_fails_where_nothing_was_read() -> None:
    """The first look must work: there is nothing good to go on with."""
    saved = Saved()
    saved.trouble = DatabaseUnavailableError("away")
    with pytest.raises(DatabaseUnavailableError):
        async with Follower("prices", saved.reload, every=3600).running():
            pass
