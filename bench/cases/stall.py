"""What others wait while hostile drafts are worked on."""

import http.client
import itertools
import math
import time
from contextlib import ExitStack

import msgspec

from bench.contestants import OURS, started
from bench.drafts import draft
from bench.load import Callers
from bench.measuring import alone, aside, in_rounds, percentile
from bench.provider import ECHO, HASHES, PLAIN, scripted_provider
from bench.results import Case, Plan, Row
from bench.running import Backing, Running
from bench.shapes import SHAPES, SIZES

LONGEST = "longest wait ms"
_ORDINARY, _NOBODY = "words", "nobody else"
_PAUSE = 0.001  # between a hit and the next
_SLICE_SECONDS = 0.1
_PATIENCE_SECONDS = 60.0
_NOTHING_SECONDS = 1.0
_MOST_ROUNDS = 3
_PROVIDERS = {"sent back": ECHO, "dropped": PLAIN, "answered with 64 KiB of #": HASHES}
_TEXT = (
    "One caller asks for a stored answer, again a millisecond after each. Meanwhile another has drafts of 15 and 65 KB "
    "worked on, whole and as streams, each a piece of text again and again; the provider sends them back, or drops "
    "them. Waits have in them what the machine makes processes wait: see those beside nobody else."
)


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds that hits took meanwhile; `errors` of them failed, and `unanswered` hostile drafts had no answer."""

    longest: float
    p99: float
    errors: int
    unanswered: int


def stall(plan: Plan) -> list[Case]:
    """The longest wait of a hit while drafts of up to 64 KiB, of 41 hostile shapes, are worked on."""
    folder = plan.folder("stall")
    with ExitStack() as stack:
        provider = stack.enter_context(scripted_provider(folder))
        sides = {
            way: stack.enter_context(started(OURS, folder / way.split()[0], Backing(provider=provider.url + script)))
            for way, script in _PROVIDERS.items()
        }
        turns = {f"{shape}, {way}": (shape, way) for way in sides for shape in _shapes(way, quick=plan.quick)}
        turns[_NOBODY] = ("", next(iter(sides)))

        for side in sides.values():
            alone(_hits, side)  # the first is none yet
        found = in_rounds(
            min(plan.rounds, _MOST_ROUNDS), turns, lambda name: _waits(sides[turns[name][1]], turns[name][0])
        )
    rows = [_row(name, rounds) for name, rounds in found.items()]
    rows.sort(key=lambda row: (row.who != _NOBODY, -row.middle(LONGEST)))
    title = "Hits while hostile drafts are worked on"
    return [Case(name="stall", title=title, text=_TEXT, rows=rows, main=LONGEST, less=True)]


def _waits(side: Running, shape: str) -> Waits:
    """Ask for hits until the attack has ended."""
    attack = aside("attack").submit(_attack, side, shape)
    waits, errors = alone(_hits, side)
    while not attack.done():
        latencies, failed = alone(_hits, side)
        waits, errors = waits + latencies, errors + failed
    return Waits(
        longest=max(waits, default=math.nan),
        p99=percentile(waits, 99),
        errors=errors,
        unanswered=attack.result(),
    )


def _shapes(way: str, *, quick: bool) -> list[str]:
    if _PROVIDERS[way] == HASHES:
        return [_ORDINARY]
    return list(SHAPES)[:: 4 if quick else 1]


_numbers = itertools.count(1)


def _attack(side: Running, shape: str) -> int:
    """Have some drafts of a shape worked on, or none; returns how many had no answer, of whatever kind."""
    unanswered = 0
    if not shape:
        time.sleep(_NOTHING_SECONDS)
        return unanswered
    for size in SIZES:
        for streamed in (False, True):
            connection = http.client.HTTPConnection("127.0.0.1", side.port, timeout=_PATIENCE_SECONDS)
            try:
                connection.connect()
                connection.sock.sendall(side.dialect.request(SHAPES[shape](next(_numbers), size), streamed=streamed))
                answer = http.client.HTTPResponse(connection.sock, method="POST")
                answer.begin()
                answer.read()
            except (OSError, http.client.HTTPException):
                unanswered += 1
            finally:
                connection.close()
    return unanswered


def _hits(side: Running) -> tuple[list[float], int]:
    request = side.dialect.request(draft(0))
    callers = Callers(side.port, 1, itertools.repeat(request), lambda data: side.dialect.hit in data, _PAUSE)
    answers = callers.ask(_SLICE_SECONDS)
    callers.close()
    return answers.latencies, answers.errors


def _row(name: str, rounds: list[Waits]) -> Row:
    figures = {LONGEST: [one.longest * 1e3 for one in rounds], "p99 ms": [one.p99 * 1e3 for one in rounds]}
    unanswered = sum(one.unanswered for one in rounds)
    note = f"{unanswered} hostile drafts had no answer" if unanswered else ""
    return Row(who=name, figures=figures, errors=sum(one.errors for one in rounds), note=note)
