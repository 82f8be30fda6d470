"""A tiny model is given an HTML draft as text, and what it answers becomes HTML of the draft's kind."""

from pathlib import Path

import pytest
from msgspec import structs

from providers.hosts import HOSTS
from tests.assistant.completion.asking import asked, click, click_streamed, done_of, events_of, using
from tests.assistant.harness import service
from tests.fakes import FakeProvider

LINK = '<a href="https://help.example.com/reset">the reset page</a>'
DRAFT = f"<p>Hi Ana,</p><ul><li>restart the app</li><li>open {LINK}</li></ul><p>Best,<br>Tom</p>"
TOLD = "Hi Ana,\n\n- restart the app\n- open the reset page (https://help.example.com/reset)\n\nBest,\nTom"
WRITTEN = "Hello Ana,\n\n- restart the app\n- open the reset page (https://help.example.com/reset)\n\nBest,\nTom"


@pytest.fixture(autouse=True)
def fake(shared_fake: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """A provider that is spoken to as the built-in model is."""
    tiny = structs.replace(HOSTS["custom"], prompt_style="brief")
    monkeypatch.setattr("assistant.completion.prepared.HOSTS", {**HOSTS, "custom": tiny})
    return shared_fake


async def test_model_reads_text_and_the_agent_gets_html(state: Path, fake: FakeProvider) -> None:
    """The list is a list again, the link a link, whole or streamed."""
    fake.reply(WRITTEN)
    expected = DRAFT.replace("Hi", "Hello")
    async with service(state, **using(fake)) as client:
        assert (await click(client, DRAFT)).json()["data"] == expected
        streamed = await click_streamed(client, DRAFT, fresh=True)
    assert asked(fake)[0].json["messages"][-1]["content"] == TOLD
    assert done_of(events_of(streamed.text))["text"] == expected


async def test_lost_link_is_told(state: Path, fake: FakeProvider) -> None:
    """The answer is given all the same, with a warning."""
    fake.reply("Hello Ana,\n\nrestart the app.\n\nBest,\nTom")
    async with service(state, **using(fake)) as client:
        answer = await click(client, DRAFT, detail=True)
    assert answer.status_code == 200, answer.text
    assert any("help.example.com/reset" in warning for warning in answer.json()["data"]["warnings"])
