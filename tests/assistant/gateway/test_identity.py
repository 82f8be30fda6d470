"""Who is asking: the core says so, shown the caller's own credentials, and is asked no more often than it has to be."""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from tests.assistant.gateway.conftest import NO_MODEL
from tests.assistant.gateway.wire import Answer, Headers, Wire, ask
from tests.assistant.serving import Served, serving, wait_until
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore

ME = "/api/v1/agents/me"
PROMPTS = "/api/v1/ai/prompts"
PROVIDER = "/api/v1/ai/provider"
BASIC = "Basic " + base64.b64encode(b"key:secret").decode()
_NUMBERS = count(1)

CHANGES = [
    ("POST", "/api/v1/agents"),
    ("PUT", "/api/v1/agents/3"),
    ("PATCH", "/api/v1/agents/3"),
    ("DELETE", "/api/v1/agents/3"),
    ("POST", "/api/v1/agents/3/api-key"),
    ("DELETE", "/api/v1/agents/3/api-key"),
    ("PUT", "/api/v1/%61gents/3"),
    ("PUT", "/api/v1/roles/1"),
    ("DELETE", "/api/v1/teams/1"),
    ("POST", "/api/v1/auth/logout"),
    ("POST", "/logout"),
    ("GET", "/logout"),
    ("GET", "//logout"),
    ("GET", "/logout/"),
]
NO_CHANGES = [
    ("GET", "/api/v1/agents"),
    ("GET", "/api/v1/agents/3"),
    ("HEAD", "/api/v1/agents"),
    ("PUT", "/api/v1/agents/me/availability"),
    ("PUT", "/api/v1/contacts/1"),
    ("POST", "/api/v1/conversations/1/messages"),
]


def somebody() -> Headers:
    """Return credentials that no one has shown before."""
    return [("Authorization", f"token ak_{next(_NUMBERS)}:as_secret")]


@pytest.fixture(scope="module")
def granting(scripted_core: ScriptedCore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose operator has named authors and publishers."""
    variables = {"PROMPT_AUTHORS": "Editor, 12", "PROMPT_PUBLISHERS": "support lead", **NO_MODEL}
    with serving(tmp_path_factory.mktemp("granting"), CORE_URL=scripted_core.url, **variables) as served:
        yield served


def questions(core: ScriptedCore) -> int:
    """Return how often the core was asked who is calling."""
    return len(core.seen(ME))


@pytest.mark.parametrize(
    "credentials",
    [
        [("Authorization", "token ak_shown:as_shown")],
        [("Authorization", BASIC)],
        [("Cookie", "theme=dark; helpdesk_session=abc%3D; other=1")],
    ],
    ids=["token", "basic", "cookie"],
)
def test_core_is_shown_the_callers_own_credentials(url: str, core: ScriptedCore, credentials: Headers) -> None:
    """To the character, and nothing else of the caller's."""
    core.at(ME, acts.me())
    assert ask(url, "GET", PROMPTS, [*credentials, ("X-Custom", "secret")]).status == 200
    [request] = core.requests
    [(name, value)] = credentials
    assert (request.method, request.target, request.values(name)) == ("GET", ME, [value])
    assert b"X-Custom" not in request.head


def test_authorization_goes_before_cookies(url: str, core: ScriptedCore) -> None:
    """The core is asked about one identity, never about a mixture of two."""
    core.at(ME, acts.me())
    assert ask(url, "GET", PROMPTS, [*somebody(), ("Cookie", "helpdesk_session=somebody-else")]).status == 200
    [request] = core.requests
    assert request.values("cookie") == []


IGNORED = ["Bearer eyJhbGciOi.J9", "bearer key:secret", "", "Digest a=b", "Negotiate YII=", "token", "Basic !!!", "x:y"]


@pytest.mark.parametrize("value", IGNORED)
def test_other_authorization_beside_a_session_is_ignored(url: str, core: ScriptedCore, value: str) -> None:
    """The session counts, with its proof of origin, and the core is shown the session alone."""
    core.at(ME, acts.me())
    cookie, strange = f"helpdesk_session=s{next(_NUMBERS)}; csrf_token=abc", ("Authorization", value)
    session: Headers = [("Cookie", cookie), ("X-CSRFTOKEN", "abc")]
    for headers in ([strange, *session], [*session, strange], [strange, strange, *session]):
        assert ask(url, "GET", PROMPTS, headers).status == 200
        assert ask(url, "POST", "/api/v1/ai/completion", headers, b"{}").code == "invalid_request"
    [request] = core.requests
    assert (request.values("cookie"), request.values("authorization")) == ([cookie], [])
    without: Headers = [strange, ("Cookie", cookie)]
    refused = ask(url, "POST", "/api/v1/ai/completion", without, b"{}")
    assert (refused.status, refused.code) == (403, "csrf")


@pytest.mark.parametrize("value", IGNORED)
def test_other_authorization_alone_is_nobody(url: str, core: ScriptedCore, value: str) -> None:
    """401, and the core is not asked."""
    answer = ask(url, "GET", PROMPTS, [("Authorization", value)])
    assert (answer.status, answer.code, core.requests) == (401, "unauthorized", [])


def test_expired_session_is_told_so(url: str, core: ScriptedCore) -> None:
    """Agents know of no API keys, programs of no sessions."""
    core.at(ME, acts.answer(401, b'{"status":"error","message":"Invalid or expired session","data":null}'))
    session = ask(url, "GET", PROMPTS, [("Cookie", f"helpdesk_session=s{next(_NUMBERS)}")])
    assert session.json["message"] == "Your session has expired. Sign in again."
    assert ask(url, "GET", PROMPTS, [("Sec-Fetch-Mode", "cors")]).json["message"] == session.json["message"]
    assert "API key" in ask(url, "GET", PROMPTS, somebody()).json["message"]


def test_without_credentials_the_core_is_not_asked(url: str, core: ScriptedCore) -> None:
    """401 at once."""
    answer = ask(url, "GET", PROMPTS)
    assert (answer.status, answer.code, core.requests) == (401, "unauthorized", [])


def test_rights_are_those_that_the_core_lists(url: str, core: ScriptedCore) -> None:
    """An agent may ask for prompts, an administrator for the provider too."""
    agent, admin = somebody(), somebody()
    core.at(ME, acts.me(["conversations:read"]))
    assert ask(url, "GET", PROMPTS, agent).status == 200
    refused = ask(url, "GET", PROVIDER, agent)
    assert (refused.status, refused.code) == (403, "forbidden")
    core.at(ME, acts.me(["ai:manage"]))
    assert ask(url, "GET", PROVIDER, admin).status == 200


GRANTED = {
    "a role": (acts.me(["conversations:read"], roles=["Agent", "editor"]), 200, 403),
    "an agent": (acts.me([], agent=12), 200, 403),
    "a publisher": (acts.me([], roles=["Support Lead"]), 200, 404),
    "by the helpdesk": (acts.me(["ai:publish"]), 200, 404),
    "another role": (acts.me([], agent=120, roles=["Editors"]), 403, 403),
    "a role that is called as an agent's id": (acts.me([], roles=["12"]), 403, 403),
    "roles in another shape": (acts.me([], roles=[{"name": "Editor"}]), 403, 403),
    "no roles": (acts.me([], roles=None), 403, 403),
}


@pytest.mark.parametrize(("act", "read", "published"), GRANTED.values(), ids=GRANTED)
def test_authors_are_those_that_the_operator_names(
    granting: Served, core: ScriptedCore, act: acts.Act, read: int, published: int
) -> None:
    """For helpdesks that don't know permissions for prompts; what administrators do stays theirs."""
    caller, url = somebody(), granting.client.base_url
    core.at(ME, act)
    assert ask(url, "GET", f"{PROMPTS}/reply_friendly", caller).status == read
    assert ask(url, "POST", f"{PROMPTS}/no_such_prompt/disable", caller).status == published
    assert ask(url, "GET", PROVIDER, caller).status == 403


HELD = {
    "an administrator": (acts.me(), ["ai:manage", "ai:prompts", "ai:publish"]),
    "an author by the operator": (acts.me(["conversations:read"], roles=["Editor"]), ["ai:prompts"]),
    "a publisher by the operator": (acts.me([], roles=["Support Lead"]), ["ai:prompts", "ai:publish"]),
    "someone else": (acts.me(["conversations:read"]), []),
}


@pytest.mark.parametrize(("act", "held"), HELD.values(), ids=HELD)
def test_caller_is_told_who_they_are(granting: Served, core: ScriptedCore, act: acts.Act, held: list[str]) -> None:
    """And what they may do here, which the helpdesk's own list doesn't say."""
    core.at(ME, act)
    by_key = ask(granting.client.base_url, "GET", "/api/v1/ai/me", somebody())
    by_session = ask(granting.client.base_url, "GET", "/api/v1/ai/me", [("Cookie", f"session=s{next(_NUMBERS)}")])
    assert by_key.status == by_session.status == 200
    shown = [answer.json["data"] for answer in (by_key, by_session)]
    ways = [each.pop("signed_in_by") for each in shown]
    versions = [each.pop("version") for each in shown]
    assert ways == ["key", "session"]
    assert all(versions)
    person = {"id": 7, "name": "Ana Costa", "email": "ana@example.org"}
    assert shown == [{**person, "permissions": held, "desk": False}] * 2


@pytest.mark.parametrize(("status", "code"), [(401, "unauthorized"), (403, "forbidden")])
def test_refusal_of_the_core_is_ours(url: str, core: ScriptedCore, status: int, code: str) -> None:
    """In our envelope, and not remembered for long."""
    caller = somebody()
    core.at(ME, acts.answer(status, b'{"status":"error","message":"no","data":null}'))
    refused = ask(url, "GET", PROMPTS, caller)
    assert (refused.status, refused.code) == (status, code)
    ask(url, "GET", PROMPTS, caller)
    assert questions(core) == 1, "a refusal is remembered for a moment"
    core.at(ME, acts.me())
    threading.Event().wait(2.2)  # the time itself is what this is about
    assert ask(url, "GET", PROMPTS, caller).status == 200


NO_GUESS = {
    "closed": acts.raw(then="fin"),
    "garbage": acts.raw(b"garbage\r\n\r\n", then="hang"),
    "error": acts.answer(500, b"oops"),
    "teapot": acts.answer(418, b"{}"),
    "redirect": acts.answer(302, b"", [("Location", "/login")]),
    "not JSON": acts.answer(200, b"<html>Sign in</html>"),
    "other JSON": acts.answer(200, b'{"data": []}'),
    "no agent": acts.answer(200, b'{"data": {"permissions": ["ai:manage"]}}'),
    "empty": acts.answer(200, b""),
    "cut": acts.raw(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"data": {"id": 1}}', then="fin"),
    "no content": acts.answer(204),
}


@pytest.mark.parametrize("act", NO_GUESS.values(), ids=NO_GUESS)
def test_core_that_does_not_say_who_it_is(url: str, core: ScriptedCore, act: acts.Act) -> None:
    """503 with the time to come back, never a guess; nothing of it is remembered."""
    caller = somebody()
    core.at(ME, act)
    assert_unknown(ask(url, "GET", PROMPTS, caller))
    core.at(ME, acts.me())
    assert ask(url, "GET", PROMPTS, caller).status == 200


@pytest.mark.parametrize(("size", "known"), [(1024 * 1024, True), (1024 * 1024 + 1, False)])
def test_largest_answer_to_who_is_calling(url: str, core: ScriptedCore, size: int, known: bool) -> None:  # noqa: FBT001
    """A mebibyte is read, and more is no answer."""
    said = b'{"status": "success", "data": {"id": 7, "permissions": ["ai:manage"], "teams": []}}'
    core.at(ME, acts.answer(200, said.ljust(size), [("Content-Type", "application/json")]))
    answer = ask(url, "GET", PROMPTS, somebody())
    assert (answer.status == 200) is known, answer.body[:100]
    if not known:
        assert_unknown(answer)


def test_core_that_is_down(lonely: Served) -> None:
    """Our operations say so; our health does not depend on it."""
    assert_unknown(ask(lonely.client.base_url, "GET", PROMPTS, somebody()))
    assert ask(lonely.client.base_url, "GET", "/health").status == 200
    assert ask(lonely.client.base_url, "GET", PROMPTS).status == 401


def test_core_that_is_slow(hurried: Served, core: ScriptedCore) -> None:
    """Its time is limited as anywhere else."""
    core.at(ME, acts.hang())
    assert_unknown(ask(hurried.client.base_url, "GET", PROMPTS, somebody()))


def assert_unknown(answer: Answer) -> None:
    """See that a caller is told to come back."""
    assert (answer.status, answer.code) == (503, "core_unavailable")
    assert int(answer.values("retry-after")[0]) > 0


def test_answer_is_remembered(url: str, core: ScriptedCore) -> None:
    """One question serves many requests, for this credential only."""
    core.at(ME, acts.me())
    caller = somebody()
    for _ in range(5):
        assert ask(url, "GET", PROMPTS, caller).status == 200
    assert questions(core) == 1
    assert ask(url, "GET", PROMPTS, somebody()).status == 200
    assert questions(core) == 2


def test_one_question_at_a_time_for_each_caller(url: str, core: ScriptedCore) -> None:
    """Many requests at once wait for the same answer."""
    gate = threading.Semaphore(0)
    core.at(ME, acts.late(gate, acts.me()))
    caller = somebody()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, url, "GET", PROMPTS, caller) for _ in range(8)]
        core.wait_for(ME)
        assert ask(url, "GET", "/barrier").status == 200
        gate.release(8)
        assert {each.result().status for each in asked} == {200}
    assert questions(core) == 1


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_change_that_passes_through_is_asked_about(url: str, core: ScriptedCore, method: str, path: str) -> None:
    """Who was changed, or has left, is asked about again at once."""
    assert asked_again(url, core, lambda: ask(url, method, path))


@pytest.mark.parametrize(("method", "path"), NO_CHANGES)
def test_other_requests_change_nothing(url: str, core: ScriptedCore, method: str, path: str) -> None:
    """Reading, and what agents do all day, costs no question."""
    assert not asked_again(url, core, lambda: ask(url, method, path))


def test_change_whose_answer_is_lost_is_asked_about_too(url: str, core: ScriptedCore) -> None:
    """The core may have made the change before it broke off."""
    core.at("/api/v1/agents/3", acts.raw(then="rst"))
    assert asked_again(url, core, lambda: ask(url, "DELETE", "/api/v1/agents/3"))


def test_question_that_was_asked_before_a_change_is_not_remembered(url: str, core: ScriptedCore) -> None:
    """An answer from before the change must not outlive it."""
    gate = threading.Semaphore(0)
    core.at(ME, acts.late(gate, acts.me()))
    caller = somebody()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, url, "GET", PROMPTS, caller)
        core.wait_for(ME)
        ask(url, "DELETE", "/api/v1/agents/3")
        gate.release(9)
        asked.result()
    core.at(ME, acts.answer(401))
    assert ask(url, "GET", PROMPTS, caller).status == 401


def test_change_that_nobody_waits_for_is_asked_about_once_it_is_made(url: str, core: ScriptedCore) -> None:
    """A client that leaves early does not keep old credentials good: what was learnt meanwhile is soon forgotten."""
    gate, caller, path = threading.Semaphore(0), somebody(), "/api/v1/agents/1/api-key"
    core.at(path, acts.late(gate, acts.answer(200)))
    core.at(ME, acts.me())
    with Wire(url) as wire:
        wire.send_request("POST", path)
        change = core.wait_for(path)
    assert change.gone.wait(15)
    assert ask(url, "GET", PROMPTS, caller).status == 200
    core.at(ME, acts.answer(401))
    gate.release()
    made = time.monotonic()
    wait_until(lambda: ask(url, "GET", PROMPTS, caller).status == 401)
    assert time.monotonic() - made < 4, "far less than an answer is remembered"


def asked_again(url: str, core: ScriptedCore, between: Callable[[], Answer]) -> bool:
    """Tell whether a known caller is asked about again after something has happened."""
    core.at(ME, acts.me())
    caller = somebody()
    assert ask(url, "GET", PROMPTS, caller).status == 200
    between()
    assert ask(url, "GET", PROMPTS, caller).status == 200
    return questions(core) == 2


@pytest.mark.parametrize(
    "headers",
    [
        [("Cookie", "helpdesk_session=x")],
        [("Cookie", "helpdesk_session=x; csrf_token=a")],
        [("Cookie", "helpdesk_session=x; csrf_token=a"), ("X-CSRFTOKEN", "b")],
        [("Cookie", "helpdesk_session=x; csrf_token="), ("X-CSRFTOKEN", "")],
        [("Cookie", "helpdesk_session=x"), ("X-CSRFTOKEN", "a")],
    ],
    ids=["neither", "no header", "different", "empty", "no cookie"],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/api/v1/ai/completion"), ("PUT", PROVIDER)])
def test_browser_needs_its_proof_of_origin(
    url: str, core: ScriptedCore, method: str, path: str, headers: Headers
) -> None:
    """Another site can't act in a browser's name, and the core is not even asked about the session."""
    core.at(ME, acts.me())
    answer = ask(url, method, path, headers, b"{}")
    assert (answer.status, answer.code, core.requests) == (403, "csrf", [])


def test_browser_with_its_proof_comes_in(url: str, core: ScriptedCore) -> None:
    """With the pair, the session counts; reading needs no pair."""
    core.at(ME, acts.me())
    pair: Headers = [("Cookie", "helpdesk_session=y; csrf_token=abc"), ("X-CSRFTOKEN", "abc")]
    answer = ask(url, "POST", "/api/v1/ai/completion", pair, b"{}")
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert ask(url, "GET", PROMPTS, [("Cookie", "helpdesk_session=z")]).status == 200


def test_core_checks_its_own_proof_of_origin(url: str, core: ScriptedCore) -> None:
    """What is the core's to answer is the core's to check: nothing is refused for it."""
    assert ask(url, "POST", "/api/v1/conversations", [("Cookie", "helpdesk_session=x")], b"{}").status == 200
    assert len(core.requests) == 1
