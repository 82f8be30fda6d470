"""What an admin is told to do, by where the service runs: without a server, as no test may leave this machine."""

from pathlib import Path

import pytest

from providers.advice import Surroundings, advise, surroundings
from providers.errors import Cause, CauseKind, UnavailableError
from providers.registry import resolve


def told(kind: CauseKind, base_url: str, around: Surroundings, said: str = "") -> str:
    """Return the sentence and what to do."""
    error = UnavailableError("custom")
    error.cause = Cause(kind=kind, said=said)
    advise(error, resolve("custom", base_url=base_url), around)
    return f"{error} {error.remedy}"


HERE, INSIDE = Surroundings(), Surroundings(in_container=True)


@pytest.mark.parametrize(
    ("kind", "base_url", "around", "says", "not_said"),
    [
        ("refused", "http://localhost:1", INSIDE, "http://host.docker.internal:1/v1", "OLLAMA_HOST"),
        ("refused", "https://127.0.0.2:1/x/v2", INSIDE, "https://host.docker.internal:1/x/v2", "OLLAMA_HOST"),
        ("refused", "http://[::1]:1/api/chat/completions", INSIDE, "host.docker.internal:1/api/chat/completions", "["),
        ("refused", "http://localhost:1", HERE, "Start the server", "docker"),
        ("refused", "http://host.docker.internal:1", INSIDE, "OLLAMA_HOST=0.0.0.0", "own container"),
        ("refused", "http://ollama:1", INSIDE, "listen at 0.0.0.0", "own container"),
        ("refused", "http://192.168.1.5:1", HERE, "listen at 0.0.0.0", "docker"),
        ("refused", "https://api.example.org", INSIDE, "correct host and port", "docker"),
        ("name", "http://host.docker.internal:1", INSIDE, "host-gateway", "spelling"),
        ("name", "http://ollama:1", INSIDE, "a network that both share", "host-gateway"),
        ("name", "https://api.example.org", HERE, "has no address (DNS)", "network that both share"),
        ("silent", "https://api.example.org", HERE, "api.example.org:443 takes no connection in time", "docker"),
        ("unreachable", "https://api.example.org", HERE, "no way to api.example.org:443", "docker"),
        ("closed", "https://api.example.org", HERE, "closed the connection", "https://"),
        ("closed", "http://api.example.org", HERE, "enter https://", "docker"),
        ("tls", "https://api.example.org", HERE, "no TLS connection", "("),
        ("path", "https://x.example.org/openai/deployments/d", HERE, "?api-version=", "documentation"),
    ],
)
def test_advice_fits_the_place(kind: CauseKind, base_url: str, around: Surroundings, says: str, not_said: str) -> None:
    """It names what to change, and nothing that plays no part."""
    message = told(kind, base_url, around)
    assert says in message
    assert not_said not in message


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("it has expired", "renewed"),
        ("it is not valid yet", "clock"),
        ("it is for another host name", "Enter the name"),
        ("an authority signed it that this service does not know", "ASSISTANT_CA_FILE"),
        ("it is self-signed, so no authority vouches for it", "ASSISTANT_CA_FILE"),
    ],
)
def test_each_certificate_problem_has_its_remedy(said: str, remedy: str) -> None:
    """Trusting an authority is no help against a certificate that has expired."""
    message = told("certificate", "https://api.example.org", HERE, said)
    assert said in message
    assert remedy in message
    assert ("ASSISTANT_CA_FILE" in message) == ("authority" in said)


@pytest.mark.parametrize("kind", ["name", "refused", "unreachable", "silent", "closed"])
def test_a_proxy_on_the_way_is_named(kind: CauseKind) -> None:
    """Where only a proxy leads out, and the server is outside."""
    behind = Surroundings(proxy="HTTPS_PROXY")
    assert "HTTPS_PROXY is set: check that this proxy" in told(kind, "https://api.example.org", behind)
    assert "HTTPS_PROXY" not in told(kind, "http://10.0.0.5", behind)
    assert "HTTPS_PROXY" not in told(kind, "https://api.example.org", HERE)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, HERE),
        ({"container": "podman"}, INSIDE),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, INSIDE),
        ({"https_proxy": "http://proxy:3128"}, Surroundings(proxy="HTTPS_PROXY")),
        ({"ALL_PROXY": "socks5://proxy", "HTTPS_PROXY": ""}, Surroundings()),
    ],
)
def test_surroundings_are_seen(environment: dict[str, str], expected: Surroundings) -> None:
    """By variables."""
    assert surroundings(environment, ()) == expected


def test_containers_leave_a_mark(tmp_path: Path) -> None:
    """By the file that Docker or Podman makes."""
    mark = tmp_path / ".dockerenv"
    assert surroundings({}, (mark,)) == HERE
    mark.touch()
    assert surroundings({}, (tmp_path / ".containerenv", mark)) == INSIDE
