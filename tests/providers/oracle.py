# ruff: noqa: ANN401 - two SDKs whose types have nothing in common
"""The official SDKs, asked the same as our adapters: what they understand is what we must understand."""

import ssl
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import anthropic
import httpx2
import openai

from providers.base import Usage
from providers.dialects import Dialect

_TLS = ssl.create_default_context()
_FINISH = {
    "stop": "stop",
    "completed": "stop",
    "end_turn": "stop",
    "length": "length",
    "max_output_tokens": "length",
    "max_tokens": "length",
    "content_filter": "filtered",
    "refusal": "filtered",
}


class Seen(NamedTuple):
    """What an SDK made of an answer, in our words."""

    text: str
    model: str
    finish: str
    usage: Usage


async def ask_sdk(dialect: Dialect, url: str, body: dict[str, Any], seconds: float) -> Seen:
    """Send a body through the SDK, streamed if it says so; raises what the SDK raises."""
    async with httpx2.AsyncClient(trust_env=False, timeout=seconds, verify=_TLS) as http:
        common: dict[str, Any] = {"api_key": "any", "max_retries": 0, "http_client": http}
        if dialect == "messages":
            client = anthropic.AsyncAnthropic(base_url=url, open_telemetry=False, **common)
            return await _messages(client.messages.create, body)
        speaker = openai.AsyncOpenAI(base_url=f"{url}/v1", **common)
        if dialect == "chat":
            return await _chat(speaker.chat.completions.create, body)
        return await _responses(speaker.responses.create, body)


async def _chat(create: Any, body: dict[str, Any]) -> Seen:
    answer = await create(**body)
    if not body.get("stream"):
        choice = answer.choices[0]
        return _chat_seen(choice.message.content, answer.model, choice.finish_reason, answer.usage)
    text, finish, usage, model = "", "", None, ""
    async for chunk in answer:
        model, usage = chunk.model, chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
    return _chat_seen(text, model, finish, usage)


def _chat_seen(text: str, model: str, finish: str, usage: Any) -> Seen:
    cached = usage.prompt_tokens_details.cached_tokens
    return Seen(text, model, _FINISH[finish], _usage(usage.prompt_tokens, usage.completion_tokens, cached))


async def _responses(create: Any, body: dict[str, Any]) -> Seen:
    answer = await create(**body)
    text = ""
    if body.get("stream"):
        async for event in _events(answer):
            if event.type == "response.output_text.delta":
                text += event.delta
            if event.type in {"response.completed", "response.incomplete"}:
                answer = event.response
        assert text == answer.output_text
    reason = answer.incomplete_details.reason if answer.incomplete_details else answer.status
    usage = answer.usage
    counted = _usage(usage.input_tokens, usage.output_tokens, usage.input_tokens_details.cached_tokens)
    return Seen(answer.output_text, answer.model, _FINISH[reason], counted)


async def _events(stream: Any) -> AsyncIterator[Any]:
    """Yield a stream's events; what the SDK hands on as an event though it is an error is raised."""
    async for event in stream:
        if event.type == "error":
            raise openai.APIError(event.message, httpx2.Request("POST", "http://fake"), body=event.model_dump())
        yield event


async def _messages(create: Any, body: dict[str, Any]) -> Seen:
    answer = await create(**body)
    if not body.get("stream"):
        text = "".join(block.text for block in answer.content)
        return _messages_seen(text, answer.model, answer.stop_reason, answer.usage, answer.usage.output_tokens)
    text, finish, output, start = "", "", 0, None
    async for event in answer:
        if event.type == "message_start":
            start = event.message
        elif event.type == "content_block_delta":
            text += event.delta.text
        elif event.type == "message_delta":
            finish, output = event.delta.stop_reason, event.usage.output_tokens
    assert start is not None
    return _messages_seen(text, start.model, finish, start.usage, output)


def _messages_seen(text: str, model: str, finish: str, usage: Any, output: int) -> Seen:
    cached = usage.cache_read_input_tokens
    return Seen(text, model, _FINISH[finish], _usage(usage.input_tokens + cached, output, cached))


def _usage(given: int, made: int, cached: int) -> Usage:
    return Usage(input_tokens=given, output_tokens=made, cached_input_tokens=cached)
