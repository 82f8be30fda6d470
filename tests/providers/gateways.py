"""Gateways in front of other hosts, as they are: each is a function whose docstring says where it is known from."""

import msgspec

from tests.fakes import steps
from tests.providers.adapters.playing import DONE, EVENT_STREAM, TEXT, choice, chunk
from tests.providers.saying import (
    ASKED,
    PIECES,
    THOUGHTS,
    Cells,
    as_openai,
    at_most,
    error,
    events,
    no_system,
    said,
    unless,
)


def litellm() -> Cells:
    """Reports litellm #4377 (roles), ExtractThinker #346 (tokens), #26015 (limits in streams); else seen by running it.

    It is run by tests/assistant/completion/test_litellm.py, and shown in its own documentation of the proxy.
    """
    behind = "\n\nLiteLLM: model group 'small' failed with the error above. No fallback was attempted."
    role = (
        "OpenAIException - Error code: 400 - {'object': 'error', 'message': 'System role not supported', 'type':"
        " 'BadRequestError', 'param': None, 'code': 400}"
    )
    limit = (
        f"litellm.BadRequestError: OpenAIException - max_tokens is too large: {ASKED}. This model supports at most"
        f" 4096 completion tokens, whereas you provided {ASKED}."
    )
    cooling = "No deployments available for selected model, Try again in 5 seconds. All deployments are in cooldown."
    loading = f"litellm.ServiceUnavailableError: ServiceUnavailableError: OpenAIException - Loading model{behind}"
    exhausted = {"error": {"message": "litellm.RateLimitError: RESOURCE_EXHAUSTED", "code": "429"}}
    end = chunk(finish="stop")
    return {
        "whole": said({**choice(TEXT), "provider_specific_fields": {}}),
        "streamed": events(*PIECES, end, {"choices": [{"index": 0, "delta": {}}], "usage": {}}, DONE),
        "thinking": said(choice(TEXT, reasoning_content="They want it kinder.")),
        "refusal": unless(no_system, error(400, role, type=None, code="400")),
        "token limit": unless(at_most(4096), error(400, limit, type=None, code="400")),
        "rate limit": error(429, cooling, type="all_deployments_in_cooldown", code="429"),
        "error in mid-stream": events(*PIECES[:2], exhausted),
        "cold start": error(503, loading, type="internal_server_error", code="503"),
    }


def new_api() -> Cells:
    """Reports new-api #991 and VideoCaptioner #1120 (limits), new-api #989 (roles); documentation of its answers."""
    busy = "\u5f53\u524d\u5206\u7ec4\u4e0a\u6e38\u8d1f\u8f7d\u5df2\u9971\u548c\uff0c\u8bf7\u7a0d\u540e\u518d\u8bd5"
    role = "Developer instruction is not enabled for models/gemini-2.0-flash-exp (request id: 2025X)"
    return {
        **as_openai(),
        "refusal": unless(no_system, error(400, role, type="", param="", code=400)),
        "rate limit": error(429, busy, type="upstream_error", param="404", code="bad_response_status_code"),
    }


def open_webui() -> Cells:
    """Its source passes answers, events and errors on as they come: backend/open_webui/routers/openai.py.

    Its documentation has the address `/api/chat/completions`. Reports open-webui #10507 (tokens, at that address) and
    #3743 (the model's own 429).
    """
    limit = "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]"
    busy = "Rate limit reached for gpt-4o in organization org-1 on requests per min (RPM): Limit 500, Used 500."
    return {
        "whole": said(choice(TEXT)),
        "streamed": events(*PIECES, chunk(finish="stop"), DONE),
        "thinking": said(choice(TEXT, reasoning_content=THOUGHTS)),
        "token limit": unless(at_most(8192), error(400, limit, code="invalid_parameter_error")),
        "rate limit": error(429, busy, type="requests", code="rate_limit_exceeded"),
        "error in mid-stream": events(*PIECES[:2], {"error": {"message": "Compute error.", "type": "server_error"}}),
    }


def nine_router() -> Cells:
    """Report 9router #3492: a whole answer with the end of a stream behind it."""
    body = msgspec.json.encode(choice(TEXT)) + b"\n\ndata: [DONE]\n\n"
    return {"whole": steps.whole(200, body, EVENT_STREAM), "streamed": events(*PIECES, chunk(finish="stop"), DONE)}
