"""Streamed completions: many at once through each gateway, in turns with the same straight from the provider."""

import itertools
from functools import partial

from bench.chat import DELTA_SECONDS, DELTAS
from bench.contestants import OURS, PROVIDER, direct, line_up
from bench.drafts import draft
from bench.measuring import alone, in_rounds, settle
from bench.provider import scripted_provider
from bench.results import Case, Plan, Row, absent
from bench.running import Backing
from bench.stream_load import Streams, measure

TOTAL, OF_TOTAL, LATER_50, LATER_99 = (
    "total s",
    "of provider's",
    "first delta p50, ms later",
    "first delta p99, ms later",
)
SIZES = (1, 100, 1_000)
_MOST_ROUNDS = 3
_WARM_UP = 100  # streams, which open connections to the provider


def streams(plan: Plan) -> list[Case]:
    """Streams of 20 deltas, one each 20 ms: one, a hundred and a thousand at once."""
    folder, numbers = plan.folder("streams"), itertools.count()
    with (
        scripted_provider(folder) as provider,
        line_up([OURS, *plan.peers], folder, Backing(provider=provider.url)) as line,
    ):
        sides = {PROVIDER: direct(provider), **line.running}

        def measured(name: str, size: int) -> Streams:
            side = sides[name]
            requests = [side.dialect.request(draft(next(numbers)), streamed=True) for _ in range(size)]
            found = alone(measure, side.port, side.pids, side.dialect.stream, requests)
            settle(side.pids)
            return found

        sizes = {}
        for size in SIZES:
            for name in sides:
                measured(name, min(size, _WARM_UP))
            rounds = min(plan.rounds, _MOST_ROUNDS)
            sizes[size] = in_rounds(rounds, sides, partial(measured, size=size))
    return [_case(size, rounds, absent(line)) for size, rounds in sizes.items()]


def _case(size: int, rounds: dict[str, list[Streams]], missing: list[Row]) -> Case:
    text = (
        f"{len(DELTAS)} deltas, one each {DELTA_SECONDS * 1e3:.0f} ms; connections are open. "
        "First deltas are compared with the provider's own in the same round."
    )
    rows = [_row(name, found, rounds[PROVIDER]) for name, found in rounds.items()]
    title = f"{size:,} stream{'s' if size > 1 else ''} at once"
    return Case(name=f"streams-{size}", title=title, text=text, rows=rows + missing, main=TOTAL, less=True)


def _row(name: str, rounds: list[Streams], own: list[Streams]) -> Row:
    figures = {TOTAL: [one.total for one in rounds]}
    if rounds is not own:
        pairs = list(zip(rounds, own, strict=True))
        figures[OF_TOTAL] = [one.total / by.total for one, by in pairs]
        figures[LATER_50] = [(one.first_p50 - by.first_p50) * 1e3 for one, by in pairs]
        figures[LATER_99] = [(one.first_p99 - by.first_p99) * 1e3 for one, by in pairs]
        figures["CPU µs a delta"] = [one.cpu * 1e6 / len(DELTAS) for one in rounds]
    sample = next((f"an error: {one.sample!r}" for one in rounds if one.sample), "")
    return Row(who=name, figures=figures, errors=sum(one.errors for one in rounds), note=sample)
