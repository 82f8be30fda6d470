"""A model that breaks a rule is asked once more, and what the agent sees of that."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.text.masking.kinds import MASKED_KINDS
from tests.assistant.completion.asking import asked, click, click_streamed, deltas_of, done_of, events_of, using
from tests.assistant.harness import error, service
from tests.fakes import FakeProvider, steps
from tests.fakes.drip import Drip


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
        after = await click(client, draft, detail=True)
    assert (done["text"], done["replaced"]) == (lost, False)
    [warning] = done["warnings"]
    assert "https://shop.example/terms?id=8" in warning
    assert after.headers["x-assistant-cache"] == "miss"


async def test_model_is_told_what_it_lost_by_its_code(state: Path, fake: FakeProvider) -> None:
    """Short values too, and those in a quotation: where they are private, no second try shows them."""
    draft = "The refund of €950 for order #123 is on its way. As you said: 'it costs €50 now'."
    fake.script(*[steps.reply("The refund is on its way.")] * 2)
    async with service(state, mask_private=frozenset(MASKED_KINDS), **using(fake)) as client:
        answer = await click(client, draft, detail=True)
    assert answer.json()["data"]["warnings"]
    bodies = [each.body.decode() for each in asked(fake)]
    assert len(bodies) >= 2
    for value in ("950", "#123", "123", "€50"):
        assert not any(value in body for body in bodies), (value, bodies)


async def test_follower_of_a_long_stream_waits_no_longer_than_anybody(state: Path, fake: FakeProvider) -> None:
    """A whole answer is there in time or is not there; a stream that goes on for longer is another agent's."""
    drip = Drip("Your parcel is on its way.")
    async with service(state, request_timeout=1.0, long_timeout=30.0, **using(fake)) as client:
        fake.script(drip)
        streaming = asyncio.create_task(click_streamed(client, "your parcel is on its way"))
        await asyncio.to_thread(drip.begun.wait, 20)
        drip.let(2)
        followed = await click(client, "your parcel is on its way")
        drip.finish()
        streamed = await streaming
    assert error(followed) == (504, "NetworkException", "provider_timeout")
    assert done_of(events_of(streamed.text))["text"] == "Your parcel is on its way."
