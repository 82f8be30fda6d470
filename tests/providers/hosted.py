"""Hosts of models, as they are: each is a function whose docstring says where it is known from."""

from typing import Any

import msgspec

from tests.fakes import steps
from tests.providers.adapters.playing import DONE, TEXT, choice, chunk
from tests.providers.saying import (
    ASKED,
    HALF,
    PIECES,
    THOUGHTS,
    Cells,
    after,
    as_openai,
    at_most,
    error,
    events,
    no_system,
    said,
    thinks,
    unless,
)


def openai() -> Cells:
    """Reports NextChat #3195 (tokens), forgecode #1177 (roles), covan #112 (thoughts), gpt-pilot #53 (limits).

    In streams: go-openai #69 (errors).
    """
    limit = (
        f"max_tokens is too large: {ASKED}. This model supports at most 4096 completion tokens, whereas you {ASKED}."
    )
    role = "Unsupported value: 'messages[0].role' does not support 'system' with this model."
    tokens = (
        "Rate limit reached for 10KTPM-200RPM in organization org-1 on tokens per min. Limit: 10000 / min. Please try"
        " again in 6ms."
    )
    failed = "The server had an error processing your request. Sorry about that! You can retry your request."
    return {
        "whole": said(choice(TEXT, refusal=None, annotations=[])),
        "streamed": events(*PIECES, chunk(finish="stop"), {"choices": [], "usage": {"prompt_tokens": 20}}, DONE),
        "refusal": unless(no_system, error(400, role, param="messages[0].role", code="unsupported_value")),
        "token limit": unless(at_most(4096), error(400, limit, type="invalid_request_error", param="max_tokens")),
        "thinking": after(1408),
        "rate limit": error(429, tokens, type="tokens", code="rate_limit_exceeded"),
        "error in mid-stream": events(*PIECES[:2], {"error": {"message": failed, "type": "server_error"}}),
    }


def anthropic() -> Cells:
    """Its documentation of errors and of streams; reports NextChat #4964 (tokens), tidebreak #555 (refusals)."""
    overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    block = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": TEXT[:HALF]}}
    thought = {"type": "thinking", "thinking": THOUGHTS, "signature": "x"}
    answer = {"content": [thought, {"type": "text", "text": TEXT}], "stop_reason": "end_turn"}
    limit = {"type": "error", "error": {"type": "rate_limit_error", "message": "Number of requests"}}
    words = f"max_tokens: {ASKED} > 4096, which is the maximum allowed number of output tokens for claude-3-5-sonnet"
    most = {"type": "error", "error": {"type": "invalid_request_error", "message": words}}
    return {
        "whole": steps.reply(TEXT),
        "streamed": steps.reply(TEXT),
        "thinking": said(answer),
        "rate limit": said(limit, 429),
        "error in mid-stream": events({"type": "message_start", "message": {"content": []}}, block, overloaded),
        "refusal": said({"content": [], "stop_reason": "refusal"}),
        "token limit": unless(at_most(4096), said(most, 400)),
    }


def azure() -> Cells:
    """Reports openai-python #1677, autogen #6465 (annotations), TinyLLM #17 (limits); documentation of its filters.

    And catwalk #41 (tokens).
    """
    offsets: dict[str, Any] = {
        "index": 0,
        "finish_reason": None,
        "content_filter_results": {},
        "content_filter_offsets": {},
    }
    prompt = {"id": "", "choices": [], "prompt_filter_results": [{"prompt_index": 0}], "usage": None}
    last = {"id": "", "choices": [offsets], "usage": None}
    filtered = "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."
    limit = (
        "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2023-05-15 have exceeded token"
        " rate limit of your current AIServices S0 pricing tier. Please retry after 86400 seconds."
    )
    most = (
        f"max_tokens is too large: {ASKED}. This model supports at most 4096 completion tokens, whereas you provided"
        f" {ASKED}."
    )
    return {
        "whole": said({**choice(TEXT), "prompt_filter_results": [{"prompt_index": 0}]}),
        "streamed": events(prompt, *PIECES, last, chunk(finish="stop"), last, DONE),
        "refusal": error(400, filtered, code="content_filter", param="prompt"),
        "rate limit": error(429, limit, code="429"),
        "token limit": unless(at_most(4096), error(400, most, type="invalid_request_error", code="invalid_value")),
    }


def gemini() -> Cells:
    """Reports adk-python #3900 (roles), page-assist #406 (limits, in a list), planet #10281 (no reason at the end).

    And hindsight #3365: it thinks within the limit of tokens, and says nothing of it.
    """
    role = "Developer instruction is not enabled for models/gemma-3-27b-it"
    exhausted = {
        "code": 429,
        "message": "Resource has been exhausted (e.g. check quota).",
        "status": "RESOURCE_EXHAUSTED",
    }
    return {
        "whole": said(choice(TEXT)),
        "streamed": events(*PIECES, DONE),
        "refusal": unless(
            no_system, said([{"error": {"code": 400, "message": role, "status": "INVALID_ARGUMENT"}}], 400)
        ),
        "rate limit": said([{"error": exhausted}], 429),
        "thinking": after(1232),
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


def groq() -> Cells:
    """Reports ha-groq-cloud-api #27 (tokens per minute), free-claude-code #1354 (tokens), any-llm #103 (thoughts)."""
    message = (
        "Request too large for model llama-3.1-8b-instant in organization org_1 service tier on_demand on tokens per"
        " minute (TPM): Limit 6000, Requested 12328, please reduce your message size and try again."
    )
    most = (
        "`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the"
        " `context_window` for this model"
    )
    return {
        "whole": said({**choice(TEXT), "x_groq": {"id": "req_1"}}),
        "thinking": said(choice(TEXT, reasoning=THOUGHTS)),
        "streamed": events(*PIECES, chunk(finish="stop"), DONE),
        "rate limit": error(413, message, type="tokens", code="rate_limit_exceeded"),
        "token limit": unless(at_most(8192), error(400, most, type="invalid_request_error", param="max_tokens")),
    }


def deepseek() -> Cells:
    """Its guide to thinking and page on limits (empty lines); awesome-deepseek-integration #13, DeepSeek-V3 #69."""
    limit = "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"
    kind = {"type": "invalid_request_error", "param": None, "code": "invalid_request_error"}
    return {
        "whole": said(b"\n\n\n" + msgspec.json.encode(choice(TEXT))),
        "streamed": events(": keep-alive\n\n", *PIECES, chunk(finish="stop"), DONE),
        "thinking": unless(lambda body: body.get("thinking"), thinks("reasoning_content")),
        "refusal": error(400, "Content Exists Risk", **kind),
        "token limit": unless(at_most(8192), error(400, limit, **kind)),
        "rate limit": error(402, "Insufficient Balance", type="unknown_error", code="invalid_request_error"),
    }


def openrouter() -> Cells:
    """Its documentation of streaming (comments) and of errors (moderation, limits, errors in streams).

    And reports gpt_mobile #284 (credit for fewer tokens), openrouter-rs #4 (thoughts).
    """
    flagged = "This model requires moderation. Your input was flagged."
    failed = {**chunk("", "error"), "error": {"code": 502, "message": "Provider disconnected"}}
    credit = (
        f"This request requires more credits, or fewer max_tokens. You requested up to {ASKED} tokens, but can only"
        " afford 3919. To increase, visit the settings and upgrade to a paid account"
    )
    return {
        "whole": said({**choice(TEXT, reasoning=None), "provider": "Any"}),
        "streamed": events(": OPENROUTER PROCESSING\n\n", *PIECES, chunk(finish="stop"), DONE),
        "refusal": error(403, flagged, code=403, metadata={"reasons": ["violence"]}),
        "rate limit": error(429, "Rate limit exceeded: free-models-per-min.", code=429),
        "error in mid-stream": events(*PIECES[:2], failed, DONE),
        "thinking": said(choice(TEXT, reasoning=THOUGHTS)),
        "token limit": unless(at_most(3919), error(402, credit, code=402)),
    }


def dashscope() -> Cells:
    """Report open-webui #10507 (tokens); its documentation of compatibility and of streams."""
    limit = "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]"
    return {
        **as_openai(),
        "token limit": unless(at_most(8192), error(400, limit, code="invalid_parameter_error")),
    }


def volcengine() -> Cells:
    """Report openclaude #331 (tokens)."""
    limit = (
        "The parameter `max_tokens` specified in the request are not valid: integer above maximum value, expected a"
        f" value <= 8192, but got {ASKED} instead."
    )
    return {"token limit": unless(at_most(8192), error(400, limit, code="InvalidParameter", param="max_tokens"))}


def together() -> Cells:
    """Reports helm #2079 (tokens), gpt4free #3032 (limits), vespa #33327 (reasons), its openapi #131 (thoughts)."""
    context = (
        f"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8192. Given: 500 `inputs` tokens and"
        f" {ASKED} `max_new_tokens`"
    )
    limit = (
        "You have reached the rate limit specific to this model. The maximum rate limit for this model is 9.0 queries"
        " per minute."
    )
    return {
        "whole": said(choice(TEXT, "eos")),
        "streamed": events(*PIECES, chunk(finish="eos"), DONE),
        "thinking": said(choice(TEXT, reasoning=THOUGHTS)),
        "token limit": unless(at_most(7692), error(422, context, type="invalid_request_error")),
        "rate limit": error(429, limit, type="model_rate_limit"),
    }


def github_models() -> Cells:
    """Report dify-official-plugins #1688 and its documentation (limits); goose #3875 (streams)."""
    pieces = [{**piece, "usage": None, "obfuscation": "0k83GoAO83d"} for piece in PIECES]
    return {
        "streamed": events(*pieces, chunk(finish="stop"), DONE),
        "rate limit": said(b"Too Many Requests", 429, Content_Type="text/plain"),
    }


def databricks() -> Cells:
    """Reports litellm #9700 (thoughts, as parts), n8n #38642 (limits); documentation of its foundation model APIs."""
    summary = {"type": "summary_text", "text": THOUGHTS, "signature": "x"}
    parts = [{"type": "reasoning", "summary": [summary]}, {"type": "text", "text": TEXT}]
    limit = "REQUEST_LIMIT_EXCEEDED: Exceeded workspace QPS rate limit for databricks-qwen35-122b-a10b."
    return {
        **as_openai(),
        "thinking": said(choice(parts)),
        "rate limit": said({"error_code": "REQUEST_LIMIT_EXCEEDED", "message": limit}, 429),
    }


def perplexity() -> Cells:
    """Reports api-discussion #265 and OpenManus #580: after system messages, roles alternate.

    Its documentation (answers as OpenAI's, with citations); archestra #6838 (thoughts in the text).
    """
    role = "After the (optional) system message(s), user and assistant roles should be alternating."
    return {
        "whole": said({**choice(TEXT), "citations": ["https://example.com/source"]}),
        "streamed": events(*PIECES, chunk(finish="stop"), DONE),
        "thinking": said(choice(f"<think>\n{THOUGHTS}\n</think>\n\n{TEXT}")),
        "refusal": unless(_alternating, error(400, role, type="invalid_message", code=400)),
    }


def vertex() -> Cells:
    """Reports continue #8967 (limits, in a list), litellm #10548 (tokens); documentation of its chat completions."""
    exhausted = {"code": 429, "message": "Resource exhausted. Please try again later.", "status": "RESOURCE_EXHAUSTED"}
    words = (
        f"Unable to submit request because it has a maxOutputTokens value of {ASKED} but the supported range is from 1"
        " (inclusive) to 8193 (exclusive). Update the value and try again."
    )
    most = {"error": {"code": 400, "message": words, "status": "INVALID_ARGUMENT"}}
    return {
        **as_openai(),
        "token limit": unless(at_most(8192), said([most], 400)),
        "rate limit": said([{"error": exhausted}], 429),
    }


def bedrock() -> Cells:
    """Reports crush #946 and vercel/ai #2772 (tokens), amazon-bedrock-client-for-mac #99 (limits)."""
    limit = (
        "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that"
        " is lower than 4096."
    )
    return {
        "token limit": unless(at_most(4095), said({"message": limit}, 400)),
        "rate limit": said({"message": "Too many tokens, please wait before trying again."}, 429),
    }


def _alternating(body: dict[str, Any]) -> bool:
    roles = [message["role"] for message in body["messages"] if message["role"] != "system"]
    return roles == ["user" if place % 2 == 0 else "assistant" for place in range(len(roles))]
