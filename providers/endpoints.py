"""Addresses as people paste them: a host, a base URL, a whole endpoint, Azure's target URI.

A setting keeps a base URL, which the dialect's path is added to (`https://host/v1`), or the endpoint itself where the
base URL alone would mean another one (`https://host/api/chat/completions`).
"""

import re
from urllib.parse import unquote

from msgspec import Struct

from providers.dialects import DIALECTS, Dialect
from providers.errors import SettingError
from providers.hosts import Host, host_at
from providers.http.urls import divided, host_of, tidy
from providers.well_known import instead_of, path_at

_INVOCATIONS = "/invocations"
_ENDPOINTS: dict[str, Dialect] = {**{wire.path: name for name, wire in DIALECTS.items()}, _INVOCATIONS: "chat"}
"""How the path of a dialect's endpoint ends; Databricks has a word of its own for chat's."""
_OTHERS = re.compile(r"(/(completions|embeddings|models)|/api/(chat|generate|tags|show|embed)|(?<=/v1)/chat)$")
"""Ends of other endpoints of the same servers, Ollama's own among them; the base URL stands before them."""
_VERSION = re.compile(r"v\d+\w*", re.IGNORECASE)
_WHOLE = re.compile(r"/(inference|serving-endpoints|openai/deployments/[^/]+)$")
"""Ends of base URLs that are whole without a version: GitHub Models', Databricks', Azure's."""
_MODEL = re.compile(r"/(?:deployments|serving-endpoints)/([^/]+)(?:/|$)")
_USUAL = ("", "/api", "/openai/v1", "/api/v1")
"""Where a server may have its API when it is not where it was looked for."""


class _Pasted(Struct, frozen=True, kw_only=True):
    """What was pasted, in parts: scheme and host, what stands before the endpoint, the endpoint, and the query."""

    server: str
    folder: str
    endpoint: str = ""
    query: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it does not say where the API is: no endpoint, and no version at its end."""
        return not (self.endpoint or self.query or _VERSION.fullmatch(self.folder.rpartition("/")[2]))


def base_url_of(host: Host, typed: str, api: Dialect | None = None) -> str:
    """Return the base URL, or the endpoint, that a setting keeps for what was typed.

    Args:
        host: the row that it stands under.
        typed: what was typed.
        api: the dialect that is spoken; None: the endpoint's, else the host's.

    Raises:
        SettingError: no model can be asked there; the reason says what to enter.
    """
    pasted = _read(host, typed)
    folder = _completed(host, pasted)
    path = DIALECTS[api or dialect_of(typed) or host.api].path
    if pasted.endpoint == _INVOCATIONS or (pasted.endpoint and (pasted.query or folder != pasted.folder)):
        return pasted.server + pasted.folder + _end(pasted.endpoint, path) + pasted.query
    if pasted.query and folder == pasted.folder and not pasted.endpoint:
        return pasted.server + folder + path + pasted.query
    return pasted.server + folder


def dialect_of(typed: str) -> Dialect | None:
    """Return the dialect of the endpoint that was pasted; None where it is none.

    Raises:
        SettingError: it is no address.
    """
    return _ENDPOINTS.get(_endpoint(divided(tidy(typed))[1]))


def target_of(base_url: str, path: str) -> tuple[str, str]:
    """Return the base URL of a setting's endpoint, and the rest of the address that the dialect with this path asks."""
    server, whole, query = divided(base_url)
    endpoint = _endpoint(whole)
    return server + whole.removesuffix(endpoint), _end(endpoint, path) + query


def model_in(base_url: str) -> str:
    """Return the model that a setting's base URL names, as Azure's and Databricks' do; empty where it names none."""
    found = _MODEL.search(divided(base_url)[1])
    return unquote(found[1]) if found else ""


def alternatives(host: Host, typed: str, api: Dialect) -> tuple[str, ...]:
    """Return the other base URLs that what was typed may mean, where it leaves open which one.

    Raises:
        SettingError: it is no address.
    """
    pasted = _read(host, typed)
    if not pasted.is_open or _known_path(pasted.server) is not None:
        return ()
    folders = dict.fromkeys((pasted.folder, f"{pasted.folder}/v1", *(() if pasted.folder else _USUAL)))
    meant = _completed(host, pasted)
    whole = (_Pasted(server=pasted.server, folder=folder) for folder in folders if folder != meant)
    path = DIALECTS[api].path
    return tuple(each.server + each.folder + ("" if _completed(host, each) == each.folder else path) for each in whole)


def _read(host: Host, typed: str) -> _Pasted:
    server, path, query = divided(tidy(typed))
    refused = instead_of(host_of(server), path)
    if refused:
        raise SettingError("base_url", refused)
    endpoint = _endpoint(path)
    folder = path.removesuffix(endpoint)
    if not endpoint and not query:
        folder = _OTHERS.sub("", folder).removesuffix(host.own_path)
    return _Pasted(server=server, folder=folder, endpoint=endpoint, query=query)


def _endpoint(path: str) -> str:
    return max((end for end in _ENDPOINTS if path.endswith(end)), key=len, default="")


def _end(endpoint: str, path: str) -> str:
    """Return the end of an endpoint's address: the dialect's own path, or Databricks' word for it."""
    return endpoint if endpoint == _INVOCATIONS else path


def _completed(host: Host, pasted: _Pasted) -> str:
    """Return the folder with its version, where it needs one and names none."""
    known = _known_path(pasted.server)
    own = host.version_path if known is None else known
    if own == pasted.folder or own.startswith(f"{pasted.folder}/"):
        return own
    whole = _WHOLE.search(pasted.folder) or any(_VERSION.fullmatch(part) for part in pasted.folder.split("/"))
    # Azure's AI Foundry has `/models?api-version=…`.
    return pasted.folder if whole or (pasted.query and pasted.folder) else pasted.folder + host.version_path


def _known_path(server: str) -> str | None:
    """Return where a well-known server has its API; None for any other."""
    name = host_of(server)
    own = host_at(name)
    return path_at(name) if own is None else own.version_path
