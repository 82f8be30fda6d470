"""The service's settings, read from the environment and a `.env` file; nothing else reads them."""

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from dotenv import dotenv_values
from msgspec import Struct

from assistant.addresses.parts import check_quotes, scheme_of
from assistant.addresses.postgres import SCHEME, PostgresAddress
from assistant.addresses.redis import RedisAddress
from assistant.errors import SettingsError
from assistant.secret_files import SUFFIX, read_secret_files
from prompts.languages import english_name, names_several, slug
from providers.dialects import DIALECTS, Dialect

PREFIX = "ASSISTANT_"
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_LONGEST_LANGUAGE = 60
_MOST_LANGUAGES = 30
_NO_NAME = frozenset(';|[]{}<>"=\u201c\u201d\u201e')
_MOST_DAYS = 36500
_GGUF = b"GGUF"  # what every such file begins with
_SHORTEST_SECRET = 16
_SHORTEST_KEY = 3
_KUBERNETES = re.compile(rf"{PREFIX}(PORT_.*|SERVICE_HOST|SERVICE_PORT.*)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")


MEDIA_EXTENSIONS = tuple(
    "csv doc docx eml gif ics jpeg jpg json log md mov mp3 mp4 odp ods odt ogg pdf png ppt pptx rtf txt wav webm "  # noqa: SIM905
    "webp xls xlsx xml zip".split()
)
"""Endings of the names of files that the desk takes, unless told otherwise."""

MASKED_KINDS = ("link", "email", "phone", "iban", "card", "order", "amount", "number", "custom")
"""What can be kept from providers altogether."""


class Settings(Struct, frozen=True, kw_only=True):
    """Everything an operator can set; durations are in seconds.

    `state_dir` holds what the service makes itself (database, keys). It is `./var` and no variable changes it.
    """

    state_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    stop_grace: float = 25.0
    client_timeout: float = 20.0
    client_limit: int = 1000
    core_url: str | None = None
    core_timeout: float = 60.0
    ai_operations: Literal["own", "core"] = "own"
    read_referer: bool | None = None
    trusted_proxies: tuple[Network, ...] = ()
    database_url: str | None = None
    redis_url: str | None = None
    secret_key: tuple[str, ...] = ()
    admin_api_key: str | None = None
    admin_api_secret: str | None = None
    sample_data: bool = False
    media_max_bytes: int = 25 * 1024 * 1024
    media_quota_files: int = 100
    media_quota_bytes: int = 256 * 1024 * 1024
    media_extensions: tuple[str, ...] = MEDIA_EXTENSIONS
    prompts_dir: Path | None = None
    language: str = "English"
    translate_to: tuple[str, ...] = ()
    provider: str | None = None
    model: str | None = None
    api_key: str | None = None
    base_url: str | None = None
    api: Dialect | None = None
    openai_api_key: str | None = None
    anthropic_api_key: str | None = None
    private_base_urls: Literal["allow", "deny"] = "allow"
    local_model: Path | None = None
    cache_ttl: float = 86400.0
    request_timeout: float = 9.0
    long_timeout: float = 60.0
    mask_private: frozenset[str] = frozenset()
    usage_days: int = 400
    sample_days: int = 400
    metrics_token: str | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"

    def __repr__(self) -> str:
        """Name the settings without values: several are secrets."""
        return "Settings(…)"

    @property
    def media_dir(self) -> Path:
        """Where the desk keeps uploaded files."""
        return self.state_dir / "media"

    @property
    def reads_referer(self) -> bool:
        """Whether the conversation is read that an agent has open; unless told, behind a core only."""
        return self.core_url is not None if self.read_referer is None else self.read_referer

    @property
    def resolved_database_url(self) -> str:
        """The SQLAlchemy URL of the database, with its asynchronous driver."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.state_dir / 'assistant.db').absolute()}"


def _text(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be one line of printable characters")
    return value


def _language(value: str) -> str:
    if not value.isprintable() or len(value) > _LONGEST_LANGUAGE:
        raise ValueError(f"must be one line of at most {_LONGEST_LANGUAGE} characters, such as German")
    check_quotes(value)
    if set(value) & _NO_NAME or names_several(value):
        raise ValueError("must have commas between languages, and no other signs: German,French")
    return english_name(value)


def _languages(value: str) -> tuple[str, ...]:
    check_quotes(value)
    found = tuple(_language(part.strip()) for part in value.split(",") if part.strip())
    if not 0 < len(found) <= _MOST_LANGUAGES or not all(any(map(str.isalpha, each)) for each in found):
        raise ValueError(f"must be 1 to {_MOST_LANGUAGES} languages separated by commas, such as German,French")
    if len({slug(each) for each in found}) < len(found):
        raise ValueError("must name each language once")
    return found


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}")
        return int(value)

    return parse


def _duration(value: str) -> float:
    match = _DURATION.fullmatch(value.strip())
    if match is None or float(match[1]) == 0:
        raise ValueError("must be a duration above zero such as 9, 9s, 30m, 12h or 1d")
    return float(match[1]) * _UNITS[match[2]]


def _choice(*allowed: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value.lower()

    return parse


def _flag(value: str) -> bool:
    if value.lower() not in {"1", "true", "yes", "0", "false", "no"}:
        raise ValueError("must be 1 or 0")
    return value.lower() in {"1", "true", "yes"}


def _extensions(value: str) -> tuple[str, ...]:
    parts = tuple(part.strip().removeprefix(".").lower() for part in value.split(",") if part.strip())
    if parts == ("*",):
        return ()
    if not parts or not all(part.isascii() and part.isalnum() for part in parts):
        raise ValueError("must be endings of file names separated by commas, such as pdf,png, or * for all")
    return parts


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be addresses or networks separated by commas, such as 10.0.0.0/8") from None


def parse_keys(value: str) -> tuple[str, ...]:
    """Read 32-byte keys in base64url, separated by commas; raises ValueError."""
    keys = tuple(part.strip() for part in value.split(",") if part.strip())
    if not keys or not all(re.fullmatch(r"[A-Za-z0-9_-]{43}=?", key) for key in keys):
        raise ValueError("must be 32-byte keys in base64url, separated by commas; the first one encrypts")
    return keys


def _check_port(url: str) -> None:
    try:
        urlsplit(url).port  # noqa: B018 - reading it is the check
    except ValueError:
        raise ValueError("must hold a port number, or none") from None


def _database(value: str) -> str:
    scheme, (_, _, rest) = scheme_of(value), value.partition("://")
    if scheme in {"sqlite", "sqlite+aiosqlite"} and rest.startswith("/"):
        if "?" in rest or "#" in rest or rest.endswith("/"):
            raise ValueError("must hold the path of a file after sqlite:///, without options, ? and #")
        return f"sqlite+aiosqlite://{rest}"
    if not SCHEME.fullmatch(scheme):
        raise ValueError("must start with postgresql:// or sqlite:///")
    PostgresAddress.read(value)
    return f"postgresql+asyncpg://{rest}"


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be the address of the helpdesk, such as http://helpdesk:9000")
    if parts.username is not None or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must be scheme, host and port alone, such as http://helpdesk:9000")
    _check_port(value)
    return value.rstrip("/")


def _redis(value: str) -> str:
    RedisAddress.read(value)
    return value


def _directory(value: str) -> Path:
    if not Path(value).is_dir():
        raise ValueError("must be a folder that exists")
    return Path(value)


def _model_file(value: str) -> Path:
    if not Path(value).is_file():
        raise ValueError("must be a file that exists")
    try:
        with Path(value).open("rb") as file:
            begin = file.read(len(_GGUF))
    except OSError as error:
        raise ValueError(f"must be a file that can be read: {error.strerror}") from None
    if begin != _GGUF:
        raise ValueError("must be a model in the format GGUF, which this file is not")
    return Path(value)


def _kinds(value: str) -> frozenset[str]:
    kinds = frozenset(part.strip().lower() for part in value.split(",") if part.strip())
    if kinds == {"all"}:
        return frozenset(MASKED_KINDS)
    if not kinds <= set(MASKED_KINDS):
        raise ValueError(f"must be all, or some of {', '.join(MASKED_KINDS)}, separated by commas")
    return kinds


def _token(value: str) -> str:
    if len(value) < _SHORTEST_SECRET or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError(f"must have at least {_SHORTEST_SECRET} characters, printable ASCII without spaces")
    return value


def _admin_secret(value: str) -> str:
    if len(value) < _SHORTEST_SECRET or ":" in value:
        raise ValueError(f"must have at least {_SHORTEST_SECRET} characters and no colon")
    return value


def _admin_key(value: str) -> str:
    if len(value) < _SHORTEST_KEY or ":" in value:
        raise ValueError(f"must have at least {_SHORTEST_KEY} characters and no colon")
    return value


VARIABLES: Mapping[str, Callable[[str], Any]] = {
    "HOST": _text,
    "PORT": _whole(0, 65535),
    "WORKERS": _whole(1, 64),
    "STOP_GRACE": _duration,
    "CLIENT_TIMEOUT": _duration,
    "CLIENT_LIMIT": _whole(1, 1_000_000),
    "CORE_URL": _origin,
    "CORE_TIMEOUT": _duration,
    "AI_OPERATIONS": _choice("own", "core"),
    "READ_REFERER": _flag,
    "TRUSTED_PROXIES": _networks,
    "DATABASE_URL": _database,
    "REDIS_URL": _redis,
    "SECRET_KEY": parse_keys,
    "ADMIN_API_KEY": _admin_key,
    "ADMIN_API_SECRET": _admin_secret,
    "SAMPLE_DATA": _flag,
    "MEDIA_MAX_BYTES": _whole(1, 2**31 - 1),
    "MEDIA_QUOTA_FILES": _whole(1, 1_000_000),
    "MEDIA_QUOTA_BYTES": _whole(1, 2**53),
    "MEDIA_EXTENSIONS": _extensions,
    "PROMPTS_DIR": _directory,
    "LANGUAGE": _language,
    "TRANSLATE_TO": _languages,
    "PROVIDER": str.lower,
    "MODEL": _text,
    "API_KEY": _text,
    "BASE_URL": _text,
    "API": _choice(*DIALECTS),
    "PRIVATE_BASE_URLS": _choice("allow", "deny"),
    "LOCAL_MODEL": _model_file,
    "CACHE_TTL": _duration,
    "REQUEST_TIMEOUT": _duration,
    "LONG_TIMEOUT": _duration,
    "MASK_PRIVATE": _kinds,
    "USAGE_DAYS": _whole(0, _MOST_DAYS),
    "SAMPLE_DAYS": _whole(0, _MOST_DAYS),
    "METRICS_TOKEN": _token,
    "LOG_LEVEL": _choice("debug", "info", "warning", "error"),
    "LOG_FORMAT": _choice("json", "console"),
}
"""Every variable, without its prefix, and what turns its text into a value."""

SECRETS = ("SECRET_KEY", "ADMIN_API_KEY", "ADMIN_API_SECRET", "API_KEY", "METRICS_TOKEN", "DATABASE_URL", "REDIS_URL")
"""Variables, without their prefix, whose value may stand in a file that the variable with `_FILE` behind it names."""

FOREIGN = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY")
"""Variables without our prefix that are honoured, since every tool of the field reads them."""

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
    settings = Settings(**given)
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
        return VARIABLES[name](value)
    except ValueError as error:
        raise SettingsError(f"{PREFIX}{name}: {error}") from None


def _check_together(settings: Settings) -> None:
    if bool(settings.admin_api_key) != bool(settings.admin_api_secret):
        raise SettingsError("ASSISTANT_ADMIN_API_KEY, ASSISTANT_ADMIN_API_SECRET: set both or none")
    if settings.ai_operations == "core" and not settings.core_url:
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
