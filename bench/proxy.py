"""The gateway beside nginx and beside plain forwarders on client libraries: small answers, and bodies of 1 GiB."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from bench.measuring import alone, cores
from bench.proxy_bodies import download, upload
from bench.proxy_contestants import ALONE, CONTESTANTS, NGINX, TUNED
from bench.proxy_core import Core, nginx_core, upload_sink
from bench.proxy_load import measure
from bench.proxy_tables import answers_table, bodies_table, clients_table, legend
from tests.servers.finding import SERVERS
from tests.servers.installing import provide

T = TypeVar("T")

ROUNDS, BODY_ROUNDS = 3, 2
ONLY = "BENCH_PROXY_ONLY"
"""The environment variable that names the contestants, with commas between them; both nginx always take part."""


def report() -> str:
    """The gateway, nginx and plain ASGI forwarders as a proxy: requests a second, added latency, CPU, 1 GiB bodies."""
    provide(SERVERS["nginx"])
    _, others = cores()
    asked = [name for name in _wanted() if name != TUNED]
    moved = [name for name in _wanted() if name != ALONE]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        tmp = Path(folder)
        with nginx_core(_made(tmp / "core")) as core, _running(_wanted(), core, tmp / "answers") as proxies:
            loads = in_rounds(ROUNDS, asked, lambda name: alone(others, measure, proxies[name], core))
            downloads = in_rounds(BODY_ROUNDS, moved, lambda name: alone(others, download, proxies[name]))
        with upload_sink(tmp) as core, _running(moved, core, tmp / "uploads") as proxies:
            uploads = in_rounds(BODY_ROUNDS, moved, lambda name: alone(others, upload, proxies[name]))
    bodies = {"download": downloads, "upload": uploads}
    tables = (answers_table(loads), bodies_table(bodies), clients_table(loads, bodies))
    return "\n\n".join((*tables, legend(loads)))


def _wanted() -> list[str]:
    """Return the contestants that take part, in their order."""
    only = os.environ.get(ONLY)
    named = set(only.split(",")) if only else set(CONTESTANTS)
    assert named <= set(CONTESTANTS), f"{ONLY}: not known: {', '.join(named - set(CONTESTANTS))}"
    return [name for name in CONTESTANTS if name in {NGINX, TUNED, *named}]


@contextlib.contextmanager
def _running(names: list[str], core: Core, tmp: Path) -> Iterator[dict[str, Core]]:
    """Run all proxies at once, so that they can be measured in turns; those that wait use no CPU."""
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(CONTESTANTS[name](core, _made(tmp / name))) for name in names}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def in_rounds(rounds: int, names: list[str], measured: Callable[[str], T]) -> dict[str, list[T]]:
    """Measure one after the other, and all again: what disturbs the machine for a while then disturbs each of them."""
    figures: dict[str, list[T]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            figures[name].append(measured(name))
    return figures
