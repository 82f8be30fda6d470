"""Whatever a draft or an answer consists of, the loop goes on: others are answered meanwhile."""

from pathlib import Path

import pytest

from tests.assistant.completion.asking import click, click_streamed, done_of, echo, events_of, using
from tests.assistant.harness import service
from tests.assistant.text.shapes import MARKUP, TEXTS, Shape, text_of
from tests.fakes import FakeProvider
from tests.ticking import ticking

SIZE = 20 * 1024
SHORT = 400
"""Characters of a draft that is worked on at once, whatever it consists of."""
LOST = "All is well, thank you for your patience."
SHAPES: dict[str, Shape] = {
    name: (TEXTS | MARKUP)[name]
    for name in ("six-digit numbers", "at signs", "hashes", "dashes", "begun tokens", "breaks", "opened blocks")
}
LONGEST = 1.0  # seconds


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
async def test_no_one_else_waits(state: Path, shared_fake: FakeProvider, shape: Shape) -> None:
    """As a draft of which all is lost or kept, as a short one, as a passage's surroundings, and as an answer."""
    long, short = (f"Hello {text_of(shape, size)}" for size in (SIZE, SHORT))
    async with service(state, request_timeout=60.0, **using(shared_fake)) as client, ticking() as stall:
        shared_fake.reply(LOST)
        for draft in (long, short):
            assert (await click(client, draft, detail=True)).status_code == 200
        passage = {"text": "It takes 3 days.", "before": long}
        assert (await click(client, "It takes 3 days.", detail=True, selection=passage)).status_code == 200
        shared_fake.reply(echo)
        assert done_of(events_of((await click_streamed(client, f"{long} once more")).text))
        shared_fake.reply(long)
        assert events_of((await click_streamed(client, "Hello again")).text)
    assert stall.longest < LONGEST
