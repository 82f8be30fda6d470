"""The wire dialects: one row each, and its name in `Dialect`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from providers.adapters.anthropic_messages import AnthropicMessages
from providers.adapters.openai_chat import OpenAIChat
from providers.adapters.openai_responses import OpenAIResponses
from providers.adapters.wire import Wire

Dialect: TypeAlias = Literal["chat", "responses", "messages"]
"""What a setting calls it."""

DIALECTS: Mapping[Dialect, type[Wire]] = MappingProxyType(
    {"chat": OpenAIChat, "responses": OpenAIResponses, "messages": AnthropicMessages}
)
"""What writes and reads each of them."""
