"""The conversation that an agent has open: read with the agent's own rights, for a moment, and not waited for long."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.auth.actor import Actor, Credentials
from assistant.errors import CoreUnavailableError
from assistant.gateway.core import CoreAnswer
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation, OpenConversations
from tests.assistant.authoring.editing import act, listed, prompt, refused, save
from tests.assistant.completion.asking import PATH, asked, echo, until, using, wanted
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import service
from tests.fakes import FakeProvider
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore

ME = "/api/v1/agents/me"
ONE, OTHER = "0b8f1c52-7e1d-4c0a-9a53-2f6f0a4f7b11", "1c9a2d63-8f2e-4d1b-8b64-3a7a1b5a8c22"
JSON = [("Content-Type", "application/json")]


def path_of(uuid: str) -> str:
    """Return where the core has a conversation."""
    return f"/api/v1/conversations/{uuid}"


def page(uuid: str = ONE) -> dict[str, str]:
    """Return the header of a page that shows a conversation."""
    return {"Referer": f"http://assistant/inboxes/assigned/conversation/{uuid}"}


def conversation(uuid: str = ONE, inbox: object = 3, **contact: object) -> acts.Act:
    """Answer with a conversation, as Libredesk does."""
    data = {"id": 5, "uuid": uuid, "inbox_id": inbox, "contact": {"first_name": "Zoltan", "last_name": "", **contact}}
    return acts.answer(200, json.dumps({"status": "success", "data": data}).encode(), JSON)


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider that changes nothing."""
    with FakeProvider() as fake:
        fake.reply(echo)
        yield fake


@pytest.fixture(scope="module")
def scripted() -> Iterator[ScriptedCore]:
    """The core of all tests here."""
    with ScriptedCore() as core:
        yield core


@pytest.fixture
def core(scripted: ScriptedCore) -> ScriptedCore:
    """A helpdesk with one agent, and no conversations yet."""
    scripted.reset()
    scripted.script_all(acts.answer(404, b'{"status":"error","message":"no","data":null}', JSON))
    scripted.at(ME, acts.me())
    return scripted


@pytest.fixture
async def client(state: Path, core: ScriptedCore, fake: FakeProvider) -> AsyncIterator[httpx.AsyncClient]:
    """A service in front of it, with a prompt for the inboxes 3 and 4, and one that speaks of the customer."""
    async with service(state, core_url=core.url, **using(fake)) as client:
        await publish(client, "returns", prompt(title="returns", more="scope: {inboxes: [3, 4]}\n"))
        user = "{% block user %}{{ contact_name }}|{{ contact_language }}|{{ content }}{% endblock %}"
        await publish(client, "greet", prompt(title="greet") + user)
        yield client


async def publish(client: httpx.AsyncClient, key: str, source: str) -> None:
    """Publish a prompt."""
    for answer in (await save(client, key, source), await act(client, key, "publish")):
        assert answer.status_code == 200, answer.text


async def click(
    client: httpx.AsyncClient, key: str, headers: dict[str, str], content: str = "All is well.", **more: object
) -> httpx.Response:
    """Ask for a completion from a page."""
    return await client.post(PATH, json=wanted(content, prompt_key=key, **more), headers=headers)


async def known(client: httpx.AsyncClient, *uuids: str) -> None:
    """Wait until conversations were read: on a busy machine a click may be answered before."""

    async def is_read() -> bool:
        fresh = [{**page(uuid), "Cache-Control": "no-cache"} for uuid in uuids]
        answers = [await click(client, "greet", headers, "Is it known?") for headers in fresh]
        return not any(answer.json()["data"].startswith("|") for answer in answers)

    await until(is_read)


async def test_prompt_for_an_inbox_works_from_a_page_that_names_the_conversation(
    client: httpx.AsyncClient, core: ScriptedCore
) -> None:
    """In its inboxes it answers, whole, from the cache and streamed; elsewhere there is no such prompt."""
    core.at(path_of(ONE), conversation(ONE, 4))
    core.at(path_of(OTHER), conversation(OTHER, 9))
    await known(client, ONE, OTHER)
    for cache in ("miss", "hit"):
        assert (await click(client, "returns", page(ONE))).headers["x-assistant-cache"] == cache
    streamed = await click(client, "returns", {**page(ONE), "Accept": "text/event-stream"})
    assert "event: done" in streamed.text
    for _ in range(2):
        assert refused(await click(client, "returns", page(OTHER)), 404) == "unknown_prompt"
        assert refused(await click(client, "returns", {}), 404) == "unknown_prompt"
    assert len(core.seen(path_of(ONE))) == 1


async def test_what_was_read_goes_before_what_the_body_says(client: httpx.AsyncClient, core: ScriptedCore) -> None:
    """A program may name an inbox where nothing is known; it can't talk itself into another one."""
    core.at(path_of(ONE), conversation(ONE, 9))
    await known(client, ONE)
    assert refused(await click(client, "returns", page(ONE), inbox_id=3), 404) == "unknown_prompt"
    assert (await click(client, "returns", {}, inbox_id=3)).status_code == 200
    assert (await click(client, "returns", page(OTHER), inbox_id=3)).status_code == 200


@pytest.mark.parametrize("credentials", [{"Cookie": "helpdesk_session=s; csrf_token=t", "X-CSRFTOKEN": "t"}, {}])
async def test_core_is_asked_with_the_callers_own_credentials(
    client: httpx.AsyncClient, core: ScriptedCore, credentials: dict[str, str]
) -> None:
    """Those and nothing else of the request."""
    core.at(path_of(ONE), conversation())
    if credentials:
        del client.headers["authorization"]
    await click(client, "greet", {**page(), **credentials, "X-Other": "x"})
    request = await asyncio.to_thread(core.wait_for, path_of(ONE))
    [me] = core.seen(ME)[-1:]
    for name in ("cookie", "authorization"):
        assert request.values(name) == me.values(name)
    assert request.values("cookie") == ([credentials["Cookie"]] if credentials else [])
    assert {name for name, _ in request.headers} <= {"host", "accept", "cookie", "authorization"}
    assert request.method == "GET"


async def test_customers_name_and_language_reach_prompt_and_key(
    client: httpx.AsyncClient, core: ScriptedCore, fake: FakeProvider
) -> None:
    """A template may say them to the model, and an answer for one customer is never another one's."""
    core.at(path_of(ONE), conversation(ONE, custom_attributes={"language": "Hungarian"}))
    core.at(path_of(OTHER), conversation(OTHER, first_name="Ana", last_name="Díaz"))
    await known(client, ONE, OTHER)
    first = len(asked(fake))
    for uuid, cache in ((ONE, "miss"), (OTHER, "miss"), (ONE, "hit"), (OTHER, "hit")):
        assert (await click(client, "greet", page(uuid))).headers["x-assistant-cache"] == cache
    assert (await click(client, "greet", {})).headers["x-assistant-cache"] == "miss"
    told = [each.json["messages"][-1]["content"] for each in asked(fake)[first:]]
    assert told == ["Zoltan|Hungarian|All is well.", "Ana Díaz||All is well.", "||All is well."]
    assert "Zoltan" not in json.dumps([each.json["messages"][:-1] for each in asked(fake)])


async def test_customers_name_is_no_invention(
    client: httpx.AsyncClient, core: ScriptedCore, fake: FakeProvider
) -> None:
    """The guard of names knows whose conversation it is."""
    core.at(path_of(ONE), conversation())
    await known(client, ONE)
    fake.reply("Dear Zoltan,\n\nall is well.")
    for headers, warned in (({}, True), (page(), False)):
        answer = await click(client, "reply_friendly", headers, detail=True)
        assert ("Zoltan" in str(answer.json()["data"]["warnings"])) is warned, answer.text


async def test_slow_core_delays_nothing_and_is_known_for_the_next_click(
    client: httpx.AsyncClient, core: ScriptedCore, fake: FakeProvider
) -> None:
    """Ten clicks make one reading, are answered while it hangs, and its end serves the next one."""
    gate = threading.Semaphore(0)
    core.at(path_of(ONE), acts.late(gate, conversation()))
    answers = await asyncio.gather(*(click(client, "greet", page()) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert {each.json["messages"][-1]["content"] for each in asked(fake)} == {"||All is well."}
    assert refused(await click(client, "returns", page()), 404) == "unknown_prompt"
    assert len(core.seen(path_of(ONE))) == 1
    gate.release()

    async def works() -> bool:
        return (await click(client, "returns", page())).status_code == 200

    await until(works)
    assert (await click(client, "greet", page())).headers["x-assistant-cache"] == "miss"
    assert len(core.seen(path_of(ONE))) == 1


TROUBLE = {
    "no access": acts.answer(403, b'{"status":"error","message":"Permission denied","data":null}'),
    "no session": acts.answer(401, b"{}"),
    "error": acts.answer(500, b"oops"),
    "closed": acts.raw(then="fin"),
    "garbage": acts.raw(b"garbage\r\n\r\n", then="hang"),
    "redirect": acts.answer(302, b"", [("Location", "/login")]),
    "not JSON": acts.answer(200, b"<html>Sign in</html>"),
    "a list": acts.answer(200, b'{"data": [1]}'),
    "deep": acts.answer(200, b"[" * 500_000),
    "too large": acts.answer(200, b" " * 2_000_000),
    "another one": conversation(OTHER),
    "no inbox": conversation(ONE, None),
    "odd inbox": conversation(ONE, "3"),
    "true inbox": conversation(ONE, True),
}


async def test_core_in_trouble_is_never_the_agents(client: httpx.AsyncClient, core: ScriptedCore) -> None:
    """Nothing is known then: the click works all the same, and a prompt for some inboxes is not there."""
    for trouble in TROUBLE.values():
        core.at(path_of(ONE), trouble)
        assert (await click(client, "greet", page())).status_code == 200, trouble
        assert refused(await click(client, "returns", page()), 404) == "unknown_prompt"
    core.at(path_of(ONE), conversation())
    await known(client, ONE)  # no failure is remembered for long


async def test_hostile_referers_are_never_asked_about(client: httpx.AsyncClient, core: ScriptedCore) -> None:
    """A name before the host, a path upwards, an endless one: no request of ours comes of it."""
    for referer in (
        f"http://assistant@evil.example/conversation/{ONE}",
        f"http://assistant/../conversation/{ONE}",
        f"http://assistant/conversation%2f{ONE}",
        f"http://assistant/conversation/{ONE}/../../../agents",
        f"http://assistant/conversation/{ONE}?{'x' * 100_000}",
    ):
        assert (await click(client, "greet", {"Referer": referer})).status_code == 200
    assert [each for each in core.requests if "conversations" in each.path] == []


async def test_list_of_a_page_holds_what_works_in_some_inbox(client: httpx.AsyncClient) -> None:
    """Libredesk reads the list once for all conversations; a program names the inbox, as ever."""
    assert "returns" not in await listed(client)
    for referer, query, there in (
        ("http://assistant/inboxes/assigned", "", True),
        (page()["Referer"], "", True),
        ("http://assistant/inboxes/assigned", "?inbox_id=9", False),
        ("http://assistant/inboxes/assigned", "?inbox_id=3", True),
        ("inboxes/assigned", "", False),
    ):
        rows = (await client.get(f"/api/v1/ai/prompts{query}", headers={"Referer": referer})).json()["data"]
        assert ("returns" in [each["title"] for each in rows]) is there, (referer, query)


@pytest.mark.parametrize(("switch", "known"), [(None, False), (False, False), (True, True)])
async def test_built_in_desk_is_read_when_asked_for(
    state: Path,
    fake: FakeProvider,
    switch: bool | None,  # noqa: FBT001 - a parameter of the test
    known: bool,  # noqa: FBT001
) -> None:
    """It is its own page; unless told, nothing is read of it."""
    async with service(state, read_referer=switch, **using(fake)) as client:
        await publish(client, "greet", prompt() + "{% block user %}{{ contact_name }}: {{ content }}{% endblock %}")
        opened = await DeskClient(client).new_conversation()
        assert (await click(client, "greet", page(opened["uuid"]))).status_code == 200
    told = asked(fake)[-1].json["messages"][-1]["content"]
    assert told == ("Carla: All is well." if known else ": All is well.")


async def test_switched_off_behind_a_core_nothing_is_read(state: Path, core: ScriptedCore, fake: FakeProvider) -> None:
    """The operator's word counts."""
    core.at(path_of(ONE), conversation())
    async with service(state, core_url=core.url, read_referer=False, **using(fake)) as client:
        assert (await click(client, "reply_friendly", page())).status_code == 200
    assert core.seen(path_of(ONE)) == []


class Core:
    """A core that says what it is told to, as often as it is asked; for what needs a clock."""

    in_process = False

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answers: dict[str, Any] = {}
        self.gate = asyncio.Event()
        self.gate.set()

    async def ask(self, path: str, credentials: Credentials) -> CoreAnswer:
        """Answer with what was set for these credentials."""
        self.asked.append((path, credentials.cookie))
        await self.gate.wait()
        answer = self.answers.get(credentials.cookie)
        if answer is None:
            raise CoreUnavailableError("down")
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return CoreAnswer(status=answer, body=b"{}")
        body = {"data": {"uuid": path.rpartition("/")[2], "inbox_id": 1, "contact": {"first_name": answer}}}
        return CoreAnswer(status=200, body=json.dumps(body).encode())

    async def forward(self, *_: Any) -> None:  # noqa: ANN401 - nothing is forwarded here
        """Do nothing."""

    async def reachable(self) -> bool:
        """Be there."""
        return True

    async def aclose(self) -> None:
        """Close nothing."""


ADA, BOB = Actor(id=1), Actor(id=2)
COOKIES = {1: Credentials(cookie="ada"), 2: Credentials(cookie="bob")}


class Reader:
    """Conversations over such a core, and a clock that a test moves."""

    def __init__(self) -> None:
        self.core = Core()
        self.time = 0.0
        self.conversations = OpenConversations(self.core, enabled=True, clock=lambda: self.time)

    async def read(self, actor: Actor, uuid: str = ONE) -> OpenConversation:
        """Read with the agent's own credentials."""
        return await self.conversations.read(actor, uuid, COOKIES[actor.id])


async def test_nobody_gets_what_another_may_read() -> None:
    """Each agent's reading is their own, with their own credentials; one refusal says nothing to the other."""
    reader = Reader()
    reader.core.answers = {"ada": "Zoe", "bob": 403}
    assert (await reader.read(ADA)).contact_name == "Zoe"
    assert await reader.read(BOB) == UNKNOWN
    assert await reader.read(BOB) == UNKNOWN, "and the helpdesk is not asked at every click"
    assert (await reader.read(ADA)).contact_name == "Zoe"
    assert [cookie for _, cookie in reader.core.asked] == ["ada", "bob"]


async def test_reading_counts_for_a_minute() -> None:
    """Then it is read again; what is refused then is forgotten."""
    reader = Reader()
    reader.core.answers = {"ada": "Zoe"}
    await reader.read(ADA)
    reader.time = 59.0
    reader.core.answers = {"ada": "Max"}
    assert (await reader.read(ADA)).contact_name == "Zoe"
    reader.time = 61.0
    assert reader.conversations.known(ADA, ONE) is None
    assert (await reader.read(ADA)).contact_name == "Max"
    for answer in (404, 403, 401, None):
        reader.time += 61.0
        reader.core.answers = {"ada": answer}
        assert await reader.read(ADA) == UNKNOWN
        reader.time += 2.1
        assert reader.conversations.known(ADA, ONE) is None


async def test_changed_rights_forget_everything_also_what_is_on_its_way() -> None:
    """What was asked before a change must not outlive it."""
    reader = Reader()
    reader.core.answers = {"ada": "Zoe"}
    await reader.read(ADA)
    reader.core.gate.clear()
    assert await reader.read(ADA, OTHER) == UNKNOWN
    reader.conversations.forget()
    assert reader.conversations.known(ADA, ONE) is None
    reader.core.gate.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert reader.conversations.known(ADA, OTHER) is None
    assert (await reader.read(ADA, OTHER)).contact_name == "Zoe"


async def test_what_nobody_expected_is_no_ones_trouble() -> None:
    """A core that fails in a way of its own: nothing is known, and the next reading may go better."""
    reader = Reader()
    reader.core.answers = {"ada": RuntimeError("odd")}
    assert await reader.read(ADA) == UNKNOWN
    reader.core.answers = {"ada": "Zoe"}
    assert (await reader.read(ADA)).contact_name == "Zoe"


async def test_many_conversations_are_not_all_kept_nor_all_read_at_once() -> None:
    """Neither memory nor the helpdesk pays for someone who names ever new ones."""
    reader = Reader()
    reader.core.answers = {"ada": "Zoe"}
    reader.core.gate.clear()
    names = [f"{number:08x}{ONE[8:]}" for number in range(300)]
    assert set(await asyncio.gather(*(reader.read(ADA, name) for name in names))) == {UNKNOWN}
    assert len(reader.core.asked) == 256
    await reader.conversations.aclose()


@pytest.mark.parametrize(
    ("contact", "name", "language"),
    [
        ({"first_name": "Ana", "last_name": "Díaz"}, "Ana Díaz", ""),
        ({"first_name": "", "last_name": "Díaz"}, "Díaz", ""),
        ({"first_name": None, "last_name": None}, "", ""),
        ({"first_name": 5, "last_name": ["x"]}, "", ""),
        ({"first_name": " An\na\x00\u202e ", "last_name": "\t"}, "An a", ""),
        ({"first_name": "x" * 200_000}, "x" * 100, ""),
        ({"custom_attributes": {"language": " de\n"}}, "Zoltan", "de"),
        ({"custom_attributes": {"locale": "pt-BR"}}, "Zoltan", "pt-BR"),
        ({"custom_attributes": {"language": 5, "lang": "fr"}}, "Zoltan", "fr"),
        ({"custom_attributes": []}, "Zoltan", ""),
        ({"language": "Italian"}, "Zoltan", "Italian"),
    ],
    ids=range(11),
)
async def test_what_customers_call_themselves_is_one_short_line(
    contact: dict[str, object], name: str, language: str
) -> None:
    """Whatever the helpdesk says: no lines that could look like more than a name, and nothing without end."""
    body = {"data": {"inbox_id": 1, "contact": {"first_name": "Zoltan", "last_name": "", **contact}}}
    core = Core()

    async def ask(path: str, credentials: Credentials) -> CoreAnswer:
        assert (path, credentials) == (path_of(ONE), COOKIES[1])
        return CoreAnswer(status=200, body=json.dumps(body).encode())

    core.ask = ask  # type: ignore[method-assign] # another answer
    read = await OpenConversations(core, enabled=True).read(ADA, ONE, COOKIES[1])
    assert read == OpenConversation(inbox_id=1, contact_name=name, contact_language=language)
