"""A LiteLLM proxy of our own: the gateway that many companies put between their services and their models."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tests.servers.finding import SERVERS
from tests.servers.installing import provide
from tests.servers.process import Command, answers, free_port, running

KEY = "sk-litellm-master"
"""The key of its admin, which it lets in."""
PATIENCE = 300.0  # seconds: it imports for half a minute of computing time
HEALTH = b"GET /health/liveliness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class LiteLLMServer(msgspec.Struct, frozen=True, kw_only=True):
    """A running LiteLLM: its base URL, as its documentation has it."""

    url: str


@contextlib.contextmanager
def litellm_server(tmp: Path, upstream: str, models: Sequence[str]) -> Iterator[LiteLLMServer]:
    """Run LiteLLM on a free loopback port, without a database and without retries of its own.

    Args:
        tmp: an existing folder, into which alone it writes.
        upstream: base URL of the server that has its models and speaks Chat Completions.
        models: their names; one that fails is left alone for a while, so each test takes one of its own.

    Raises:
        ServerError: it can't be installed or does not start.
    """
    port = free_port()
    (tmp / "config.json").write_bytes(msgspec.json.encode(_config(upstream, models)))
    program = provide(SERVERS["litellm"]).path
    arguments: list[str | Path] = [program, "--config", tmp / "config.json", "--host", "127.0.0.1", "--port", str(port)]
    command = Command(
        arguments=arguments, folder=tmp, log=tmp / "litellm.log", environment=_environment(tmp), patience=PATIENCE
    )
    with running(command, lambda: answers(port, HEALTH, b"HTTP/1.1 200")):
        yield LiteLLMServer(url=f"http://127.0.0.1:{port}")


def _config(upstream: str, models: Sequence[str]) -> dict[str, object]:
    """Its configuration is YAML, which JSON is as well."""
    call = {"api_base": f"{upstream}/v1", "api_key": "sk-upstream", "max_retries": 0}
    return {
        "model_list": [{"model_name": name, "litellm_params": {"model": f"openai/{name}", **call}} for name in models],
        "general_settings": {"master_key": KEY},
        "router_settings": {"num_retries": 0},
    }


def _environment(home: Path) -> dict[str, str]:
    """Return what it needs to run and nothing to fetch: its prices are those that came with it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
