"""A service as in a company: an authority of its own, a proxy on the way out, a helpdesk over TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

from tests.assistant.serving import Served, run, serving
from tests.authorities import Authority
from tests.fakes import FakeProvider
from tests.fakes import core_acts as acts
from tests.fakes import core_sockets as sockets
from tests.fakes.core import ScriptedCore
from tests.fakes.outward_proxy import OutwardProxy
from tests.servers.nginx import nginx_server
from tests.servers.process import free_port

NAME = "models.example.org"
CLICK = {"prompt_key": "reply_friendly", "content": "Dear Ana, no refund today."}
_PASSED = """
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    location / {{
        proxy_pass {core};
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $http_connection;
    }}
"""


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """The company's."""
    return Authority(tmp_path)


@pytest.fixture
def core() -> Iterator[ScriptedCore]:
    """The company's helpdesk."""
    with ScriptedCore() as scripted:
        yield scripted


@pytest.fixture
def helpdesk(authority: Authority, core: ScriptedCore, tmp_path: Path) -> Iterator[str]:
    """Its address, over TLS."""
    certificate, key = authority.issue("localhost")
    port = free_port()
    config = _PASSED.format(port=port, certificate=certificate, key=key, core=core.url)
    with nginx_server(config, tmp_path):
        yield f"https://localhost:{port}"


def click(served: Served) -> str:
    """Have a draft rewritten, and return the answer."""
    answer = served.client.post("/api/v1/ai/completion", json=CLICK)
    return str(answer.json()["data"] if answer.status_code == 200 else answer.json()["message"])


def test_a_helpdesk_may_have_a_certificate_of_the_company(
    authority: Authority, core: ScriptedCore, helpdesk: str, tmp_path: Path
) -> None:
    """Pages and WebSockets pass; no proxy gets to see them."""
    core.at("/page", acts.answer(200, b"hello"))
    core.at("/ws", sockets.echo())
    with OutwardProxy(refusal=403) as proxy:
        (tmp_path / ".env").write_text(f"HTTPS_PROXY=http://127.0.0.1:{proxy.port}\n")
        with serving(tmp_path, CORE_URL=helpdesk, CA_FILE=str(authority.file)) as served:
            for _ in range(2):
                assert served.client.get("/page").text == "hello"
            assert len({seen.connection for seen in core.seen("/page")}) <= 2
            address = f"{served.client.base_url}/ws".replace("http", "ws", 1)
            with connect(address, proxy=None) as socket:
                socket.send("hello")
                assert socket.recv() == "hello"
        assert not proxy.heads


def test_a_helpdesk_with_an_unknown_certificate_is_told_in_the_log(helpdesk: str, tmp_path: Path) -> None:
    """With the remedy; agents read that it can't be reached."""
    with serving(tmp_path, CORE_URL=helpdesk) as served:
        answer = served.client.get("/page")
        assert answer.status_code == 502
        assert "can't be reached" in answer.text
        assert "ASSISTANT" not in answer.text
    assert "issued by an authority that is not known here; ASSISTANT_CA_FILE names" in served.log.read_text()


def test_a_provider_is_reached_through_the_proxy(authority: Authority, tmp_path: Path) -> None:
    """As `.env` says, by a click and by the command that tries the provider."""
    with FakeProvider(tls=authority.context(NAME)) as fake, OutwardProxy("reply:word") as proxy:
        fake.reply("Hello Ana.")
        (tmp_path / ".env").write_text(f"https_proxy=http://reply:word@127.0.0.1:{proxy.port}\n")
        provider = {"BASE_URL": fake.url.replace("127.0.0.1", NAME), "API_KEY": "sk-secret"}
        with serving(tmp_path, CA_FILE=str(authority.file), **provider) as served:
            assert "Hello Ana." in click(served)
            tried = run(tmp_path, "providers", "test", CA_FILE=str(authority.file), **provider)
            assert tried.returncode == 0, tried.stdout + tried.stderr
        assert len(proxy.heads) == 2
        assert all(head.startswith(f"CONNECT {NAME}:") for head in proxy.heads)
        assert "word" not in served.log.read_text()


def test_a_certificate_of_a_provider_that_is_no_good_is_told(authority: Authority, tmp_path: Path) -> None:
    """To the agent in plain words, and to whoever tries the provider."""
    with FakeProvider(tls=authority.context("127.0.0.1", begin=-9, end=-2)) as fake:
        with serving(tmp_path, CA_FILE=str(authority.file), BASE_URL=fake.url) as served:
            told = click(served)
        assert "could not show who it is: its certificate has expired" in told
        assert "An administrator should check" in told
        tried = run(tmp_path, "providers", "test", CA_FILE=str(authority.file), BASE_URL=fake.url)
        assert "it has expired" in " ".join((tried.stdout + tried.stderr).split())
        assert not fake.requests
