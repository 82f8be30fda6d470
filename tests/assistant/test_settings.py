"""What an operator may set, and what the start says about the rest."""

import ast
import inspect
import itertools
import re
import textwrap
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import (
    PREFIX,
    VARIABLES,
    Settings,
    read_environment,
    read_settings,
    unknown_variables,
)
from assistant.text.masking.kinds import KINDS, MASKED_KINDS
from http1.origins import Origin
from http1.proxies import Proxy
from http1.trust import Trust
from tests.authorities import Authority

DAY = 86400
BAD = {
    "PORT": ["http", "-1", "65536", "80.5", "²"],
    "WORKERS": ["0", "many"],
    "CORE_URL": [
        "helpdesk:9000",
        "http://",
        "http://u:hunter2@helpdesk",
        "http://helpdesk/path",
        "http://helpdesk:port",
    ],
    "CORE_TIMEOUT": ["soon"],
    "AI_OPERATIONS": ["both"],
    "TRUSTED_PROXIES": ["10.0.0.0/99", "proxy"],
    "DATABASE_URL": ["mysql://root:hunter2@db/x", "assistant.db", "postgresql://u:hunter2@db:port/x"],
    "REDIS_URL": ["localhost:6379", "http://redis", "redis://:hunter2@redis:port/0"],
    "SECRET_KEY": ["hunter2", "a" * 42, "é" * 43],
    "ADMIN_API_KEY": ["ak", "with:colon"],
    "ADMIN_API_SECRET": ["hunter2", "with:colon:and:enough:characters"],
    "PROMPTS_DIR": ["/does/not/exist"],
    "API": ["soap"],
    "LANGUAGE": ["x" * 61, "two\nlines", "xx", "xx-YY"],
    "READ_REFERER": ["maybe", "2"],
    "PROMPT_AUTHORS": [",", "Editor\n"],
    "PROMPT_PUBLISHERS": [" , ", "'Editor'"],
    "TRANSLATE_TO": ["x" * 61, "two\nlines", ",", "German,de", "xx", "German,xx"],
    "MODEL": ["two\nlines"],
    "PRIVATE_BASE_URLS": ["maybe"],
    "LOCAL_MODEL": ["/does/not/exist.gguf"],
    "CA_FILE": ["/does/not/exist.pem", "/", "/dev/null"],
    "CACHE_TTL": ["soon", "0", "-5", "5 years"],
    "REQUEST_TIMEOUT": ["9 parsecs", "0s"],
    "LONG_TIMEOUT": ["long"],
    "MASK_PRIVATE": ["everything", "email,names", "all,email"],
    "USAGE_DAYS": ["-1", "a year", "36501"],
    "METRICS_TOKEN": ["hunter2", "has blanks in it 16", "ümläut-and-16-characters"],
    "LOG_LEVEL": ["loud"],
    "LOG_FORMAT": ["xml"],
}


def read(**variables: str) -> Settings:
    """Read settings from these variables alone."""
    return read_settings({PREFIX + name: value for name, value in variables.items()})


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_bad_value_stops_the_start_with_the_name_and_without_the_value(name: str, value: str) -> None:
    """A value that can't be used is refused by the variable's name; the value, perhaps a secret, is not repeated."""
    with pytest.raises(SettingsError) as refused:
        read(**{name: value})
    assert str(refused.value).startswith(f"{PREFIX}{name}: must ")
    assert "hunter2" not in str(refused.value)


def test_durations_take_units() -> None:
    """An operator writes 30m or 1d instead of counting seconds."""
    assert [read(CACHE_TTL=text).cache_ttl for text in ("9", "9s", "30m", "12h", "1d", "1.5h")] == [
        9,
        9,
        1800,
        43200,
        86400,
        5400,
    ]


def test_private_kinds_are_those_that_the_shield_knows() -> None:
    """`all` is every kind that is masked, and each can be named by itself; a placeholder holds nothing of anybody."""
    kinds = KINDS - {"placeholder"}
    assert set(MASKED_KINDS) == kinds
    assert read(MASK_PRIVATE="all").mask_private == kinds
    assert read(MASK_PRIVATE="Email, iban,").mask_private == {"email", "iban"}


def test_postgres_urls_get_their_asynchronous_driver() -> None:
    """The URL that every hosting page shows works as it is."""
    key = "A" * 43
    assert read(DATABASE_URL="postgres://u:p@h/d", SECRET_KEY=key).database_url == "postgresql+asyncpg://u:p@h/d"


@pytest.mark.parametrize("variables", [{"REDIS_URL": "redis://r"}, {"DATABASE_URL": "postgresql://h/d"}])
def test_shared_state_needs_a_shared_secret(variables: dict[str, str]) -> None:
    """With Redis or PostgreSQL a made-up key would differ on each replica, so the start asks for one."""
    with pytest.raises(SettingsError, match=r"^ASSISTANT_SECRET_KEY: must be set"):
        read(**variables)


def test_half_an_admin_pair_is_refused() -> None:
    """A key without its secret, or the other way round, names both."""
    with pytest.raises(SettingsError, match="ASSISTANT_ADMIN_API_KEY, ASSISTANT_ADMIN_API_SECRET"):
        read(ADMIN_API_KEY="ak_one")


def test_ai_operations_can_be_left_to_a_core_only_where_there_is_one() -> None:
    """Without a helpdesk of its own there is no one to leave them to."""
    with pytest.raises(SettingsError, match=r"^ASSISTANT_AI_OPERATIONS: set ASSISTANT_CORE_URL"):
        read(AI_OPERATIONS="core")
    assert read(AI_OPERATIONS="core", CORE_URL="http://helpdesk:9000").ai_operations == "core"


def test_env_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .env file is enough for a small installation; a secret from a file may end in a line break."""
    file = tmp_path / ".env"
    file.write_text("ASSISTANT_PORT=9000\nASSISTANT_LANGUAGE=German\nASSISTANT_MODEL=\n")
    monkeypatch.setenv("ASSISTANT_PORT", "9001\n")
    settings = read_settings(read_environment(file))
    assert (settings.port, settings.language, settings.model) == (9001, "German", None)


def test_env_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    """A file saved in Latin-1 is told as that, not as a traceback."""
    file = tmp_path / ".env"
    file.write_bytes("ASSISTANT_LANGUAGE=Français\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"\.env: must be UTF-8"):
        read_environment(file)


def test_variables_of_kubernetes_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster with a service called `assistant` sets these for every pod."""
    monkeypatch.setenv("ASSISTANT_PORT", "tcp://10.0.0.7:80")
    monkeypatch.setenv("ASSISTANT_PORT_80_TCP", "tcp://10.0.0.7:80")
    monkeypatch.setenv("ASSISTANT_SERVICE_HOST", "10.0.0.7")
    values = read_environment(None)
    assert read_settings(values).port == 8080
    assert unknown_variables(values) == ()


@pytest.mark.parametrize("name", ["API_KEY", "MODEL", "API"])
def test_provider_variables_without_a_provider_are_refused(name: str) -> None:
    """A key or a model that no one would use is most likely a forgotten variable."""
    with pytest.raises(SettingsError, match=rf"^ASSISTANT_{name}: set ASSISTANT_PROVIDER"):
        read(**{name: "chat"})


def test_misspelt_variables_are_named() -> None:
    """A variable with our prefix that we don't know is most likely a typing error."""
    assert unknown_variables({"ASSISTANT_PROT": "1", "ASSISTANT_PORT": "1", "PATH": "/"}) == ("ASSISTANT_PROT",)


def test_settings_never_print_their_values() -> None:
    """A settings object in a traceback or a log shows no secret."""
    assert "hunter2" not in repr(read(PROVIDER="openai", API_KEY="hunter2"))


def default_of(name: str) -> str:
    """Return a variable's default as the README writes it."""
    unset, value = VARIABLES[name].unset, getattr(Settings(), name.lower())
    if unset or value in (None, (), frozenset()):
        return unset or "none"
    if isinstance(value, float):
        return f"`{value / DAY:g}d`" if value % DAY == 0 else f"`{value:g}s`"
    return f"`{int(value) if isinstance(value, bool) else value}`"


def explained(node: ast.stmt) -> str:
    """Return the text below a setting's declaration; nothing of another statement."""
    text = node.value.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) else ""
    return " ".join(str(text).split())


def test_readme_says_of_each_variable_what_its_declaration_says() -> None:
    """A setting that no one can look up does not exist for an operator: its row is made of what stands in the code."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `ASSISTANT_([A-Z_]+)` \| (.*?) \| (.*) \|$", readme, re.MULTILINE)
    [declared] = ast.parse(textwrap.dedent(inspect.getsource(Settings))).body
    assert isinstance(declared, ast.ClassDef)
    texts = {
        node.target.id.upper(): explained(following)
        for node, following in itertools.pairwise(declared.body)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert documented == [(name, default_of(name), texts[name]) for name in VARIABLES]


@pytest.mark.parametrize(
    "content",
    [b"", b"GGU", b"garbage" * 1000, b"ggjt" + bytes(100), b"<!doctype html>", b"version https://git-lfs", b" GGUF"],
)
def test_file_that_is_no_model_stops_the_start_by_name(tmp_path: Path, content: bytes) -> None:
    """A download that failed, a pointer of Git LFS or an older format is told at the start, not at the first click."""
    (tmp_path / "model.gguf").write_bytes(content)
    with pytest.raises(SettingsError, match=r"^ASSISTANT_LOCAL_MODEL: must be a model in the format GGUF"):
        read_settings({"ASSISTANT_LOCAL_MODEL": str(tmp_path / "model.gguf")})


def test_file_that_begins_like_a_model_is_taken(tmp_path: Path) -> None:
    """What is behind its beginning is looked at when it is loaded."""
    (tmp_path / "model").write_bytes(b"GGUF\x03\0\0\0")
    assert read_settings({"ASSISTANT_LOCAL_MODEL": str(tmp_path / "model")}).local_model == tmp_path / "model"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SSL_CERT_FILE", "/does/not/exist.pem"),
        ("SSL_CERT_FILE", "/dev/null"),
        ("HTTPS_PROXY", "socks5://hunter2:1080"),
        ("http_proxy", "http://u:hunter2@proxy:port"),
    ],
)
def test_variables_of_the_field_are_checked_too(name: str, value: str) -> None:
    """What other programs pass over without a word stops the start, by its name and without its value."""
    with pytest.raises(SettingsError, match=f"^{name}: must") as caught:
        read_settings({name: value})
    assert "hunter2" not in str(caught.value)


def test_variables_of_the_field_are_honoured(tmp_path: Path) -> None:
    """Whoever runs the service sets them for all programs."""
    authority = Authority(tmp_path)
    settings = read_settings(
        {
            "SSL_CERT_FILE": str(authority.file),
            "ASSISTANT_CA_FILE": str(authority.file),
            "HTTPS_PROXY": "http://upper:1",
            "https_proxy": "http://lower:2",
            "NO_PROXY": "example.com",
        }
    )
    assert settings.trust == Trust(system=authority.file, more=authority.file)
    assert settings.proxies.https == Proxy(origin=Origin(scheme="http", host="lower", port=2))
    assert settings.proxies.direct == ("example.com",)
    assert read_settings({}).trust == Trust()
