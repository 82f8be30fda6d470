"""A real server of all three dialects: llama.cpp with the packaged model, over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from providers.base import CompletionRequest, Message
from providers.dialects import Dialect
from providers.errors import ContextTooLongError, CredentialsError
from providers.local.process import LocalUse, find_model
from providers.local.server import Running
from providers.registry import ProviderOptions, ProviderSetting, connect, resolve
from providers.sdk.inspection import check, list_models
from tests.providers.conftest import Ask

QUESTION = CompletionRequest(
    messages=(
        Message(role="system", content="You answer in one short sentence."),
        Message(role="user", content="Where is Big Ben?"),
        Message(role="assistant", content="It is in London."),
        Message(role="user", content="Where is the Eiffel Tower?"),
    ),
    max_output_tokens=24,
    temperature=0.0,
)


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A llama.cpp server that takes one key."""
    use = LocalUse(tmp_path_factory.mktemp("llama"), find_model(None))
    yield use.running()
    use.leave()


def _setting(llama: Running, dialect: Dialect, key: str) -> ProviderSetting:
    return resolve("custom", base_url=llama.base_url.removesuffix("/v1"), api_key=key, api=dialect)


async def test_a_real_model_answers(llama: Running, dialect: Dialect, options: ProviderOptions, ask: Ask) -> None:
    """Each dialect completes and streams against a server that no one wrote for us."""
    provider = connect(_setting(llama, dialect, llama.key), options)
    completion = await ask(provider, QUESTION)
    await provider.aclose()
    assert completion.text.strip()
    assert completion.finish in {"stop", "length"}
    assert completion.usage.input_tokens > 10
    assert 0 < completion.usage.output_tokens <= 24
    assert "/" not in completion.model


async def test_a_real_server_refuses_a_wrong_key(
    llama: Running, dialect: Dialect, options: ProviderOptions, ask: Ask
) -> None:
    """And our error says that it was the key."""
    provider = connect(_setting(llama, dialect, "wrong"), options)
    with pytest.raises(CredentialsError):
        await ask(provider, QUESTION)
    await provider.aclose()


async def test_a_real_server_refuses_a_long_text(
    llama: Running, dialect: Dialect, options: ProviderOptions, ask: Ask
) -> None:
    """And our error says that it was the length."""
    provider = connect(_setting(llama, dialect, llama.key), options)
    message = Message(role="user", content="word " * 4000)
    with pytest.raises(ContextTooLongError):
        await ask(provider, CompletionRequest(messages=(message,), max_output_tokens=10))
    await provider.aclose()


async def test_a_schema_is_kept_to(llama: Running, options: ProviderOptions, ask: Ask) -> None:
    """A server that knows structured output is held to it, through the chat dialect."""
    schema = {
        "type": "object",
        "properties": {"mood": {"enum": ["good", "bad"]}},
        "required": ["mood"],
        "additionalProperties": False,
    }
    provider = connect(_setting(llama, "chat", llama.key), options)
    completion = await ask(provider, msgspec.structs.replace(QUESTION, output_schema=schema))
    await provider.aclose()
    assert msgspec.json.decode(completion.text)["mood"] in {"good", "bad"}


async def test_a_real_server_passes_the_check(llama: Running, dialect: Dialect, options: ProviderOptions) -> None:
    """What an admin's test of a new setting does, through the official SDKs."""
    setting = _setting(llama, dialect, llama.key)
    completion = await check(setting, options)
    assert completion.text
    if dialect != "messages":
        assert [Path(name).suffix for name in await list_models(setting, options)] == [".gguf"]
