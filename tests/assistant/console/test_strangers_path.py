"""How many actions the two most important jobs take someone who has never seen the console."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TypeAlias

import httpx
import pytest
from playwright.sync_api import Browser

from tests.assistant.authoring.editing import PROMPTS, prompt
from tests.assistant.console.office import AGENT, MANAGER, Office, office
from tests.assistant.console.stranger import Stranger, make_better_version, make_own_prompt
from tests.fakes.provider import Received

Property: TypeAlias = Callable[[str, object], None]

UNDONE = "reply_undone"
MOST_FOR_OWN, MOST_FOR_BETTER = 12, 15
DRAFT = "no refund, order 48213 is older than 30 days"
TESTS = """tests:
  - content: "no refund for order 48213"
    assert:
      - {type: keeps-numbers}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office whose provider says the draft, and whose agents undid a prompt again and again.

    It is one of its own: figures of prompts are added up anew only every half a minute.
    """
    with office(tmp_path_factory.mktemp("shop")) as made:
        made.provider.reply(lambda body: str(body["messages"][-1]["content"]))
        save(made.client, UNDONE, prompt("Be grand.", title="Grand Reply", more=TESTS))
        sample = {"name": "A refund", "content": DRAFT, "variables": {}}
        assert made.client.post(f"{PROMPTS}/{UNDONE}/samples", json=sample).status_code == 200
        assert made.client.post(f"{PROMPTS}/{UNDONE}/publish", json={}).status_code == 200
        with signed_in(made) as agent:
            for verdict in ("undone", "undone", "kept", "undone", "edited", "undone"):
                told = {"request_id": asked(agent, UNDONE).headers["x-request-id"], "verdict": verdict}
                assert agent.post("/api/v1/ai/feedback", json=told).status_code == 200
        yield made


def save(client: httpx.Client, key: str, source: str) -> None:
    """Save the first draft of a prompt."""
    answer = client.put(f"{PROMPTS}/{key}", json={"source": source}, headers={"If-None-Match": "*"})
    assert answer.status_code == 200, answer.text


@contextlib.contextmanager
def signed_in(office: Office) -> Iterator[httpx.Client]:
    """Sign in as an agent who may do nothing but answer customers."""
    cookies = office.session(AGENT)
    headers = {"X-CSRFTOKEN": cookies["csrf_token"]}
    with httpx.Client(base_url=office.url, cookies=cookies, headers=headers, timeout=office.client.timeout) as client:
        yield client


def asked(agent: httpx.Client, key: str) -> httpx.Response:
    """Have a prompt of an agent's list rewrite a draft."""
    assert key in [each["key"] for each in agent.get(PROMPTS).json()["data"]]
    answer = agent.post("/api/v1/ai/completion", json={"prompt_key": key, "content": DRAFT})
    assert answer.status_code == 200, answer.text
    return answer


def instructions(requests: list[Received]) -> str:
    """Return what the provider was told last."""
    return str(requests[-1].json["messages"])


def report(stranger: Stranger, record_property: Property) -> None:
    """Tell how far it was, in the report of the suite and with `pytest -rP`."""
    record_property("actions", len(stranger.actions))
    record_property("seconds", round(stranger.seconds, 1))
    print(stranger.told())  # noqa: T201 - what the test measures


def test_from_signing_in_to_a_prompt_of_ones_own(browser: Browser, shop: Office, record_property: Property) -> None:
    """It is in the agents' list and answers, and no file was ever seen."""
    with shop.page(browser, "/") as page:
        stranger = Stranger(page)
        make_own_prompt(stranger, MANAGER, title="Goodwill Reply", instruction="Offer goodwill, without a promise.")
        report(stranger, record_property)
    assert len(stranger.actions) <= MOST_FOR_OWN, stranger.told()
    assert not stranger.saw_yaml
    with signed_in(shop) as agent:
        asked(agent, "goodwill_reply")
    assert "Offer goodwill, without a promise." in instructions(shop.provider.requests)


def test_from_often_undone_to_a_better_version(browser: Browser, shop: Office, record_property: Property) -> None:
    """Found, looked at, changed, tried, tested and published; agents have the better version."""
    better = "Say no kindly, in two sentences."
    with shop.page(browser, "/", as_=MANAGER) as page:
        stranger = Stranger(page)
        make_better_version(
            stranger, title="Grand Reply", instruction=better, sample="A refund", live="Version 2 is live"
        )
        report(stranger, record_property)
    assert len(stranger.actions) <= MOST_FOR_BETTER, stranger.told()
    with signed_in(shop) as agent:
        asked(agent, UNDONE)
    assert better in instructions(shop.provider.requests)
