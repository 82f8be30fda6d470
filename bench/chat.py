"""The one exchange that the clients are measured with: a rewrite over the chat completions dialect."""

import msgspec

MODEL = "bench-model"
SYSTEM = (
    "You rewrite a support agent's draft. Keep its language, links, names and numbers. Add no facts. "
    "Return only the rewritten text, without a preamble or quotation marks."
)
DRAFT = (
    "Your refund was processed. It takes 5 days. If it is not there by then write to us again with the order number, "
    "and we will ask the bank."
)
REPLY = (
    "Good news: your refund has been processed! It usually takes 5 days to arrive. Should it not be there by then, "
    "just write to us again with your order number and we will gladly ask the bank for you."
)
MAX_TOKENS = 400
TEMPERATURE = 0.3

KIND_REPLY = "Thank you for your patience, we are glad to tell you it is ready and on its way to you."
"""Twenty words that are a faithful answer to each draft without names and numbers."""

DELTAS = tuple(f"{word} " for word in KIND_REPLY.split())
"""Texts of a stream, one event each."""

STREAMED = "".join(DELTAS)
DELTA_SECONDS = 0.020
"""Pause before each event of a stream, the first included: what the server itself takes."""


def answer(text: str) -> bytes:
    """Return a whole answer, about 600 bytes."""
    return msgspec.json.encode(
        {
            "id": "chatcmpl-bench",
            "object": "chat.completion",
            "created": 1767225600,
            "model": MODEL,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text, "refusal": None},
                    "logprobs": None,
                    "finish_reason": "stop",
                }
            ],
            "usage": {
                "prompt_tokens": 92,
                "completion_tokens": 41,
                "total_tokens": 133,
                "prompt_tokens_details": {"cached_tokens": 0},
            },
        }
    )


ANSWER = answer(REPLY)
"""The whole answer of the zero-delay provider."""


class Message(msgspec.Struct, frozen=True):
    """A turn of the conversation that is sent."""

    role: str
    content: str


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sends."""

    model: str
    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float
    stream: bool


def request(*, stream: bool) -> bytes:
    """Return the request as a wire client builds it anew for each call."""
    return msgspec.json.encode(
        Request(
            model=MODEL,
            messages=(Message("system", SYSTEM), Message("user", DRAFT)),
            max_tokens=MAX_TOKENS,
            temperature=TEMPERATURE,
            stream=stream,
        )
    )
