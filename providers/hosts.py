"""The hosts that can be chosen: one row each.

Addresses and defaults come from each host's own documentation of its OpenAI-compatible (or Anthropic) endpoint.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from providers.dialects import Dialect


class Host(Struct, frozen=True, kw_only=True):
    """A host of models and what its endpoint wants.

    Attributes:
        name: what a setting calls it.
        title: what a person calls it.
        base_url: address up to and with the version; empty: a setting must give it.
        api: the wire dialect spoken unless a setting says otherwise.
        model: used when a setting names none; empty: a setting must name one.
        needs_key: whether it refuses requests without a key.
        prompt_style: `brief` for models too small to follow a long system message.
        auth: the header that carries the key: `Authorization: Bearer`, or `api-key`.
        version_path: appended to a base URL that names no version.
        domains: ends of host names that are its own, beside the one in its base URL.
        own_path: end of the base URL of its other API, which speaks none of our dialects; it is left out.
        max_tokens_field: what the chat dialect calls the limit of the answer.
        reasoning_effort: sent with chat and responses; empty: nothing is sent; `none` switches thinking off.
        no_thinking: a parameter of its own that switches thinking off in chat; empty: it has none.
        thinking_tokens: room for what its models think before they answer, which counts towards the limit.
        loads: whether it may load a model when that is first asked, and stop as soon as who asked has left.
    """

    name: str
    title: str
    base_url: str = ""
    api: Dialect = "chat"
    model: str = ""
    needs_key: bool = True
    prompt_style: Literal["full", "brief"] = "full"
    auth: Literal["bearer", "api-key"] = "bearer"
    version_path: str = "/v1"
    domains: tuple[str, ...] = ()
    own_path: str = ""
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    reasoning_effort: Literal["", "low", "none"] = ""
    no_thinking: Literal["", "chat_template_kwargs", "thinking"] = ""
    thinking_tokens: int = 0
    loads: bool = False


_ROWS = (
    Host(
        name="openai",
        title="OpenAI",
        base_url="https://api.openai.com/v1",
        api="responses",
        model="gpt-6-luna",
        max_tokens_field="max_completion_tokens",
        # A rewrite needs little reasoning.
        reasoning_effort="low",
        thinking_tokens=2000,
    ),
    Host(
        name="anthropic",
        title="Anthropic",
        base_url="https://api.anthropic.com/v1",
        api="messages",
        model="claude-haiku-5-5",
    ),
    # The address is the resource's own (https://NAME.openai.azure.com), the model its deployment's name.
    Host(
        name="azure",
        title="Azure OpenAI",
        auth="api-key",
        version_path="/openai/v1",
        domains=("openai.azure.com", "services.ai.azure.com", "cognitiveservices.azure.com"),
        max_tokens_field="max_completion_tokens",
        thinking_tokens=2000,
    ),
    Host(
        name="gemini",
        title="Google Gemini",
        base_url="https://generativelanguage.googleapis.com/v1beta/openai",
        version_path="/v1beta/openai",
        model="gemini-flash-latest",
        thinking_tokens=2000,
    ),
    Host(
        name="mistral",
        title="Mistral",
        base_url="https://api.mistral.ai/v1",
        model="mistral-small-latest",
        thinking_tokens=2000,
    ),
    Host(
        name="groq",
        title="Groq",
        base_url="https://api.groq.com/openai/v1",
        version_path="/openai/v1",
        model="openai/gpt-oss-20b",
        thinking_tokens=2000,
    ),
    Host(
        name="openrouter",
        title="OpenRouter",
        base_url="https://openrouter.ai/api/v1",
        version_path="/api/v1",
        model="openrouter/auto",
        thinking_tokens=2000,
    ),
    Host(
        name="together",
        title="Together AI",
        base_url="https://api.together.xyz/v1",
        model="openai/gpt-oss-20b",
        thinking_tokens=2000,
    ),
    Host(
        name="deepseek",
        title="DeepSeek",
        base_url="https://api.deepseek.com/v1",
        model="deepseek-chat",
        no_thinking="thinking",
    ),
    # Models that can't stop thinking get room for it after their first answer; the others are spared the tokens.
    Host(
        name="ollama",
        title="Ollama",
        base_url="http://localhost:11434/v1",
        own_path="/api",
        needs_key=False,
        loads=True,
        reasoning_effort="none",
    ),
    Host(
        name="vllm",
        title="vLLM",
        base_url="http://localhost:8000/v1",
        needs_key=False,
        loads=True,
        no_thinking="chat_template_kwargs",
    ),
    Host(
        name="lmstudio",
        title="LM Studio",
        base_url="http://localhost:1234/v1",
        needs_key=False,
        loads=True,
        reasoning_effort="none",
    ),
    Host(name="local", title="Built-in model", model="SmolLM2-135M-Instruct", needs_key=False, prompt_style="brief"),
    # A server of one model (llama.cpp and the like) takes any name, so a setting may leave it out.
    Host(name="custom", title="Any compatible server", model="default", needs_key=False, loads=True),
)

HOSTS: Mapping[str, Host] = MappingProxyType({row.name: row for row in _ROWS})
"""The rows by name, in the order in which a person should see them."""


def host_at(name: str) -> Host | None:
    """Return the row that a host's name belongs to; None for a server of anybody else's."""
    return next((row for row in _ROWS if any(f".{name}".endswith(f".{domain}") for domain in _domains(row))), None)


def _domains(row: Host) -> tuple[str, ...]:
    own = row.base_url.partition("://")[2].partition("/")[0]
    return (*row.domains, own) if own and not own.startswith("localhost") else row.domains
