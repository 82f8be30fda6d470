"""Servers that answer with too much, or with what makes no sense: bounded, and told in a sentence that helps."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from providers.adapters.wire import MOST_NAME, MOST_TEXT
from providers.base import Provider, Usage
from providers.dialects import Dialect
from providers.errors import MalformedReplyError
from providers.replies.reader import ReplyReader
from tests.fakes import FakeProvider, steps
from tests.fakes.exchange import Exchange
from tests.fakes.steps import Step
from tests.growth import grows_no_faster, repeated
from tests.providers.asking.scripted import asking
from tests.providers.conftest import REQUEST, Ask, ask_whole, heard
from tests.ticking import ticking

pytestmark = pytest.mark.usefixtures("no_collection")

SOON = 20.0  # seconds, generously: without a bound it is the deadline that ends it
STALL = 1.0


@asynccontextmanager
async def stalling_nobody() -> AsyncIterator[None]:
    """Fail when others had to wait for the loop during the block."""
    async with ticking() as stall:
        yield
    assert stall.longest < STALL


def flood(first: bytes, piece: bytes) -> Step:
    """Send something, and then the same without end."""

    async def step(exchange: Exchange) -> None:
        await exchange.send_raw(first)
        while True:
            await exchange.send_raw(piece * (20_000 // len(piece) + 1))

    return step


HEAD = b"HTTP/1.1 200 OK\r\n"
EVENTS = HEAD + b"Content-Type: text/event-stream\r\nConnection: close\r\n\r\n"
JSON = HEAD + b"Content-Type: application/json\r\nConnection: close\r\n\r\n"
HEADS = [
    (b"", b"HTTP/1.1 100 Continue\r\n\r\n", "1xx"),
    (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", "1xx"),
    (b"", b"HTTP/1.1 199 Wait\r\nX-A: b\r\n\r\n", "1xx"),
    (HEAD, b"X-A: b\r\n", "headers"),
    (HEAD + b"X-A: ", b"b" * 1000, "headers"),
    (b"HTTP/1.1 200 ", b"O", "headers"),
]
BODIES = [
    (b": awake\n\n", "8 MiB"),
    (b": awake ", "1 MiB"),
    (b"data:\n", "1 MiB"),
    (b"data: x", "1 MiB"),
    (b"event: ping\n\n", "8 MiB"),
    (b"\n", "8 MiB"),
]


@pytest.mark.parametrize(("first", "piece", "told"), HEADS)
async def test_heads_end(fake: FakeProvider, provider: Provider, first: bytes, piece: bytes, told: str) -> None:
    """Informational answers, headers and status lines without end are given up soon, and not at the deadline."""
    fake.script(flood(first, piece))
    async with asyncio.timeout(SOON), stalling_nobody():
        with pytest.raises(MalformedReplyError, match=f"{told}.*check the base URL"):
            await ask_whole(provider, REQUEST)


async def test_a_few_informational_answers_are_passed_over(fake: FakeProvider, provider: Provider, ask: Ask) -> None:
    """Servers send one or two."""

    async def step(exchange: Exchange) -> None:
        await exchange.send_raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" * 3)
        await steps.reply("Hello.")(exchange)

    fake.script(step, steps.reply("Again."))
    assert (await ask(provider, REQUEST)).text == "Hello."
    assert (await ask(provider, REQUEST)).text == "Again."


@pytest.mark.parametrize(("piece", "told"), BODIES)
async def test_streams_end(fake: FakeProvider, provider: Provider, piece: bytes, told: str) -> None:
    """Comments, lines and events without end."""
    fake.script(flood(EVENTS, piece))
    async with asyncio.timeout(SOON), stalling_nobody():
        with pytest.raises(MalformedReplyError, match=rf"{told}; check the .*base URL"):
            async for _ in provider.stream(REQUEST):
                pass


def whole(dialect: Dialect, text: str) -> bytes:
    """Write a whole answer."""
    answers: dict[Dialect, object] = {
        "chat": {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]},
        "responses": {
            "status": "completed",
            "output": [{"type": "message", "content": [{"type": "output_text", "text": text}]}],
        },
        "messages": {"content": [{"type": "text", "text": text}], "stop_reason": "end_turn"},
    }
    return json.dumps(answers[dialect]).encode()


@pytest.mark.parametrize("sign", ["#", "<s>", "{},", "<think>", "\n"])
async def test_seven_megabytes_are_no_answer(
    fake: FakeProvider, provider: Provider, dialect: Dialect, sign: str
) -> None:
    """They are not read to their end, nor looked through."""
    fake.script(steps.whole(200, whole(dialect, sign * (7_000_000 // len(sign)))))
    async with asyncio.timeout(SOON), stalling_nobody():
        with pytest.raises(MalformedReplyError, match="larger than 2 MiB; check the model"):
            await asking(provider).answer(REQUEST)


async def test_a_text_has_a_length(fake: FakeProvider, provider: Provider, dialect: Dialect) -> None:
    """What fits into the bytes may still be too long for a reply; whole, or in large pieces."""
    fake.script(steps.whole(200, whole(dialect, "x" * (MOST_TEXT + 1))))
    with pytest.raises(MalformedReplyError, match=f"longer than {MOST_TEXT} characters; check the model"):
        await asking(provider).answer(REQUEST)
    fake.script(steps.reply("x" * (MOST_TEXT + 1)))
    with pytest.raises(MalformedReplyError, match=f"longer than {MOST_TEXT} characters; check the model"):
        await heard(asking(provider), REQUEST, [])


async def test_the_longest_text_stalls_nobody(fake: FakeProvider, provider: Provider, dialect: Dialect) -> None:
    """Marks that have to be looked through twice."""
    text = "Hello " + "<s>" * (MOST_TEXT // 3 - 10)
    fake.script(steps.whole(200, whole(dialect, text)))
    async with stalling_nobody():
        assert (await asking(provider).answer(REQUEST)).text


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "compress", "X-GZip", "identity, gzip", "none,BR"])
async def test_no_answer_is_unpacked(fake: FakeProvider, provider: Provider, ask: Ask, coding: str) -> None:
    """None was asked for: a small one may hold anything."""
    kind = "text/event-stream" if ask is not ask_whole else "application/json"
    bomb = gzip.compress(b" " * 50_000_000)
    fake.script(steps.whole(200, bomb, {"Content-Encoding": coding, "Content-Type": kind}))
    with pytest.raises(MalformedReplyError, match="it is compressed"):
        await ask(provider, REQUEST)
    assert fake.requests[-1].headers["accept-encoding"] == "identity"


def reporting(dialect: Dialect, figure: str) -> Step:
    """Answer well, with one figure for everything that is counted."""
    names = {"chat": ("prompt_tokens", "completion_tokens"), "responses": ("input_tokens", "output_tokens")}
    first, second = names.get(dialect, ("input_tokens", "output_tokens"))
    more = {
        "chat": f'"prompt_tokens_details":{{"cached_tokens":{figure}}}',
        "responses": f'"input_tokens_details":{{"cached_tokens":{figure}}}',
        "messages": f'"cache_read_input_tokens":{figure},"cache_creation_input_tokens":{figure}',
    }[dialect]
    content = whole(dialect, "Hello.").removesuffix(b"}")
    usage = f',"usage":{{"{first}":{figure},"{second}":{figure},{more}}}}}'
    return steps.whole(200, content + usage.encode())


@pytest.mark.parametrize(
    "figure",
    ["-5", "1e300", "9223372036854775808", "true", '"12"', "[]", "{}", "1.5", "-0.5", "1e9", "null", "1" * 400],
)
async def test_figures_that_make_no_sense_are_none(
    fake: FakeProvider, provider: Provider, dialect: Dialect, figure: str
) -> None:
    """The answer is as good as ever; nothing is counted for it."""
    fake.script(reporting(dialect, figure))
    completion = await ask_whole(provider, REQUEST)
    assert (completion.text, completion.usage) == ("Hello.", Usage())


async def test_more_was_cached_than_there_was(fake: FakeProvider, provider: Provider, dialect: Dialect) -> None:
    """No more than the whole input is; Anthropic's dialect counts cached input apart."""
    fake.script(reporting(dialect, "70"))
    usage = (await ask_whole(provider, REQUEST)).usage
    assert usage == Usage(input_tokens=210 if dialect == "messages" else 70, output_tokens=70, cached_input_tokens=70)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("m" * 5000, "m" * MOST_NAME),
        ("a\nb\r\nc\x00d\x1b[31m", "a b c d [31m"),
        ("gpt\u202e4\u200b", "gpt 4"),
        ("\x00\n", "small"),
        ("", "small"),
        ("/models/" + "x/" * 3000 + "our-model.Q4.gguf", "our-model.Q4"),
        ("C:\\models\\our.gguf", "our"),
        ("x" * 5000 + ".gguf", "x" * MOST_NAME),
    ],
)
async def test_names_of_models_are_short_and_clean(
    fake: FakeProvider, provider: Provider, dialect: Dialect, name: str, kept: str
) -> None:
    """They go into rows, figures, logs and a header."""
    answer = json.loads(whole(dialect, "Hello."))
    fake.script(steps.whole(200, json.dumps({**answer, "model": name}).encode()))
    assert (await ask_whole(provider, REQUEST)).model == kept


@pytest.mark.parametrize("mark", ["<s>", "<s>x", "<think>", "<answer>", "<text>", "</s>", "<|end|>"])
def test_marks_again_and_again_take_time_in_proportion(mark: str) -> None:
    """Twice as many take about twice the time, behind a word in one piece."""

    def follow(size: int) -> None:
        reader = ReplyReader(["Hi"])
        reader.feed("Hello " + repeated(mark, size))
        reader.finish()

    grows_no_faster(follow, 40_000)
