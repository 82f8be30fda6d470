"""The services under test, each a process of its own: one in front of each kind of core."""

from collections.abc import Iterator

import pytest

from tests.assistant.serving import Served, serving, serving_desk
from tests.fakes.core import ScriptedCore
from tests.servers.nginx import NginxServer, nginx_server
from tests.servers.process import free_port

NO_MODEL = {"PROVIDER": "custom", "BASE_URL": "http://127.0.0.1:9"}
"""Keeps the built-in model from being started: no completion is asked for here."""

_NGINX = """
    root pages;
    client_max_body_size 0;
    absolute_redirect off;
    gzip on;
    gzip_types application/javascript;
    gzip_min_length 0;
    location = /moved { return 302 /pages/?from=moved#top; }
    location = /gone { return 410 "gone"; }
    location = /empty { return 204; }
    location = /cookies { add_header Set-Cookie "a=1; Path=/"; add_header Set-Cookie "b=2; HttpOnly"; return 200 "ok"; }
    location = /sink { return 200 "$request_method $request_length"; }
    location = /small { client_max_body_size 1k; return 200 "small"; }
    location = /asked { return 200 "$request_method $request_uri"; }
    location = /sent { return 200 "$host|$http_x_forwarded_for|$http_forwarded"; }
"""


@pytest.fixture(scope="session")
def scripted_core() -> Iterator[ScriptedCore]:
    """The scripted core of all tests."""
    with ScriptedCore() as core:
        yield core


@pytest.fixture
def core(scripted_core: ScriptedCore) -> ScriptedCore:
    """The scripted core, without memory of what was before."""
    scripted_core.reset()
    return scripted_core


@pytest.fixture(scope="session")
def front(scripted_core: ScriptedCore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service in front of the scripted core."""
    with serving(tmp_path_factory.mktemp("front"), CORE_URL=scripted_core.url, **NO_MODEL) as served:
        yield served


@pytest.fixture
def url(front: Served, core: ScriptedCore) -> str:
    """Where the service in front of the scripted core is reached."""
    assert core.url
    return str(front.client.base_url)


@pytest.fixture(scope="session")
def trusting(scripted_core: ScriptedCore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same, behind a proxy that it trusts: whoever comes from this machine."""
    variables = {"CORE_URL": scripted_core.url, "TRUSTED_PROXIES": "127.0.0.0/8", **NO_MODEL}
    with serving(tmp_path_factory.mktemp("trusting"), **variables) as served:
        yield served


@pytest.fixture(scope="session")
def hurried(scripted_core: ScriptedCore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same, with a second of patience."""
    variables = {"CORE_URL": scripted_core.url, "CORE_TIMEOUT": "1s", **NO_MODEL}
    with serving(tmp_path_factory.mktemp("hurried"), **variables) as served:
        yield served


@pytest.fixture(scope="session")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose core is not there."""
    variables = {"CORE_URL": f"http://127.0.0.1:{free_port()}", **NO_MODEL}
    with serving(tmp_path_factory.mktemp("lonely"), **variables) as served:
        yield served


@pytest.fixture(scope="session")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NginxServer]:
    """An nginx with some pages, as a core."""
    folder = tmp_path_factory.mktemp("nginx")
    pages = folder / "pages"
    (pages / "pages").mkdir(parents=True)
    (pages / "pages" / "index.html").write_text("<!doctype html><title>Page</title>")
    (pages / "app.js").write_text("console.log('x');\n" * 500)
    (pages / "blob.bin").write_bytes(bytes(range(256)) * 256)
    with (pages / "huge.bin").open("wb") as huge:
        huge.truncate(1024**3)
    with nginx_server(_NGINX, folder) as server:
        yield server


@pytest.fixture(scope="session")
def before_nginx(nginx: NginxServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service in front of nginx."""
    with serving(tmp_path_factory.mktemp("before-nginx"), CORE_URL=nginx.url, **NO_MODEL) as served:
        yield served


@pytest.fixture(scope="session")
def desk_inside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose core is the desk in its own process."""
    with serving(tmp_path_factory.mktemp("desk-inside"), SAMPLE_DATA="1", **NO_MODEL) as served:
        yield served


@pytest.fixture(scope="session")
def desk_outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose core is a desk in another process."""
    folder = tmp_path_factory.mktemp("desk-outside")
    with (
        serving_desk(tmp_path_factory.mktemp("desk-alone"), SAMPLE_DATA="1") as desk,
        serving(folder, CORE_URL=str(desk.client.base_url), **NO_MODEL) as all_,
    ):
        yield all_


@pytest.fixture(params=["desk_inside", "desk_outside"])
def anywhere(request: pytest.FixtureRequest) -> Served:
    """A service on a desk, in process and over HTTP: a client can't tell which."""
    served: Served = request.getfixturevalue(request.param)
    return served
