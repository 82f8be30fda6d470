"""What hostile clients can do to others: `/health` and memory while 32 of them do their worst."""

import tempfile
import time
from pathlib import Path

from bench.measuring import percentile, table
from tests.assistant.serving import serving
from tests.health import asked_for_health
from tests.hostile import KINDS, Attackers, attackers
from tests.processes import resident

_SECONDS = 10.0
_WARM_UP = 2.0
_SETTLING = 3.0
_MIB = 2**20


def report() -> str:
    """Hostile clients, kind by kind: milliseconds of `/health` from another address, and how much memory grew."""
    with attackers() as hostile:
        rows = [[name, *_measured(hostile, name)] for name in KINDS]
    head = ["kind", "attacks", "p50 ms", "p99 ms", "max ms", "unanswered", "MiB before", "MiB more"]
    return table(head, rows)


def _measured(hostile: Attackers, name: str) -> list[str]:
    """Attack a fresh service in one way; returns a row's cells."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), PROVIDER="custom", BASE_URL=hostile.provider) as served,
    ):
        port = int(served.client.base_url.port or 0)
        hostile.attack(port, (name,), _WARM_UP)
        before = resident(served.process.pid)
        with asked_for_health(port) as seconds:
            attacks = hostile.attack(port, (name,), _SECONDS)
        time.sleep(_SETTLING)
        growth = resident(served.process.pid) - before
    return [f"{attacks}", *_health(seconds), f"{before / _MIB:.0f}", f"{growth / _MIB:+.0f}"]


def _health(seconds: list[float]) -> list[str]:
    answered = [each for each in seconds if each < float("inf")]
    cells = [f"{1000 * percentile(answered, percent):.0f}" for percent in (50, 99, 100)]
    return [*cells, f"{len(seconds) - len(answered)}"]
