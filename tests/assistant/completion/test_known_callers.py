"""Callers who are known need no framework on their way to the model, and get what others get."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.completion.asking import PATH, click, using, wanted
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
