"""How servers as they are in the wild say things: what the modules beside this one are written with."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from providers.dialects import Dialect
from tests.fakes import steps
from tests.fakes.exchange import Exchange
from tests.providers.adapters.playing import DONE, EVENT_STREAM, TEXT, choice, chunk, written

ASKED = 9000
"""Tokens that the answer may have in the column of token limits."""
THOUGHTS = "They want it kinder."
HALF = len(TEXT) // 2
PIECES = [chunk(role="assistant", content=""), chunk(TEXT[:HALF]), chunk(TEXT[HALF:])]

Cells: TypeAlias = Mapping[str, steps.Step]


class Server(Struct, frozen=True, kw_only=True):
    """A server: what it is called, the row that a setting takes for it, its dialect, and what it does."""

    name: str
    provider: str
    play: Callable[[], Cells]
    dialect: Dialect = "chat"


def said(answer: object, code: int = 200, **headers: str) -> steps.Step:
    """Answer with JSON."""
    body = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
    return steps.whole(code, body, {name.replace("_", "-"): value for name, value in headers.items()})


def as_openai() -> dict[str, steps.Step]:
    """Answer as OpenAI's documentation has it, whole and streamed: what a host says that calls itself compatible."""
    return {"whole": said(choice(TEXT)), "streamed": events(*PIECES, chunk(finish="stop"), DONE)}


def error(status: int, message: str, /, **more: object) -> steps.Step:
    """Answer with an error as OpenAI writes it."""
    return said({"error": {"message": message, **more}}, status)


def events(*each: object) -> steps.Step:
    """Answer with events."""
    return steps.whole(200, written(each), EVENT_STREAM)


def unless(taken: Callable[[dict[str, Any]], object], refusal: steps.Step) -> steps.Step:
    """Refuse a request, or answer one that is taken."""

    async def step(exchange: Exchange) -> None:
        await (steps.reply(TEXT) if taken(exchange.received.json) else refusal)(exchange)

    return step


def no_system(body: dict[str, Any]) -> bool:
    """Take a request without system messages."""
    return all(message["role"] != "system" for message in body["messages"])


def at_most(most: int) -> Callable[[dict[str, Any]], bool]:
    """Take a request for an answer of at most so many tokens."""
    return lambda body: (body.get("max_tokens") or body.get("max_completion_tokens") or 0) <= most


def after(tokens: int) -> steps.Step:
    """Answer after so many tokens of thoughts: with no more room than that nothing is said."""

    async def thinking(exchange: Exchange) -> None:
        body = exchange.received.json
        room = body.get("max_tokens") or body.get("max_completion_tokens") or 0
        await (steps.reply(TEXT) if room > tokens else said(choice("", "length")))(exchange)

    return thinking


def thinks(field: str) -> steps.Step:
    """Think until the tokens are used up."""
    return said(choice("", "length", **{field: THOUGHTS}))
