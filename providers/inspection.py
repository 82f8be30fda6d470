"""What is asked rarely: is this setting any good, which models are there, how long is this text.

The vendors' official SDKs ask, because they follow their own API; they cost a second to import, which happens here, in
a thread, on first use. They are held to the rules of our own transport: checked addresses, no redirects, no proxies or
credentials from the environment, no retries.
"""

import asyncio
import importlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from providers.addresses import ForbiddenAddressError, resolve_host
from providers.base import Completion, CompletionRequest, Message
from providers.errors import (
    MalformedReplyError,
    ProviderError,
    SettingError,
    StreamInterruptedError,
    TimedOutError,
    UnavailableError,
)
from providers.faults import Fault, error_from, fault_from, read_fault
from providers.registry import ProviderOptions, ProviderSetting, check_base_url, connect, headers_for, wire_for
from providers.urls import Address, host_of, port_of

if TYPE_CHECKING:
    import httpx2

_QUESTION = CompletionRequest(
    messages=(Message(role="user", content="Answer with the one word: ready"),),
    # Few, so that a slow server of one's own is done in time.
    max_output_tokens=32,
)
_RESOURCES = {"openai": ("chat", "responses", "models"), "anthropic": ("messages", "models")}
_SECONDS = 10.0
_MOST_MODELS = 1000
_SDK = {"chat": "openai", "responses": "openai", "messages": "anthropic"}
_SDK_MODULES = frozenset(("openai", "anthropic", "httpx2", "httpcore2"))
_SDK_HEADERS = "x-stainless-"
_KEPT_HEADERS = frozenset(("host", "accept", "content-type", "content-length", "user-agent"))


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
    if setting.provider == "local":
        return await _check_local(setting, options, timeout)
    wire = wire_for(setting)
    async with _sdk(setting, options, timeout) as client:
        while True:
            body = wire.body(_QUESTION, stream=False)
            try:
                raw = await _creator(client, setting)(**msgspec.to_builtins(body))
            except Exception as error:
                if not wire.drop(_fault(error), body):
                    raise
                continue
            answer = wire.read(raw.http_response.content)
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
    if setting.provider == "local":
        return (getattr(connect(setting, options), "model", setting.model),)
    names: list[str] = []
    async with _sdk(setting, options, _SECONDS) as client:
        async for model in client.models.list():
            names.append(model.id)
            if len(names) == _MOST_MODELS:
                break
    return tuple(names)


async def count_tokens(setting: ProviderSetting, options: ProviderOptions, request: CompletionRequest) -> int:
    """Return how many tokens a request's input takes, as the provider counts them.

    Raises:
        SettingError: the setting's dialect has no such question (chat, the built-in model).
        ProviderError: as the provider's adapter would.
    """
    if setting.provider == "local" or setting.api == "chat":
        raise SettingError("api", "This provider can't count tokens; the dialects responses and messages can.")
    body = msgspec.to_builtins(wire_for(setting).body(request, stream=False))
    async with _sdk(setting, options, _SECONDS) as client:
        if setting.api == "messages":
            asked = {name: body[name] for name in ("model", "messages", "system") if name in body}
            counted = await client.messages.count_tokens(**asked)
        else:
            counted = await client.responses.input_tokens.count(model=body["model"], input=body["input"])
    return int(counted.input_tokens)


def provider_error(provider: str, error: Exception) -> ProviderError:
    """Return the error of ours that an SDK's error means; known by name, so that no SDK is imported for it."""
    fault = _fault(error)
    if fault.status is not None or fault.type or fault.code or fault.message:
        return error_from(provider, fault)
    names = {kind.__name__ for link in _chain(error) for kind in type(link).__mro__}
    if names & {"APITimeoutError", "TimeoutException", "TimeoutError"}:
        return UnavailableError(provider) if "ConnectTimeout" in names else TimedOutError(provider)
    said = " ".join(str(link) for link in _chain(error))
    if names & {"ReadError", "RemoteProtocolError"} and "without sending a response" not in said:
        return MalformedReplyError(provider) if "illegal" in said else StreamInterruptedError(provider)
    if names & {"APIResponseValidationError", "JSONDecodeError", "DecodingError"}:
        return MalformedReplyError(provider)
    return UnavailableError(provider)


async def _check_local(setting: ProviderSetting, options: ProviderOptions, seconds: float) -> Completion:
    provider = connect(setting, options)
    try:
        async with asyncio.timeout(seconds):
            return await provider.complete(_QUESTION)
    except TimeoutError:
        raise TimedOutError(setting.provider) from None
    finally:
        await provider.aclose()


@asynccontextmanager
async def _sdk(setting: ProviderSetting, options: ProviderOptions, seconds: float) -> AsyncIterator[Any]:
    """Yield the SDK's client; whatever it raises becomes an error of ours."""
    check_base_url(setting.base_url, options)
    module, http = await asyncio.to_thread(_load, _SDK[setting.api])
    try:
        async with asyncio.timeout(seconds):
            pin = await _pin(setting, options)
            limits = http.Timeout(seconds, connect=options.connect_timeout)
            async with http.AsyncClient(
                trust_env=False, follow_redirects=False, timeout=limits, event_hooks={"request": [pin]}
            ) as http_client:
                yield _client(module, setting, http_client)
    except TimeoutError:
        raise TimedOutError(setting.provider) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _SDK_MODULES:
            raise
        raise provider_error(setting.provider, error) from None


def _load(name: str) -> tuple[Any, Any]:
    module = importlib.import_module(name)
    for resource in _RESOURCES[name]:
        # The SDKs load these on first use, which takes as long again.
        importlib.import_module(f"{name}.resources.{resource}")
    return module, importlib.import_module("httpx2")


def _client(module: Any, setting: ProviderSetting, http_client: "httpx2.AsyncClient") -> Any:  # noqa: ANN401 - either SDK's
    common: dict[str, Any] = {"api_key": setting.api_key or "none", "max_retries": 0, "http_client": http_client}
    if setting.api == "messages":
        base_url = setting.base_url.removesuffix("/v1")
        return module.AsyncAnthropic(base_url=base_url, open_telemetry=False, **common)
    return module.AsyncOpenAI(base_url=setting.base_url, **common)


async def _pin(setting: ProviderSetting, options: ProviderOptions) -> Callable[["httpx2.Request"], Awaitable[None]]:
    """Return a hook that sends each request to the address that was checked, with our credentials only."""
    host = host_of(setting.base_url)
    try:
        addresses = await resolve_host(host, port_of(setting.base_url), allow_private=options.private_base_urls)
    except ForbiddenAddressError as error:
        raise SettingError("base_url", f"Not possible: {error}.") from None
    except OSError:
        raise UnavailableError(setting.provider, detail="its host name has no address") from None
    address = await _first_open(addresses, port_of(setting.base_url), options.connect_timeout)

    async def pin(request: "httpx2.Request") -> None:
        if request.url.host != host:
            raise UnavailableError(setting.provider, detail="it leads to another host")
        request.url = request.url.copy_with(host=address)
        request.extensions = {**request.extensions, "sni_hostname": host}
        # What else the SDK adds may come from its own environment variables: other people's credentials.
        for name in set(request.headers) - _KEPT_HEADERS:
            if not name.startswith(_SDK_HEADERS):
                del request.headers[name]
        request.headers.update(headers_for(setting))

    return pin


async def _first_open(addresses: tuple[Address, ...], port: int, seconds: float) -> str:
    """Return the first address that takes a connection, or the last one."""
    for address in addresses[:-1]:
        try:
            async with asyncio.timeout(seconds):
                _, writer = await asyncio.open_connection(str(address), port)
        except (OSError, TimeoutError):
            continue
        writer.close()
        return str(address)
    return str(addresses[-1])


def _creator(client: Any, setting: ProviderSetting) -> Callable[..., Awaitable[Any]]:  # noqa: ANN401 - either SDK's
    resources = {"chat": "chat.completions", "responses": "responses", "messages": "messages"}
    found = client
    for name in resources[setting.api].split("."):
        found = getattr(found, name)
    create: Callable[..., Awaitable[Any]] = found.with_raw_response.create
    return create


def _fault(error: Exception) -> Fault:
    """Return what an SDK's error says of the provider's answer; empty where there was none."""
    response = getattr(error, "response", None)
    body = getattr(error, "body", None)
    if response is None:
        return fault_from(None, body)
    if response.status_code == 200:  # noqa: PLR2004 - an error inside a stream that began well
        return fault_from(200, body)
    return read_fault(response.status_code, msgspec.json.encode(body), response.headers.get)


def _chain(error: BaseException | None) -> list[BaseException]:
    links: list[BaseException] = []
    while error is not None:
        links.append(error)
        error = error.__cause__ or error.__context__
    return links
