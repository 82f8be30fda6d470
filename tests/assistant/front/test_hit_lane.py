"""The hit lane is no other service: with and without it everyone gets the same, and the same is written down."""

import itertools
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.assistant.completion.asking import deltas_of, done_of, echo, events_of
from tests.assistant.completion.clicks import clicks
from tests.assistant.front.sides import ACTS, side
from tests.fakes import FakeProvider

NUMBER = 2_000
EVERY = 40  # requests after which something changes
_VARYING = {"x-request-id", "date"}
_STEP = 0.05  # seconds between two requests: both services count a minute's requests at the same moments


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider that changes nothing."""
    with FakeProvider() as fake:
        fake.reply(echo)
        yield fake


class Clock:
    """The time of this process, which stands still but for what a test sets it forward."""

    def __init__(self) -> None:
        self._now = time.time()

    def __call__(self) -> float:
        """Tell the seconds since 1970."""
        return self._now

    def forward(self, seconds: float) -> None:
        """Let so much time pass."""
        self._now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Both services tell the same time."""
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


async def test_2000_requests_get_the_same_with_the_lane_and_without(
    state: Path, fake: FakeProvider, capsys: pytest.CaptureFixture[str], clock: Clock
) -> None:
    """Status, headers, body, log line, usage and figures are equal for requests of every kind, whatever changes."""
    seen: Counter[tuple[int, str]] = Counter()
    acts = itertools.cycle(ACTS)
    numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
    async with side(state / "on", fake, lane=True) as with_it, side(state / "off", fake, lane=False) as without:
        for number, each in enumerate(clicks(seed=5, number=NUMBER)):
            clock.forward(_STEP)
            if number % EVERY == EVERY - 1:
                change = next(acts)
                await change(with_it)
                await change(without)
            one, other = await with_it.send(each), await without.send(each)
            assert shown(one, each.headers) == shown(other, each.headers), (number, each)
            numbers[0][one.headers["x-request-id"]] = numbers[1][other.headers["x-request-id"]] = number
            seen[one.status_code, one.headers.get("x-assistant-cache", "")] += 1
        assert await with_it.usage() == await without.usage()
        assert await with_it.figures() == await without.figures()
    assert {(200, cache) for cache in ("hit", "miss", "bypass")} <= set(seen)
    assert {400, 401, 403, 404, 405, 413, 422, 429} <= {status for status, _ in seen}
    assert seen[200, "hit"] > NUMBER / 8, seen
    logged(capsys.readouterr().out, numbers)


def logged(out: str, numbers: tuple[dict[str, int], dict[str, int]]) -> None:
    """See that both services wrote the same lines of the same requests, in the order in which they ended."""
    found: tuple[list[Any], list[Any]] = ([], [])
    for line in map(json.loads, out.splitlines()):
        places = [place for place in (0, 1) if line.get("request_id") in numbers[place]]
        if line["event"] == "request" and places:
            place = min(places, key=lambda place: len(found[place]))  # of an id that a proxy gave to both
            said = {name: value for name, value in line.items() if name not in {"timestamp", "milliseconds"}}
            found[place].append((numbers[place][said.pop("request_id")], list(said.items())))
    assert len(found[0]) == NUMBER
    assert found[0] == found[1]


def shown(answer: httpx.Response, sent: list[tuple[str, str]]) -> tuple[int, list[tuple[str, str]], str]:
    """Return what a client sees, without what differs from one request to the next: times, and how a stream is cut."""
    varying = _VARYING - ({"x-request-id"} if any(name == "X-Request-Id" for name, _ in sent) else set())
    headers = sorted((name, value) for name, value in answer.headers.multi_items() if name not in varying)
    headers = [(name, ", ".join(sorted(value.split(", "))) if name == "allow" else value) for name, value in headers]
    text = answer.text
    if answer.status_code == 429:
        headers = [(name, "…" if name == "retry-after" else value) for name, value in headers]
        text = re.sub(r"in \d+ seconds", "in a while", text)
    if answer.headers.get("x-assistant-cache") in {"miss", "bypass"}:
        headers = [(name, "…" if name == "server-timing" else value) for name, value in headers]
    if answer.headers.get("content-type", "").startswith("text/event-stream"):
        events = events_of(text)
        text = f"{deltas_of(events)} {done_of(events)}"
    return answer.status_code, headers, text
