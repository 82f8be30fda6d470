"""Who may read the figures, and that they are true whatever became of workers and providers."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from assistant.metrics import MOST_MODELS, Completed, Metrics
from tests.assistant.harness import error, service
from tests.assistant.serving import Served, serving, wait_until
from tests.fakes import FakeProvider, steps

TOKEN = "0123456789abcdef"


async def test_figures_are_for_this_machine_alone_without_a_token(state: Path) -> None:
    """A request that a proxy passed on belongs to someone else, whoever is signed in."""
    async with service(state) as client:
        assert (await client.get("/metrics")).status_code == 200
        for header in ("Forwarded", "X-Forwarded-For", "X-Real-IP"):
            refused = await client.get("/metrics", headers={header: "192.0.2.1"})
            assert error(refused) == (403, "PermissionException", "forbidden")
            assert "ASSISTANT_METRICS_TOKEN" in refused.json()["message"]


@pytest.mark.parametrize("authorization", ["", TOKEN, f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer é"])
async def test_token_is_needed_where_there_is_one(state: Path, authorization: str) -> None:
    """With a token it alone opens, on this machine too, and through a proxy."""
    async with service(state, metrics_token=TOKEN) as client:
        wrong = {b"authorization": authorization.encode("latin-1")}
        assert error(await client.get("/metrics", headers=wrong)) == (403, "PermissionException", "forbidden")
        right = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "192.0.2.1"}
        answer = await client.get("/metrics", headers=right)
    assert answer.status_code == 200
    assert "assistant_completions" in answer.text


def test_figures_of_all_workers_are_one(tmp_path: Path) -> None:
    """Whichever worker is asked, it counts what the others answered."""
    with serving(tmp_path, WORKERS="2", PROVIDER="custom", BASE_URL="http://127.0.0.1:9") as served:
        for _ in range(20):  # over connections of their own, so that both workers get some
            assert httpx.get(f"{served.client.base_url}/health").status_code == 200
        wait_until(lambda: _checks_counted(served) >= 20)  # each tells the other within a second


def _checks_counted(served: Served) -> float:
    figures = served.client.get("/metrics").text
    return sum(float(line.split()[-1]) for line in figures.splitlines() if 'operation="/health"' in line)


def value(served: Served, name: str) -> float:
    """Return a figure without labels, over a connection of its own: an older one may lead to a dead worker.

    So may a new one that came just before the worker's end: it is reset, and asked for once more.
    """
    url = f"{served.client.base_url}/metrics"
    try:
        figures = httpx.get(url, timeout=30).text
    except httpx.ReadError:
        figures = httpx.get(url, timeout=30).text
    [line] = [line for line in figures.splitlines() if line.startswith(f"{name} ")]
    return float(line.split()[-1])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_figures_of_a_worker_that_died_are_gone(tmp_path: Path, how: signal.Signals) -> None:
    """What it was doing is over, and it sees no Redis down any more; what it counted stays, also over its successor."""
    folder = tmp_path / "var" / "metrics"
    folder.mkdir(parents=True)
    (folder / "gauge_livesum_1.db").write_bytes(b"of an earlier run")
    with FakeProvider() as provider, ThreadPoolExecutor(1) as threads:
        provider.script(steps.hang())
        variables = {"PROVIDER": "custom", "BASE_URL": provider.url, "REDIS_URL": "redis://127.0.0.1:9"}
        with serving(tmp_path, WORKERS="2", STOP_GRACE="1s", REQUEST_TIMEOUT="60s", **variables) as served:
            wait_until(lambda: served.client.get("/health/ready").status_code == 200)
            asking = threads.submit(click, served)
            wait_until(lambda: len(provider.requests) == 1 and value(served, "assistant_flights") == 1)
            counted = value(served, "assistant_event_loop_lag_seconds_count")
            assert value(served, "assistant_redis_up") == 0
            dead = {pid for pid in workers(served) if holds(pid, provider)}
            assert len(dead) == 1
            os.kill(min(dead), how)
            asking.result()
            wait_until(lambda: not dead & workers(served))
            wait_until(lambda: value(served, "assistant_flights") == 0)
            assert not [path.name for path in folder.glob("gauge_live*") if f"_{min(dead)}." in path.name]
            assert value(served, "assistant_event_loop_lag_seconds_count") >= counted
            wait_until(lambda: len(workers(served)) == 2)


def click(served: Served) -> None:
    """Ask for a completion, whatever comes of it."""
    with suppress(httpx.TransportError):
        body = {"prompt_key": "reply_friendly", "content": "No refund."}
        served.client.post("/api/v1/ai/completion", json=body, timeout=60)


def workers(served: Served) -> set[int]:
    """Return the processes of a service's workers: proc_pid_task(5)."""
    pid = served.process.pid
    return {int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if named(int(each))}


def named(pid: int) -> bool:
    """Tell whether a process lives, and is no helper of the server."""
    with suppress(OSError):
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


def holds(pid: int, provider: FakeProvider) -> bool:
    """Tell whether a process has a connection to a provider."""
    port = f":{int(provider.url.rpartition(':')[2]):04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[2].endswith(port) and row[3] == "01"}
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.add(str(descriptor.readlink()))
    return bool(sockets & found)


def test_breaker_that_is_gone_is_not_open() -> None:
    """Whatever was said of a provider ends with it; of two with one name, one that is open counts."""
    metrics = Metrics()
    found: dict[tuple[str, str], bool] = {("custom", "one"): True, ("vllm", "two"): False}
    metrics.breakers(lambda: found)
    assert breakers(metrics) == {"one": 1, "two": 0}
    for now, shown in (
        ({("custom", "one"): False}, {"one": 0, "two": 0}),
        ({("vllm", "two"): True}, {"one": 0, "two": 1}),
        ({("ollama", "three"): True}, {"one": 0, "two": 0, "three": 1}),
        ({}, {"one": 0, "two": 0, "three": 0}),
        ({("custom", "one"): True}, {"one": 1, "two": 0, "three": 0}),
    ):
        found = now
        assert breakers(metrics) == shown


def breakers(metrics: Metrics) -> dict[str, float]:
    """Return what the figures say of breakers, by model."""
    lines = [line for line in metrics.text().decode().splitlines() if line.startswith("assistant_breaker_open{")]
    return {line.split('"')[1]: float(line.split()[-1]) for line in lines}


@pytest.mark.parametrize("instead", ["nothing", "a file"])
def test_figures_outlive_their_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instead: str) -> None:
    """Where someone took it away, whichever worker is asked tells what it counted itself, as long as it runs."""
    folder = tmp_path / "metrics"
    if instead == "a file":
        folder.write_text("")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(folder))
    metrics = Metrics(shared=True)
    metrics.request("/health", 200)
    assert 'assistant_requests_total{operation="/health",status="200"} 1.0' in metrics.text().decode()


def test_a_provider_that_answers_by_ever_new_names_fills_no_memory() -> None:
    """The first names have figures of their own, all others have theirs together; those of other providers stay."""
    metrics = Metrics()
    for number in range(5000):
        metrics.completion(
            Completed(
                prompt="p", cache="miss", outcome="ok", seconds=1, provider="custom", model=f"m{number}", input_tokens=1
            )
        )
    metrics.completion(
        Completed(prompt="p", cache="miss", outcome="ok", seconds=1, provider="openai", model="gpt", input_tokens=1)
    )
    lines = [line for line in metrics.text().decode().splitlines() if line.startswith("assistant_tokens_total")]
    assert len(lines) < 2 * (MOST_MODELS + 3)
    assert f'assistant_tokens_total{{kind="input",model="other",provider="custom"}} {5000 - MOST_MODELS}.0' in lines
    assert 'assistant_tokens_total{kind="input",model="gpt",provider="openai"} 1.0' in lines
