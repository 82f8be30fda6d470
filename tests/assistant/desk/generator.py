"""Runs a desk as an operator would, fills it a little, and lets schemathesis generate requests from its document."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import msgspec

from tests.assistant.harness import ADMIN
from tests.assistant.serving import ROOT, Served

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
FACTOR = int(os.environ.get("EXAMPLES_FACTOR", "1"))
EXAMPLES = 4 * FACTOR
"""Generated requests for each operation, besides the systematic ones."""
SEQUENCES = 12 * FACTOR
"""Generated sequences of requests, each made of what the one before answered."""

_SYSTEMATIC, _SEQUENCES = ("examples", "coverage"), ("stateful",)
"""Phases of schemathesis, besides the one that asks each operation at random."""

_STATEFUL = f"\n[phases.stateful]\nmax-steps = 8\ngeneration.max-examples = {SEQUENCES}\n"
_PROMPTS = r"""
[dictionaries.prompt_keys]
values = ["reply_concise", "fix_grammar"]

[[operations]]
include-path-regex = "^/api/v1/ai/prompts/\\{key\\}"
parameters."path.key" = { dictionary = "prompt_keys", probability = 0.8 }
"""
"""What the whole service has besides the desk."""

_LONGEST = 300 * FACTOR  # seconds, on a busy machine

Serving: TypeAlias = Callable[..., AbstractContextManager[Served]]
"""Serves from a folder, with settings, until the end of the block."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended: whether all checks held, what it printed, and which operations succeeded at least once."""

    passed: bool
    report: str
    reached: frozenset[str]


def generate(served: Served, folder: Path, *, systematic: bool, sequences: bool) -> Outcome:
    """Fill a desk, and run schemathesis against it: random requests, and systematic ones, sequences, or both."""
    configuration = CONFIGURATION.read_text() + _STATEFUL + _dictionaries(fill(served.client))
    if "/prompts/{key}" in served.client.get("/docs/openapi.json").text:
        configuration += _PROMPTS
    (folder / CONFIGURATION.name).write_text(configuration)
    address = f"{str(served.client.base_url).rstrip('/')}/docs/openapi.json"
    authorization = f"Authorization: {ADMIN['Authorization']}"
    run = [sys.executable, "-m", "schemathesis.cli", "--no-color", "run", address, "--header", authorization]
    phases = [*(_SYSTEMATIC if systematic else ()), "fuzzing", *(_SEQUENCES if sequences else ())]
    amount = ["--phases", ",".join(phases), "--max-examples", str(EXAMPLES)]
    done = subprocess.run(
        [*run, *amount, "--output-truncate", "false"],
        cwd=folder,
        env=_variables(),
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    reached = folder / "reached.txt"
    return Outcome(
        passed=done.returncode == 0,
        report=done.stdout + done.stderr,
        reached=frozenset(reached.read_text().splitlines() if reached.exists() else ()),
    )


def _variables() -> dict[str, str]:
    """Return the few variables that schemathesis needs, which looks through all of them at each request.

    The tables of characters that its generator makes at first are left where the other tests have theirs.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis")}


def _dictionaries(made: dict[str, list[Any]]) -> str:
    """Write down ids for schemathesis, as a path holds them, and numbers as a body holds them, too."""
    numbers = {f"{name}_numbers": ids for name, ids in made.items() if name in {"agents", "teams"}}
    values = {name: [str(each) for each in ids] for name, ids in made.items()} | numbers
    return "".join(f"\n[dictionaries.{name}]\nvalues = {json.dumps(each)}\n" for name, each in values.items())


def fill(client: httpx.Client) -> dict[str, list[Any]]:
    """Make some of everything, a second administrator first, and return the ids under the names of the dictionaries."""
    agents = [_post(client, "agents", {**_PERSON, "email": f"{name}@example.com"})["id"] for name in _NAMES]
    teams = [_post(client, "teams", {"name": name, "conversation_assignment_type": "Manual"})["id"] for name in _NAMES]
    conversation = _post(client, "conversations", {**_CONVERSATION, "team_id": teams[0]})
    message = {"message": "<p>Hello</p>", "sender_type": "agent"}
    messages = [_post(client, f"conversations/{conversation['uuid']}/messages", message) for _ in range(2)]
    contact = conversation["contact_id"]
    return {
        "agents": agents,
        "teams": teams,
        "team_names": _NAMES,
        "contacts": [contact],
        "conversations": [conversation["uuid"]],
        "messages": [each["uuid"] for each in messages],
        "notes": [_post(client, f"contacts/{contact}/notes", {"note": "Hello"})["id"] for _ in range(3)],
        "statuses": [_post(client, "statuses", {"name": name, "category": "waiting"})["id"] for name in _NAMES],
        "views": [_post(client, "views/me", {"name": name, "filters": []})["id"] for name in "AB"],
        "files": [_data(client.post("/api/v1/media", files={"files": ("a.txt", b"Hello")}))["uuid"]],
    }


_NAMES = ["victim", "ada", *(f"spare{number}" for number in range(10))]
"""Enough that some are left when many were deleted."""
_PERSON = {"first_name": "Ada", "roles": ["Admin"], "new_password": "correct horse"}
_CONVERSATION = {
    "subject": "Hello",
    "content": "Hello",
    "inbox_id": 1,
    "contact_email": "carla@example.com",
    "first_name": "Carla",
    "initiator": "contact",
}


def _post(client: httpx.Client, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    return _data(client.post(f"/api/v1/{path}", json=body))


def _data(answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]
