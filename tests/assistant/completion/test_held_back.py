"""One sign again and again, in a delta each: what may become something is not held back without end."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.assistant.completion.asking import click_streamed, deltas_of, done_of, events_of, using
from tests.assistant.harness import service
from tests.fakes import FakeProvider
from tests.fakes.exchange import Exchange
from tests.ticking import ticking

pytestmark = pytest.mark.usefixtures("no_collection")

SIGNS = [
    "#",
    "*",
    "_",
    "<",
    "[",
    "`",
    "ZQX",
    "&",
    " ",
    "\n",
    ">",
    "<b",
    "ZQX1",
    "&#",
    "<p>",
    "https://x/ZQX1MAIL,",
]
FEW = 500
STALL = 1.0  # seconds that nobody else may have to wait


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        yield fake


async def streamed(client: httpx.AsyncClient, fake: FakeProvider, answer: str, draft: str) -> tuple[float, str, str]:
    """Have an answer streamed sign by sign; returns the loop's CPU in seconds, the deltas together, and the text."""

    async def step(exchange: Exchange) -> None:
        await exchange.start_stream()
        events = exchange.dialect.events(list(answer), exchange.model, "stop")
        for start in range(0, len(events), 50):
            await exchange.send_chunk(b"".join(events[start : start + 50]))
        await exchange.send_chunk(b"")

    fake.script(step)
    fake.reply(answer)  # to a second try
    started = time.thread_time()
    async with ticking() as stall:
        got = await click_streamed(client, draft)
    busy = time.thread_time() - started
    assert stall.longest < STALL, draft
    events = events_of(got.text)
    return busy, deltas_of(events), str(done_of(events)["text"])


@pytest.mark.parametrize("form", ["{}", "<p>{}</p>"])
async def test_one_sign_again_and_again_stalls_nobody(state: Path, fake: FakeProvider, form: str) -> None:
    """At the beginning and further on, in text and in HTML: twice as many take about twice the time."""
    async with service(state, **using(fake)) as client:
        draft = form.format("Write to ana@shop.example.")
        _, deltas, text = await streamed(client, fake, form.format("Write to ZQX1MAIL."), draft)
        assert deltas == text == draft
        for sign in SIGNS:
            took = []
            for times in (1, 2):
                signs = sign * (FEW * times // len(sign))
                answer = f"{signs} {form.format('Write to ZQX1MAIL.')} {signs} Thanks"
                busy, deltas, text = await streamed(client, fake, answer, f"{draft} {sign} {times}")
                assert "ZQX1" not in deltas + text, sign
                assert len(deltas) < 5 * len(answer) + 100, f"each {sign} is shown as itself"
                took.append(busy)
            assert took[1] < 2.5 * took[0] + 0.5, sign
