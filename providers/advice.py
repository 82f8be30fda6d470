"""Why a setting does not work, and what whoever sets it up can do: for admins, who may read addresses and settings."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from providers.dialects import DIALECTS
from providers.endpoints import target_of
from providers.errors import (
    Cause,
    CauseKind,
    CredentialsError,
    GatewayKeyError,
    InvalidRequestError,
    MalformedReplyError,
    ProviderError,
)
from providers.hosts import HOSTS
from providers.http.addresses import is_private
from providers.http.urls import divided, host_of, literal_address, port_of
from providers.registry import ProviderSetting

_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""Files that Docker and Podman put into a container."""
_TOLD = ("container", "KUBERNETES_SERVICE_HOST")
"""Variables that tell that this is one: Podman's and systemd's, Kubernetes'."""
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY")
_ON_THE_HOST = "host.docker.internal"
_LINUX = f'On Linux, Docker needs extra_hosts: "{_ON_THE_HOST}:host-gateway" for this name.'
_PROXY_STATUS = 407
_PROXY_REMEDY = (
    "Put a user and password that it takes into HTTPS_PROXY or HTTP_PROXY, or the provider's host into NO_PROXY, and "
    "restart the service."
)


class Surroundings(Struct, frozen=True, kw_only=True):
    """Where the service runs.

    Attributes:
        in_container: whether localhost is a container.
        proxy: the variable that names a proxy; empty: none does.
    """

    in_container: bool = False
    proxy: str = ""


def surroundings(environment: Mapping[str, str] = os.environ, marks: tuple[Path, ...] = _MARKS) -> Surroundings:
    """Return where this process runs, as far as its environment and the marks of containers tell."""
    named = (name for name in _PROXIES if environment.get(name) or environment.get(name.lower()))
    inside = any(environment.get(name) for name in _TOLD) or any(mark.exists() for mark in marks)
    return Surroundings(in_container=inside, proxy=next(named, ""))


class _Advice(NamedTuple):
    """What is wrong, as the end of a sentence, and what to do about it."""

    problem: str
    remedy: str


class _Place(Struct, frozen=True, kw_only=True):
    """Where a setting leads, and from where."""

    setting: ProviderSetting
    around: Surroundings

    @property
    def host(self) -> str:
        return host_of(self.setting.base_url)

    @property
    def server(self) -> str:
        return f"{self.host}:{port_of(self.setting.base_url)}"

    @property
    def is_loopback(self) -> bool:
        address = literal_address(self.host)
        return self.host == "localhost" if address is None else address.is_loopback

    @property
    def is_near(self) -> bool:
        """Whether it is on this machine or in a network of its own."""
        address = literal_address(self.host)
        return "." not in self.host or self.host == _ON_THE_HOST if address is None else is_private(address)

    @property
    def is_plain(self) -> bool:
        return self.setting.base_url.startswith("http://")

    @property
    def asked(self) -> str:
        base_url, path = target_of(self.setting.base_url, DIALECTS[self.setting.api].path)
        return divided(base_url)[1] + path


def advise(error: ProviderError, setting: ProviderSetting, around: Surroundings) -> None:
    """Have an error say to an admin why a setting does not work, and what to do; where that is known.

    Args:
        error: what came of asking.
        setting: who was asked.
        around: where the service runs.
    """
    if setting.is_built_in:
        return
    advice = _advice(error, _Place(setting=setting, around=around))
    if advice is not None:
        error.detail = advice.problem or error.detail
        error.remedy = advice.remedy


def _advice(error: ProviderError, place: _Place) -> _Advice | None:
    if error.status == _PROXY_STATUS:
        return _Advice("a proxy in between asks for a name and password", _PROXY_REMEDY)
    if error.cause is not None:
        advice = _BY_KIND[error.cause.kind](place, error.cause)
        return _Advice(advice.problem, advice.remedy + _of_the_proxy(place, error.cause))
    if isinstance(error, CredentialsError) and not isinstance(error, GatewayKeyError):
        return _Advice("", _key(place))
    if isinstance(error, MalformedReplyError):
        return _Advice("", f"Check that base_url is the address of an API, not of a web page; {place.asked} was asked.")
    if isinstance(error, InvalidRequestError) and not error.about_text:
        return _Advice("", f"Check model, base_url and api.{_other_scheme(place)}")
    return None


def _of_the_proxy(place: _Place, cause: Cause) -> str:
    if (
        not place.around.proxy
        or place.is_near
        or cause.kind not in {"name", "refused", "unreachable", "silent", "closed"}
    ):
        return ""
    return (
        f" {place.around.proxy} is set: check that this proxy lets the service connect to {place.server}, "
        f"or put the host into NO_PROXY."
    )


def _key(place: _Place) -> str:
    if place.setting.api_key:
        return f"Enter a key of {HOSTS[place.setting.provider].title} that is valid for this address as api_key."
    return "No key was sent: enter one as api_key."


def _refused(place: _Place, _cause: Cause) -> _Advice:
    problem = f"nothing listens at {place.server} (connection refused)"
    if place.is_loopback and place.around.in_container:
        elsewhere = place.setting.base_url.replace(divided(place.setting.base_url)[0], _moved(place), 1)
        return _Advice(
            problem,
            f"{place.host} is this service's own container: for a server on the machine itself enter {elsewhere} "
            f"(Podman: host.containers.internal), for one in another container its name. {_LINUX}",
        )
    if place.is_near and not place.is_loopback:
        return _Advice(
            problem,
            "Start the server there, have it listen at 0.0.0.0, not at localhost alone (Ollama: OLLAMA_HOST=0.0.0.0), "
            "and check the port in base_url.",
        )
    return _Advice(problem, "Start the server, or correct host and port in base_url.")


def _moved(place: _Place) -> str:
    scheme = place.setting.base_url.partition("://")[0]
    return f"{scheme}://{_ON_THE_HOST}:{port_of(place.setting.base_url)}"


def _name(place: _Place, _cause: Cause) -> _Advice:
    problem = f"the host name {place.host} has no address (DNS)"
    if place.host == _ON_THE_HOST:
        return _Advice(problem, _LINUX)
    if place.around.in_container and "." not in place.host:
        return _Advice(
            problem, "Check its spelling in base_url; a container's name counts only in a network that both share."
        )
    return _Advice(problem, "Check its spelling in base_url, and the name server of the machine.")


def _unreachable(place: _Place, _cause: Cause) -> _Advice:
    return _Advice(f"there is no way to {place.server} from here", "Check base_url and the network of this machine.")


def _silent(place: _Place, _cause: Cause) -> _Advice:
    return _Advice(
        f"{place.server} takes no connection in time",
        "Check host and port in base_url, and whether a firewall stops this service.",
    )


def _closed(place: _Place, _cause: Cause) -> _Advice:
    return _Advice(
        f"{place.server} closed the connection without an answer",
        f"Check host and port in base_url, and what stands in between.{_other_scheme(place)}",
    )


def _proxy(_place: _Place, _cause: Cause) -> _Advice:
    return _Advice("", _PROXY_REMEDY)


def _no_http(place: _Place, _cause: Cause) -> _Advice:
    return _Advice(f"{place.server} does not speak HTTP", f"Check the port in base_url.{_other_scheme(place)}")


def _other_scheme(place: _Place) -> str:
    return " If the server wants TLS, enter https:// in base_url." if place.is_plain else ""


def _certificate(place: _Place, cause: Cause) -> _Advice:
    problem = f"the certificate of {place.server} was refused: {cause.said}"
    if "authority" in cause.said:
        return _Advice(
            problem,
            "If your company has an authority of its own, or a proxy that opens TLS, "
            "set ASSISTANT_CA_FILE to the file with its certificate.",
        )
    if "another" in cause.said:
        return _Advice(problem, "Enter the name that stands in the certificate as the host of base_url.")
    return _Advice(problem, "Have the server's certificate renewed, and check this machine's clock.")


def _no_tls(place: _Place, _cause: Cause) -> _Advice:
    return _Advice(f"{place.server} does not speak TLS", "Enter http:// in base_url, or the port that speaks TLS.")


def _tls(place: _Place, cause: Cause) -> _Advice:
    said = f" ({cause.said})" if cause.said else ""
    return _Advice(
        f"no TLS connection to {place.server} could be made{said}", "Check base_url, and what stands in between."
    )


def _path(place: _Place, _cause: Cause) -> _Advice:
    problem = f"it has nothing at {place.asked}"
    if "/openai/deployments/" in place.asked and "?" not in place.asked:
        return _Advice(problem, "Append ?api-version=… to base_url, as it stands in Azure's target URI.")
    end = DIALECTS[place.setting.api].path
    return _Advice(problem, f"Enter the whole endpoint from its documentation (…{end}) as base_url.")


def _model(place: _Place, _cause: Cause) -> _Advice:
    return _Advice(f"it has no model {place.setting.model!r}", "Enter the name of one that it has as model.")


def _unloaded(_place: _Place, _cause: Cause) -> _Advice:
    return _Advice(
        "no model is loaded there",
        "Load one in the server, or have it load them when they are asked for (LM Studio: just-in-time model loading).",
    )


_BY_KIND: Mapping[CauseKind, Callable[[_Place, Cause], _Advice]] = {
    "refused": _refused,
    "name": _name,
    "unreachable": _unreachable,
    "silent": _silent,
    "closed": _closed,
    "no_http": _no_http,
    "proxy": _proxy,
    "certificate": _certificate,
    "no_tls": _no_tls,
    "tls": _tls,
    "path": _path,
    "model": _model,
    "unloaded": _unloaded,
}
