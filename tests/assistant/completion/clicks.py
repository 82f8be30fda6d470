"""Requests of every kind to the completion, made from a seed: good and bad ones, by all kinds of callers."""

import json
import random
from collections.abc import Callable

import msgspec

from tests.assistant.completion.asking import PATH

DRAFTS = (
    "No, we can't refund order #48213 before Monday.",
    "<p>No, we can't refund <b>order #48213</b>.</p>",
    "Schreiben Sie an help@shop.example, bitte.",
)
CALLERS = (
    "admin",
    "agent",
    "revoked",
    "limited",
    "browser",
    "signed out",
    "basic",
    "nobody",
    "wrong key",
    "no csrf",
    "wrong csrf",
    "bad cookie",
    "csrf first",
    "csrf last",
    "quoted csrf",
    "odd cookie",
    "bearer",
    "bearer first",
    "bearer no csrf",
    "bearer alone",
    "bearer and key",
)
Headers = list[tuple[str, str]]


class Click(msgspec.Struct, frozen=True, kw_only=True):
    """One request: what it is about, and all that is sent."""

    about: str
    caller: str = "admin"
    method: str = "POST"
    path: str = PATH
    headers: Headers = []
    body: bytes = b""
    in_chunks: bool = False


def clicks(seed: int, number: int) -> list[Click]:
    """Return so many requests; each kind comes up, hits more often than all else."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    kinds = [kind for kind in KINDS for _ in range(4 if kind in _OFTEN else 1)]
    first = list(KINDS)
    return [(first.pop() if first else rng.choice(kinds))(rng) for _ in range(number)]


def _body(rng: random.Random, **more: object) -> bytes:
    return json.dumps({"prompt_key": "reply_friendly", "content": rng.choice(DRAFTS), **more}).encode()


def plain(rng: random.Random) -> Click:
    """Click, as most people do."""
    return Click(about="plain", caller=rng.choice(CALLERS), body=_body(rng))


def limited(rng: random.Random) -> Click:
    """Click as one whose minute is soon used up."""
    return Click(about="limited", caller="limited", body=_body(rng))


def detail(rng: random.Random) -> Click:
    """Ask for details."""
    return Click(about="detail", caller=rng.choice(("admin", "browser")), body=_body(rng, detail=True))


def another(rng: random.Random) -> Click:
    """Ask what is seldom asked."""
    content = f"It comes on day {rng.randrange(20)}."
    return Click(about="another", body=_body(rng, content=content, instruction=rng.choice(("", "be brief"))))


def selected(rng: random.Random) -> Click:
    """Rewrite a passage."""
    selection = {"text": rng.choice(("a refund", " ", "")), "before": "No, not ", "after": " today."}
    return Click(about="selected", body=_body(rng, selection=selection))


def translated(rng: random.Random) -> Click:
    """Use a variable, or one that there is not."""
    variables = rng.choice(({"language": "German"}, {"language": 7}, {"mood": "sunny"}, {}))
    return Click(about="translated", body=_body(rng, prompt_key="translate", variables=variables))


def unknown_prompt(rng: random.Random) -> Click:
    """Name a prompt that is not there, or one by its alias."""
    return Click(about="prompt", body=_body(rng, prompt_key=rng.choice(("nope", "", "make_friendly", "_rewrite"))))


def bad_body(rng: random.Random) -> Click:
    """Send what is no order."""
    bad = (b"", b"{", b"[]", b"null", b"\xff", b'{"content": "x"}', b'{"prompt_key": "improve", "content": 7}')
    more = (
        b'{"prompt_key":"improve","content":"x","surprise":1}',
        b"[" * 9_000,
        b'{"prompt_key":"improve","content":" "}',
    )
    return Click(about="bad body", caller=rng.choice(CALLERS), body=rng.choice(bad + more))


def large(rng: random.Random) -> Click:
    """Send more than there is room for."""
    return Click(about="large", body=_body(rng, content="x" * rng.choice((65_536, 65_537, 600_000))))


def method(rng: random.Random) -> Click:
    """Use a method that there is not."""
    name = rng.choice(("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"))
    return Click(about="method", caller=rng.choice(CALLERS), method=name, body=rng.choice((b"", _body(rng))))


def path(rng: random.Random) -> Click:
    """Write the address another way."""
    written = rng.choice(
        (PATH + "/", PATH + "?detail=true", "/api/v1/ai/%63ompletion", PATH + "s", "/api/v1/ai//completion")
    )
    return Click(about="path", path=written, body=_body(rng))


def again(rng: random.Random) -> Click:
    """Try again, written in several ways."""
    written = rng.choice(("no-cache", "No-Cache", "max-age=0, no-cache", "max-age=0", "no-cache=x", "no-store"))
    return Click(about="again", headers=[("Cache-Control", written)], body=_body(rng))


def twice(rng: random.Random) -> Click:
    """Send a header twice."""
    pairs: tuple[Headers, ...] = (
        [("Cache-Control", "no-cache"), ("Cache-Control", "max-age=0")],
        [("Cache-Control", "max-age=0"), ("Cache-Control", "no-cache")],
        [("Authorization", "token nobody:nothing")],
        [("Accept", "text/event-stream"), ("Accept", "application/json")],
        [("Accept", "application/json"), ("Accept", "text/event-stream")],
        [("Cookie", "a=b"), ("Cookie", "c=d")],
        [("X-CSRFTOKEN", "another")],
    )
    return Click(about="twice", caller=rng.choice(("admin", "browser")), headers=rng.choice(pairs), body=_body(rng))


def streamed(rng: random.Random) -> Click:
    """Ask for a stream."""
    accepted = rng.choice(
        ("text/event-stream", "text/event-stream, application/json;q=0.5", "*/*", "TEXT/EVENT-STREAM")
    )
    return Click(about="streamed", headers=[("Accept", accepted)], body=_body(rng))


def chunked(rng: random.Random) -> Click:
    """Send a body in pieces, without its length."""
    return Click(about="chunked", caller=rng.choice(CALLERS), body=_body(rng), in_chunks=True)


def content_type(rng: random.Random) -> Click:
    """Call the body something else."""
    written = rng.choice(("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""))
    return Click(about="type", headers=[("Content-Type", written)], body=_body(rng))


def through_proxy(rng: random.Random) -> Click:
    """Come through a proxy that says what it knows, or what can't be used."""
    given = f"{rng.getrandbits(64):x}"
    headers = rng.choice(
        (
            [("X-Request-Id", f"trace-{given}.a/b:c=+@~")],
            [("X-Request-Id", f"{given}-" + "x" * 80)],
            [("X-Forwarded-Proto", "https")],
            [("X-Forwarded-Proto", "https, http"), ("X-Request-Id", given)],
            [("X-Forwarded-Prefix", "/helpdesk"), ("X-Forwarded-For", "192.0.2.7")],
        )
    )
    caller = rng.choice(("admin", "browser", "limited"))
    return Click(about="proxy", caller=caller, headers=headers, body=_body(rng))


def odd_id(rng: random.Random) -> Click:
    """Come through a proxy whose request ids are none."""
    written = rng.choice(("x" * 101, "two words", 'quoted"', ""))
    return Click(about="odd id", headers=[("X-Request-ID", written)], body=_body(rng))


def on_a_page(rng: random.Random) -> Click:
    """Come from a page that shows a conversation, or something else."""
    pages = ("/conversations/7d9f4c52-3c37-4b8e-9f0e-2b7f0f6a1c11", "/conversations/7", "/inboxes")
    headers = [("Referer", f"https://desk.example{rng.choice(pages)}")]
    return Click(about="page", caller=rng.choice(("admin", "browser")), headers=headers, body=_body(rng))


def in_a_language(rng: random.Random) -> Click:
    """Ask for details in a language."""
    headers = [("Accept-Language", rng.choice(("de", "de-AT, en;q=0.5", "fr", "en")))]
    body = _body(rng, detail=rng.choice((True, False, None)))
    return Click(about="language", caller=rng.choice(CALLERS), headers=headers, body=body)


def same_again(rng: random.Random) -> Click:
    """Send the very same bytes as someone who may be known or not."""
    return Click(about="same", caller=rng.choice(CALLERS), body=_body(random.Random(0)))  # noqa: S311 - no secret


KINDS: tuple[Callable[[random.Random], Click], ...] = (
    plain,
    limited,
    detail,
    another,
    selected,
    translated,
    unknown_prompt,
    bad_body,
    large,
    method,
    path,
    again,
    twice,
    streamed,
    chunked,
    content_type,
    through_proxy,
    odd_id,
    on_a_page,
    in_a_language,
    same_again,
)
_OFTEN = {plain, limited, same_again}
