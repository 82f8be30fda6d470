"""Streamed answers over real HTTP: what comes when, how it ends, and what leaving costs."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from assistant.api.event_stream import EventStream
from tests.assistant.completion.asking import (
    PATH,
    STREAMED,
    asked,
    click_streamed,
    deltas_of,
    done_of,
    echo,
    events_of,
    next_event,
    serving_with,
    using,
    wanted,
)
from tests.assistant.harness import ADMIN, error, service
from tests.assistant.serving import Served, serving, wait_until
from tests.fakes import FakeProvider, Received, steps
from tests.fakes.drip import Drip

SOON = 5.0  # seconds; the promise is a tenth of one, the machine may be busy, and a deadline would end it after nine
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeProvider]:
    """A provider that changes nothing."""
    with FakeProvider() as fake:
        fake.reply(echo)
        yield fake


@pytest.fixture(scope="module")
def served(fake: FakeProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that asks it."""
    with serving(tmp_path_factory.mktemp("served"), **serving_with(fake)) as served:
        yield served


@pytest.fixture
def draft() -> str:
    """A draft that no one has asked about."""
    return f"No, we can't refund order #{48_000 + next(_NUMBERS)} before Monday. Write to help@shop.example instead."


def stream(client: httpx.Client, draft: str, **more: object) -> httpx.Response:
    """Read a streamed answer to its end."""
    return client.post(PATH, json=wanted(draft, **more), headers=STREAMED)


@contextmanager
def reading(client: httpx.Client, draft: str) -> Iterator[Iterator[str]]:
    """Give the lines of a streamed answer as they come; the connection is closed at the end of the block."""
    with (
        httpx.Client(base_url=client.base_url, headers={**ADMIN, **STREAMED}, timeout=30) as another,
        another.stream("POST", PATH, json=wanted(draft)) as answer,
    ):
        assert answer.status_code == 200
        yield answer.iter_lines()


@contextmanager
def waiting(client: httpx.Client, draft: str) -> Iterator[None]:
    """Ask for a whole answer, and close the connection at the end of the block without having read it."""
    body = msgspec.json.encode(wanted(draft))
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {ADMIN['Authorization']}\r\nContent-Length: {len(body)}"
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as connection:
        connection.sendall(head.encode() + b"\r\n\r\n" + body)
        yield


def dropped_soon(received: Received) -> bool:
    """Tell whether a call is cancelled soon."""
    return received.dropped.wait(SOON)


def test_deltas_and_one_done_that_says_the_same(served: Served, fake: FakeProvider, draft: str) -> None:
    """The words come in pieces, and the end holds the whole answer and what there is to know about it."""
    fake.script(steps.reply(delay=0.02))
    answer = stream(served.client, draft)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["x-assistant-cache"] == "miss"
    assert (answer.headers["x-assistant-provider"], answer.headers["x-assistant-model"]) == ("custom", "test-model")
    events = events_of(answer.text)
    done = done_of(events)
    assert len(events) > 3, "it came in pieces"
    assert deltas_of(events) == done["text"] == draft
    assert done["prompt_version"] == answer.headers["x-assistant-prompt-version"]
    assert "diff" not in done, "no one asked for it"
    assert answer.headers["x-request-id"]
    assert asked(fake)[-1].streamed


def test_done_is_the_object_of_detail(served: Served, draft: str) -> None:
    """A client that streams learns what one learns that asks for details, and whether the text was replaced."""
    done = done_of(events_of(stream(served.client, draft, detail=True).text))
    detail = served.client.post(PATH, json=wanted(draft, detail=True)).json()["data"]
    replaced = done.pop("replaced")
    assert (done.pop("cached"), detail.pop("cached"), replaced) == (False, True, False)
    assert done == detail


def test_words_are_there_before_the_model_has_ended(served: Served, fake: FakeProvider, draft: str) -> None:
    """The first piece reaches the agent while the provider still writes."""
    drip = Drip(draft)
    fake.script(drip)
    drip.let(2)
    with reading(served.client, draft) as lines:
        first = next_event(lines)
        assert first is not None
        assert first.name == "delta"
        assert draft.startswith(first.data["text"])
        drip.finish()
        rest = list(iter(lambda: next_event(lines), None))
    assert first.data["text"] + deltas_of(rest) == done_of(rest)["text"] == draft


def test_whole_answer_is_streamed_from_the_cache(served: Served, fake: FakeProvider, draft: str) -> None:
    """What a click stored serves a stream: one call, the same text, and the headers say so."""
    whole = served.client.post(PATH, json=wanted(draft))
    calls = len(asked(fake))
    streamed = stream(served.client, draft)
    events = events_of(streamed.text)
    assert (whole.headers["x-assistant-cache"], streamed.headers["x-assistant-cache"]) == ("miss", "hit")
    assert deltas_of(events) == done_of(events)["text"] == whole.json()["data"] == draft
    assert done_of(events)["cached"] is True
    assert len(asked(fake)) == calls


def test_streamed_answer_is_whole_from_the_cache(served: Served, fake: FakeProvider, draft: str) -> None:
    """What a stream stored serves a click, and another stream."""
    first = stream(served.client, draft)
    calls = len(asked(fake))
    whole, again = served.client.post(PATH, json=wanted(draft)), stream(served.client, draft)
    caches = [each.headers["x-assistant-cache"] for each in (first, whole, again)]
    assert caches == ["miss", "hit", "hit"]
    assert whole.json()["data"] == done_of(events_of(again.text))["text"] == draft
    assert len(asked(fake)) == calls


def test_trying_again_is_streamed_afresh(served: Served, fake: FakeProvider, draft: str) -> None:
    """`no-cache` asks the model, and its answer takes the place of the stored one."""
    stream(served.client, draft)
    fake.script(steps.reply(draft.replace("No, we", "Sorry, we")))
    again = served.client.post(PATH, json=wanted(draft), headers={**STREAMED, "Cache-Control": "no-cache"})
    after = served.client.post(PATH, json=wanted(draft))
    assert (again.headers["x-assistant-cache"], after.headers["x-assistant-cache"]) == ("bypass", "hit")
    assert done_of(events_of(again.text))["text"] == after.json()["data"]
    assert after.json()["data"].startswith("Sorry, we")


FAILURES = {
    "bad body": (b"{", (400, "InputException", "invalid_request")),
    "empty draft": (b'{"prompt_key": "reply_friendly", "content": " "}', (422, "DataException", "empty_content")),
    "unknown prompt": (b'{"prompt_key": "nope", "content": "x"}', (404, "NotFoundException", "unknown_prompt")),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_what_is_wrong_with_a_request_is_a_plain_error(served: Served, failure: str) -> None:
    """Nothing has left yet, so the status tells."""
    body, expected = FAILURES[failure]
    assert error(served.client.post(PATH, content=body, headers=STREAMED)) == expected


def test_failure_before_the_first_word_is_a_plain_error(served: Served, fake: FakeProvider, draft: str) -> None:
    """A provider that refuses at once costs a status, not a stream that breaks off."""
    fake.script(steps.status(401))
    answer = stream(served.client, draft)
    assert error(answer) == (502, "NetworkException", "provider_key")
    assert answer.headers["content-type"].startswith("application/json")
    assert stream(served.client, draft).headers["x-assistant-cache"] == "miss", "no failure is stored"


@pytest.mark.parametrize("step", [steps.cut(), steps.truncate(), steps.error_event("server_error")])
def test_failure_after_the_first_word_is_one_error_event(
    served: Served, fake: FakeProvider, draft: str, step: steps.Step
) -> None:
    """The words stay a preview: the stream ends with the envelope, the model is asked once, nothing is kept."""
    calls = len(asked(fake))
    fake.script(step)
    answer = stream(served.client, draft)
    *before, last = events_of(answer.text)
    assert answer.status_code == 200
    assert before
    assert {each.name for each in before} == {"delta"}
    assert draft.startswith(deltas_of(before))
    assert last.name == "error"
    assert last.data["status"] == "error"
    assert (last.data["error_type"], last.data["data"]["code"]) == ("NetworkException", "provider_unavailable")
    assert len(asked(fake)) == calls + 1, "no retry once words have left"
    assert served.client.post(PATH, json=wanted(draft)).headers["x-assistant-cache"] == "miss"


def test_leaving_a_stream_cancels_the_call(served: Served, fake: FakeProvider, draft: str) -> None:
    """A tab that is closed costs no more tokens."""
    drip = Drip(draft)
    fake.script(drip)
    drip.let(3)
    with reading(served.client, draft) as lines:
        assert next_event(lines)
        call = asked(fake)[-1]
        assert not call.dropped.is_set()
    assert dropped_soon(call)


def test_leaving_before_the_first_word_cancels_the_call(served: Served, fake: FakeProvider, draft: str) -> None:
    """The same while the agent still waits."""
    drip = Drip()
    fake.script(drip)
    body = msgspec.json.encode(wanted(draft))
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Length: {len(body)}\r\n"
    url = served.client.base_url
    with socket.create_connection((url.host, url.port or 0)) as connection:
        connection.sendall(f"{head}Authorization: {ADMIN['Authorization']}\r\n\r\n".encode() + body)
        assert drip.begun.wait(30)
        call = asked(fake)[-1]
    assert dropped_soon(call)


def test_leaving_a_whole_answer_cancels_the_call(served: Served, fake: FakeProvider, draft: str) -> None:
    """A client that gave up waits for nothing, and neither do we."""
    drip = Drip()
    fake.script(drip)
    with waiting(served.client, draft):
        assert drip.begun.wait(30)
        call = asked(fake)[-1]
        assert not call.dropped.wait(0.2)
    assert dropped_soon(call)


def test_leaving_costs_others_nothing(served: Served, fake: FakeProvider, draft: str) -> None:
    """Who shares the answer still gets all of it when the one who asked first has left."""
    drip = Drip(draft)
    fake.script(drip)
    drip.let(3)
    calls = len(asked(fake))
    with ExitStack() as asking, waiting(served.client, draft):
        first = next_event(asking.enter_context(reading(served.client, draft)))
        with reading(served.client, draft) as lines:
            assert next_event(lines) == first, "the words that were there came at once"
            asking.close()
            assert not asked(fake)[-1].dropped.wait(0.3)
            drip.finish()
            rest = list(iter(lambda: next_event(lines), None))
    assert first is not None
    assert first.data["text"] + deltas_of(rest) == done_of(rest)["text"] == draft
    assert len(asked(fake)) == calls + 1


def test_last_one_to_leave_cancels_the_call(served: Served, fake: FakeProvider, draft: str) -> None:
    """The call goes on for as long as anybody waits for it, streamed or not, and no longer."""
    drip = Drip(draft)
    fake.script(drip)
    drip.let(3)
    with reading(served.client, draft) as lines:
        assert next_event(lines)
        with waiting(served.client, draft), reading(served.client, draft) as others:
            assert next_event(others)
        call = asked(fake)[-1]
        assert not call.dropped.wait(0.3)
    assert dropped_soon(call)


async def test_silence_is_broken_by_comments(state: Path, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands between us and the agent hears from us while the model thinks, and the answer is the same."""
    defaults: dict[str, Any] = EventStream.__init__.__kwdefaults__ or {}
    monkeypatch.setitem(defaults, "ping_every", 0.05)
    fake.script(steps.reply("It is on its way.", delay=0.2))
    async with service(state, **using(fake)) as client:
        events = events_of((await click_streamed(client, "it is on its way")).text)
    assert [each.data for each in events if each.name == "comment"][:2] == ["ping", "ping"]
    assert done_of(events)["text"] == "It is on its way." == deltas_of(events)


def test_log_tells_what_happened_and_never_the_text(served: Served, draft: str) -> None:
    """The log line of a stream has its prompt and outcome, and nothing of what was said."""
    request = stream(served.client, draft).headers["x-request-id"]
    wait_until(lambda: request in served.log.read_text())
    [line] = [line for line in served.log.read_text().splitlines() if request in line and '"request"' in line]
    found = msgspec.json.decode(line)
    assert (found["prompt"], found["cache"], found["status"]) == ("reply_friendly", "miss", 200)
    assert "Monday" not in served.log.read_text()
