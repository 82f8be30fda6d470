"""Runs cases and writes their report: what `make bench` does."""

import os
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.cases import CASES
from bench.contestants import PEERS
from bench.measuring import machine
from bench.peers import versions
from bench.report import Run, markdown, write
from bench.results import Case, Plan
from tests.servers.finding import ROOT, SERVERS
from tests.servers.installing import provide

DOCS, ELSEWHERE = ROOT / "docs", ROOT / "var" / "bench"
"""Where the report of a whole run goes, and that of any other."""

_ROUNDS, _SECONDS = 5, 3.0
_QUICK_ROUNDS, _QUICK_SECONDS = 2, 1.0


def compare(names: Sequence[str], peers: Sequence[str]) -> int:
    """Measure ours beside the others, all of both where none are named, and write the report; returns the status."""
    run = measured(names or list(CASES), tuple(peers) or PEERS)
    whole = not (run.quick or names or peers)
    folder = DOCS if whole else ELSEWHERE
    write(run, folder)
    print(markdown(run))
    print(f"Written to {folder.relative_to(ROOT)}.")
    return 0 if all(case.rows for case in run.cases) else 1


def alone(names: Sequence[str]) -> str:
    """Measure ours without the others; returns the report."""
    return markdown(measured(names, ()))


def measured(names: Sequence[str], peers: tuple[str, ...]) -> Run:
    """Measure cases one after the other; with QUICK in the environment only enough to see that everything works."""
    quick = os.environ.get("QUICK", "") not in {"", "0"}
    for server in ("nginx", "redis"):
        provide(SERVERS[server])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a thousand streams are two thousand connections
    begun = time.monotonic()
    cases: list[Case] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        plan = Plan(
            rounds=_QUICK_ROUNDS if quick else _ROUNDS,
            seconds=_QUICK_SECONDS if quick else _SECONDS,
            quick=quick,
            tmp=Path(folder),
            peers=peers,
        )
        for name in names:
            started = time.monotonic()
            try:
                cases += CASES[name](plan)
            except Exception as error:  # noqa: BLE001 - half an hour of other cases is worth more
                traceback.print_exc()
                cases.append(Case(name=name, title=name, text=f"Failed: {error!r}.", rows=[], main=""))
            print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return Run(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=machine(),
        versions=versions(),
        seconds=time.monotonic() - begun,
        quick=quick,
        cases=cases,
    )
