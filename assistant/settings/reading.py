"""Reading the settings from the environment and a `.env` file; nothing else reads them."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from assistant.errors import SettingsError
from assistant.settings.secret_files import SUFFIX, read_secret_files
from assistant.settings.settings import FOREIGN, PREFIX, SECRETS, VARIABLES, Settings
from assistant.settings.values import authorities
from http1.proxies import Proxies, read_proxies

_KUBERNETES = re.compile(rf"{PREFIX}(PORT_.*|SERVICE_HOST|SERVICE_PORT.*)")
_SYSTEM_TRUST = "SSL_CERT_FILE"
_IN_FILES = (*(PREFIX + name for name in SECRETS), *FOREIGN)


def read_environment(env_file: Path | None = Path(".env")) -> dict[str, str]:
    """Return the variables of the environment over those of the file, without white space around their values.

    An empty value counts as unset, and so does the port that Kubernetes sets for a service called `assistant`.

    Raises:
        SettingsError: the file can't be read, or is not UTF-8.
    """
    try:
        found = dict(dotenv_values(env_file)) if env_file is not None and env_file.is_file() else {}
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file}: must be UTF-8") from None
    except OSError as error:
        raise SettingsError(f"{env_file}: can't be read: {error.strerror}") from None
    found.update(os.environ)
    values = {name: value.strip() for name, value in found.items() if value and value.strip()}
    if values.get(f"{PREFIX}PORT", "").startswith("tcp://"):
        del values[f"{PREFIX}PORT"]
    return values


def read_settings(values: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        values: the variables; those of `read_environment` when omitted.

    Raises:
        SettingsError: a variable has a value that can't be used, or two don't go together.
    """
    values = read_secret_files(read_environment() if values is None else values, _IN_FILES)
    given = {name.lower(): _parse(name, values[PREFIX + name]) for name in VARIABLES if PREFIX + name in values}
    given.update({name.lower(): values[name] for name in FOREIGN if name in values})
    settings = Settings(**given, ssl_cert_file=_authorities(values), proxies=_proxies(values))
    _check_together(settings)
    return settings


def unknown_variables(values: Mapping[str, str]) -> tuple[str, ...]:
    """Name the variables that carry our prefix and that we don't know: most likely misspelt.

    What Kubernetes sets for a service called `assistant` is left out.
    """
    known = {PREFIX + name for name in VARIABLES} | {name + SUFFIX for name in _IN_FILES}
    ours = (name for name in values if name.startswith(PREFIX) and name not in known)
    return tuple(sorted(name for name in ours if not _KUBERNETES.fullmatch(name)))


def _parse(name: str, value: str) -> Any:  # noqa: ANN401 - each variable has a type of its own
    try:
        return VARIABLES[name].parse(value)
    except ValueError as error:
        raise SettingsError(f"{PREFIX}{name}: {error}") from None


def _authorities(values: Mapping[str, str]) -> Path | None:
    """Read what OpenSSL would pass over without a word where it can't be used."""
    try:
        return authorities(values[_SYSTEM_TRUST]) if _SYSTEM_TRUST in values else None
    except ValueError as error:
        raise SettingsError(f"{_SYSTEM_TRUST}: {error}") from None


def _proxies(values: Mapping[str, str]) -> Proxies:
    try:
        return read_proxies(values)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _check_together(settings: Settings) -> None:
    if bool(settings.admin_api_key) != bool(settings.admin_api_secret):
        raise SettingsError("ASSISTANT_ADMIN_API_KEY, ASSISTANT_ADMIN_API_SECRET: set both or none")
    if settings.ai_operations != "own" and not settings.core_url:
        raise SettingsError("ASSISTANT_AI_OPERATIONS: set ASSISTANT_CORE_URL too, to say whose they are")
    named = settings.provider or settings.base_url or settings.openai_api_key or settings.anthropic_api_key
    for name in ("api_key", "model", "api"):
        if getattr(settings, name) and not named:
            raise SettingsError(f"{PREFIX}{name.upper()}: set ASSISTANT_PROVIDER too, to say whose it is")
    shared = settings.redis_url or settings.resolved_database_url.startswith("postgresql")
    if shared and not settings.secret_key:
        raise SettingsError(
            "ASSISTANT_SECRET_KEY: must be set when Redis or PostgreSQL is, since replicas have to share it; "
            'make one with: python3 -c "import base64,os;print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
        )
