"""The tests of a prompt: before it is published, and by the command."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.assistant import serving
from tests.assistant.authoring.editing import act, details, prompt, refused, save, shown
from tests.assistant.completion.asking import asked, serving_with, using
from tests.assistant.harness import service
from tests.fakes import FakeProvider, steps

TESTS = """tests:
  - content: "Wait for order 48213!"
    assert:
      - {type: keeps-numbers}
      - {type: not-contains, value: "!"}
"""
JUDGED = """tests:
  - content: "Wait!"
    assert:
      - {type: judged, value: "It is polite."}
      - {type: language, value: English}
"""


def says(answer: str, verdict: str = "yes") -> Any:  # noqa: ANN401 - what a fake takes
    """Return a provider that gives an answer to drafts, and a verdict to a judge's question."""
    return lambda body: verdict if "Rule:" in body["messages"][-1]["content"] else answer


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        fake.reply("Please wait for order 48213.")
        yield fake


@pytest.fixture
async def client(state: Path, fake: FakeProvider) -> AsyncIterator[httpx.AsyncClient]:
    """A service that asks it."""
    async with service(state, **using(fake)) as client:
        yield client


async def test_prompt_that_passes_is_published(client: httpx.AsyncClient) -> None:
    """Its tests run first, and the audit log says how many passed."""
    await save(client, "reply_calm", prompt(more=TESTS))
    assert (await act(client, "reply_calm", "publish")).status_code == 200
    [row] = (await client.get("/api/v1/ai/audit?page_size=1")).json()["data"]["results"]
    assert (row["action"], row["after"]["tests_passed"], row["after"]["tests_failed"]) == ("prompt.published", 1, 0)


async def test_prompt_that_fails_is_not_published(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """Each failure is told; with force and a reason it is published, and the audit log keeps the reason."""
    fake.reply("Wait!")
    await save(client, "reply_calm", prompt(more=TESTS))
    failures = details(await act(client, "reply_calm", "publish"), 409, "tests_failed")
    assert failures == [
        "Test 1: keeps-numbers: lost the number 48213",
        "Test 1: not-contains: '!' should not appear",
    ]
    assert (await shown(client, "reply_calm"))["published"] == 0
    assert refused(await act(client, "reply_calm", "publish", force=True), 400) == "invalid_request"
    forced = await act(client, "reply_calm", "publish", force=True, reason="we know about the number")
    assert forced.status_code == 200
    [row] = (await client.get("/api/v1/ai/audit?page_size=1")).json()["data"]["results"]
    assert (row["after"]["forced"], row["after"]["tests_failed"]) == ("we know about the number", 2)


async def test_provider_that_is_down_publishes_nothing(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """A test that could not be run has not passed."""
    await save(client, "reply_calm", prompt(more=TESTS))
    fake.script(*[steps.status(401)] * 4)
    [failure] = details(await act(client, "reply_calm", "publish"), 409, "tests_failed")
    assert "could not be run" in failure


@pytest.mark.parametrize(
    ("verdict", "status", "told"),
    [
        ("Yes.", 200, ""),
        ("no: it gives an order", 409, "judged: the judge said no: it gives an order"),
        ("Perhaps?", 409, "judged: the judge said neither yes nor no: Perhaps?"),
    ],
)
async def test_judge_decides(
    client: httpx.AsyncClient, fake: FakeProvider, verdict: str, status: int, told: str
) -> None:
    """A rule in an author's own words is put to the model; what is neither yes nor no counts as no."""
    fake.reply(says("We would kindly like to ask you to wait a moment for us, please.", verdict))
    await save(client, "reply_calm", prompt(more=JUDGED))
    answer = await act(client, "reply_calm", "publish")
    assert answer.status_code == status, answer.text
    assert told in answer.text


async def test_answer_in_another_language(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """The assertion `language` is what the guard knows."""
    fake.reply(says("Bitte warten Sie noch einen Augenblick, wir kümmern uns gleich um Ihre Bestellung."))
    await save(client, "reply_calm", prompt(more=JUDGED))
    [failure] = details(await act(client, "reply_calm", "publish"), 409, "tests_failed")
    assert failure.startswith("Test 1: language: ")


def run(folder: Path, fake_settings: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command over a folder of prompts."""
    settings = {"PROMPTS_DIR": str(folder / "prompts"), "LOG_LEVEL": "error", **fake_settings}
    return serving.run(folder, "prompts", "test", *options, **settings)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a prompt of one's own, on a wide terminal."""
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "reply_calm.j2").write_text(prompt(more=TESTS))
    return tmp_path


def test_command_tells_what_passes_and_what_fails(folder: Path, fake: FakeProvider) -> None:
    """It ends with 0 or 1, shows a row for each test, and writes a report for CI."""
    good = run(folder, serving_with(fake), "reply_calm")
    assert (good.returncode, "1 of 1 tests passed" in good.stdout) == (0, True), good.stderr
    fake.reply("Wait!")
    bad = run(folder, serving_with(fake), "reply_calm", "--junit", "report.xml")
    assert bad.returncode == 1, bad.stderr
    assert "lost the number 48213" in " ".join(bad.stdout.split())
    suite = ET.parse(folder / "report.xml").getroot().find("testsuite")  # noqa: S314 - written a moment ago
    assert suite is not None
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("reply_calm", "1", "1")
    assert run(folder, serving_with(fake), "no_such").returncode == 2


def test_recorded_answers_need_no_provider(folder: Path, fake: FakeProvider) -> None:
    """What was recorded is replayed as long as the model would be sent the same; then it says so."""
    settings = serving_with(fake)
    assert run(folder, settings, "reply_calm", "--record").returncode == 0
    calls = len(asked(fake))
    fake.reply("Wait!")
    again = run(folder, settings, "reply_calm")
    assert (again.returncode, len(asked(fake))) == (0, calls), again.stderr
    (folder / "prompts" / "reply_calm.j2").write_text(prompt("Make it calmer.", more=TESTS))
    changed = run(folder, settings, "reply_calm")
    assert (changed.returncode, len(asked(fake))) == (1, calls)
    assert "--record" in changed.stdout
