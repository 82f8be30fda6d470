"""Models that think: room for it is made when it is needed, and kept.

An answer that is cut off while the model still thinks is what Ollama, vLLM, LM Studio and DeepSeek give for Qwen3, R1
and gpt-oss when they are asked for few tokens (agentmemory #240, lmstudio-bug-tracker #1990, openclaw #54983).
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from providers.asking.asking import Asking
from providers.asking.deadline import Deadlines
from providers.asking.trace import Trace
from providers.asking.upstream import Upstream
from providers.base import Completion
from providers.errors import ThoughtsOnlyError
from providers.hosts import HOSTS
from providers.registry import ProviderOptions, connect, resolve
from tests.fakes import FakeProvider, steps
from tests.fakes.exchange import Exchange
from tests.providers.adapters.playing import DONE, EVENT_STREAM, TEXT, choice, chunk, written
from tests.providers.conftest import REQUEST, Ask

LITTLE = REQUEST.max_output_tokens
SELF_HOSTED = ["ollama", "vllm", "lmstudio", "deepseek", "mistral", "custom", "groq", "openrouter", "together"]


def thinker(needed: int, body: dict[str, Any], **thoughts: str) -> steps.Step:
    """Think until there are as many tokens as needed; the thoughts are in a field of their own, or in the text."""
    if needed <= (body.get("max_tokens") or body.get("max_completion_tokens") or 0):
        return steps.reply(TEXT)
    content = thoughts.pop("content", "")
    if body["stream"]:
        return steps.whole(200, written([chunk(content, **thoughts), chunk(finish="length"), DONE]), EVENT_STREAM)
    return steps.whole(200, written([choice(content, "length", **thoughts)])[len("data: ") :])


class Setting:
    """A setting whose provider thinks, asked as a click asks it."""

    def __init__(self, fake: FakeProvider, upstream: Upstream) -> None:
        self.fake = fake
        self.upstream = upstream
        self.needed = LITTLE + 1000
        self.thoughts: dict[str, str] = {"reasoning": "They want it kinder."}
        fake.script(*[self._think] * 50)

    async def click(self, ask: Ask) -> tuple[Completion, Trace]:
        """Return the answer and what was tried for it."""
        trace = Trace()
        deadlines = Deadlines(arrived=asyncio.get_running_loop().time(), seconds=30)
        return await ask(self.asking(trace, deadlines), REQUEST), trace

    def asking(self, trace: Trace, deadlines: Deadlines) -> Asking:
        """Return what answers one request."""
        return Asking([self.upstream], deadlines, trace=trace)

    @property
    def rooms(self) -> list[int]:
        """Tokens that each answer was allowed."""
        return [received.json["max_tokens"] for received in self.fake.requests]

    async def _think(self, exchange: Exchange) -> None:
        await thinker(self.needed, exchange.received.json, **self.thoughts)(exchange)


@pytest.fixture
async def setting(tmp_path: Path) -> AsyncIterator[Setting]:
    """A thinking model behind a host that says nothing of it."""
    with FakeProvider() as fake:
        resolved = resolve("custom", base_url=fake.url, model="small")
        provider = connect(resolved, ProviderOptions(state_dir=tmp_path))
        yield Setting(fake, Upstream(provider, "small"))
        await provider.aclose()


@pytest.mark.parametrize(
    "thoughts",
    [
        {"reasoning": "They want it kinder."},
        {"reasoning_content": "They want it kinder."},
        {"content": "<think>They want it kinder."},
        {"content": "[THINK]They want it kinder."},
        {"content": ""},
        {"content": "<|channel|>analysis<|message|>They want it kinder."},
    ],
)
async def test_a_model_that_thinks_gets_room_for_it(setting: Setting, ask: Ask, thoughts: dict[str, str]) -> None:
    """The first click costs two calls, each that follows one; every attempt is written down."""
    setting.thoughts = thoughts
    first, trace = await setting.click(ask)
    second, _ = await setting.click(ask)
    assert (first.text, second.text) == (TEXT, TEXT)
    assert setting.rooms == [LITTLE, LITTLE + 2000, LITTLE + 2000]
    assert [attempt.error for attempt in trace.attempts] == ["thoughts_only", ""]


async def test_a_model_that_thinks_long_gets_more_each_time(setting: Setting, ask: Ask) -> None:
    """Up to a limit; one click asks twice at most."""
    setting.needed = LITTLE + 5000
    with pytest.raises(ThoughtsOnlyError):
        await setting.click(ask)
    assert (await setting.click(ask))[0].text == TEXT
    assert setting.rooms == [LITTLE, LITTLE + 2000, LITTLE + 8000]


async def test_a_model_that_never_answers_costs_two_calls_at_most(setting: Setting, ask: Ask) -> None:
    """One, once there is no more room to give."""
    setting.needed = 1_000_000
    for _ in range(3):
        with pytest.raises(ThoughtsOnlyError, match="limit of tokens"):
            await setting.click(ask)
    assert setting.rooms == [LITTLE, LITTLE + 2000, LITTLE + 8000, LITTLE + 8000]


async def test_an_answer_that_thoughts_cut_short_is_the_last_of_its_kind(setting: Setting, ask: Ask) -> None:
    """It has fewer characters than tokens: most of these went elsewhere, and the next click has room."""
    usage = {"prompt_tokens": 20, "completion_tokens": LITTLE}
    whole: dict[str, Any] = {**choice("Thank you", "length"), "usage": usage}
    events = [chunk("Thank you"), {**chunk(finish="length"), "usage": usage}, DONE]

    async def cut(exchange: Exchange) -> None:
        if exchange.received.streamed:
            await steps.whole(200, written(events), EVENT_STREAM)(exchange)
        else:
            await steps.whole(200, written([whole])[len("data: ") :])(exchange)

    setting.fake.forget()
    setting.fake.script(cut)
    assert (await setting.click(ask))[0].finish == "length"
    await setting.click(ask)
    assert setting.rooms == [LITTLE, LITTLE + 2000]


async def test_a_short_answer_needs_no_room(setting: Setting, ask: Ask) -> None:
    """A model that does not think is never given more."""
    setting.fake.forget()
    for _ in range(2):
        await setting.click(ask)
    assert setting.rooms == [LITTLE, LITTLE]


@pytest.mark.parametrize("name", SELF_HOSTED)
def test_every_host_has_a_way(name: str) -> None:
    """Its row gives room, or switches thinking off, or leaves it to the first answer."""
    host = HOSTS[name]
    assert host.thinking_tokens or host.reasoning_effort == "none" or host.no_thinking or name == "custom"
