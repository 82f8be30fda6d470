"""The completion as an agent's click meets it: hits, misses and streams, beside the least that answers a POST."""

import tempfile
from pathlib import Path

from bench.completion_load import ROWS, Rows
from bench.completion_services import services
from bench.completion_streams import measured_streams, streams_table
from bench.completion_tables import answers_table, legend
from bench.proxy import in_rounds
from tests.servers.finding import SERVERS
from tests.servers.installing import provide

ROUNDS = 3


def report() -> str:
    """Completions: hits in process and from Redis, misses, streams; requests a second and CPU beside a raw POST."""
    for server in ("nginx", "redis"):
        provide(SERVERS[server])
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        tmp = Path(folder)
        with services(tmp) as running:
            loads = in_rounds(ROUNDS, list(ROWS), Rows(running).measured)
        streams = measured_streams(tmp)
    return "\n\n".join((answers_table(loads), legend(loads), streams_table(streams)))
