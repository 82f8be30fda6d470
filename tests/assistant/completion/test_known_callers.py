"""Callers who are known need no framework on their way to the model, and get what others get."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.completion.asking import (
    PATH,
    STREAMED,
    click,
    click_streamed,
    deltas_of,
    done_of,
    events_of,
    using,
    wanted,
)
from tests.assistant.harness import service
from tests.fakes import FakeProvider, steps

DRAFT = "it is on its way"
VARYING = {"x-request-id", "date", "server-timing"}


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        yield fake


@pytest.mark.parametrize(
    "step",
    [
        steps.reply("It's on its way!"),
        steps.status(401),
        steps.status(404),
        steps.status(413),
        steps.status(429, retry_after="60"),
        steps.malformed(),
        steps.empty(),
    ],
)
@pytest.mark.parametrize("detail", [False, True])
async def test_whoever_is_known_gets_what_others_get(
    state: Path, fake: FakeProvider, step: steps.Step, *, detail: bool
) -> None:
    """The same status, headers and words, in the caller's language; of answers and of errors."""
    fake.script(*[step] * 20)
    body = wanted(DRAFT, detail=detail)
    headers = {"Accept-Language": "de", "Cache-Control": "no-cache"}
    async with service(state, **using(fake)) as client:
        unknown, known = [await client.post(PATH, json=body, headers=headers) for _ in range(2)]
    assert unknown.status_code == known.status_code
    assert unknown.json() == known.json()
    shown = [{name: value for name, value in each.headers.items() if name not in VARYING} for each in (unknown, known)]
    assert shown[0] == shown[1]
    assert VARYING - {"date"} <= known.headers.keys() or known.status_code != 200


@pytest.mark.parametrize("step", [steps.reply("It's on its way!"), steps.status(401), steps.empty()])
async def test_whoever_is_known_gets_the_same_stream(state: Path, fake: FakeProvider, step: steps.Step) -> None:
    """The same status, headers and words in pieces as others; of an error that comes before them too."""
    fake.script(*[step] * 20)
    headers = {**STREAMED, "Accept-Language": "de", "Cache-Control": "no-cache"}
    async with service(state, **using(fake)) as client:
        unknown, known = [await client.post(PATH, json=wanted(DRAFT), headers=headers) for _ in range(2)]
    assert unknown.status_code == known.status_code
    shown = [{name: value for name, value in each.headers.items() if name not in VARYING} for each in (unknown, known)]
    assert shown[0] == shown[1]
    if known.status_code != 200:
        assert unknown.json() == known.json()
        return
    told = [events_of(each.text) for each in (unknown, known)]
    assert deltas_of(told[0]) == deltas_of(told[1]) == done_of(told[1])["text"]
    assert done_of(told[0]) == done_of(told[1])


async def test_stream_of_one_who_is_known_is_written_down(
    state: Path, fake: FakeProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log says of it what it says of the stream of one who had to be looked up."""
    fake.script(*[steps.reply("It's on its way!")] * 2)
    async with service(state, **using(fake)) as client:
        for number in range(2):
            await click_streamed(client, f"{DRAFT} {'soon ' * number}")
    unknown, known = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"event":"request"' in line]
    varying = {"timestamp", "request_id", "milliseconds"}
    assert unknown.keys() == known.keys()
    assert {name for name in known if known[name] != unknown[name]} <= varying


async def test_both_are_written_down(state: Path, fake: FakeProvider, capsys: pytest.CaptureFixture[str]) -> None:
    """The log says who asked, which prompt, and what it took; or which error was answered."""
    fake.script(*[steps.reply("It's on its way!")] * 2, steps.status(401))
    async with service(state, **using(fake)) as client:
        for number in range(3):
            await click(client, f"{DRAFT} {'soon ' * number}")
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"event":"request"' in line]
    unknown, known, failed = said
    assert unknown.keys() == known.keys()
    assert [each["agent"] for each in said] == [1, 1, 1]
    assert (known["cache"], known["prompt"], known["status"]) == ("miss", "reply_friendly", 200)
    assert (failed["status"], failed["error"]) == (502, "provider_key")
