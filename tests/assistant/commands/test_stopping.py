"""A restart in the middle of requests: each client hears of it in its own way, and it is written down."""

import asyncio
import contextlib
import os
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from assistant.settings import read_settings
from tests.assistant.gateway.wire import Answer, CutError, Wire
from tests.assistant.harness import ADMIN
from tests.assistant.serving import ROOT, Served, serving, wait_until
from tests.fakes import FakeProvider, steps
from tests.fakes.exchange import Exchange
from tests.servers.redis import RedisServer

COMPLETION = "/api/v1/ai/completion"
PROMPT = "/api/v1/ai/prompts/reply_friendly"
DRAFT = {"prompt_key": "reply_friendly", "content": "Your refund was processed."}
AUTHORIZED = list(ADMIN.items())
JSON = [*AUTHORIZED, ("Content-Type", "application/json")]
EVENTS = [*JSON, ("Accept", "text/event-stream")]
HANGING: dict[str, tuple[str, list[tuple[str, str]], Any]] = {
    "whole": (COMPLETION, JSON, DRAFT),
    "with detail": (COMPLETION, JSON, {**DRAFT, "content": "No refund.", "detail": True}),
    "follower": (COMPLETION, JSON, DRAFT),
    "asked afresh": (COMPLETION, [*JSON, ("Cache-Control", "no-cache")], DRAFT),
    "stream that has not begun": (COMPLETION, EVENTS, {**DRAFT, "content": "A third draft."}),
    "trial": (f"{PROMPT}/test", JSON, {"content": "Hello.", "versions": ["published"]}),
    "sample that is saved": (f"{PROMPT}/samples", JSON, {"name": "A refund", "content": "No refund."}),
    "status of the desk": ("/api/v1/statuses", JSON, {"name": "Refunding", "category": "waiting"}),
}
CALLS = len(HANGING) - 3  # of the provider: not those of the desk and the database, nor who follows


@contextmanager
def stopped_later(folder: Path, provider: FakeProvider, **variables: str) -> Iterator[Served]:
    """Run a service that asks a scripted provider; it may be stopped in the block."""
    base = {"PROVIDER": "custom", "BASE_URL": provider.url, "REQUEST_TIMEOUT": "30s", "LONG_TIMEOUT": "60s"}
    with serving(folder, **{**base, **variables}) as served:
        wait_until(lambda: served.client.get("/health/ready").status_code == 200)
        yield served


def asked(served: Served, path: str, headers: list[tuple[str, str]], body: Any) -> Answer:  # noqa: ANN401 - JSON
    """Ask on a connection of its own."""
    with Wire(served.client.base_url) as wire:
        return wire.ask("POST", path, headers, msgspec.json.encode(body))


def uses(folder: Path) -> list[tuple[str, bool]]:
    """Return how the completions in the usage log ended, and whether they were streamed."""
    with closing(sqlite3.connect(folder / "var" / "assistant.db")) as database:
        return [
            (error, bool(streamed))
            for error, streamed in database.execute("SELECT error, streamed FROM assistant_usage")
        ]


def lines(served: Served) -> list[dict[str, Any]]:
    """Return the log's lines on requests."""
    found = [msgspec.json.decode(line) for line in served.log.read_bytes().splitlines() if line.startswith(b"{")]
    return [line for line in found if line["event"] == "request"]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the database's write lock: whoever writes waits."""
    with closing(sqlite3.connect(folder / "var" / "assistant.db", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


class Heard(msgspec.Struct, frozen=True):
    """What the clients of a service heard that was stopped while their requests were under way."""

    served: Served
    folder: Path
    answers: dict[str, Answer]


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    """A service that was told to stop while each kind of request hung at the provider or the database."""
    folder = tmp_path_factory.mktemp("stopped")
    with FakeProvider() as provider, ThreadPoolExecutor(16) as threads:
        provider.script(*[steps.hang()] * 16)
        with stopped_later(folder, provider, STOP_GRACE="1s") as served:
            with locked(folder), Wire(served.client.base_url) as upload:
                asking = {name: threads.submit(asked, served, *each) for name, each in HANGING.items()}
                wait_until(lambda: len(provider.requests) >= CALLS)
                upload.send_request("POST", COMPLETION, [*JSON, ("Content-Length", "1000")])
                upload.send(b"{")
                served.process.send_signal(signal.SIGTERM)
                answers = {name: future.result() for name, future in asking.items()}
                answers["upload that has not ended"] = upload.answer("POST")
            assert served.process.wait(15) == 0, served.log.read_text()
        yield Heard(served, folder, answers)


@pytest.mark.parametrize("name", [*HANGING, "upload that has not ended"])
def test_whole_request_gets_an_envelope_and_is_told_when_to_try_again(heard: Heard, name: str) -> None:
    """Whatever a request of ours waits for, it is answered like any that can't be answered now."""
    answer = heard.answers[name]
    assert (answer.status, answer.whole, answer.code) == (503, True, "restarting")
    assert int(answer.values("retry-after")[0]) > 0
    assert answer.values("content-type") == ["application/json"]
    assert "restarted" in answer.json["message"]


def test_log_and_usage_tell_what_was_broken_off(heard: Heard) -> None:
    """Each request has its line, and each completion its row, which is not one of a client that left."""
    broken = [line for line in lines(heard.served) if line.get("error") == "restarting"]
    assert len(broken) == len(heard.answers)
    assert {line["status"] for line in broken} == {503}
    completions = [name for name, (path, *_) in HANGING.items() if path in {COMPLETION, f"{PROMPT}/test"}]
    assert [error for error, _ in uses(heard.folder)] == ["restarting"] * len(completions)


STREAMS = {
    "completion": (COMPLETION, DRAFT),
    "trial": (f"{PROMPT}/test", {"content": "Hello.", "versions": ["published"]}),
}
ORDERS: dict[str, Callable[[Served], None]] = {
    "SIGTERM": lambda served: served.process.send_signal(signal.SIGTERM),
    "SIGINT from a terminal": lambda served: os.killpg(served.process.pid, signal.SIGINT),
    "SIGTERM to each process": lambda served: os.killpg(served.process.pid, signal.SIGTERM),
}


@pytest.mark.parametrize("order", ORDERS)
def test_streams_end_with_one_event(tmp_path: Path, order: str) -> None:
    """A client that has read a part reads an error last, whole and once, and no cut; two workers end like one."""
    workers = "2" if "terminal" in order else "1"
    with FakeProvider() as provider, ThreadPoolExecutor(4) as threads:
        provider.script(*[steps.hang("body")] * 4)
        with stopped_later(tmp_path, provider, STOP_GRACE="1s", WORKERS=workers) as served:
            begun = [threading.Event() for _ in STREAMS]
            reading = [
                threads.submit(read_stream, served, *each, event)
                for each, event in zip(STREAMS.values(), begun, strict=True)
            ]
            assert all(event.wait(15) for event in begun)
            ORDERS[order](served)
            for future in reading:
                events, whole = future.result()
                assert whole
                assert [name for name, _ in events].count("error") == 1
                name, data = events[-1]
                assert (name, data["data"]["code"]) == ("error", "restarting")
            assert served.process.wait(15) == 0, served.log.read_text()
    assert uses(tmp_path) == [("restarting", True)] * len(STREAMS)


def read_stream(served: Served, path: str, body: Any, begun: threading.Event) -> tuple[list[tuple[str, Any]], bool]:  # noqa: ANN401
    """Read a stream to its end; tell when the first text has come."""
    with Wire(served.client.base_url) as wire:
        wire.send_request("POST", path, EVENTS, msgspec.json.encode(body))
        answer = wire.head()
        for piece in wire.pieces(answer):
            answer.body += piece
            if b"event: delta" in answer.body:
                begun.set()
    blocks = answer.body.decode().removesuffix("\n\n").split("\n\n")
    pairs = (block.removeprefix("event: ").split("\ndata: ") for block in blocks)
    return [(name, msgspec.json.decode(data)) for name, data in pairs], answer.whole


def test_what_ends_within_its_own_time_comes_to_its_end(tmp_path: Path) -> None:
    """A restart waits as long as a request may take; a client that keeps its connection is told to leave it."""
    gate = threading.Event()

    async def slow(exchange: Exchange) -> None:
        await asyncio.to_thread(gate.wait, 15)
        await steps.reply("Done.")(exchange)

    with FakeProvider() as provider, ThreadPoolExecutor(2) as threads:
        provider.script(slow)
        with stopped_later(tmp_path, provider) as served, Wire(served.client.base_url) as kept:
            assert kept.ask("GET", "/health").values("connection") == []
            asking = threads.submit(asked, served, COMPLETION, JSON, DRAFT)
            wait_until(lambda: len(provider.requests) > 0)
            served.process.send_signal(signal.SIGTERM)
            assert [refused(kept)] == [True]
            gate.set()
            answer = asking.result()
            assert (answer.status, answer.json["data"], answer.whole) == (200, "Done.", True)
            assert served.process.wait(15) == 0, served.log.read_text()
    assert uses(tmp_path) == [("", False)]


def refused(kept: Wire) -> bool:
    """Ask on a connection that was kept until the service closes it; every answer until then is a whole one."""
    with contextlib.suppress(CutError):
        while True:
            answer = kept.ask("GET", "/health")
            assert (answer.status, answer.whole) == (200, True)
            if answer.values("connection") == ["close"]:
                break
    return kept.ended()


def is_shut(served: Served) -> bool:
    """Tell whether no one listens any more."""
    with socket.socket() as probe:
        return probe.connect_ex((served.client.base_url.host, served.client.base_url.port or 80)) != 0


def test_second_order_ends_it_at_once(tmp_path: Path) -> None:
    """Who won't wait says so once more, and clients are told all the same."""
    with FakeProvider() as provider, ThreadPoolExecutor(2) as threads:
        provider.script(steps.hang())
        with stopped_later(tmp_path, provider, STOP_GRACE="10m") as served:
            asking = threads.submit(asked, served, COMPLETION, JSON, DRAFT)
            wait_until(lambda: len(provider.requests) > 0)
            served.process.send_signal(signal.SIGINT)
            wait_until(lambda: is_shut(served))
            assert not asking.done()
            served.process.send_signal(signal.SIGINT)
            answer = asking.result()
            assert (answer.status, answer.code) == (503, "restarting")
            assert served.process.wait(15) == 0, served.log.read_text()


def test_other_replicas_ask_for_themselves(tmp_path: Path, redis: RedisServer) -> None:
    """Who follows a question that a stopping replica asked gets an answer all the same."""
    folders = [tmp_path / "first", tmp_path / "second"]
    variables = {"REDIS_URL": redis.url, "STOP_GRACE": "1s"}
    with FakeProvider() as provider, ThreadPoolExecutor(2) as threads, contextlib.ExitStack() as stack:
        provider.script(steps.hang())
        for folder in folders:
            folder.mkdir()
        first, second = (stack.enter_context(stopped_later(each, provider, **variables)) for each in folders)
        leading = threads.submit(asked, first, COMPLETION, JSON, DRAFT)
        wait_until(lambda: len(provider.requests) == 1)
        following = threads.submit(asked, second, COMPLETION, JSON, DRAFT)
        wait_until(lambda: figure(second, "assistant_flights") == 1)
        first.process.send_signal(signal.SIGTERM)
        assert leading.result().code == "restarting"
        assert (following.result().status, len(provider.requests)) == (200, 2)


def figure(served: Served, name: str) -> float:
    """Return a figure without labels."""
    [line] = [line for line in served.client.get("/metrics").text.splitlines() if line.startswith(f"{name} ")]
    return float(line.split()[-1])


def test_client_that_reads_nothing_does_not_hold_it_up(tmp_path: Path) -> None:
    """A stream that is stuck ends with the service, a little after the grace; what was going on is written down."""
    with FakeProvider() as provider:
        provider.script(steps.huge())
        with stopped_later(tmp_path, provider, STOP_GRACE="1s") as served:
            with Wire(served.client.base_url, receive_buffer=4096) as stuck:
                stuck.send_request("POST", COMPLETION, EVENTS, msgspec.json.encode(DRAFT))
                assert stuck.head().status == 200
                served.process.send_signal(signal.SIGTERM)
                assert served.process.wait(15) == 0, served.log.read_text()
            assert [line["path"] for line in lines(served)][-1] == COMPLETION
            assert "Killing" not in served.log.read_text()


def test_connections_without_a_request_do_not_hold_it_up(tmp_path: Path) -> None:
    """Kept ones, those that never said a word, and half a request; the grace is for requests under way."""
    with FakeProvider() as provider, stopped_later(tmp_path, provider, STOP_GRACE="10m") as served:
        with contextlib.ExitStack() as stack:
            for content in (b"", b"GET /hea", b"GET /health HTTP/1.1\r\nHost: x\r\nX-Ha"):
                stack.enter_context(Wire(served.client.base_url)).send(content)
            served.process.send_signal(signal.SIGTERM)
            assert served.process.wait(15) == 0, served.log.read_text()
        assert "Killing" not in served.log.read_text()


def test_supervisors_wait_longer_than_the_grace() -> None:
    """The compose file kills only after the service has had the time that it takes by default."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    waited = float(compose["services"]["assistant"]["stop_grace_period"].removesuffix("s"))
    assert waited >= read_settings({}).stop_grace + 5
    assert read_settings({"ASSISTANT_STOP_GRACE": "2m"}).stop_grace == 120
