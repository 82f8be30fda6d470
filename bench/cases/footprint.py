"""What it takes to run: seconds until the first answer, and memory."""

import itertools
import time

import msgspec

from bench.asking import asked, asking
from bench.contestants import OURS, started
from bench.load import Load
from bench.measuring import in_rounds, memory
from bench.peer_setup import MissingPeerError
from bench.provider import instant_provider
from bench.results import Case, Plan, Row
from bench.running import Backing
from tests.servers import ServerError

SECONDS, AFTER = "seconds", "MiB after"
_MIB = 2**20
_MOST_ROUNDS = 3
MISSES, _FEW = 100_000, 5_000
_MOST_SECONDS = 100.0


def startup(plan: Plan) -> list[Case]:
    """Start-up from an empty folder: seconds from the command until the first answer, and memory then."""
    folder, numbers = plan.folder("startup"), itertools.count()

    def measured(name: str) -> tuple[float, float]:
        begun = time.perf_counter()
        with started(name, folder / f"{next(numbers)}", Backing(), pinned=False) as running:
            return time.perf_counter() - begun, memory(running.pids) / _MIB

    rows = []
    for name in (OURS, *plan.peers):  # a first start of each, which finds its files cold, doesn't count
        try:
            measured(name)
        except (MissingPeerError, ServerError) as error:
            rows.append(Row(who=name, note=str(error).splitlines()[0]))
    there = [name for name in (OURS, *plan.peers) if name not in {row.who for row in rows}]
    found = in_rounds(min(plan.rounds, _MOST_ROUNDS), there, measured)
    rows = [
        Row(who=name, figures={SECONDS: [one[0] for one in rounds], "MiB then": [one[1] for one in rounds]})
        for name, rounds in found.items()
    ] + rows
    text = "From the command to the first answer, on both cores and from an empty folder, and the memory (PSS) then."
    return [Case(name="startup", title="Start-up", text=text, rows=rows, main=SECONDS, less=True)]


def after_misses(plan: Plan) -> list[Case]:
    """Memory after 100,000 distinct misses."""
    folder, rows = plan.folder("memory"), []
    count = _FEW if plan.quick else MISSES
    with instant_provider(folder) as provider:
        for name in (OURS, *plan.peers):
            backing = Backing(provider=provider.url, caching=True)
            try:
                with started(name, folder / name, backing) as running:
                    before = memory(running.pids) / _MIB
                    wanted = asking(running, (), _MOST_SECONDS)
                    load = asked(msgspec.structs.replace(wanted, count=count, cached=False, warm_up=0))
                    rows.append(_memory_row(name, load, before, memory(running.pids) / _MIB))
            except (MissingPeerError, ServerError) as error:
                rows.append(Row(who=name, note=str(error).splitlines()[0]))
    text = (
        f"Memory (PSS) of all processes before and after {count:,} misses, each of another draft, over 32 "
        f"connections; broken off after {_MOST_SECONDS:.0f} s. Answers are kept, in the process where they can be."
    )
    return [Case(name="memory", title="Memory after many misses", text=text, rows=rows, main=AFTER, less=True)]


def _memory_row(name: str, load: Load, before: float, after: float) -> Row:
    figures = {"MiB before": [before], AFTER: [after], "misses": [float(load.requests)]}
    note = f"an error: {load.sample!r}" if load.sample else ""
    return Row(who=name, figures=figures, errors=load.errors, note=note)
