"""Servers as they are in the wild: each is a function whose docstring says where it is known from.

What stands in none of these sources is left out: the table then says that it is not known.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from providers.dialects import Dialect
from tests.fakes import steps
from tests.fakes.exchange import Exchange
from tests.providers.adapters.playing import DONE, EVENT_STREAM, TEXT, choice, chunk, written

COLUMNS = (
    "whole",
    "streamed",
    "thinking",
    "refusal",
    "token limit",
    "rate limit",
    "error in mid-stream",
    "cold start",
)
ASKED = 9000
"""Tokens that the answer may have in the column of token limits."""
THOUGHTS = "They want it kinder."
_HALF = len(TEXT) // 2
_PIECES = [chunk(role="assistant", content=""), chunk(TEXT[:_HALF]), chunk(TEXT[_HALF:])]

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


def _no_system(body: dict[str, Any]) -> bool:
    return all(message["role"] != "system" for message in body["messages"])


def _at_most(most: int) -> Callable[[dict[str, Any]], bool]:
    return lambda body: (body.get("max_tokens") or body.get("max_completion_tokens") or 0) <= most


def _thinks(field: str) -> steps.Step:
    return said(choice("", "length", **{field: THOUGHTS}))


def ollama() -> Cells:
    """Reports ollama #4357 (reasons), #14820 (the switch), agentmemory #240 (thoughts); its FAQ (queue, loading)."""
    reasons = [chunk(TEXT[:_HALF], ""), chunk(TEXT[_HALF:], ""), chunk(finish="stop")]
    return {
        "whole": said(choice(TEXT)),
        "streamed": events(*reasons, DONE),
        "thinking": unless(lambda body: body.get("reasoning_effort") == "none", _thinks("reasoning")),
        "rate limit": error(503, "server busy, please try again.  maximum pending requests exceeded"),
        "cold start": steps.reply(TEXT, delay=0.3),
    }


def vllm() -> Cells:
    """Reports vllm #2964 (roles), claude-code #272 (context), openclaw #54983 (thoughts), guidellm #743 (errors)."""
    context = (
        f"'max_tokens' or 'max_completion_tokens' is too large: {ASKED}. This model's maximum context length is 8192"
        f" tokens and your request has 500 input tokens ({ASKED} > 8192 - 500). None"
    )
    roles = {"object": "error", "message": "System role not supported", "type": "BadRequestError", "code": 400}
    failed = {"error": {"message": "TimeoutError", "type": "GatewayTimeout", "code": 504}}
    return {
        "whole": said(choice(TEXT, reasoning=None, tool_calls=[])),
        "streamed": events(*_PIECES, chunk(finish="stop"), DONE),
        "thinking": unless(lambda body: body.get("chat_template_kwargs"), said(choice(None, reasoning=THOUGHTS))),
        "refusal": unless(_no_system, said(roles, 400)),
        "token limit": unless(_at_most(7692), error(400, context, code=400)),
        "error in mid-stream": events(*_PIECES[:2], failed, DONE),
    }


def lm_studio() -> Cells:
    """Reports lmstudio-bug-tracker #1990 (thoughts) and #2057 (the switch)."""
    return {
        "whole": said(choice(TEXT)),
        "streamed": events(*_PIECES, chunk(finish="stop"), DONE),
        "thinking": unless(lambda body: body.get("reasoning_effort") == "none", _thinks("reasoning_content")),
    }


def llama_cpp() -> Cells:
    """Report llama-swap #146 (loading); the server's README."""
    return {
        "whole": said(choice(TEXT)),
        "streamed": events(*_PIECES, chunk(finish="stop"), DONE),
        "cold start": error(503, "Loading model", code=503, type="unavailable_error"),
    }


def sglang() -> Cells:
    """Reports sglang #892 (roles: an error without a word) and #3912 (reasons)."""
    return {
        "streamed": events(chunk(TEXT, ""), chunk(finish="stop"), DONE),
        "refusal": unless(_no_system, said(b"Internal Server Error", 500, Content_Type="text/plain")),
    }


def unsloth() -> Cells:
    """Report unsloth #6570: it streams whatever it is asked for."""
    every = events(*_PIECES, chunk(finish="stop"), DONE)
    return {"whole": every, "streamed": every}


def nine_router() -> Cells:
    """Report 9router #3492: a whole answer with the end of a stream behind it."""
    body = msgspec.json.encode(choice(TEXT)) + b"\n\ndata: [DONE]\n\n"
    return {"whole": steps.whole(200, body, EVENT_STREAM), "streamed": events(*_PIECES, chunk(finish="stop"), DONE)}


def openai() -> Cells:
    """Reports NextChat #3195 (tokens), forgecode #1177 (roles)."""
    limit = (
        f"max_tokens is too large: {ASKED}. This model supports at most 4096 completion tokens, whereas you {ASKED}."
    )
    role = "Unsupported value: 'messages[0].role' does not support 'system' with this model."
    return {
        "whole": said(choice(TEXT, refusal=None, annotations=[])),
        "streamed": events(*_PIECES, chunk(finish="stop"), {"choices": [], "usage": {"prompt_tokens": 20}}, DONE),
        "refusal": unless(_no_system, error(400, role, param="messages[0].role", code="unsupported_value")),
        "token limit": unless(_at_most(4096), error(400, limit, type="invalid_request_error", param="max_tokens")),
    }


def azure() -> Cells:
    """Reports openai-python #1677 and autogen #6465 (annotations); its documentation of content filters."""
    offsets: dict[str, Any] = {
        "index": 0,
        "finish_reason": None,
        "content_filter_results": {},
        "content_filter_offsets": {},
    }
    prompt = {"id": "", "choices": [], "prompt_filter_results": [{"prompt_index": 0}], "usage": None}
    last = {"id": "", "choices": [offsets], "usage": None}
    filtered = "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."
    return {
        "whole": said({**choice(TEXT), "prompt_filter_results": [{"prompt_index": 0}]}),
        "streamed": events(prompt, *_PIECES, last, chunk(finish="stop"), last, DONE),
        "refusal": error(400, filtered, code="content_filter", param="prompt"),
    }


def gemini() -> Cells:
    """Reports adk-python #3900 (roles), page-assist #406 (limits, in a list), planet #10281 (no reason at the end)."""
    role = "Developer instruction is not enabled for models/gemma-3-27b-it"
    exhausted = {
        "code": 429,
        "message": "Resource has been exhausted (e.g. check quota).",
        "status": "RESOURCE_EXHAUSTED",
    }
    return {
        "whole": said(choice(TEXT)),
        "streamed": events(*_PIECES, DONE),
        "refusal": unless(
            _no_system, said([{"error": {"code": 400, "message": role, "status": "INVALID_ARGUMENT"}}], 400)
        ),
        "rate limit": said([{"error": exhausted}], 429),
    }


def groq() -> Cells:
    """Report ha-groq-cloud-api #27 (tokens per minute)."""
    message = (
        "Request too large for model llama-3.1-8b-instant in organization org_1 service tier on_demand on tokens per"
        " minute (TPM): Limit 6000, Requested 12328, please reduce your message size and try again."
    )
    return {
        "whole": said({**choice(TEXT), "x_groq": {"id": "req_1"}}),
        "streamed": events(*_PIECES, chunk(finish="stop"), DONE),
        "rate limit": error(413, message, type="tokens", code="rate_limit_exceeded"),
    }


def mistral() -> Cells:
    """Reports vercel/ai #8072, langchain4j #4474 (parts), raycast/extensions #31107 (limits)."""
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHTS}]}, {"type": "text", "text": TEXT}]
    limit = {"object": "error", "message": "Rate limit exceeded", "type": "rate_limited", "param": None, "code": "1300"}
    return {
        "whole": said(choice(TEXT)),
        "streamed": events(chunk(parts[:1]), chunk(TEXT), chunk(finish="stop"), DONE),
        "thinking": said(choice(parts)),
        "rate limit": said(limit, 429),
    }


def deepseek() -> Cells:
    """Its guide to thinking and page on limits (empty lines); awesome-deepseek-integration #13, DeepSeek-V3 #69."""
    limit = "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"
    kind = {"type": "invalid_request_error", "param": None, "code": "invalid_request_error"}
    return {
        "whole": said(b"\n\n\n" + msgspec.json.encode(choice(TEXT))),
        "streamed": events(": keep-alive\n\n", *_PIECES, chunk(finish="stop"), DONE),
        "thinking": unless(lambda body: body.get("thinking"), _thinks("reasoning_content")),
        "refusal": error(400, "Content Exists Risk", **kind),
        "token limit": unless(_at_most(8192), error(400, limit, **kind)),
        "rate limit": error(402, "Insufficient Balance", type="unknown_error", code="invalid_request_error"),
    }


def openrouter() -> Cells:
    """Its documentation of streaming (comments) and of errors (moderation, limits, errors in streams)."""
    flagged = "This model requires moderation. Your input was flagged."
    failed = {**chunk("", "error"), "error": {"code": 502, "message": "Provider disconnected"}}
    return {
        "whole": said({**choice(TEXT, reasoning=None), "provider": "Any"}),
        "streamed": events(": OPENROUTER PROCESSING\n\n", *_PIECES, chunk(finish="stop"), DONE),
        "refusal": error(403, flagged, code=403, metadata={"reasons": ["violence"]}),
        "rate limit": error(429, "Rate limit exceeded: free-models-per-min.", code=429),
        "error in mid-stream": events(*_PIECES[:2], failed, DONE),
    }


def dashscope() -> Cells:
    """Report open-webui #10507 (tokens)."""
    limit = "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]"
    return {"token limit": unless(_at_most(8192), error(400, limit, code="invalid_parameter_error"))}


def volcengine() -> Cells:
    """Report openclaude #331 (tokens)."""
    limit = (
        "The parameter `max_tokens` specified in the request are not valid: integer above maximum value, expected a"
        f" value <= 8192, but got {ASKED} instead."
    )
    return {"token limit": unless(_at_most(8192), error(400, limit, code="InvalidParameter", param="max_tokens"))}


def new_api() -> Cells:
    """Reports new-api #991 and VideoCaptioner #1120 (limits), new-api #989 (roles)."""
    busy = "\u5f53\u524d\u5206\u7ec4\u4e0a\u6e38\u8d1f\u8f7d\u5df2\u9971\u548c\uff0c\u8bf7\u7a0d\u540e\u518d\u8bd5"
    role = "Developer instruction is not enabled for models/gemini-2.0-flash-exp (request id: 2025X)"
    return {
        "refusal": unless(_no_system, error(400, role, type="", param="", code=400)),
        "rate limit": error(429, busy, type="upstream_error", param="404", code="bad_response_status_code"),
    }


def litellm() -> Cells:
    """Reports litellm #4377 (roles), ExtractThinker #346 (tokens), #26015 (limits in streams)."""
    role = (
        "OpenAIException - Error code: 400 - {'object': 'error', 'message': 'System role not supported', 'type':"
        " 'BadRequestError', 'param': None, 'code': 400}"
    )
    limit = (
        f"litellm.BadRequestError: OpenAIException - max_tokens is too large: {ASKED}. This model supports at most"
        f" 4096 completion tokens, whereas you provided {ASKED}."
    )
    exhausted = {"error": {"message": "litellm.RateLimitError: RESOURCE_EXHAUSTED", "code": "429"}}
    return {
        "refusal": unless(_no_system, error(400, role, type=None, code="400")),
        "token limit": unless(_at_most(4096), error(400, limit, type=None, code="400")),
        "error in mid-stream": events(*_PIECES[:2], exhausted),
    }


def anthropic() -> Cells:
    """Its documentation of errors and of streams."""
    overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    block = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": TEXT[:_HALF]}}
    thought = {"type": "thinking", "thinking": THOUGHTS, "signature": "x"}
    answer = {"content": [thought, {"type": "text", "text": TEXT}], "stop_reason": "end_turn"}
    limit = {"type": "error", "error": {"type": "rate_limit_error", "message": "Number of requests"}}
    return {
        "whole": steps.reply(TEXT),
        "streamed": steps.reply(TEXT),
        "thinking": said(answer),
        "rate limit": said(limit, 429),
        "error in mid-stream": events({"type": "message_start", "message": {"content": []}}, block, overloaded),
    }


SERVERS: Mapping[str, Server] = MappingProxyType(
    {
        server.name: server
        for server in (
            Server(name="OpenAI", provider="openai", play=openai),
            Server(name="Anthropic", provider="anthropic", play=anthropic, dialect="messages"),
            Server(name="Azure OpenAI", provider="azure", play=azure),
            Server(name="Google Gemini", provider="gemini", play=gemini),
            Server(name="Mistral", provider="mistral", play=mistral),
            Server(name="Groq", provider="groq", play=groq),
            Server(name="OpenRouter", provider="openrouter", play=openrouter),
            Server(name="DeepSeek", provider="deepseek", play=deepseek),
            Server(name="DashScope", provider="custom", play=dashscope),
            Server(name="Volcengine", provider="custom", play=volcengine),
            Server(name="Ollama", provider="ollama", play=ollama),
            Server(name="vLLM", provider="vllm", play=vllm),
            Server(name="LM Studio", provider="lmstudio", play=lm_studio),
            Server(name="llama.cpp", provider="custom", play=llama_cpp),
            Server(name="SGLang", provider="custom", play=sglang),
            Server(name="Unsloth", provider="custom", play=unsloth),
            Server(name="LiteLLM", provider="custom", play=litellm),
            Server(name="new-api", provider="custom", play=new_api),
            Server(name="9router", provider="custom", play=nine_router),
        )
    }
)
"""By name, in the order in which an administrator would look for them."""
