"""Streamed completions: many at once through the service, in turns with the same straight from the provider."""

from pathlib import Path

import msgspec

from bench.chat import DELTA_SECONDS, DELTAS, KIND_REPLY, request
from bench.completion_services import service
from bench.completion_stream_client import Kind, Streams, measure
from bench.completion_words import completion, post
from bench.measuring import alone, cores, pin, table
from bench.proxy import in_rounds
from bench.proxy_core import Core
from bench.proxy_tables import median
from bench.sse_server import streaming_server

ROUNDS = 3
MANY, SOME = 1000, 100

_FIRST = 200_000
"""The number of the first draft; the rows before this one ask for lower ones."""
_TOTAL_MARK, _FIRST_MARK = 1.3, 0.040
"""What the design asks for: total time of the provider's own, and seconds of the first delta's p99 over it."""

_DIRECT = Kind(delta=b'"content":"', whole=(b"data: [DONE]",))
_THROUGH = Kind(
    delta=b"event: delta\n",
    whole=(b"event: done\n", b'"text":%b,"warnings":[],' % msgspec.json.encode(KIND_REPLY), b'"cached":false'),
)
_PROVIDER, _SERVICE = "provider", "service"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Both sizes, by who was asked; `opening` is the first time, when the service has no connections yet."""

    opening: Streams
    some: dict[str, list[Streams]]
    many: dict[str, list[Streams]]


class _Sides:
    """The provider and a service in front of it; every stream of the service is of another draft.

    Args:
        provider: streams.
        service: passes them on.
    """

    def __init__(self, provider: Core, service: Core) -> None:
        self._sides = {_PROVIDER: provider, _SERVICE: service}
        self._next = _FIRST

    def measured(self, side: str, count: int) -> Streams:
        """Ask one side for so many streams at once, from the other core."""
        server = self._sides[side]
        kind, requests = (_DIRECT, [_direct()] * count) if side == _PROVIDER else (_THROUGH, self._completions(count))
        return alone(cores()[1], measure, server.port, server.pid, kind, requests)

    def _completions(self, count: int) -> list[bytes]:
        first, self._next = self._next, self._next + count
        return [completion(number, streamed=True) for number in range(first, first + count)]


def measured_streams(tmp: Path) -> Measured:
    """Measure both sizes in rounds."""
    folder = tmp / "streams"
    folder.mkdir()
    with streaming_server(folder) as (url, pid):
        pin(cores()[1], pid)
        provider = Core(port=int(url.rpartition(":")[2]), pid=pid)
        with service(folder, url) as running:
            sides = _Sides(provider, running)
            return Measured(
                opening=sides.measured(_SERVICE, SOME),
                some=in_rounds(ROUNDS, [_PROVIDER, _SERVICE], lambda side: sides.measured(side, SOME)),
                many=in_rounds(ROUNDS, [_PROVIDER, _SERVICE], lambda side: sides.measured(side, MANY)),
            )


def _direct() -> bytes:
    return post("/v1/chat/completions", request(stream=True), "text/event-stream")


def streams_table(measured: Measured) -> str:
    """Streams: what went wrong, how long all took, and when the first delta came, beside the provider's own."""
    head = (
        f"{len(DELTAS)} deltas, one each {DELTA_SECONDS * 1e3:.0f} ms",
        "errors",
        "total s",
        "of provider's",
        "mark",
        "first delta p50 ms",
        "p99 ms",
        "p50 over provider's",
        "p99 over provider's",
        "mark",
        "deltas seen",
        "CPU µs a delta",
    )
    sizes = ((SOME, measured.some), (MANY, measured.many))
    rows = [_row(f"{count}, {side}", rounds[side], rounds) for count, rounds in sizes for side in rounds]
    opening = _row(f"{SOME}, service, the first", [measured.opening], measured.some)
    ends = [f"An error: {one.last!r}" for _, rounds in sizes for one in rounds[_SERVICE] if one.last]
    return "\n\n".join((table(head, [opening, *rows]), *ends[:1]))


def _row(name: str, rounds: list[Streams], sides: dict[str, list[Streams]]) -> tuple[str, ...]:
    own = sides[_PROVIDER]
    share = median(one.total for one in rounds) / median(one.total for one in own)
    later = [median(_first(one)[part] for one in rounds) - median(_first(one)[part] for one in own) for part in (0, 1)]
    through = rounds is not own
    few = rounds[0].count == SOME
    return (
        name,
        f"{sum(one.errors for one in rounds)}",
        f"{median(one.total for one in rounds):.2f}",
        f"{share:.2f}",
        f"{_TOTAL_MARK:.1f}" if through and not few else "-",
        f"{median(one.first_p50 for one in rounds) * 1e3:.1f}",
        f"{median(one.first_p99 for one in rounds) * 1e3:.1f}",
        f"{later[0] * 1e3:.1f}" if through else "-",
        f"{later[1] * 1e3:.1f}" if through else "-",
        f"{_FIRST_MARK * 1e3:.0f}" if through and few else "-",
        f"{median(one.deltas for one in rounds):.1f}",
        f"{median(one.cpu for one in rounds) * 1e6 / len(DELTAS):.0f}",
    )


def _first(streams: Streams) -> tuple[float, float]:
    return streams.first_p50, streams.first_p99
