"""The settings: each one's name, type, default, what its variable may hold, and what the README says of it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, get_type_hints

from msgspec import Struct

from assistant.settings import values
from assistant.settings.values import Network
from http1.proxies import Proxies
from http1.trust import Trust
from providers.dialects import Dialect

PREFIX = "ASSISTANT_"

Operations: TypeAlias = Literal["own", "core"] | frozenset[str]
Permission: TypeAlias = Literal["allow", "deny"]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]
LogFormat: TypeAlias = Literal["json", "console"]


class Variable(Struct, frozen=True):
    """The variable of a setting.

    Attributes:
        parse: turns its text into a value; raises a ValueError that says what it must be.
        unset: what the README says of the default, where that is not a value.
        secret: whether the value may stand in a file that the variable with `_FILE` behind it names.
        foreign: whether it is honoured without our prefix, since every tool of the field reads it.
    """

    parse: Callable[[str], Any]
    unset: str = ""
    secret: bool = False
    foreign: bool = False


class Settings(Struct, frozen=True, kw_only=True):
    """Everything an operator can set; durations are in seconds.

    A setting is its declaration here: the variable is called as the field, and the text below it stands in the README.

    Attributes:
        state_dir: holds what the service makes itself (database, keys); no variable changes it.
        ssl_cert_file: `SSL_CERT_FILE`, which every tool of the field reads.
        proxies: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, likewise.
    """

    state_dir: Path = Path("var")
    ssl_cert_file: Path | None = None
    proxies: Proxies = Proxies()
    host: Annotated[str, Variable(values.text)] = "127.0.0.1"
    """address or name to listen on, such as `0.0.0.0`, `::` or `localhost`"""
    port: Annotated[int, Variable(values.whole(0, 65535))] = 8080
    """port to listen on"""
    workers: Annotated[int, Variable(values.whole(1, 64))] = 1
    """worker processes; with more than one, set Redis too, else each has its own cache and counts its own budgets"""
    stop_grace: Annotated[float, Variable(values.duration)] = 25.0
    """how long running requests may go on when the service is told to stop; each keeps its own deadline too"""
    client_timeout: Annotated[float, Variable(values.duration)] = 20.0
    """how long a client may take for the head of a request, be silent in its body, or keep a connection without a
    request"""
    client_limit: Annotated[int, Variable(values.whole(1, 1_000_000))] = 1000
    """requests and WebSockets that one client may have open at once, by its address (/64 of IPv6); beyond that 429. It
    may keep 16 more connections; further idle ones are closed. Behind proxies set `ASSISTANT_TRUSTED_PROXIES`,
    otherwise all clients count as one address"""
    core_url: Annotated[str | None, Variable(values.origin, unset="the built-in desk")] = None
    """the helpdesk behind the service, such as `http://helpdesk:9000`"""
    core_timeout: Annotated[float, Variable(values.duration)] = 60.0
    """how long that helpdesk may take to the first byte of an answer"""
    read_referer: Annotated[bool | None, Variable(values.flag, unset="`1` behind a helpdesk, else `0`")] = None
    """whether the conversation that an agent has open is read with the agent's own permissions, for prompts of certain
    inboxes and for the customer's name and language"""
    ai_operations: Annotated[Operations, Variable(values.operations)] = "own"
    """which AI operations are answered here: all (`own`), none (`core`, the helpdesk answers them), or of the agents'
    some of `prompts`, `completion`, `generate-reply`, `summarize`, `suggest-tags`, `copilot`, separated by commas"""
    prompt_authors: Annotated[frozenset[str], Variable(values.holders)] = frozenset()
    """who may write and try prompts besides those with `ai:manage`: roles or ids of agents, separated by commas, such
    as `Editor,12`; the same as the permission `ai:prompts` where the helpdesk has it"""
    prompt_publishers: Annotated[frozenset[str], Variable(values.holders)] = frozenset()
    """who may publish them, take them back and switch them off, too; the same as `ai:publish`"""
    trusted_proxies: Annotated[tuple[Network, ...], Variable(values.networks)] = ()
    """addresses or networks, separated by commas, whose `X-Forwarded-…`, `Forwarded` and `X-Request-Id` (100 characters
    at most) are trusted"""
    database_url: Annotated[str | None, Variable(values.database, unset="SQLite in `./var`", secret=True)] = None
    """`postgresql://user:password@host/name` as your host shows it, pooled or not, or `sqlite:///path`"""
    redis_url: Annotated[str | None, Variable(values.redis, secret=True)] = None
    """`redis://`, `rediss://` or `unix://`; keeps finished answers, encrypted, across restarts and workers; shares
    calls under way, budgets and switches"""
    secret_key: Annotated[tuple[str, ...], Variable(values.secret_keys, unset="made once in `./var`", secret=True)] = ()
    """32-byte base64url keys, separated by commas; the first encrypts, all decrypt. Must be set with Redis or
    PostgreSQL"""
    admin_api_key: Annotated[
        str | None, Variable(values.admin_key, unset="made once into `var/admin-key`", secret=True)
    ] = None
    """the first administrator's API key; goes with its secret"""
    admin_api_secret: Annotated[
        str | None, Variable(values.admin_secret, unset="made once into `var/admin-key`", secret=True)
    ] = None
    """and the secret, at least 16 characters"""
    sample_data: Annotated[bool, Variable(values.flag)] = False
    """`1` fills an empty desk with a small shop's helpdesk, to try things out"""
    media_max_bytes: Annotated[int, Variable(values.whole(1, 2**31 - 1))] = 25 * 1024 * 1024
    """largest uploaded file, in bytes"""
    media_quota_files: Annotated[int, Variable(values.whole(1, 1_000_000))] = 100
    """files that an agent may have uploaded without sending them; they are deleted after a day"""
    media_quota_bytes: Annotated[int, Variable(values.whole(1, 2**53))] = 256 * 1024 * 1024
    """size of these together, in bytes; one file of `ASSISTANT_MEDIA_MAX_BYTES` always has room"""
    media_extensions: Annotated[tuple[str, ...], Variable(values.extensions, unset="documents, pictures, sound")] = (
        values.MEDIA_EXTENSIONS
    )
    """file name extensions that may be uploaded, separated by commas; `*` for all"""
    prompts_dir: Annotated[Path | None, Variable(values.directory)] = None
    """folder with your own prompts, which come before the shipped ones"""
    language: Annotated[str, Variable(values.language)] = "English"
    """what `translate` translates into unless told: a name or a code (`German`, `de`, `pt-BR`, `中文`)"""
    translate_to: Annotated[tuple[str, ...], Variable(values.languages)] = ()
    """languages separated by commas only: `German,French` lists "Translate to German" and "Translate to French" instead
    of the one entry for `ASSISTANT_LANGUAGE`"""
    provider: Annotated[str | None, Variable(str.lower, unset="`local`")] = None
    """the provider until an administrator saves one"""
    model: Annotated[str | None, Variable(values.text, unset="the host's")] = None
    """its model; this, the key and the dialect need a provider or an address beside them"""
    api_key: Annotated[str | None, Variable(values.text, secret=True)] = None
    """its key; `OPENAI_API_KEY` and `ANTHROPIC_API_KEY` are honoured"""
    openai_api_key: Annotated[str | None, Variable(str, foreign=True)] = None
    anthropic_api_key: Annotated[str | None, Variable(str, foreign=True)] = None
    base_url: Annotated[str | None, Variable(values.text, unset="the host's")] = None
    """its address; alone it means the provider `custom`"""
    api: Annotated[Dialect | None, Variable(values.choice(Dialect), unset="the host's")] = None
    """its dialect: `chat`, `responses` or `messages`"""
    private_base_urls: Annotated[Permission, Variable(values.choice(Permission))] = "allow"
    """`deny` keeps providers off loopback and private addresses; link-local and metadata addresses are never used"""
    ca_file: Annotated[Path | None, Variable(values.authorities)] = None
    """file of certificate authorities, in PEM, that are trusted besides the system's, for providers and for
    `ASSISTANT_CORE_URL`; `SSL_CERT_FILE` takes the place of the system's"""
    local_model: Annotated[Path | None, Variable(values.model_file, unset="SmolLM2-135M")] = None
    """path of another GGUF file for the built-in model; a file of another kind stops the start"""
    cache_ttl: Annotated[float, Variable(values.duration)] = 86400.0
    """how long a finished answer is kept, unless its prompt says otherwise"""
    request_timeout: Annotated[
        float | None, Variable(values.duration, unset="`60s` behind Libredesk 2.6 and newer, else `9s`")
    ] = None
    """deadline of a rewrite. Older composers give up after 10 seconds, those of Libredesk 2.6 and newer after 120"""
    long_timeout: Annotated[float, Variable(values.duration)] = 60.0
    """deadline of prompts whose front matter says `deadline: long`"""
    mask_private: Annotated[frozenset[str], Variable(values.kinds)] = frozenset()
    """what a provider never sees: `all`, or some of `link`, `email`, `phone`, `iban`, `card`, `order`, `amount`,
    `number`, `custom`, separated by commas. Names are not masked"""
    usage_days: Annotated[int, Variable(values.whole(0, values.MOST_DAYS))] = 400
    """how many days before today the usage log goes back; older rows, and agents' feedback, are deleted once a day. `0`
    keeps all"""
    sample_days: Annotated[int, Variable(values.whole(0, values.MOST_DAYS))] = 400
    """how many days a draft that was saved to try a prompt on is kept. `0` keeps all"""
    copilot_days: Annotated[int, Variable(values.whole(0, values.MOST_DAYS))] = 90
    """how many days an agent's talk with the copilot is kept. `0` keeps all"""
    metrics_token: Annotated[str | None, Variable(values.token, secret=True)] = None
    """bearer token for `/metrics`, at least 16 characters; without one only this machine can read them"""
    log_level: Annotated[LogLevel, Variable(values.choice(LogLevel))] = "info"
    """`debug`, `info`, `warning` or `error`; libraries always log warnings and errors only"""
    log_format: Annotated[LogFormat, Variable(values.choice(LogFormat))] = "json"
    """`json` or `console`; neither ever holds a draft, a reply or a key"""

    def __repr__(self) -> str:
        """Name the settings without values: several are secrets."""
        return "Settings(…)"

    @property
    def trust(self) -> Trust:
        """Whose certificates are trusted."""
        return Trust(system=self.ssl_cert_file, more=self.ca_file)

    @property
    def media_dir(self) -> Path:
        """Where the desk keeps uploaded files."""
        return self.state_dir / "media"

    @property
    def prompt_directories(self) -> tuple[Path, ...]:
        """The directories of an operator's own prompts."""
        return () if self.prompts_dir is None else (self.prompts_dir,)

    @property
    def reads_referer(self) -> bool:
        """Whether the conversation is read that an agent has open; unless told, behind a core only."""
        return self.core_url is not None if self.read_referer is None else self.read_referer

    @property
    def resolved_database_url(self) -> str:
        """The SQLAlchemy URL of the database, with its asynchronous driver."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.state_dir / 'assistant.db').absolute()}"


_DECLARED: Mapping[str, Variable] = {
    name.upper(): hint.__metadata__[0]
    for name, hint in get_type_hints(Settings, include_extras=True).items()
    if hasattr(hint, "__metadata__")
}
VARIABLES = {name: each for name, each in _DECLARED.items() if not each.foreign}
"""Every variable of ours, without its prefix."""
SECRETS = tuple(name for name, each in VARIABLES.items() if each.secret)
"""Variables, without their prefix, whose value may stand in a file."""
FOREIGN = tuple(name for name, each in _DECLARED.items() if each.foreign)
"""Variables without our prefix that are honoured; their values may stand in files too."""
