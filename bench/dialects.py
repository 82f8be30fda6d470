"""How each gateway is asked for a completion, and how its answers are known to be the right ones."""

import re
from typing import Any

import msgspec

from bench.chat import MODEL, PROMPT_TOKENS, REPLY, SYSTEM
from tests.assistant.harness import ADMIN

PROMPT = "reply_friendly"
LITELLM_KEY = "sk-bench-0123456789abcdef0123456789abcdef"


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """How a stream is known.

    Attributes:
        delta: what stands in front of each delta.
        whole: what a stream holds that came to a good end, each of them once.
        pieces: a regular expression that finds the deltas' texts, which together are the answer; none where `whole`
            tells it.
    """

    delta: bytes
    whole: tuple[bytes, ...]
    pieces: str = ""

    def good(self, data: bytes) -> bool:
        """Whether a stream holds what it should."""
        found = "".join(piece.decode() for piece in re.findall(self.pieces.encode(), data)) if self.pieces else REPLY
        return found.strip() == REPLY and all(data.count(part) == 1 for part in self.whole)


CHUNKS = Stream(delta=b'"content":"', whole=(b"data: [DONE]",), pieces=r'"content":"([^"]*)"')
_EVENTS = Stream(
    delta=b"event: delta\n",
    whole=(b"event: done\n", b'"text":%b,"warnings":[],' % msgspec.json.encode(REPLY), b'"cached":false'),
)


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """A way to ask.

    Attributes:
        path: of the operation.
        headers: lines of the head besides those that all have.
        body: fields besides the draft; for ours the prompt, for the others the model and what they need.
        chat: whether it is asked as the provider is, with messages.
        hit: what stands in an answer that was stored, and nowhere else.
        miss: what stands in an answer that the provider was asked for.
        stream: how its streams are known.
    """

    path: str
    headers: tuple[str, ...] = ()
    body: dict[str, Any]
    chat: bool = True
    hit: bytes = b""
    miss: bytes = b""
    stream: Stream = CHUNKS

    def request(self, content: str, *, streamed: bool = False) -> bytes:
        """Return a whole request for the completion of a draft."""
        if self.chat:
            messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": content}]
            wanted = {**self.body, "messages": messages} | ({"stream": True} if streamed else {})
        else:
            wanted = {**self.body, "content": content}
        accepts = "text/event-stream" if streamed else "application/json"
        return post(self.path, msgspec.json.encode(wanted), f"Accept: {accepts}", *self.headers)

    def right(self, data: bytes, *, cached: bool | None, text: bytes = REPLY.encode()) -> bool:
        """Whether a whole answer is the right one: with this text, and stored or not where that is known."""
        if cached and self.hit:
            mark = self.hit in data
        elif cached and self.miss:
            mark = self.miss not in data
        else:
            mark = cached is None or self.miss in data
        return mark and text in data


def post(path: str, body: bytes, *headers: str) -> bytes:
    """Return a whole request."""
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: helpdesk.example",
        "User-Agent: python-requests/2.32",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    )
    return "\r\n".join((*lines, "", "")).encode() + body


OURS = Dialect(
    path="/api/v1/ai/completion",
    headers=(f"Authorization: {ADMIN['Authorization']}",),
    body={"prompt_key": PROMPT},
    chat=False,
    hit=b"\r\nx-assistant-cache: hit\r\n",
    miss=b"\r\nx-assistant-cache: miss\r\n",
    stream=_EVENTS,
)
PROVIDER = Dialect(path="/v1/chat/completions", body={"model": MODEL})
RAW = Dialect(path=OURS.path, headers=OURS.headers, body=OURS.body, chat=False)
TENSORZERO = Dialect(
    path="/openai/v1/chat/completions",
    body={"model": "tensorzero::model_name::bench", "tensorzero::cache_options": {"enabled": "off"}},
    hit=b'"prompt_tokens":0,',
    miss=b'"prompt_tokens":%d,' % PROMPT_TOKENS,
)
TENSORZERO_CACHED = msgspec.structs.replace(
    TENSORZERO, body={**TENSORZERO.body, "tensorzero::cache_options": {"enabled": "on"}}
)
FERRO = Dialect(path="/v1/chat/completions", body={"model": "gpt-4o-mini"}, miss=b"\r\nX-Gateway-Provider: openai\r\n")
LITELLM = Dialect(
    path="/v1/chat/completions",
    headers=(f"Authorization: Bearer {LITELLM_KEY}",),
    body={"model": "bench"},
    hit=b"\r\nx-litellm-cache-key: ",
)


def portkey(provider: str) -> Dialect:
    """Return how Portkey is asked: each request names the provider."""
    headers = ("x-portkey-provider: openai", f"x-portkey-custom-host: {provider}/v1", "Authorization: Bearer bench-key")
    return Dialect(path="/v1/chat/completions", headers=headers, body={"model": MODEL})
