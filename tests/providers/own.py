"""Servers that people run themselves, as they are: each is a function whose docstring says where it is known from."""

from tests.fakes import steps
from tests.providers.adapters.playing import DONE, TEXT, choice, chunk
from tests.providers.saying import (
    ASKED,
    HALF,
    PIECES,
    THOUGHTS,
    Cells,
    at_most,
    error,
    events,
    no_system,
    said,
    thinks,
    unless,
)


def ollama() -> Cells:
    """Reports ollama #4357 (reasons), #14820 (the switch), agentmemory #240 (thoughts); its FAQ (queue, loading)."""
    reasons = [chunk(TEXT[:HALF], ""), chunk(TEXT[HALF:], ""), chunk(finish="stop")]
    return {
        "whole": said(choice(TEXT)),
        "streamed": events(*reasons, DONE),
        "thinking": unless(lambda body: body.get("reasoning_effort") == "none", thinks("reasoning")),
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
        "streamed": events(*PIECES, chunk(finish="stop"), DONE),
        "thinking": unless(lambda body: body.get("chat_template_kwargs"), said(choice(None, reasoning=THOUGHTS))),
        "refusal": unless(no_system, said(roles, 400)),
        "token limit": unless(at_most(7692), error(400, context, code=400)),
        "error in mid-stream": events(*PIECES[:2], failed, DONE),
    }


def lm_studio() -> Cells:
    """Reports lmstudio-bug-tracker #1990 (thoughts), #2057 (the switch), #2219 (roles), #1730 (none loaded).

    In streams: goai #110 (errors).
    """
    none = "No models loaded. Please load a model in the developer page or use the 'lms load' command."
    role = "Exception: Only user, assistant and tool roles are supported, got system"
    return {
        "whole": said(choice(TEXT)),
        "streamed": events(*PIECES, chunk(finish="stop"), DONE),
        "thinking": unless(lambda body: body.get("reasoning_effort") == "none", thinks("reasoning_content")),
        "refusal": unless(no_system, said({"error": role}, 500)),
        "cold start": error(404, none, type="invalid_request_error", param="model", code=None),
        "error in mid-stream": events(
            *PIECES[:2], {"error": {"message": "Compute error."}, "message": "Compute error."}
        ),
    }


def llama_cpp() -> Cells:
    """Reports llama-swap #146 (loading), llama.cpp #23320 (thoughts that nothing opens); its README.

    What a template raises comes as in ramalama #2425. Any limit of tokens is taken, as running it shows. A context
    that is full ends a stream with an error that has no choices: unsloth #9390, llama.cpp #19774.
    """
    full = {"error": {"code": 500, "message": "Context size has been exceeded.", "type": "server_error"}}
    role = (
        "\n------------\nWhile executing CallExpression at line 1, column 70 in source:\n"
        "... {{- raise_exception('System role not supported') ...\nError: Jinja Exception: System role not supported"
    )
    return {
        "whole": said(choice(TEXT)),
        "streamed": events(*PIECES, chunk(finish="stop"), DONE),
        "cold start": error(503, "Loading model", code=503, type="unavailable_error"),
        "token limit": steps.reply(TEXT),
        "thinking": said(choice(f"Okay, they want it kinder.\n</think>\n\n{TEXT}")),
        "refusal": unless(no_system, error(500, role, code=500, type="server_error")),
        "error in mid-stream": events(*PIECES[:2], full),
    }


def sglang() -> Cells:
    """Reports sglang #892 (roles: an error without a word) and #3912 (reasons).

    Its documentation of the OpenAI API, and of thoughts (parted from the text where a parser is set).
    """
    return {
        "whole": said(choice(TEXT, reasoning_content=None)),
        "thinking": said(choice(TEXT, reasoning_content=THOUGHTS)),
        "streamed": events(chunk(TEXT, ""), chunk(finish="stop"), DONE),
        "refusal": unless(no_system, said(b"Internal Server Error", 500, Content_Type="text/plain")),
    }


def unsloth() -> Cells:
    """Report unsloth #6570: it streams whatever it is asked for."""
    every = events(*PIECES, chunk(finish="stop"), DONE)
    return {"whole": every, "streamed": every}


def local_ai() -> Cells:
    """Report LocalAI #1664: a model that can't be loaded is an error, not one that is being loaded.

    Reports LocalAI #788 and #1744 (no reason for the end, or none before it), #8036 (thoughts in the text).
    """
    whole = {"object": "chat.completion", "choices": [{"message": {"role": "assistant", "content": TEXT}}]}
    used = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    pieces = [
        {"choices": [{"index": 0, "delta": {"content": part}}], "usage": used} for part in (TEXT[:HALF], TEXT[HALF:])
    ]
    return {
        "whole": said(whole),
        "streamed": events(*pieces, chunk(finish="stop"), DONE),
        "thinking": said(choice(f"<think>\n{THOUGHTS}\n</think>\n\n{TEXT}")),
        "cold start": error(500, "could not load model: rpc error", code=500),
    }
