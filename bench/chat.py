"""What the scripted provider says, and what the gateways that speak its dialect are asked."""

import msgspec

MODEL = "bench-model"
SYSTEM = (
    "You rewrite a support agent's draft. Keep its language, links, names and numbers. Add no facts. "
    "Return only the rewritten text, without a preamble or quotation marks."
)

REPLY = "Thank you for your patience, we are glad to tell you it is ready and on its way to you."
"""Twenty words that are a faithful answer to each draft without names and numbers."""

DELTAS = tuple(f"{word} " for word in REPLY.split())
"""Texts of a stream, one event each."""

DELTA_SECONDS = 0.020
"""Pause before each event of a stream, the first included: what the provider itself takes."""

PROMPT_TOKENS = 92
_HEAD = {"id": "chatcmpl-bench", "created": 1767225600, "model": MODEL}


def answer(text: str = REPLY) -> bytes:
    """Return a whole answer, about 400 bytes more than its text."""
    message = {"role": "assistant", "content": text, "refusal": None}
    usage = {
        "prompt_tokens": PROMPT_TOKENS,
        "completion_tokens": 41,
        "total_tokens": PROMPT_TOKENS + 41,
        "prompt_tokens_details": {"cached_tokens": 0},
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return msgspec.json.encode({**_HEAD, "object": "chat.completion", "choices": [choice], "usage": usage})


def event(content: str | None) -> bytes:
    """Return an event of a stream: with a text, or the one that ends it."""
    delta = {"role": "assistant", "content": content} if content else {}
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None if content else "stop"}
    chunk = msgspec.json.encode({**_HEAD, "object": "chat.completion.chunk", "choices": [choice]})
    return b"data: " + chunk + (b"\n\n" if content else b"\n\ndata: [DONE]\n\n")
