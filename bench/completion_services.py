"""What is measured and what stands behind it: services on one core, provider and Redis on the other."""

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import msgspec

from bench.chat import KIND_REPLY, MODEL
from bench.completion_raw import raw
from bench.completion_words import ANSWER, PATH, PROMPT, draft
from bench.measuring import cores, pin
from bench.proxy_contestants import on_measured_cpu
from bench.proxy_core import Core
from bench.proxy_processes import worker_of
from tests.assistant.harness import ADMIN
from tests.assistant.serving import serving
from tests.servers import nginx_server, redis_server

_STATIC = f"location / {{ default_type application/json; return 200 '{ANSWER.decode()}'; }}"
_PROBE = 290_000
"""The number of a draft that no row asks for."""


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """All that runs: the yardstick, and services by what they do; `others` are the processes on the other core.

    Attributes:
        raw: the yardstick.
        plain: a service without Redis.
        filling: one with Redis.
        reading: another one with the same Redis, which finds there what the first one has stored.
    """

    raw: Core
    plain: Core
    filling: Core
    reading: Core
    others: tuple[int, ...]


@contextlib.contextmanager
def services(tmp: Path) -> Iterator[Services]:
    """Run everything at once, so that rows can be measured in turns; what waits uses next to no CPU."""
    with ExitStack() as stack:
        nginx = stack.enter_context(nginx_server(_STATIC, _made(tmp / "nginx")))
        redis = stack.enter_context(redis_server(_made(tmp / "redis")))
        others = (nginx.pid, redis.pid)
        for pid in others:
            pin(cores()[1], pid)
        plain, filling, reading = (
            stack.enter_context(service(_made(tmp / name), nginx.url, url))
            for name, url in (("plain", None), ("filling", redis.tcp_url), ("reading", redis.tcp_url))
        )
        for each in (plain, filling, reading):
            _check(each.port)
        yard = stack.enter_context(raw(_made(tmp / "raw")))
        yield Services(raw=yard, plain=plain, filling=filling, reading=reading, others=others)


@contextlib.contextmanager
def service(tmp: Path, provider: str, redis: str | None = None) -> Iterator[Core]:
    """Run `assistant serve` on the measured core, in front of a provider."""
    shared = {"REDIS_URL": redis} if redis else {}
    serve = serving(tmp, PROVIDER="custom", BASE_URL=f"{provider}/v1", MODEL=MODEL, **shared)
    with on_measured_cpu(serve) as served:
        yield Core(port=served.client.base_url.port or 0, pid=worker_of(served.process.pid))


def _check(port: int) -> None:
    """See that the provider's answer comes through as a good one: a warning would mean a second call to it."""
    body = {"prompt_key": PROMPT, "content": draft(_PROBE), "detail": True}
    answer = httpx.post(f"http://127.0.0.1:{port}{PATH}", json=body, headers=ADMIN, trust_env=False, timeout=30)
    assert answer.status_code == httpx.codes.OK, answer.text
    data = answer.json()["data"]
    assert (data["text"], data["warnings"]) == (KIND_REPLY, []), data


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
