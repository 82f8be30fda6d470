"""A shop that has been using the assistant: who works there, and what they have set and written."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.assistant.authoring.editing import PROMPTS, prompt
from tests.assistant.console.office import MANAGER, PASSWORD, Office
from tests.assistant.serving import serving
from tests.fakes import FakeProvider

REFUSAL, CALM, DELAY = "reply_refusal", "reply_calm", "delay_notice"
OFF = "reply_straightforward"
REFUSAL_TITLE, REFUSAL_SAMPLE = "Explain a Refusal", "Refund after 30 days"
_REFUSAL_DRAFT = (
    "we can't refund order 48213, the 30 days are over. you can still exchange it: https://example.com/exchange"
)
_REFUSAL_TESTS = """tests:
  - content: "No refund for order 48213, it is older than 30 days."
    assert:
      - {type: keeps-numbers}
      - {type: not-contains, value: unfortunately}
  - content: "We can't repair it. Exchange it at https://example.com/exchange."
    assert:
      - {type: keeps-links}
"""
_FIRM = "State why the request is refused. Be firm and precise, and quote the rule."
_ANSWERS = {
    "Say no kindly": "I'm sorry, order 48213 is past our 30 days for refunds. You can still exchange it, whenever it "
    "suits you: https://example.com/exchange",
    "Be firm": "Your request for order 48213 is refused: our terms allow refunds within 30 days only. An exchange is "
    "possible at https://example.com/exchange.",
}


def answer(body: dict[str, Any]) -> str:
    """Write as a model would that follows its instructions: tests get their draft back, samples a rewritten one."""
    said = str(body["messages"])
    time.sleep(0.2 + len(said) % 7 / 10)  # seconds, as a small model would take
    if "30 days are over" in said:
        return next((text for instruction, text in _ANSWERS.items() if instruction in said), _ANSWERS["Be firm"])
    return str(body["messages"][-1]["content"])


@contextlib.contextmanager
def open_shop(folder: Path, provider: FakeProvider) -> Iterator[Office]:
    """Run the service of the shop in a folder."""
    asked = {
        "PROVIDER": "custom",
        "BASE_URL": provider.url,
        "MODEL": "mistral-small",
        "API_KEY": "sk-of-the-shop",
        "SAMPLE_DATA": "1",
    }
    with serving(folder, **asked) as served:
        yield Office(provider, served)


def set_up(office: Office) -> dict[str, str]:
    """Hire someone who manages, write prompts and change settings; returns the versions of prompts in use."""
    office.hire(MANAGER, "Grace Hopper", "Admin")
    client = _signed_in(office)
    versions = _write(client)
    _set(client, office.provider.url)
    return versions


def _signed_in(office: Office) -> httpx.Client:
    client = httpx.Client(base_url=office.url, timeout=office.client.timeout)
    assert client.post("/api/v1/auth/login", json={"email": MANAGER, "password": PASSWORD}).status_code == 200
    client.headers["X-CSRFTOKEN"] = client.cookies["csrf_token"]
    return client


def _write(client: httpx.Client) -> dict[str, str]:
    _save(
        client,
        REFUSAL,
        prompt(_FIRM, title=REFUSAL_TITLE, more=_described("Why the answer is no.", _REFUSAL_TESTS)),
        "First text",
    )
    _do(client, REFUSAL, "publish")
    for name, content in (
        (REFUSAL_SAMPLE, _REFUSAL_DRAFT),
        ("Repair out of warranty", "no free repair, warranty ended in May"),
    ):
        body = {"name": name, "content": content, "variables": {}}
        assert client.post(f"{PROMPTS}/{REFUSAL}/samples", json=body).status_code == 200
    _save(
        client, CALM, prompt("Make it calm.", title="Calm Reply", more=_described("For angry customers.")), "First text"
    )
    _do(client, CALM, "publish")
    old = _version(client, CALM)
    better = "Make it calm. Leave out reproach, and name what happens next."
    _save(
        client, CALM, prompt(better, title="Calm Reply", more=_described("For angry customers.")), "Name the next step"
    )
    _do(client, CALM, "publish")
    _save(
        client,
        DELAY,
        prompt("Tell of the delay and the new date.", title="Parcel Delay", more=_described("A late parcel.")),
    )
    own = _shown(client, "reply_concise")["source"]
    _save(client, "reply_concise", own.replace("Shorter, with", "Much shorter, with"), "Says what agents asked for")
    _do(client, OFF, "disable")
    keys = [each["key"] for each in client.get("/api/v1/ai/authoring/prompts").json()["data"]]
    used = [key for key in keys if key.startswith(("reply_", "fix_", "simplify")) and key != OFF]
    return {**{key: _version(client, key) for key in used}, "": old}


def _described(description: str, more: str = "") -> str:
    return f"description: {description}\n{more}"


def _set(client: httpx.Client, address: str) -> None:
    budgets = [
        {"scope": "agent", "tokens_per_day": 20_000, "requests_per_minute": 20},
        {"scope": "workspace", "cost_per_day": 0.1},
    ]
    prices = [{"provider": "custom", "model": "mistral-small", "input": 0.1, "output": 0.3}]
    _put(client, "/api/v1/ai/budgets", {"budgets": budgets, "prices": prices})
    pattern = {"name": "customer_number", "pattern": r"KD-\d{6}"}
    _put(client, "/api/v1/ai/masking", {"patterns": [pattern], "private": ["customer_number", "email"]})
    fallback = {"provider": "openai", "api_key": "sk-of-the-shop-too"}
    first = {"provider": "custom", "base_url": address, "model": "mistral-small", "verify": False}
    _put(client, "/api/v1/ai/provider", {**first, "fallbacks": [fallback]})
    assert client.delete("/api/v1/ai/cache").status_code == 200


def _put(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    said = client.put(path, json=body)
    assert said.status_code == 200, said.text


def _shown(client: httpx.Client, key: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{PROMPTS}/{key}").json()["data"]
    return found


def _save(client: httpx.Client, key: str, source: str, message: str = "") -> None:
    found = client.get(f"{PROMPTS}/{key}")
    header = {"If-Match": found.headers["etag"]} if found.status_code == 200 else {"If-None-Match": "*"}
    said = client.put(f"{PROMPTS}/{key}", json={"source": source, "message": message}, headers=header)
    assert said.status_code == 200, said.text


def _do(client: httpx.Client, key: str, what: str) -> None:
    said = client.post(f"{PROMPTS}/{key}/{what}", json={})
    assert said.status_code == 200, said.text


def _version(client: httpx.Client, key: str) -> str:
    said = client.post("/api/v1/ai/completion", json={"prompt_key": key, "content": "Your parcel is on its way."})
    assert said.status_code == 200, said.text
    return str(said.headers["x-assistant-prompt-version"])
