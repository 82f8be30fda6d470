"""Servers as they are in the wild, and what is known of each: what stands in no source is left out.

The table in docs/providers.md then says that it is not known.
"""

from collections.abc import Mapping
from types import MappingProxyType

from tests.providers import gateways, hosted, own
from tests.providers.saying import Server

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
SERVERS: Mapping[str, Server] = MappingProxyType(
    {
        server.name: server
        for server in (
            Server(name="OpenAI", provider="openai", play=hosted.openai),
            Server(name="Anthropic", provider="anthropic", play=hosted.anthropic, dialect="messages"),
            Server(name="Azure OpenAI", provider="azure", play=hosted.azure),
            Server(name="Google Gemini", provider="gemini", play=hosted.gemini),
            Server(name="Mistral", provider="mistral", play=hosted.mistral),
            Server(name="Groq", provider="groq", play=hosted.groq),
            Server(name="OpenRouter", provider="openrouter", play=hosted.openrouter),
            Server(name="DeepSeek", provider="deepseek", play=hosted.deepseek),
            Server(name="Together", provider="together", play=hosted.together),
            Server(name="GitHub Models", provider="custom", play=hosted.github_models),
            Server(name="Databricks", provider="custom", play=hosted.databricks),
            Server(name="Perplexity", provider="custom", play=hosted.perplexity),
            Server(name="Vertex AI", provider="custom", play=hosted.vertex),
            Server(name="Bedrock", provider="custom", play=hosted.bedrock),
            Server(name="DashScope", provider="custom", play=hosted.dashscope),
            Server(name="Volcengine", provider="custom", play=hosted.volcengine),
            Server(name="Ollama", provider="ollama", play=own.ollama),
            Server(name="vLLM", provider="vllm", play=own.vllm),
            Server(name="LM Studio", provider="lmstudio", play=own.lm_studio),
            Server(name="llama.cpp", provider="custom", play=own.llama_cpp),
            Server(name="SGLang", provider="custom", play=own.sglang),
            Server(name="Unsloth", provider="custom", play=own.unsloth),
            Server(name="LocalAI", provider="custom", play=own.local_ai),
            Server(name="Open WebUI", provider="custom", play=gateways.open_webui),
            Server(name="LiteLLM", provider="custom", play=gateways.litellm),
            Server(name="new-api", provider="custom", play=gateways.new_api),
            Server(name="9router", provider="custom", play=gateways.nine_router),
        )
    }
)
"""By name, in the order in which an administrator would look for them."""
