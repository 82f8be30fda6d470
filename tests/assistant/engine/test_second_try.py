"""A model that breaks a rule is asked once more, and what the agent sees of that."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.engine.asking import asked, click, click_streamed, deltas_of, done_of, events_of, using
from tests.assistant.harness import service
from tests.fakes import FakeProvider, steps


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        yield fake


async def test_second_try_replaces_what_was_streamed(state: Path, fake: FakeProvider) -> None:
    """A model that loses a link is asked again; the deltas of that are not sent, and `done` says that it counts."""
    draft = "You can read about it at https://shop.example/terms?id=7 whenever you like."
    lost = "You can read about it on our page whenever you like."
    fake.script(steps.reply(lost))
    async with service(state, **using(fake)) as client:
        fake.script(steps.reply("Do read about it at ZQX1LINK whenever you like."))
        events = events_of((await click_streamed(client, draft)).text)
        after = await click(client, draft)
    done = done_of(events)
    assert deltas_of(events) == lost
    assert (done["text"], done["replaced"], done["warnings"]) == (
        "Do read about it at https://shop.example/terms?id=7 whenever you like.",
        True,
        [],
    )
    assert (after.json()["data"], after.headers["x-assistant-cache"]) == (done["text"], "hit")


async def test_loss_that_stays_is_warned_about_and_not_kept(state: Path, fake: FakeProvider) -> None:
    """A model that loses the link twice: the agent gets the first answer, and is told what it lacks."""
    draft = "You can read about it at https://shop.example/terms?id=8 whenever you like."
    lost = "You can read about it on our page whenever you like."
    fake.script(steps.reply(lost), steps.reply(lost))
    async with service(state, **using(fake)) as client:
        calls = len(asked(fake))
        done = done_of(events_of((await click_streamed(client, draft)).text))
        assert len(asked(fake)) == calls + 2
        after = await click(client, draft)
    assert (done["text"], done["replaced"]) == (lost, False)
    [warning] = done["warnings"]
    assert "https://shop.example/terms?id=8" in warning
    assert after.headers["x-assistant-cache"] == "miss"
