"""Our paths in other spellings: answered by us or refused, and never left to a core that may see through them."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from assistant.app import create_app
from assistant.web.own_paths import OwnPaths
from tests.assistant.gateway.test_attacks import shown
from tests.assistant.gateway.test_websockets import HANDSHAKE
from tests.assistant.gateway.wire import exchange, request_bytes
from tests.assistant.harness import ADMIN, settings_for
from tests.assistant.serving import Served
from tests.fakes.core import ScriptedCore

SOMEBODY = [("Authorization", "Bearer none")]
"""No one that we ask the core about: whatever reaches it was passed on."""
Spelling = Callable[[str], str]


def coded(text: str, times: int = 1) -> str:
    """Write a text in percent codes, and the percent signs of those again."""
    for _ in range(times):
        text = "".join(f"%{byte:02x}" for byte in text.encode()) if "%" not in text else text.replace("%", "%25")
    return text


def wide(letter: str) -> str:
    """Return a letter as it stands among Chinese ones."""
    return coded(chr(ord(letter) - 0x21 + 0xFF01))


def at(index: int, change: Spelling) -> Spelling:
    """Change one letter of a path, counted from its first."""

    def spell(path: str) -> str:
        place = [number for number, letter in enumerate(path) if letter.isalpha()][index]
        return path[:place] + change(path[place]) + path[place + 1 :]

    return spell


def slash(other: str) -> Spelling:
    """Write the last slash of a path in another way."""
    return lambda path: path[: path.rindex("/")] + other + path[path.rindex("/") + 1 :]


def end(more: str) -> Spelling:
    """Put something behind a path."""
    return lambda path: path + more


ODD_PARTS = [
    "", "%20", "%3F", "%23", "x%5Cy", "...", ";x", "%252e%252e", "%E2%80%8B", "%00", "x%2Fy", "%2f", ".",
    "%09", "x/%20/..",
]  # fmt: skip
"""Parts of which servers disagree whether they are one: it is not clear what the `..` behind them takes away."""

SPELLINGS: dict[str, Spelling] = {
    "slash at the end": end("/"),
    "two slashes at the end": end("//"),
    "slash at the end, encoded": end("%2f"),
    "two slashes at the beginning": lambda path: "/" + path,
    "three slashes at the beginning": lambda path: "//" + path,
    "two slashes within": slash("//"),
    "a host before it": lambda path: "//elsewhere.example" + path,
    "all in capitals": str.upper,
    "first letter a capital": at(0, str.upper),
    "last letter a capital": at(-1, str.upper),
    "a letter encoded": at(0, coded),
    "the last letter encoded": at(-1, coded),
    "encoded twice": at(0, lambda letter: coded(letter, 2)),
    "encoded three times": at(-1, lambda letter: coded(letter, 3)),
    "encoded nine times": at(0, lambda letter: coded(letter, 9)),
    "the digits of a code encoded": at(0, lambda letter: "%" + coded(f"{ord(letter):02x}")),
    "a capital encoded": at(0, lambda letter: coded(letter.upper())),
    "a code point": at(0, lambda letter: f"%u00{ord(letter):02x}"),
    "UTF-8 that is too long": at(0, lambda letter: f"%c1%{0x80 | ord(letter) & 0x3F:02x}"),
    "a full-width letter": at(0, wide),
    "the last letter full-width": at(-1, wide),
    "a mathematical letter": at(0, lambda letter: coded(chr(0x1D41A + ord(letter) - 97))),
    "a joiner of no width": at(0, lambda letter: letter + coded("\u200d")),
    "slash encoded": slash("%2f"),
    "slash encoded twice": slash("%252F"),
    "backslash": slash("\\"),
    "backslash encoded": slash("%5c"),
    "full-width slash": slash(coded("\uff0f")),
    "slash of division": slash(coded("\u2215")),
    "slash that is too long": slash("%c0%af"),
    "slash in three bytes": slash("%e0%80%af"),
    "space at the end": end("%20"),
    "space of no break at the end": end("%c2%a0"),
    "tab at the end": end("%09"),
    "line at the end": end("%0a"),
    "line ends at the end": end("%0d%0a"),
    "zero at the end": end("%00"),
    "zero and more at the end": end("%00.css"),
    "zero within": at(0, lambda letter: letter + "%00"),
    "question mark encoded": end("%3fx=1"),
    "hash encoded": end("%23x"),
    "a parameter": end(";x=1"),
    "an empty parameter": end(";"),
    "a parameter encoded": end("%3bx=1"),
    "a parameter within": slash(";x=1/"),
    "a dot": slash("/./"),
    "a dot encoded": slash("/%2e/"),
    "a dot at the end": end("/."),
    "a dot behind the name": end("."),
    "up and down": slash("/x/../"),
    "up and down encoded": slash("/x/%2e%2e/"),
    "up and down encoded twice": slash("/x/%252e%252e/"),
    "up and down, slash encoded": slash("/x/..%2f"),
    "up and down by backslashes": slash("/x\\..\\"),
    "up and down with a parameter": slash("/x/..;y/"),
    "up from the top": lambda path: "/.." + path,
    "down from another": lambda path: "/assets/.." + path,
    "up at the end": end("/x/.."),
    "a parameter with a slash": end(";a%2fb"),
    "a parameter with a backslash": end(";a%5cb"),
    "a parameter before it": lambda path: "/;a%23" + path,
    **{f"{odd} and up": slash(f"/{odd}/../") for odd in ODD_PARTS},
}
AS_IT_IS: dict[str, Spelling] = {
    "with a question": end("?x=/../y"),
    "whole address": lambda path: f"http://elsewhere.example{path}",
    "whole address, another scheme": lambda path: f"HTTPS://elsewhere.example:1{path}",
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> OwnPaths:
    """Our paths."""
    return create_app(settings_for(tmp_path_factory.mktemp("paths") / "var", core_url="http://127.0.0.1:9")).paths


@pytest.fixture(scope="module")
def paths(own: OwnPaths) -> list[str]:
    """One of each of our paths, with a name where there is one."""
    found = [re.sub("{.*?}", "anything", template) for template in own.templates]
    assert {"/health", "/metrics", "/docs", "/api/v1/ai/prompts", "/api/v1/ai/completion"} <= set(found)
    return found


@pytest.mark.parametrize("spelling", [*SPELLINGS, *AS_IT_IS])
def test_core_never_sees_a_path_of_ours(
    url: str, core: ScriptedCore, own: OwnPaths, paths: list[str], spelling: str
) -> None:
    """Each of them, in each spelling: 400 that says what to do, or what it is when written straight."""
    spell = SPELLINGS.get(spelling) or AS_IT_IS[spelling]
    for path in paths:
        answer = exchange(url, request_bytes("GET", spell(path), [("Host", "x"), *SOMEBODY]))
        if answer is not None and spelling in SPELLINGS and answer.status != 400:
            written_straight = own.template(spell(path).encode())  # with a name in it that is odd itself
            assert written_straight is not None, f"{spell(path)}: {answer}"
    passed = [each for each in core.requests if each.values("host") != [urlsplit(core.url).netloc]]
    assert passed == [], shown(core)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "BREW"])
def test_method_makes_no_difference(url: str, core: ScriptedCore, method: str) -> None:
    """What is refused for reading is refused for all."""
    for spelling, spell in SPELLINGS.items():
        answer = exchange(url, request_bytes(method, spell("/api/v1/ai/completion"), [("Host", "x")]), method)
        assert core.requests == [], f"{spelling}\n{shown(core)}"
        assert answer is None or answer.status == 400, spelling


def test_no_websocket_either(url: str, core: ScriptedCore) -> None:
    """A handshake in another spelling."""
    for spelling, spell in SPELLINGS.items():
        answer = exchange(url, request_bytes("GET", spell("/api/v1/ai/completion"), HANDSHAKE))
        assert core.requests == [], f"{spelling}\n{shown(core)}"
        assert answer is None or answer.status == 400, spelling


def test_refusal_says_how_to_write_it(url: str) -> None:
    """Whoever has a slash too many reads what to leave out."""
    answer = exchange(url, request_bytes("GET", "/api/v1/ai/prompts/", [("Host", "x")]))
    assert answer is not None
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert "a slash at the end" in answer.json["message"]


def test_other_spellings_before_the_built_in_desk(desk_inside: Served) -> None:
    """The rule does not depend on the core."""
    for spelling, spell in SPELLINGS.items():
        target = spell("/api/v1/ai/prompts")
        answer = exchange(desk_inside.client.base_url, request_bytes("GET", target, [("Host", "x"), *ADMIN.items()]))
        assert answer is None or answer.status == 400, spelling


OTHERS = [
    "/api/v1/ai/unknown",
    "/api/v1/AI/Unknown/",
    "/API/V1/Conversations/9C1E/messages",
    "/assets/index-DkX9.js",
    "/api/v1/conversations/%E2%9C%93/",
    "/files/a%2Fb%20c%2525.pdf",
    "/api/v1/ai/promptsx",
    "/api/v1/ai",
    "/api/v1/ai/",
    "/healthy/",
    "/x;y=1/../z",
    "/api/v1/%20/../conversations",
    "/files/..%2fdocs.pdf",
    "/prompts/;a%2fb/x",
    "/search/a%00b%3f",
]


@pytest.mark.parametrize("target", OTHERS)
def test_paths_of_the_core_pass_as_they_are(url: str, core: ScriptedCore, target: str) -> None:
    """However odd: only what amounts to ours is refused."""
    answer = exchange(url, request_bytes("GET", target, [("Host", "x")]))
    assert answer is not None
    assert [request.head.split(b" ")[1] for request in core.requests] == [target.encode()], answer


@pytest.mark.parametrize("name", ["X-Original-URL", "X-Rewrite-URL", "X_Original_URL", "X-Original-URI"])
def test_header_does_not_lead_the_core_to_a_path_of_ours(url: str, core: ScriptedCore, name: str) -> None:
    """A core that goes by such a header would answer with its own AI operations; no one but a proxy may send it."""
    answer = exchange(url, request_bytes("GET", "/harmless", [("Host", "x"), (name, "/api/v1/ai/completion")]))
    assert answer is not None
    [request] = core.requests
    assert b"completion" not in request.head, shown(core)


def test_trusted_proxy_may_tell_the_address(trusting: Served, core: ScriptedCore) -> None:
    """As nginx does for servers that ask whether someone may come in."""
    headers = [("Host", "x"), ("X-Original-URL", "/tickets")]
    assert exchange(trusting.client.base_url, request_bytes("GET", "/harmless", headers)) is not None
    assert core.requests[0].values("x-original-url") == ["/tickets"], shown(core)
