"""Servers that people know: where their API is, and what is none, with what to enter instead.

From each server's own documentation of its OpenAI-compatible endpoint.
"""

import re

_PATHS = {
    r"api\.cohere\.(ai|com)": "/compatibility/v1",
    r"api\.deepinfra\.com": "/v1/openai",
    r"api\.fireworks\.ai": "/inference/v1",
    r"api\.perplexity\.ai": "",
    r"api\.z\.ai|open\.bigmodel\.cn": "/api/paas/v4",
    r"bedrock-runtime\.[a-z0-9-]+\.amazonaws\.com": "/openai/v1",
    r"dashscope(-intl)?\.aliyuncs\.com": "/compatible-mode/v1",
    r"models\.github\.ai": "/inference",
}
_GEMINI = "https://generativelanguage.googleapis.com/v1beta/openai"
_VERTEX = "https://REGION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/REGION/endpoints/openapi"
_WEB_PAGES = {
    "https://api.openai.com/v1": ("openai.com", "platform.openai.com", "chat.openai.com", "chatgpt.com"),
    "https://api.anthropic.com/v1": ("anthropic.com", "console.anthropic.com", "claude.ai", "platform.claude.com"),
    "https://NAME.openai.azure.com, with your resource's name": ("portal.azure.com", "ai.azure.com", "oai.azure.com"),
    _GEMINI: ("aistudio.google.com", "gemini.google.com"),
    _VERTEX: ("console.cloud.google.com",),
    "https://api.groq.com/openai/v1": ("groq.com", "console.groq.com"),
    "https://api.mistral.ai/v1": ("mistral.ai", "console.mistral.ai", "chat.mistral.ai"),
    "https://api.deepseek.com/v1": ("deepseek.com", "platform.deepseek.com", "chat.deepseek.com"),
    "https://api.perplexity.ai": ("perplexity.ai",),
    "https://models.github.ai/inference": ("github.com",),
    "https://router.huggingface.co/v1": ("huggingface.co",),
}
_OTHER_APIS = {
    r":(generateContent|streamGenerateContent|countTokens)$": f"{_GEMINI}, or for Vertex AI {_VERTEX}",
    r":(rawPredict|streamRawPredict|predict|serverStreamingPredict)$": _VERTEX,
    r"/model/[^/]+/(converse|invoke)(-[a-z-]+)?$": "https://bedrock-runtime.REGION.amazonaws.com/openai/v1, "
    "and the model's name as model",
}


def path_at(name: str) -> str | None:
    """Return the path of the API of a host without a row; None for a host that nobody knows."""
    return next((path for pattern, path in _PATHS.items() if re.fullmatch(pattern, name)), None)


def instead_of(name: str, path: str) -> str:
    """Return a sentence about an address where no model can be asked; empty for any other.

    Args:
        name: of the host.
        path: of the address.
    """
    if name == "0.0.0.0":  # noqa: S104 - an address to refuse
        return "0.0.0.0 is no address to connect to; enter http://localhost with its port, or the server's own address."
    for address, pages in _WEB_PAGES.items():
        if name.removeprefix("www.") in pages:
            return f"{name} is a website, not an API; enter {address}."
    for pattern, address in _OTHER_APIS.items():
        if re.search(pattern, path):
            return f"This is another API than those that can be spoken here; enter {address}."
    return ""
