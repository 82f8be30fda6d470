"""The vendors' official SDKs, held to the rules of our own transport.

Checked addresses, the adapters' own URLs, their trust and proxies, no redirects, no credentials from the environment,
no retries, bounded answers. They are imported, in a thread, when they are first used.
"""

import asyncio
import importlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from http1.codings import compressing
from http1.errors import certificate_fault
from http1.origins import Origin
from http1.proxies import Proxy
from messages.sentences import Sentence, repeated
from providers.adapters.wire import Sdk
from providers.dialects import DIALECTS
from providers.endpoints import target_of
from providers.errors import (
    MalformedReplyError,
    ProviderError,
    SettingError,
    StreamInterruptedError,
    TimedOutError,
    UnavailableError,
    UntrustedError,
)
from providers.faults import Fault, error_from, fault_from, read_retry_after
from providers.http.addresses import ForbiddenAddressError, resolve_host
from providers.http.causes import cause_of
from providers.http.lookups import CheckedLookups
from providers.http.transport import PROXY_CREDENTIALS, proxy_fault
from providers.http.urls import Address, divided, host_of, origin, port_of
from providers.registry import ProviderOptions, ProviderSetting, check_base_url, headers_for

if TYPE_CHECKING:
    import httpx2

_HTTP_MODULES = frozenset(("httpx2", "httpcore2"))
_SDK_HEADERS = "x-stainless-"
_KEPT_HEADERS = frozenset(("host", "accept", "content-type", "content-length", "user-agent"))


@asynccontextmanager
async def official_client(
    setting: ProviderSetting, options: ProviderOptions, seconds: float, headers: Mapping[str, str] | None = None
) -> AsyncIterator[Any]:
    """Yield the SDK's client for a setting; whatever it raises becomes an error of ours.

    Args:
        setting: whom to ask.
        options: what holds for every provider.
        seconds: for everything that is done with the client.
        headers: of the dialect, with the key; None: as the adapter sends them first.

    Raises:
        SettingError: the base URL leads to an address that may not be used.
        ProviderError: as the provider's adapter would.
    """
    check_base_url(setting.base_url, options)
    sdk = DIALECTS[setting.api].sdk
    module, http = await asyncio.to_thread(_load, sdk)
    tls = await asyncio.to_thread(options.trust.context)
    proxy = options.proxies.of(Origin.of(setting.base_url))
    try:
        async with asyncio.timeout(seconds):
            sent = headers_for(setting) if headers is None else headers
            pin = await _pin(setting, options, sent, proxied=proxy is not None)
            limits = http.Timeout(seconds, connect=options.connect_timeout)
            async with http.AsyncClient(
                trust_env=False,
                verify=tls,
                proxy=None if proxy is None else _sdk_proxy(http, proxy, tls),
                follow_redirects=False,
                timeout=limits,
                event_hooks={"request": [pin], "response": [_bound(setting.provider, proxied=proxy is not None)]},
            ) as http_client:
                yield _client(module, sdk, setting, http_client)
    except TimeoutError:
        raise TimedOutError(setting.provider) from None
    except RecursionError:
        raise MalformedReplyError(setting.provider, detail="it is nested too deeply") from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in {sdk.package, *_HTTP_MODULES}:
            raise
        raise provider_error(setting.provider, error) from None


def _load(sdk: Sdk) -> tuple[Any, Any]:
    module = importlib.import_module(sdk.package)
    # The SDKs load it on first use, which takes as long again.
    importlib.import_module(f"{sdk.package}.resources.models")
    return module, importlib.import_module("httpx2")


def _client(module: Any, sdk: Sdk, setting: ProviderSetting, http_client: "httpx2.AsyncClient") -> Any:  # noqa: ANN401 - either SDK's
    """Return the client, with the origin for its base URL: the path is set where the request is pinned."""
    return getattr(module, sdk.client)(
        api_key=setting.api_key or "none",
        base_url=origin(setting.base_url),
        max_retries=0,
        http_client=http_client,
        **sdk.options,
    )


def _sdk_proxy(http: Any, proxy: Proxy, tls: ssl.SSLContext) -> "httpx2.Proxy":  # noqa: ANN401 - a module
    """Return a proxy as the SDKs' HTTP client knows it."""
    where = f"{proxy.origin.scheme}://{proxy.origin.destination}"
    headers = {"Proxy-Authorization": proxy.authorization.decode()} if proxy.authorization else {}
    made: httpx2.Proxy = http.Proxy(where, headers=headers, ssl_context=tls if proxy.origin.scheme == "https" else None)
    return made


async def _pin(
    setting: ProviderSetting, options: ProviderOptions, headers: Mapping[str, str], *, proxied: bool
) -> Callable[["httpx2.Request"], Awaitable[None]]:
    """Return a hook that sends each request to the address that was checked, with our credentials only.

    A proxy looks the name up itself.

    Its path is the adapter's: the base URL's, then the question. Anthropic's SDK always writes `/v1` before it.
    A query of the base URL's goes along.
    """
    host = host_of(setting.base_url)
    base_url, query = target_of(setting.base_url, "")
    folder, asked = divided(base_url)[1].encode(), query.encode()
    address = await (_name_for_proxy if proxied else _address)(setting, options)

    async def pin(request: "httpx2.Request") -> None:
        if request.url.host != host:
            raise UnavailableError(setting.provider, detail="it leads to another host")
        question = request.url.raw_path.removeprefix(b"/v1")
        request.url = request.url.copy_with(host=address, raw_path=folder + question + asked)
        request.extensions = {**request.extensions, "sni_hostname": host}
        # What else the SDK adds may come from its own environment variables: other people's credentials.
        for name in set(request.headers) - _KEPT_HEADERS:
            if not name.startswith(_SDK_HEADERS):
                del request.headers[name]
        request.headers.update({"accept-encoding": "identity", **headers})

    return pin


async def _address(setting: ProviderSetting, options: ProviderOptions) -> str:
    host, port = host_of(setting.base_url), port_of(setting.base_url)
    with _refusing():
        try:
            addresses = await resolve_host(host, port, allow_private=options.private_base_urls)
        except OSError:
            raise UnavailableError(setting.provider, detail="its host name has no address") from None
    return await _first_open(addresses, port, options.connect_timeout)


async def _name_for_proxy(setting: ProviderSetting, options: ProviderOptions) -> str:
    host, port = host_of(setting.base_url), port_of(setting.base_url)
    with _refusing():
        await CheckedLookups(allow_private=options.private_base_urls).check_behind_proxy(host, port, fresh=0)
    return host


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except ForbiddenAddressError as error:
        raise SettingError("base_url", f"This address can't be used: {error}.") from None


def _bound(provider: str, *, proxied: bool) -> Callable[["httpx2.Response"], Awaitable[None]]:
    """Return a hook that refuses a proxy's and compressed answers, and ends those that grow too large."""

    async def bound(response: "httpx2.Response") -> None:
        from providers.sdk.answers import BoundedStream  # noqa: PLC0415 - imports the SDKs' HTTP client

        if proxied and response.status_code == PROXY_CREDENTIALS:
            raise UnavailableError(provider, detail=proxy_fault(PROXY_CREDENTIALS))
        if compressing(response.headers.get_list("content-encoding")):
            raise MalformedReplyError(provider, detail="it is compressed, though it was asked not to be")
        response.stream = BoundedStream(response.stream, provider)

    return bound


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


def provider_error(provider: str, error: Exception) -> ProviderError:
    """Return the error of ours that an SDK's error means or holds; known by name, so that none is imported for it."""
    for link in _chain(error):
        held = _held(provider, link)
        if held is not None:
            held.cause = held.cause or cause_of(error)
            return held
    failed = _failure(provider, error)
    failed.cause = failed.cause or cause_of(error)
    return failed


def _failure(provider: str, error: Exception) -> ProviderError:
    fault = sdk_fault(error)
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


def _held(provider: str, link: BaseException) -> ProviderError | None:
    """Return the error of ours that one link of an error's chain is or tells by itself."""
    if isinstance(link, ProviderError):
        return link
    if isinstance(link, ssl.SSLCertVerificationError):
        return UntrustedError(
            provider, detail=Sentence("its certificate {fault}", fault=repeated(certificate_fault(link)))
        )
    status = str(link)[:3]
    if type(link).__name__ == "ProxyError" and status.isdecimal():  # its text is the status line of the proxy
        return UnavailableError(provider, detail=proxy_fault(int(status)))
    return None


def sdk_fault(error: Exception) -> Fault:
    """Return what an SDK's error says of the provider's answer; empty where there was none."""
    response = getattr(error, "response", None)
    body = getattr(error, "body", None)
    if response is None:
        return fault_from(None, body)
    if response.status_code == 200:  # noqa: PLR2004 - an error inside a stream that began well
        return fault_from(200, body)
    return fault_from(response.status_code, body, retry_after=read_retry_after(response.headers.get))


def _chain(error: BaseException | None) -> list[BaseException]:
    links: list[BaseException] = []
    while error is not None:
        links.append(error)
        error = error.__cause__ or error.__context__
    return links
