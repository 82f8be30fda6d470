"""What is asked rarely: is this setting any good, which models are there.

The vendors' official SDKs ask, because they follow their own API; `client` holds them to the rules of our transport.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import msgspec

from providers.adapters.arriving import read_whole
from providers.adapters.wire import Wire
from providers.base import Completion, CompletionRequest, Message
from providers.errors import CredentialsError, MalformedReplyError, TimedOutError
from providers.registry import ProviderOptions, ProviderSetting, connect, spare_headers_for, wire_for
from providers.sdk.client import official_client, sdk_fault

_QUESTION = CompletionRequest(
    messages=(Message(role="user", content="Answer with the one word: ready"),),
    # Few, so that a slow server of one's own is done in time.
    max_output_tokens=32,
)
T = TypeVar("T")
_SECONDS = 10.0
_MOST_MODELS = 1000


async def check(setting: ProviderSetting, options: ProviderOptions, *, timeout: float = 5.0) -> Completion:  # noqa: ASYNC109 - part of the interface: it leaves out the import
    """Ask for one short completion with a setting; nothing is kept.

    Args:
        setting: what to try.
        options: what holds for every provider.
        timeout: seconds for the answer, the import of the SDK not counted.

    Raises:
        ProviderError: as the provider's adapter would.
        SettingError: the base URL leads to an address that may not be used.
    """
    if setting.is_built_in:
        return await _check_local(setting, options, timeout)
    wire = wire_for(setting)

    async def ask(client: Any) -> bytes:  # noqa: ANN401 - either SDK's
        return await _asked(_creator(client, wire), wire)

    answer = read_whole(wire, await _with_client(setting, options, timeout, ask))
    if answer.finish == "length" and not answer.text:
        # A model that was still thinking when its few tokens were gone has shown that the setting works.
        answer = msgspec.structs.replace(answer, text="…")
    return wire.completion(answer)


async def list_models(setting: ProviderSetting, options: ProviderOptions) -> tuple[str, ...]:
    """Return the names of the host's models, in its order; the setting's own model plays no part.

    Raises:
        ProviderError: as the provider's adapter would.
        SettingError: the base URL leads to an address that may not be used.
    """
    if setting.is_built_in:
        return (getattr(connect(setting, options), "model", setting.model),)
    return await _with_client(setting, options, _SECONDS, partial(_listed, setting.provider))


async def _with_client(
    setting: ProviderSetting, options: ProviderOptions, seconds: float, ask: Callable[[Any], Awaitable[T]]
) -> T:
    """Ask with the SDK's client; once more with the key in another header, where there is one and it is refused."""
    spare = spare_headers_for(setting)
    try:
        async with official_client(setting, options, seconds) as client:
            return await ask(client)
    except CredentialsError:
        if spare is None:
            raise
    async with official_client(setting, options, seconds, spare) as client:
        return await ask(client)


async def _listed(provider: str, client: Any) -> tuple[str, ...]:  # noqa: ANN401 - either SDK's
    names: list[str] = []
    try:
        async for model in client.models.list():
            if isinstance(getattr(model, "id", None), str):
                names.append(model.id)
            if len(names) == _MOST_MODELS:
                break
    except AttributeError:
        # How the SDKs fail on an answer that is no object.
        raise MalformedReplyError(provider, detail="it is no list of models") from None
    return tuple(names)


async def _asked(create: Callable[..., Awaitable[Any]], wire: Wire) -> bytes:
    """Return the answer to the question; asks again without a parameter that the model refuses."""
    request, body = _QUESTION, wire.body(_QUESTION, stream=False)
    while True:
        try:
            raw = await create(**_arguments(body, wire))
        except Exception as error:
            again = wire.adapted(request, body, sdk_fault(error), stream=False)
            if again is None:
                raise
            request, body = again
        else:
            return bytes(raw.http_response.content)


def _arguments(body: msgspec.Struct, wire: Wire) -> dict[str, Any]:
    """Return a request as the SDK takes it: what it doesn't know goes along as it is."""
    written: dict[str, Any] = msgspec.to_builtins(body)
    extra = {name: written.pop(name) for name in wire.sdk.unknown & set(written)}
    return {**written, "extra_body": extra} if extra else written


async def _check_local(setting: ProviderSetting, options: ProviderOptions, seconds: float) -> Completion:
    provider = connect(setting, options)
    try:
        async with asyncio.timeout(seconds):
            return await provider.complete(_QUESTION)
    except TimeoutError:
        raise TimedOutError(setting.provider) from None
    finally:
        await provider.aclose()


def _creator(client: Any, wire: Wire) -> Callable[..., Awaitable[Any]]:  # noqa: ANN401 - either SDK's
    found = client
    for name in wire.sdk.resource.split("."):
        found = getattr(found, name)
    create: Callable[..., Awaitable[Any]] = found.with_raw_response.create
    return create
