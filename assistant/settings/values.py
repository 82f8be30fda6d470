"""What the text of a variable has to look like, and which value it becomes; all raise a ValueError that says so."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, get_args
from urllib.parse import urlsplit

from assistant.addresses.parts import check_quotes, scheme_of
from assistant.addresses.postgres import SCHEME, PostgresAddress
from assistant.addresses.redis import RedisAddress
from assistant.text.masking.kinds import MASKED_KINDS
from http1.trust import check_authorities
from prompts.languages import english_name, names_several, slug

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

MOST_DAYS = 36500
_LONGEST_LANGUAGE = 60
_MOST_LANGUAGES = 30
_NO_NAME = frozenset(';|[]{}<>"=\u201c\u201d\u201e')
_GGUF = b"GGUF"  # what every such file begins with
_SHORTEST_SECRET = 16
_SHORTEST_KEY = 3
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")


AI_OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "prompts": ("/api/v1/ai/prompts",),
    "completion": ("/api/v1/ai/completion",),
    "generate-reply": ("/api/v1/ai/generate-reply",),
    "summarize": ("/api/v1/ai/summarize",),
    "suggest-tags": ("/api/v1/ai/suggest-tags",),
    "copilot": ("/api/v1/ai/copilot", "/api/v1/ai/copilot/messages", "/api/v1/ai/assistants/compact"),
}
"""The AI operations of agents that may be ours or the helpdesk's, and the paths of each."""

MEDIA_EXTENSIONS = tuple(
    "csv doc docx eml gif ics jpeg jpg json log md mov mp3 mp4 odp ods odt ogg pdf png ppt pptx rtf txt wav webm "  # noqa: SIM905
    "webp xls xlsx xml zip".split()
)
"""Endings of the names of files that the desk takes, unless told otherwise."""


def text(value: str) -> str:
    """Take one line."""
    if not value.isprintable():
        raise ValueError("must be one line of printable characters")
    return value


def language(value: str) -> str:
    """Take a language's name or code; return its English name."""
    if not value.isprintable() or len(value) > _LONGEST_LANGUAGE:
        raise ValueError(f"must be one line of at most {_LONGEST_LANGUAGE} characters, such as German")
    check_quotes(value)
    if set(value) & _NO_NAME or names_several(value):
        raise ValueError("must have commas between languages, and no other signs: German,French")
    return english_name(value)


def languages(value: str) -> tuple[str, ...]:
    """Take languages, each of them once."""
    check_quotes(value)
    found = tuple(language(part.strip()) for part in value.split(",") if part.strip())
    if not 0 < len(found) <= _MOST_LANGUAGES or not all(any(map(str.isalpha, each)) for each in found):
        raise ValueError(f"must be 1 to {_MOST_LANGUAGES} languages separated by commas, such as German,French")
    if len({slug(each) for each in found}) < len(found):
        raise ValueError("must name each language once")
    return found


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Take a whole number within bounds."""

    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}")
        return int(value)

    return parse


def duration(value: str) -> float:
    """Take a duration; return seconds."""
    match = _DURATION.fullmatch(value.strip())
    if match is None or float(match[1]) == 0:
        raise ValueError("must be a duration above zero such as 9, 9s, 30m, 12h or 1d")
    return float(match[1]) * _UNITS[match[2]]


def choice(literal: Any) -> Callable[[str], str]:  # noqa: ANN401 - a `Literal`
    """Take one of a literal's words."""
    allowed = get_args(literal)

    def parse(value: str) -> str:
        if value.lower() not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value.lower()

    return parse


def operations(value: str) -> str | frozenset[str]:
    """Take `own`, `core`, or names of agents' AI operations."""
    if value.lower() in {"own", "core"}:
        return value.lower()
    named = frozenset(part.strip().lower() for part in value.split(",") if part.strip())
    if not named or not named <= set(AI_OPERATIONS):
        raise ValueError(f"must be own, core, or some of {', '.join(AI_OPERATIONS)}, separated by commas")
    return named


def flag(value: str) -> bool:
    """Take yes or no."""
    if value.lower() not in {"1", "true", "yes", "0", "false", "no"}:
        raise ValueError("must be 1 or 0")
    return value.lower() in {"1", "true", "yes"}


def extensions(value: str) -> tuple[str, ...]:
    """Take endings of file names; return none of them for all."""
    parts = tuple(part.strip().removeprefix(".").lower() for part in value.split(",") if part.strip())
    if parts == ("*",):
        return ()
    if not parts or not all(part.isascii() and part.isalnum() for part in parts):
        raise ValueError("must be endings of file names separated by commas, such as pdf,png, or * for all")
    return parts


def holders(value: str) -> frozenset[str]:
    """Take names of roles and ids of agents; return them in small letters."""
    check_quotes(value)
    found = frozenset(part.strip().casefold() for part in value.split(",") if part.strip())
    if not found or not value.isprintable():
        raise ValueError("must be roles or ids of agents, separated by commas, such as Editor,12")
    return found


def networks(value: str) -> tuple[Network, ...]:
    """Take addresses and networks."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be addresses or networks separated by commas, such as 10.0.0.0/8") from None


def secret_keys(value: str) -> tuple[str, ...]:
    """Take keys of 32 bytes in base64url."""
    keys = tuple(part.strip() for part in value.split(",") if part.strip())
    if not keys or not all(re.fullmatch(r"[A-Za-z0-9_-]{43}=?", key) for key in keys):
        raise ValueError("must be 32-byte keys in base64url, separated by commas; the first one encrypts")
    return keys


def database(value: str) -> str:
    """Take a database's address; return it with its asynchronous driver."""
    scheme, (_, _, rest) = scheme_of(value), value.partition("://")
    if scheme in {"sqlite", "sqlite+aiosqlite"} and rest.startswith("/"):
        if "?" in rest or "#" in rest or rest.endswith("/"):
            raise ValueError("must hold the path of a file after sqlite:///, without options, ? and #")
        return f"sqlite+aiosqlite://{rest}"
    if not SCHEME.fullmatch(scheme):
        raise ValueError("must start with postgresql:// or sqlite:///")
    PostgresAddress.read(value)
    return f"postgresql+asyncpg://{rest}"


def origin(value: str) -> str:
    """Take the address of a server, without a path."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be the address of the helpdesk, such as http://helpdesk:9000")
    if parts.username is not None or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must be scheme, host and port alone, such as http://helpdesk:9000")
    try:
        urlsplit(value).port  # noqa: B018 - reading it is the check
    except ValueError:
        raise ValueError("must hold a port number, or none") from None
    return value.rstrip("/")


def redis(value: str) -> str:
    """Take the address of a Redis."""
    RedisAddress.read(value)
    return value


def directory(value: str) -> Path:
    """Take a folder."""
    if not Path(value).is_dir():
        raise ValueError("must be a folder that exists")
    return Path(value)


def model_file(value: str) -> Path:
    """Take a model's file."""
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


def authorities(value: str) -> Path:
    """Take a file of certificate authorities."""
    check_authorities(Path(value))
    return Path(value)


def kinds(value: str) -> frozenset[str]:
    """Take kinds of what is masked."""
    found = frozenset(part.strip().lower() for part in value.split(",") if part.strip())
    if found == {"all"}:
        return frozenset(MASKED_KINDS)
    if not found <= set(MASKED_KINDS):
        raise ValueError(f"must be all, or some of {', '.join(MASKED_KINDS)}, separated by commas")
    return found


def token(value: str) -> str:
    """Take a token that a header can carry."""
    if len(value) < _SHORTEST_SECRET or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError(f"must have at least {_SHORTEST_SECRET} characters, printable ASCII without spaces")
    return value


def admin_secret(value: str) -> str:
    """Take an administrator's API secret."""
    if len(value) < _SHORTEST_SECRET or ":" in value:
        raise ValueError(f"must have at least {_SHORTEST_SECRET} characters and no colon")
    return value


def admin_key(value: str) -> str:
    """Take an administrator's API key."""
    if len(value) < _SHORTEST_KEY or ":" in value:
        raise ValueError(f"must have at least {_SHORTEST_KEY} characters and no colon")
    return value
