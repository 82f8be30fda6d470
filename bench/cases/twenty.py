"""Twenty who ask the same at once: whether one call to the provider is enough for all of them."""

import http.client
import itertools

from bench.contestants import FERRO, LITELLM, OURS, PORTKEY, TENSORZERO, line_up
from bench.core import Core
from bench.drafts import draft
from bench.load import Callers
from bench.measuring import alone, cores, in_rounds, pin
from bench.provider import SLOW, SLOW_SECONDS, scripted_provider
from bench.results import Case, Plan, Row, absent
from bench.running import Backing, Running
from tests.servers import redis_server

CALLS = "calls to the provider"
_AT_ONCE = 20
_TEXT = (
    f"{_AT_ONCE} connections ask for the same new draft at once; the provider takes {SLOW_SECONDS * 1e3:.0f} ms. "
    f"Answers are kept: {FERRO} keeps them in its process, {OURS}, {TENSORZERO} and {LITELLM} in Redis, {PORTKEY} "
    "nowhere."
)


def twenty(plan: Plan) -> list[Case]:
    """Twenty agents who ask the same at once: how often the provider is asked."""
    folder = plan.folder("twenty")
    numbers = itertools.count()
    with scripted_provider(folder) as provider, redis_server(plan.folder("twenty/redis")) as redis:
        pin(cores()[1], redis.pid)
        backing = Backing(provider=provider.url + SLOW, caching=True, redis=redis.tcp_url)
        with line_up([OURS, *plan.peers], folder, backing) as line:

            def measured(name: str) -> tuple[int, float, int]:
                side, before = line.running[name], _asked(provider)
                latencies, errors = alone(_at_once, side, next(numbers))
                return _asked(provider) - before, max(latencies, default=0), errors

            for name in line.running:
                measured(name)
            found = in_rounds(plan.rounds, line.running, measured)
    rows = [_row(name, rounds) for name, rounds in found.items()] + absent(line)
    title = "Twenty who ask the same at once"
    return [Case(name="twenty", title=title, text=_TEXT, rows=rows, main=CALLS, less=True)]


def _row(name: str, rounds: list[tuple[int, float, int]]) -> Row:
    calls, longest, errors = zip(*rounds, strict=True)
    figures = {CALLS: [float(each) for each in calls], "longest wait ms": [each * 1e3 for each in longest]}
    return Row(who=name, figures=figures, errors=sum(errors))


def _at_once(side: Running, number: int) -> tuple[list[float], int]:
    requests = itertools.repeat(side.dialect.request(draft(number)), _AT_ONCE)
    callers = Callers(side.port, _AT_ONCE, requests, lambda data: side.dialect.right(data, cached=None))
    answers = callers.ask(0)
    callers.close()
    return answers.latencies, answers.errors


def _asked(provider: Core) -> int:
    """Return how many calls the provider has had."""
    connection = http.client.HTTPConnection("127.0.0.1", provider.port, timeout=10)
    connection.request("GET", "/asked")
    count = int(connection.getresponse().read())
    connection.close()
    return count
