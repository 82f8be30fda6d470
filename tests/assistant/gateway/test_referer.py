"""Which conversation an agent has open, as the Referer tells."""

from typing import Any

import msgspec
import pytest

from assistant.gateway.referer import is_page, open_conversation
from tests.assistant.gateway.wire import ask
from tests.assistant.serving import wait_until
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore

UUID = "0b8f1c52-7e1d-4c0a-9a53-2f6f0a4f7b11"
OWN = "desk.example"


def scope(referers: list[str]) -> Any:  # noqa: ANN401 - an ASGI scope
    """Return a request from a page."""
    return {
        "type": "http",
        "headers": [(b"host", b"inner:8080"), *((b"referer", each.encode("latin-1")) for each in referers)],
    }


def found(referer: str) -> str:
    """Return the conversation of one Referer."""
    return open_conversation(scope([referer]))


PAGES = [
    "/inboxes/assigned/conversation/{}",
    "/inboxes/unassigned/conversation/{}",
    "/inboxes/all/conversation/{}?page=2&sort=newest",
    "/inboxes/mentioned/conversation/{}?",
    "/inboxes/conversation/{}",
    "/inboxes/teams/2/conversation/{}?scrollTo=%2F..%2F",
    "/inboxes/views/17/conversation/{}/",
    "/conversations/{}",
    "/conversation/{}",
    "/helpdesk/v1.2/inboxes/assigned/conversation/{}",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "origin",
    [
        "https://desk.example",
        "http://desk.example",
        "https://Desk.Example:443",
        "https://desk.example:8443",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
    ],
)
def test_pages_of_the_helpdesk_name_their_conversation(page: str, origin: str) -> None:
    """Every page of Libredesk that shows one, under whatever address browsers know it."""
    assert found(origin + page.format(UUID)) == found(origin + page.format(UUID.upper())) == UUID


NO_CONVERSATION = [
    "",
    "https://desk.example",
    "https://desk.example/",
    "https://desk.example/inboxes/assigned",
    "https://desk.example/conversation/",
    "https://desk.example/conversation/42",
    f"https://desk.example/{UUID}",
    f"https://desk.example/messages/{UUID}",
    f"https://desk.example/conversation/{UUID}x",
    f"https://desk.example/conversation/{UUID[:-1]}",
    f"https://desk.example/conversation/{UUID.replace('-', '')}",
    f"https://desk.example/conversation/{{{UUID}}}",
    f"https://desk.example/conversation/{UUID}/notes",
    f"https://desk.example/conversation/{UUID}//",
    f"https://desk.example/?to=/conversation/{UUID}",
    f"https://desk.example/#/conversation/{UUID}",
]
HOSTILE = [
    f"https://desk.example@evil.example/conversation/{UUID}",
    f"https://evil.example@desk.example/conversation/{UUID}",
    f"https://evil.example\\@desk.example/conversation/{UUID}",
    f"https://desk.example:999999/conversation/{UUID}",
    f"//desk.example/conversation/{UUID}",
    f"/conversation/{UUID}",
    f"ftp://desk.example/conversation/{UUID}",
    f"javascript://desk.example/conversation/{UUID}",
    f"https://desk.example/conversation/../agents/conversation/{UUID}",
    f"https://desk.example/./conversation/{UUID}",
    f"https://desk.example/conversation%2F{UUID}",
    f"https://desk.example/a%2fb/conversation/{UUID}",
    f"https://desk.example/conversation/{UUID}%00",
    f"https://desk.example/conversation/{UUID}\r\nX: y",
    f"https://desk.example/conversation/{UUID}?\x00",
    f" https://desk.example/conversation/{UUID}",
    f"https://d\xe9sk.example/conversation/{UUID}",
    f"https://desk.example/{'a/' * 50_000}conversation/{UUID}",
    f"https://desk.example/conversation/{UUID}?{'a' * 100_000}",
    f"https://{'desk.' * 20_000}example/conversation/{UUID}",
]


@pytest.mark.parametrize("referer", [*NO_CONVERSATION, *HOSTILE], ids=range(len(NO_CONVERSATION) + len(HOSTILE)))
def test_everything_else_names_none(referer: str) -> None:
    """Other pages, and whatever someone may make up."""
    assert found(referer) == ""


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("https://desk.example/inboxes/assigned", True),
        ("https://desk.example", True),
        (f"https://desk.example/conversation/{UUID}?x", True),
        ("desk.example/inboxes", False),
        ("", False),
        ("x" * 100_000, False),
    ],
    ids=range(6),
)
def test_pages_are_known(referer: str, page: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Whether they show a conversation or not."""
    assert is_page(scope([referer])) is page


def test_several_referers_are_none() -> None:
    """Who says two things is not believed in either."""
    page = f"https://desk.example/conversation/{UUID}"
    for referers in ([page, page], [page, ""], [page, "https://evil.example/"], []):
        assert open_conversation(scope(referers)) == ""


@pytest.mark.parametrize(("inbox", "expected"), [(3, 502), (4, 404)])
def test_prompt_for_an_inbox_through_a_real_server(url: str, core: ScriptedCore, inbox: int, expected: int) -> None:
    """As a browser sends it: the session's cookies, its proof of origin, and the page's address.

    The provider is down, so 502 says that the prompt was there.
    """
    session = [("Cookie", "helpdesk_session=of-the-referer; csrf_token=abc"), ("X-CSRFTOKEN", "abc")]
    text = "---\ntitle: For three\nbrief: calm\nscope: {inboxes: [3]}\n---\n" + '{% extends "_rewrite.j2" %}\n'
    text += "{% block instruction %}Be calm.{% endblock %}\n"
    core.at("/api/v1/agents/me", acts.me())
    key = f"for_three_{inbox}"
    for method, path, body in (("PUT", "", {"source": text}), ("POST", "/publish", {})):
        made = ask(url, method, f"/api/v1/ai/prompts/{key}{path}", session, msgspec.json.encode(body))
        assert made.status == 200, made.body
    uuid = f"{inbox}{UUID[1:]}"
    data = {"uuid": uuid, "inbox_id": inbox, "contact": {"first_name": "Zoe"}}
    core.at(f"/api/v1/conversations/{uuid}", acts.answer(200, msgspec.json.encode({"data": data})))
    page = ("Referer", f"{url.rstrip('/')}/inboxes/assigned/conversation/{uuid}?page=1")
    draft = msgspec.json.encode({"prompt_key": key, "content": "All is well."})

    def status() -> int:
        return ask(url, "POST", "/api/v1/ai/completion", [*session, page], draft).status

    assert status() in {404, expected}, "the first click may come before the reading"
    wait_until(lambda: status() == expected)
    [request] = core.seen(f"/api/v1/conversations/{uuid}")
    assert request.values("cookie") == [session[0][1]]
