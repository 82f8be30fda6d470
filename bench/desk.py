"""The desk with a year's conversations on SQLite and on PostgreSQL: what its lists and searches take."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx

from bench.desk_filling import fill
from bench.desk_load import Latencies, Plan, measure
from bench.desk_samples import samples
from bench.measuring import alone, cores, percentile, pin, table
from tests.assistant.harness import ADMIN
from tests.assistant.serving import environment, wait_until_up
from tests.servers import postgres_server
from tests.servers.process import free_port

SIZE, TENTH = 100_000, 10_000
PLAN = Plan(alone_seconds=1, together_seconds=2.5, paced_seconds=4, callers=16, rate=100)
BRIEF = Plan(alone_seconds=0.5, together_seconds=1, paced_seconds=1, callers=16, rate=100)
KEEP = "BENCH_DESK_FOLDER"
"""The environment variable that names a folder for the SQLite files, which then stay for the next run."""
ONLY = "BENCH_DESK_ONLY"
"""The environment variable that names the databases to measure, where not both are wanted."""


def report() -> str:
    """The desk with 100,000 conversations and 1,000,000 messages: its lists and searches, also at a tenth of that."""
    parts = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(os.environ.get(KEEP, name))
        for kind, url_of in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
            if kind in os.environ.get(ONLY, kind):
                parts += [_part(kind, url_of, folder, size, plan) for size, plan in ((SIZE, PLAN), (TENTH, BRIEF))]
    return "\n\n".join(parts)


def _part(
    kind: str, url_of: Callable[[Path, int], AbstractContextManager[str]], folder: Path, size: int, plan: Plan
) -> str:
    with url_of(folder, size) as url:
        head = f"{kind}, {size:,} conversations; milliseconds"
        with _serving(folder, url) as (port, pid):
            rows = [_row(case, *_measured(port, pid, paths, plan), plan) for case, paths in samples(url).items()]
    ways = ("1 caller", f"{plan.callers} callers", f"{plan.rate:.0f} requests/s")
    columns = (f"{way}, {value}" for way in ways for value in ("p50", "p99"))
    return table((head, *columns, "requests", "most/s", "desk's CPU"), rows)


def _measured(port: int, pid: int, paths: list[str], plan: Plan) -> tuple[Latencies, float]:
    """Return what callers waited, and the seconds of CPU a request: busy neighbours of the machine change it little."""
    before = _cpu_seconds(pid)
    latencies = alone(measure, port, ADMIN["Authorization"], paths, plan)
    return latencies, (_cpu_seconds(pid) - before) / latencies.asked


def _cpu_seconds(pid: int) -> float:
    """Return the CPU that the children of a process, the workers, have used: fields 14 and 15 of proc(5)'s stat."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13] for child in children]
    return sum(int(ticks) for pair in fields for ticks in pair) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def _sqlite(folder: Path, size: int) -> Iterator[str]:
    """Give the URL of a filled file; it is made anew unless it was kept."""
    path = folder / f"desk-{size}.sqlite"
    url = f"sqlite+aiosqlite:///{path}"
    if not path.exists():
        _fill(url, size)
    yield url


@contextlib.contextmanager
def _postgres(folder: Path, size: int) -> Iterator[str]:
    """Run a server with a filled database, on the client's core: on ours it would take turns with the desk."""
    with postgres_server(folder) as server:
        pin(cores()[1], server.pid)
        _fill(server.url, size)
        yield server.url


def _fill(url: str, size: int) -> None:
    started = time.perf_counter()
    fill(url, size)
    print(f"filled with {size:,} conversations in {time.perf_counter() - started:.0f} s", file=sys.stderr)


@contextlib.contextmanager
def _serving(folder: Path, url: str) -> Iterator[tuple[int, int]]:
    """Run `assistant desk serve` on a core of its own; give its port and process id."""
    port, log = free_port(), folder / "desk.log"
    command = [sys.executable, "-m", "assistant", "desk", "serve", "--port", str(port), "--workers", "1"]
    variables = environment(DATABASE_URL=url, LOG_LEVEL="warning")
    everywhere = os.sched_getaffinity(0)
    with log.open("ab") as output:
        pin(cores()[0])
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=output, stderr=output)
        os.sched_setaffinity(0, everywhere)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
            wait_until_up(client, process, log)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _row(case: str, latencies: Latencies, cpu_seconds: float, plan: Plan) -> tuple[str, ...]:
    ways = (latencies.alone, latencies.together, latencies.paced)
    times = [f"{percentile(way, percent) * 1e3:.1f}" for way in ways for percent in (50, 99)]
    most = len(latencies.together) / plan.together_seconds
    return (case, *times, f"{sum(map(len, ways))}", f"{most:.0f}", f"{cpu_seconds * 1e3:.2f}")
