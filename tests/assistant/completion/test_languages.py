"""Agents are told everything in their language: errors and warnings, whole, streamed, shared and from the cache."""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from providers.local.server import Running
from providers.registry import ProviderOptions
from tests.assistant.completion.asking import PATH, STREAMED, done_of, events_of, using, wanted
from tests.assistant.harness import error, own_loop, service
from tests.fakes import FakeProvider, steps
from tests.fakes.core import ScriptedCore
from tests.fakes.drip import Drip
from tests.providers.local.processes import place
from tests.servers.process import free_port

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
DRAFT = "Dear Ms Okafor, see https://shop.example/terms and https://shop.example/help about order 48213."
LOST = "Dear Ms Okafor, here you are."
ENGLISH_WARNINGS = [
    "The links https://shop.example/terms and https://shop.example/help are missing.",
    "The number 48213 is missing.",
]
GERMAN_WARNINGS = [
    "Die Links https://shop.example/terms und https://shop.example/help fehlen.",
    "Die Zahl 48213 fehlt.",
]


@pytest.fixture(autouse=True)
def fake(shared_fake: FakeProvider) -> FakeProvider:
    """A provider that loses all facts."""
    shared_fake.reply(LOST)
    return shared_fake


async def clicked(
    client: httpx.AsyncClient, content: str = DRAFT, headers: dict[str, str] | None = None, **more: object
) -> httpx.Response:
    """Click as a browser does that speaks German, unless it is said otherwise."""
    return await client.post(PATH, json=wanted(content, **more), headers=GERMAN if headers is None else headers)


def message(answer: httpx.Response) -> str:
    """Return what a person reads of an error."""
    error(answer)
    return str(answer.json()["message"])


def warnings(answer: httpx.Response) -> list[str]:
    """Return the warnings of an answer with `detail`."""
    found: list[str] = answer.json()["data"]["warnings"]
    return found


ERRORS: dict[str, tuple[dict[str, Any], str]] = {
    "empty": ({"content": " "}, "Es gibt noch nichts umzuformulieren. Bitte schreiben Sie zuerst einen Entwurf."),
    "no such prompt": ({"content": "Hi.", "prompt_key": "nope"}, "Den Prompt 'nope' gibt es nicht."),
    "variable": (
        {"content": "Hi.", "variables": {"x": 1}},
        "Der Prompt hat keine Variable 'x'. Vorhanden: ",
    ),
    "too large": (
        {"content": "x" * 70_000},
        "content: hat 70000 Bytes, erlaubt sind 65536. Bitte kürzen Sie den Text.",
    ),
    "lost": (
        {"content": DRAFT},
        "In der Antwort ging Folgendes verloren: https://shop.example/terms, https://shop.example/help und 48213. ",
    ),
}


@own_loop
@pytest.mark.parametrize("case", ERRORS)
async def test_errors_of_a_click(client: httpx.AsyncClient, case: str) -> None:
    """Whoever asks in German is told in German, and the codes are the same; English is told to all others."""
    body, said = ERRORS[case]
    german = await clicked(client, **body)
    assert message(german).startswith(said)
    for headers in ({}, {"Accept-Language": "fr"}, {"Accept-Language": "en-GB,de;q=0.5"}):
        english = await clicked(client, headers=headers, **body)
        assert error(english) == error(german)
        assert message(english).isascii()
        assert message(english) != message(german)


PROVIDERS = {
    401: "Der Anbieter custom hat den API-Schlüssel abgelehnt (HTTP 401). Ein Administrator muss in den "
    "KI-Einstellungen einen gültigen Schlüssel eintragen.",
    404: "Der KI-Anbieter custom kennt diese Adresse oder dieses Modell nicht. Bitte wenden Sie sich an einen "
    "Administrator.",
    429: "Der Anbieter custom begrenzt zurzeit die Zahl der Anfragen (HTTP 429). Bitte versuchen Sie es gleich noch "
    "einmal. Falls das Problem bestehen bleibt, kann ein Administrator einen anderen Anbieter wählen.",
}


@own_loop
@pytest.mark.parametrize("status", PROVIDERS)
async def test_what_a_provider_did(client: httpx.AsyncClient, fake: FakeProvider, status: int) -> None:
    """What happened, why, and what to do about it; whole, and in a stream that has not begun."""
    fake.script(*[steps.status(status, retry_after="0")] * 9)
    assert message(await clicked(client, "Hi there.")) == PROVIDERS[status]
    assert message(await clicked(client, "Hi there.", headers=GERMAN | STREAMED)) == PROVIDERS[status]


@own_loop
async def test_stream_that_breaks_off(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """Its last event is an error in the agent's language."""
    fake.script(steps.cut())
    streamed = events_of((await clicked(client, headers=GERMAN | STREAMED)).text)
    assert streamed[-1].name == "error"
    assert streamed[-1].data["data"]["code"] == "provider_unavailable"
    assert streamed[-1].data["message"].startswith("Der Anbieter custom hat die Antwort abgebrochen. Bitte versuchen")


@own_loop
async def test_warnings(client: httpx.AsyncClient) -> None:
    """Beside an answer, and at the end of a stream."""
    assert warnings(await clicked(client, detail=True)) == GERMAN_WARNINGS
    assert warnings(await clicked(client, headers={}, detail=True)) == ENGLISH_WARNINGS
    streamed = await clicked(client, headers=GERMAN | STREAMED)
    assert done_of(events_of(streamed.text))["warnings"] == GERMAN_WARNINGS


@own_loop
async def test_those_who_wait_together_may_speak_other_languages(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """One answer, and each is told of it, or of why there is none, in their own language."""
    drip = Drip(LOST)
    fake.script(drip)
    clicks = [
        asyncio.create_task(clicked(client, headers=headers, detail=detail))
        for headers in (GERMAN, {})
        for detail in (True, False)
    ]
    assert await asyncio.to_thread(drip.begun.wait, 20)
    drip.finish()
    german, german_refusal, english, english_refusal = await asyncio.gather(*clicks)
    assert (warnings(german), warnings(english)) == (GERMAN_WARNINGS, ENGLISH_WARNINGS)
    assert message(german_refusal).startswith("In der Antwort ging Folgendes verloren")
    assert message(english_refusal).startswith("The answer lost")


@contextmanager
def built_in_model(state: Path, fake: FakeProvider) -> Iterator[None]:
    """Let a fake stand for the built-in model, whose answers are kept with their warnings."""
    found = place(ProviderOptions(state_dir=state))
    running = Running(pid=os.getpid(), base_url=f"{fake.url}/v1", key="k", model_file=found.model_file)
    with found.state.open("wb", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(msgspec.json.encode(running))
        yield


async def test_stored_warnings(state: Path, fake: FakeProvider) -> None:
    """An answer that was asked for in one language and kept is told in another, by the short cut as well."""
    async with service(state) as client:
        with built_in_model(state, fake):
            asked = [
                (headers, await clicked(client, headers=headers, detail=True))
                for headers in (GERMAN, {}, GERMAN, {"Accept-Language": "de", "Cache-Control": "max-age=0"})
            ]
            streamed = await clicked(client, headers=GERMAN | STREAMED)
    assert [each.headers["x-assistant-cache"] for _, each in asked] == ["miss", "hit", "hit", "hit"]
    for headers, each in asked:
        assert warnings(each) == (GERMAN_WARNINGS if headers else ENGLISH_WARNINGS)
    assert streamed.headers["x-assistant-cache"] == "hit"
    assert done_of(events_of(streamed.text))["warnings"] == GERMAN_WARNINGS


async def test_budgets(state: Path, fake: FakeProvider) -> None:
    """How many requests there were, and when there are more of them; whose day is over."""
    fake.reply("Hello there.")
    async with service(state, **using(fake)) as client:
        budgets = [{"scope": "agent", "id": "*", "requests_per_minute": 1}]
        assert (await client.put("/api/v1/ai/budgets", json={"budgets": budgets})).status_code == 200
        assert (await clicked(client, "Hi there.")).status_code == 200
        used = message(await clicked(client, "Hi there."))
        assert used.startswith("Sie haben alle Anfragen für diese Minute verbraucht (1). Bitte versuchen Sie es in ")
        budgets = [{"scope": "workspace", "tokens_per_day": 1}]
        assert (await client.put("/api/v1/ai/budgets", json={"budgets": budgets})).status_code == 200
        assert message(await clicked(client, "Hi over there.")) == (
            "Das heutige Budget (Tokens) für den gesamten Arbeitsbereich reicht für diese Anfrage nicht mehr aus. Ab "
            "Mitternacht (UTC) steht es wieder zur Verfügung; ein Administrator kann es erhöhen."
        )


@own_loop
async def test_who_may_not_come_in(client: httpx.AsyncClient) -> None:
    """Credentials, the proof of origin, a path and a body."""
    wrong = {**GERMAN, "Authorization": "token a:b"}
    browser = {**GERMAN, "Authorization": "", "Cookie": "session=x"}
    assert message(await clicked(client, headers=wrong)) == "Der API-Schlüssel oder das Secret ist ungültig."
    assert message(await clicked(client, headers=browser)).startswith("Das CSRF-Token stimmt nicht.")
    prompts = await client.get("/api/v1/ai/prompts", headers={**browser, "Sec-Fetch-Mode": "cors"})
    assert message(prompts) == "Ihre Sitzung ist abgelaufen. Bitte melden Sie sich erneut an."
    garbage = await client.post(PATH, content=b"{", headers=GERMAN)
    assert message(garbage) == "Der Inhalt der Anfrage muss ein JSON-Objekt in UTF-8 sein."
    odd = await client.get("/api/v1/ai/%70rompts", headers=GERMAN)
    assert message(odd).startswith("Dieser Pfad ist nicht kanonisch")


async def test_helpdesk_in_trouble(state: Path) -> None:
    """As a page for people, as JSON, and where it is asked who is calling."""
    with ScriptedCore() as core:
        core_url = core.url
    async with service(state, core_url=core_url.replace(core_url.rpartition(":")[2], str(free_port()))) as client:
        page = await client.get("/inboxes/assigned", headers=GERMAN)
        assert '<html lang="de">' in page.text
        assert "<h1>Der Helpdesk ist nicht erreichbar</h1>" in page.text
        assert "Bitte versuchen Sie es gleich noch einmal." in page.text
        for path in ("/api/v1/conversations/all", "/api/v1/ai/prompts"):
            assert message(await client.get(path, headers=GERMAN)).startswith("Der Helpdesk ist nicht erreichbar.")
        english = await client.get("/inboxes/assigned")
        assert '<html lang="en">' in english.text
        assert "<h1>The helpdesk can't be reached</h1>" in english.text
