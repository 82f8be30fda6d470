"""Which HTTP client the provider adapters stand on: pyreqwest, aiohttp, or the official SDK."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import uvloop

from bench.chat import ANSWER, DELTA_SECONDS, REPLY, STREAMED
from bench.measuring import alone, cores, percentile, pin, table
from bench.sse_server import streaming_server
from bench.wire_clients import AiohttpClient, PyreqwestClient, WireClient
from tests.servers import nginx_server
from tests.servers.finding import SERVERS
from tests.servers.installing import provide

CALLERS = 32
CALL_SECONDS = 2.0
MOST_CALLS = 50_000
WARM_UP_CALLS = 320

STREAMS = 100
ROUNDS = 3
STREAM_SECONDS = 10.0

STATIC_ANSWER = f"location / {{ default_type application/json; return 200 '{ANSWER.decode()}'; }}"


class Calls(msgspec.Struct, frozen=True, kw_only=True):
    """Whole answers, one after the other from each caller: CPU of the client's process and seconds of each call."""

    cpu_seconds: float
    wall_seconds: float
    latencies: list[float]


class Streams(msgspec.Struct, frozen=True, kw_only=True):
    """Streams that began at once: seconds to each first delta over the server's own, and how many failed.

    `opening` are those of the first round, which had to open its connections; the other figures leave it out.
    """

    opening: list[float]
    first_deltas: list[float]
    cpu_seconds: float
    errors: int


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of one client."""

    calls: Calls
    streams: Streams


def report() -> str:
    """Wire clients of the adapters: CPU and latency of calls, delay of the first delta in streams."""
    provide(SERVERS["nginx"])
    ours, others = cores()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        tmp = Path(folder)
        with nginx_server(STATIC_ANSWER, tmp) as nginx, streaming_server(tmp) as (streaming, streaming_pid):
            pin(others, nginx.pid)
            pin(others, streaming_pid)
            figures = {name: alone(ours, measure, name, nginx.url, streaming) for name in CLIENTS}
    return f"{_calls_table(figures)}\n\n{_streams_table(figures)}"


def measure(name: str, static: str, streaming: str) -> Measured:
    """Measure one client, by its name in `CLIENTS`, against the origins of both servers."""
    return uvloop.run(_measure(CLIENTS[name], static, streaming))


async def _measure(client_for: Callable[[str], WireClient], static: str, streaming: str) -> Measured:
    async with client_for(static) as client:
        calls = await _calls(client)
    async with client_for(streaming) as client:
        return Measured(calls=calls, streams=await _streams(client))


async def _calls(client: WireClient) -> Calls:
    await _call_until(client, time.perf_counter() + CALL_SECONDS, WARM_UP_CALLS)
    cpu, wall = time.process_time(), time.perf_counter()
    latencies = await _call_until(client, wall + CALL_SECONDS, MOST_CALLS)
    return Calls(cpu_seconds=time.process_time() - cpu, wall_seconds=time.perf_counter() - wall, latencies=latencies)


async def _call_until(client: WireClient, deadline: float, most: int) -> list[float]:
    """Call from all callers until the deadline or the most calls; return the seconds that each took."""
    latencies: list[float] = []

    async def caller() -> None:
        while (start := time.perf_counter()) < deadline and len(latencies) < most:
            assert await client.complete() == REPLY
            latencies.append(time.perf_counter() - start)

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return latencies


async def _streams(client: WireClient) -> Streams:
    opening = await _round(client)
    cpu = time.process_time()
    outcomes = [outcome for _ in range(ROUNDS) for outcome in await _round(client)]
    return Streams(
        opening=_whole(opening),
        first_deltas=_whole(outcomes),
        cpu_seconds=time.process_time() - cpu,
        errors=sum(isinstance(outcome, BaseException) for outcome in opening + outcomes),
    )


def _whole(outcomes: list[float | BaseException]) -> list[float]:
    return [outcome for outcome in outcomes if isinstance(outcome, float)]


async def _round(client: WireClient) -> list[float | BaseException]:
    streams = (asyncio.wait_for(_stream(client), STREAM_SECONDS) for _ in range(STREAMS))
    return await asyncio.gather(*streams, return_exceptions=True)


async def _stream(client: WireClient) -> float:
    """Read one stream to its end; return the seconds to its first delta over the server's own."""
    start = time.perf_counter()
    first, texts = 0.0, []
    async for text in client.stream():
        first = first or time.perf_counter() - start
        texts.append(text)
    assert "".join(texts) == STREAMED
    return first - DELTA_SECONDS


def _sdk(origin: str) -> WireClient:
    from bench.sdk_clients import SdkClient  # noqa: PLC0415 - the SDK takes a second and 60 MiB: only where measured

    return SdkClient(origin)


def _sdk_aiohttp(origin: str) -> WireClient:
    from bench.sdk_clients import over_aiohttp  # noqa: PLC0415 - likewise

    return over_aiohttp(origin)


CLIENTS: dict[str, Callable[[str], WireClient]] = {
    "pyreqwest": PyreqwestClient,
    "aiohttp": AiohttpClient,
    "openai SDK, aiohttp": _sdk_aiohttp,
    "openai SDK, httpx2": _sdk,
}
"""The first one is what the others are compared with."""


def _calls_table(figures: dict[str, Measured]) -> str:
    head = (f"{CALLERS} callers, 1 core", "calls", "calls/s", "CPU µs a call", "ratio", "p50 ms", "p99 ms")
    costs = {name: one.calls.cpu_seconds / len(one.calls.latencies) for name, one in figures.items()}
    least = next(iter(costs.values()))
    return table(head, [_calls_row(name, one.calls, costs[name], least) for name, one in figures.items()])


def _calls_row(name: str, calls: Calls, cost: float, least: float) -> tuple[str, ...]:
    return (
        name,
        f"{len(calls.latencies)}",
        f"{len(calls.latencies) / calls.wall_seconds:.0f}",
        f"{cost * 1e6:.0f}",
        f"{cost / least:.1f}",
        f"{percentile(calls.latencies, 50) * 1e3:.1f}",
        f"{percentile(calls.latencies, 99) * 1e3:.1f}",
    )


def _streams_table(figures: dict[str, Measured]) -> str:
    head = (
        f"{STREAMS} streams at once",
        "streams",
        "errors",
        "first delta p50 ms",
        "p99 ms",
        "ratio of p50",
        "p50 ms when opening",
        "CPU ms a stream",
    )
    least = percentile(next(iter(figures.values())).streams.first_deltas, 50)
    return table(head, [_streams_row(name, one.streams, least) for name, one in figures.items()])


def _streams_row(name: str, streams: Streams, least: float) -> tuple[str, ...]:
    middle = percentile(streams.first_deltas, 50)
    return (
        name,
        f"{ROUNDS * STREAMS}",
        f"{streams.errors}",
        f"{middle * 1e3:.1f}",
        f"{percentile(streams.first_deltas, 99) * 1e3:.1f}",
        f"{middle / least:.1f}",
        f"{percentile(streams.opening, 50) * 1e3:.1f}",
        f"{streams.cpu_seconds * 1e3 / (ROUNDS * STREAMS):.2f}",
    )
